"""`StateBackend`: the S3 bucket that keeps Terraform state."""

from typing import Annotated

from constructs import Construct

from .arguments import check_arguments
from .old_versions import keep_old_versions
from .private_bucket import PrivateBucket
from .props import KmsKeyArn, Name, Tags, props
from .rules import Between
from .surroundings import account_id, region


@props
class StateBackendProps:
    """What a `StateBackend` can be told."""

    name: Name
    """Name of the deployment; begins the bucket's name."""
    version_retention_days: Annotated[int, Between(1, 3650)] = 365
    """Days that a state is kept after a newer one took its place."""
    kms_key_arn: KmsKeyArn = None
    """Key for the state. Without it S3 encrypts with a key of its own."""
    deletion_protection: bool = True
    """Whether the bucket refuses to be deleted. To destroy it, apply once with False first; the
    states in it go with it then."""
    tags: Tags = None
    """Tags of the bucket, beside the provider's `default_tags`."""


class StateBackend(Construct):
    """The S3 bucket for Terraform state: versioned, encrypted, TLS only, deletion protected.

    Terraform locks a state by a file beside it (`use_lockfile`), so there is no DynamoDB table.
    The bucket is `<name>-state-<account>-<region>`: unique in the world without an account id in
    the code.
    """

    def __init__(self, scope: Construct, id_: str, props: StateBackendProps) -> None:
        super().__init__(scope, id_)
        check_arguments(self, props=props)
        bucket = PrivateBucket(
            self,
            "_bucket",
            # 24 + 7 + 12 + 1 + 14 characters at most, of the 63 that S3 allows.
            name=f"{props.name}-state-{account_id(self)}-{region(self)}",
            kms_key_arn=props.kms_key_arn,
            deletion_protection=props.deletion_protection,
            tags=props.tags,
        )
        keep_old_versions(self, bucket=bucket.name, days=props.version_retention_days)
        self.bucket = bucket.name
        """Name of the bucket: `terraform init -backend-config=bucket=...`."""
        self.bucket_arn = bucket.arn
        """ARN of the bucket."""
