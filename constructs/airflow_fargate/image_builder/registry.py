"""Amazon ECR, by way of the AWS CLI."""

from __future__ import annotations

import re
import shutil
from dataclasses import dataclass

from .failures import MissingProgram, RegistryRefused, WrongUse
from .programs import ask

_URI = re.compile(
    r"(?P<host>(?P<account>\d{12})\.dkr[.-]ecr(-fips)?\.(?P<region>[a-z0-9-]+)\.[a-z.]+)"
    r"/(?P<repository>[^:@]+):(?P<tag>[^:@]+)"
)


@dataclass(frozen=True)
class Image:
    """An image in an ECR repository, which holds a tag once and for all."""

    uri: str
    host: str
    account: str
    region: str
    repository: str
    tag: str

    @classmethod
    def of(cls, uri: str) -> Image:
        """The image that a URI with a tag names.

        Raises:
            WrongUse: The URI is not one of an ECR repository, or has no tag.
        """
        found = _URI.fullmatch(uri)
        if not found:
            raise WrongUse(
                f"{uri} must be an image in Amazon ECR with a tag: "
                "<account>.dkr.ecr.<region>.amazonaws.com/<repository>:<tag>."
            )
        return cls(uri=uri, **found.groupdict())

    def is_there(self) -> bool:
        """Whether the registry has it already.

        Raises:
            RegistryRefused: ECR does not answer that.
        """
        answer = ask(
            *("aws", "ecr", "describe-images", "--output", "json"),
            *("--region", self.region, "--registry-id", self.account),
            *("--repository-name", self.repository, "--image-ids", f"imageTag={self.tag}"),
        )
        if not answer.succeeded and "ImageNotFoundException" not in answer.complaint:
            raise RegistryRefused(
                f"Amazon ECR does not say whether it has {self.uri}: {answer.last_words}. "
                f"The AWS CLI must reach account {self.account} as Terraform does: with the same "
                "credentials in the environment, or the same AWS_PROFILE."
            )
        return answer.succeeded

    def password(self) -> str:
        """A password for the registry, valid for hours. It goes into a pipe and nowhere else.

        Raises:
            RegistryRefused: ECR gives none.
        """
        answer = ask("aws", "ecr", "get-login-password", "--region", self.region)
        if not answer.succeeded:
            raise RegistryRefused(f"Amazon ECR gives no password: {answer.last_words}.")
        return answer.output


def require_aws_cli() -> None:
    """Hold that the AWS CLI is there.

    Raises:
        MissingProgram: It is not, or does not run.
    """
    if not shutil.which("aws"):
        raise MissingProgram(
            "The AWS CLI is missing: the program aws gives the password with which images are "
            "pushed to Amazon ECR. Install it (https://aws.amazon.com/cli/)."
        )
    if not (answer := ask("aws", "--version")).succeeded:
        raise MissingProgram(f"The AWS CLI does not work: {answer.last_words}.")
