"""Who starts a container from an image has to pull it: what that takes in IAM."""

import re

from constructs import Construct

from .iam import Statement
from .surroundings import partition
from .values import expression, is_token, source

_ECR = r"^([0-9]+)\.dkr[.-]ecr(?:-fips)?\.([a-z0-9-]+)\.[a-z.]+/([^:@]+)"


def pull_statements(repository_arn: str) -> list[Statement]:
    """Permission to pull the images of one ECR repository, for an execution role."""
    return [
        # This action knows no resources.
        Statement(sid="LogInToEcr", actions=["ecr:GetAuthorizationToken"], resources=["*"]),
        Statement(
            sid="PullImage",
            actions=[
                "ecr:BatchCheckLayerAvailability",
                "ecr:BatchGetImage",
                "ecr:GetDownloadUrlForLayer",
            ],
            resources=[repository_arn],
        ),
    ]


def pull_statements_of(scope: Construct, uri: str) -> list[Statement]:
    """Permission to pull an image that is given; none for one that is not in a private ECR."""
    repository_arn = repository_arn_of(scope, uri)
    return pull_statements(repository_arn) if repository_arn else []


def repository_arn_of(scope: Construct, uri: str) -> str | None:
    """The ECR repository of an image that is given; None if it is not in a private ECR."""
    if not is_token(uri):
        found = re.match(_ECR, uri)
        if not found:
            return None
        account, region, name = found.groups()
        return f"arn:{partition(scope)}:ecr:{region}:{account}:repository/{name}"
    # A policy cannot be without a resource: for an image from elsewhere it names a repository that
    # nobody can have, because names begin with a letter or a digit.
    parts = f"regex({source(_ECR)}, {source(uri)})"
    place = f'format("%s:%s:repository/%s", {parts}[1], {parts}[0], {parts}[2])'
    arn = expression(f'try({place}, "*:*:repository/_")')
    return f"arn:{partition(scope)}:ecr:{arn}"
