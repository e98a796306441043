"""`PrivateBucket`: an S3 bucket that nobody outside the account can be given."""

from collections.abc import Mapping, Sequence

from cdktf_cdktf_provider_aws import (
    s3_bucket_server_side_encryption_configuration as encryption,
)
from cdktf_cdktf_provider_aws.s3_bucket import S3Bucket
from cdktf_cdktf_provider_aws.s3_bucket_ownership_controls import (
    S3BucketOwnershipControls,
    S3BucketOwnershipControlsRule,
)
from cdktf_cdktf_provider_aws.s3_bucket_policy import S3BucketPolicy
from cdktf_cdktf_provider_aws.s3_bucket_public_access_block import S3BucketPublicAccessBlock
from constructs import Construct

from .bucket_use import bucket_key_statements, list_statement
from .iam import Statement, deny_without_tls, policy
from .nulls import is_null
from .policy_exceptions import except_policy
from .protection import prevent_destroy
from .values import choose, merged, negate


class PrivateBucket(Construct):
    """An S3 bucket: encrypted, TLS only, no public access, no ACLs.

    Args:
        name: The bucket's name, unique in the world, at most 63 characters.
        kms_key_arn: Key to encrypt with; without it S3 encrypts with a key of its own.
        deletion_protection: Refuse to destroy the bucket, and never empty it.
        statements: More statements for the bucket's policy.
        tags: Tags of the bucket.
    """

    def __init__(
        self,
        scope: Construct,
        id_: str,
        *,
        name: str,
        kms_key_arn: str | None = None,
        deletion_protection: bool,
        statements: Sequence[Statement] = (),
        tags: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__(scope, id_)
        bucket = S3Bucket(
            self,
            "s3_bucket",
            bucket=name,
            force_destroy=negate(deletion_protection),
            lifecycle=prevent_destroy(deletion_protection),
            tags=merged(tags, {"Name": name}),
        )
        closed = S3BucketPublicAccessBlock(
            self,
            "s3_bucket_public_access_block",
            bucket=bucket.id,
            block_public_acls=True,
            block_public_policy=True,
            ignore_public_acls=True,
            restrict_public_buckets=True,
        )
        S3BucketOwnershipControls(
            self,
            "s3_bucket_ownership_controls",
            bucket=bucket.id,
            rule=S3BucketOwnershipControlsRule(object_ownership="BucketOwnerEnforced"),
        )
        without_key = is_null(self, kms_key_arn)
        own_key = negate(without_key)
        encrypted = encryption.S3BucketServerSideEncryptionConfigurationA(
            self,
            "s3_bucket_server_side_encryption_configuration",
            bucket=bucket.id,
            rule=[
                encryption.S3BucketServerSideEncryptionConfigurationRuleA(
                    bucket_key_enabled=own_key,
                    apply_server_side_encryption_by_default=(
                        encryption.S3BucketServerSideEncryptionConfigurationRuleApplyServerSideEncryptionByDefaultA(
                            sse_algorithm=choose(own_key, "aws:kms", "AES256"),
                            kms_master_key_id=kms_key_arn,
                        )
                    ),
                )
            ],
        )
        S3BucketPolicy(
            self,
            "s3_bucket_policy",
            bucket=bucket.id,
            policy=policy([deny_without_tls("s3:*", [bucket.arn, f"{bucket.arn}/*"]), *statements]),
            # S3 refuses two changes of a bucket's access at one time.
            depends_on=[closed],
        )
        except_policy(
            bucket,
            "CKV_AWS_18",
            "CloudTrail's data events say who used it, where an account records them; access logs "
            "would need a further bucket, of which the same is asked.",
        )
        except_policy(
            bucket,
            "CKV_AWS_144",
            "It is of one region, as everything that it is for: a copy elsewhere would be all that "
            "is left.",
        )
        except_policy(
            bucket, "CKV2_AWS_62", "Nothing waits to be told when an object is put into it."
        )
        except_policy(
            bucket,
            "CKV_AWS_145",
            "Without kms_key_arn, S3 encrypts with a key of its own.",
            when=without_key,
        )
        self.name = bucket.id
        """The bucket's name. Refers to the bucket, so what uses it waits."""
        self.arn = bucket.arn
        """The bucket's ARN."""
        self.resource = bucket
        """The bucket itself."""
        self.encrypted_name = encrypted.bucket
        """The bucket's name once it encrypts as it is told to."""
        self._kms_key_arn = kms_key_arn

    def read_statements(self, what: str, keys: str = "*") -> list[Statement]:
        """Permission to find and read objects.

        Args:
            what: What they are, for the statements' ids: letters and digits, `TaskLogs`.
            keys: Which, as a pattern of keys: `sales/*`.
        """
        return [
            Statement(
                sid=f"Read{what}", actions=["s3:GetObject"], resources=[f"{self.arn}/{keys}"]
            ),
            self.list_statement(what),
            *self.key_statements(f"Decrypt{what}", ["kms:Decrypt"]),
        ]

    def list_statement(self, what: str) -> Statement:
        """Permission to list the bucket.

        Without it S3 answers "forbidden", and not "not found", about what is not there.
        """
        return list_statement(what, self.arn)

    def key_statements(self, sid: str, actions: Sequence[str]) -> list[Statement]:
        """What a role may do with the bucket's key, for this bucket only; none if it has none."""
        return bucket_key_statements(
            self, sid, actions, bucket_arn=self.arn, kms_key_arn=self._kms_key_arn
        )
