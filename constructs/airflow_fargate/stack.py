"""`Stack`: what every stack of this library stands on."""

from collections.abc import Mapping
from typing import Any

import jsii
from cdktf import LocalBackend, S3Backend, TerraformResource, TerraformStack
from cdktf_cdktf_provider_aws.provider import AwsProvider, AwsProviderDefaultTags
from constructs import Construct

from .begin_with import LetOthersWait
from .logical_ids import logical_id, resource_words
from .props import Tags, check_value
from .rules import InvalidValue, Matches
from .tree import path_of, stack_of

TERRAFORM_VERSION = ">= 1.11.0"
"""S3 locking without DynamoDB, ephemeral resources and write-only arguments need 1.11."""
AWS_PROVIDER_VERSION = ">= 5.100.0, < 7.0.0"
"""What is synthesized stays inside what providers 5.100 and 6 share."""

_REGION = Matches(r"[a-z]{2,3}(-[a-z]+)+-\d", 'an AWS region such as "eu-west-1"')


class RepeatedName(ValueError):
    """Two elements of a stack would have one Terraform address, and one of them would be lost.

    It comes by way of cdktf, as a RuntimeError with the same message.
    """


class Stack(TerraformStack):
    """A Terraform state for one AWS region, with readable addresses and tagged resources.

    Args:
        region: AWS region of every resource in the stack.
        tags: The provider's `default_tags`: put on everything that takes tags.
        state_bucket: S3 bucket for the state. Without it the backend block leaves the bucket out,
            and `terraform init -backend-config=bucket=...` names it.
        state_region: Region of that bucket, if it is another one than the stack's.
        local_state: Keep the state in `terraform.<id>.tfstate` beside `cdktf.json` instead.
    """

    def __init__(
        self,
        scope: Construct,
        id_: str,
        *,
        region: str,
        tags: Mapping[str, str] | None = None,
        state_bucket: str | None = None,
        state_region: str | None = None,
        local_state: bool = False,
    ) -> None:
        super().__init__(scope, id_)
        for argument, value in (("region", region), ("state_region", state_region or region)):
            if not _REGION.holds(value):
                raise InvalidValue(f"Stack.{argument}", _REGION.text, value)
        check_value("Stack.tags", tags, Tags)
        if local_state and state_bucket:
            raise InvalidValue(
                "Stack.state_bucket", "left out when `local_state` is set", state_bucket
            )
        self._id = id_
        self.region = region
        """AWS region of every resource in the stack."""
        self._owners: dict[tuple[str, str], str] = {}
        self._first: list[TerraformResource] = []
        default_tags = [AwsProviderDefaultTags(tags=dict(tags))] if tags else None
        AwsProvider(self, "aws", region=region, default_tags=default_tags)
        self.add_override("terraform.required_version", TERRAFORM_VERSION)
        self.add_override(
            "terraform.required_providers.aws",
            {"source": "hashicorp/aws", "version": AWS_PROVIDER_VERSION},
        )
        if local_state:
            # Terraform runs in cdktf.out/stacks/<id>; the state must outlive that folder.
            LocalBackend(self, path=f"../../../terraform.{id_}.tfstate")
        else:
            self._use_s3_backend(id_, state_region or region, state_bucket)

    def begin_with(self, resource: TerraformResource) -> None:
        """Let every other managed resource of this stack wait for one of them.

        Nothing is applied when it fails: what depends on no other resource gets a `depends_on`
        in the file that is written. Left out are data sources, what is inside a Terraform
        module, and what the resource itself depends on.

        Raises:
            InvalidValue: It is no managed resource of this stack.
        """
        if not isinstance(resource, TerraformResource) or stack_of(resource) is not self:
            raise InvalidValue(
                f"What stack {self._id} begins with", "one of its managed resources", resource
            )
        self._first.append(resource)
        if len(self._first) == 1:
            LetOthersWait(self, self._first)

    def _use_s3_backend(self, id_: str, region: str, bucket: str | None) -> None:
        S3Backend(
            self,
            bucket=bucket or "",
            key=f"{id_}/terraform.tfstate",
            region=region,
            # No `encrypt`: it asks for S3's own key, past the one that the bucket may have. What
            # a bucket holds is encrypted in any case.
        )
        self.add_override("terraform.backend.s3.use_lockfile", True)
        if not bucket:
            self.add_override("terraform.backend.s3.bucket", None)

    @jsii.member(jsii_name="allocateLogicalId")
    def _allocate_logical_id(self, tf_element: Any) -> str:
        """Called by cdktf, once for each element: names it, and refuses a name that is taken."""
        path = path_of(tf_element)
        words = resource_words(type(tf_element).__module__)
        name = logical_id(path, words)
        kind = f"{type(tf_element).__module__}.{type(tf_element).__name__}"
        owner = self._owners.setdefault((kind, name), path)
        if owner != path:
            raise RepeatedName(
                f"{type(tf_element).__name__} at {path} and at {owner} would both be "
                f'"{name}" in Terraform. Give one of the two another id.'
            )
        return name
