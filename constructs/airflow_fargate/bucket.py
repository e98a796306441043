"""`Bucket`: an S3 bucket for what DAGs work on."""

from typing import Annotated

from constructs import Construct

from .arguments import check_arguments
from .iam import Statement
from .old_versions import keep_old_versions
from .private_bucket import PrivateBucket
from .props import KmsKeyArn, Name, Tags, props
from .rules import Between, InvalidValue
from .surroundings import account_id, region
from .values import is_token


@props
class BucketProps:
    """What a `Bucket` can be told."""

    name: Name
    """What the bucket's name begins with; account and region follow."""
    version_retention_days: Annotated[int, Between(1, 3650)] = 30
    """Days that an object is kept after it was overwritten or deleted."""
    kms_key_arn: KmsKeyArn = None
    """Key for the objects; `AirflowFargate.kms_key_arn` is the deployment's. Without it S3
    encrypts with a key of its own."""
    deletion_protection: bool = True
    """Whether the bucket refuses to be deleted. To destroy it, apply once with False first; what
    is in it goes with it then."""
    tags: Tags = None
    """Tags of the bucket, beside the provider's `default_tags`."""


class Bucket(Construct):
    """An S3 bucket: versioned, encrypted, TLS only, closed to the public.

    Nobody may reach it until a role gets `read_statements` or `write_statements`. Its name is
    `<name>-<account>-<region>`: unique in the world without an account id in the code.
    """

    def __init__(self, scope: Construct, id_: str, props: BucketProps) -> None:
        super().__init__(scope, id_)
        check_arguments(self, props=props)
        self.props = props
        self._bucket = PrivateBucket(
            self,
            "_bucket",
            # 24 + 1 + 12 + 1 + 14 characters at most, of the 63 that S3 allows.
            name=f"{props.name}-{account_id(self)}-{region(self)}",
            kms_key_arn=props.kms_key_arn,
            deletion_protection=props.deletion_protection,
            tags=props.tags,
        )
        keep_old_versions(self, bucket=self._bucket.name, days=props.version_retention_days)
        # Else an object of the same apply could be there before its encryption.
        self.name: str = self._bucket.encrypted_name
        """The bucket's name. What uses it waits until the bucket is there and encrypts."""
        self.arn: str = self._bucket.arn
        """The bucket's ARN."""

    def read_statements(self, what: str, keys: str = "*") -> list[Statement]:
        """Permission to find and read objects, for a role.

        Args:
            what: What they are, for the statements' ids: letters and digits, `Sales`.
            keys: Which, as a pattern of keys: `sales/*`.

        Raises:
            InvalidValue: The keys name a bucket, or begin or end with a slash.
        """
        _check_keys("read_statements", keys)
        return self._bucket.read_statements(what, keys)

    def write_statements(self, what: str, keys: str = "*") -> list[Statement]:
        """Permission to write objects, for a role; not to read or to delete them.

        Args:
            what: What they are, for the statements' ids: letters and digits, `Reports`.
            keys: Which, as a pattern of keys: `reports/*`.

        Raises:
            InvalidValue: The keys name a bucket, or begin or end with a slash.
        """
        _check_keys("write_statements", keys)
        return [
            Statement(
                sid=f"Write{what}", actions=["s3:PutObject"], resources=[f"{self.arn}/{keys}"]
            ),
            # Decrypt as well: S3 asks for it when a large object is put in parts.
            *self._bucket.key_statements(f"Encrypt{what}", ["kms:Decrypt", "kms:GenerateDataKey"]),
        ]


def _check_keys(method: str, keys: str) -> None:
    if is_token(keys) or (keys and keys == keys.strip("/") and "://" not in keys):
        return
    _, in_s3, rest = keys.rpartition("s3://")
    meant = (rest.partition("/")[2] if in_s3 else keys).strip("/")
    if meant and not keys.endswith("*"):
        meant += "/*"
    raise InvalidValue(
        f"Bucket.{method}(keys)",
        "a pattern of keys, without the bucket and without a slash at its beginning or end",
        keys,
        f'Did you mean "{meant}"?' if meant else 'All objects are "*".',
    )
