"""`LogBucket`: an S3 bucket in which logs are kept for a while."""

from collections.abc import Mapping

from cdktf_cdktf_provider_aws import s3_bucket_lifecycle_configuration as lifecycle
from constructs import Construct

from .iam import Statement
from .policy_exceptions import except_policy
from .private_bucket import PrivateBucket
from .surroundings import account_id, region


class LogBucket(Construct):
    """A private S3 bucket whose objects expire.

    Args:
        name: What the bucket's name begins with, at most 35 characters; account and region follow.
        retention_days: Days that objects are kept.
        kms_key_arn: Key to encrypt with; without it S3 encrypts with a key of its own.
        deletion_protection: Refuse to destroy the bucket, and never empty it.
        tags: Tags of the bucket.
    """

    def __init__(
        self,
        scope: Construct,
        id_: str,
        *,
        name: str,
        retention_days: int,
        kms_key_arn: str | None = None,
        deletion_protection: bool,
        tags: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__(scope, id_)
        self._bucket = bucket = PrivateBucket(
            self,
            "_bucket",
            name=f"{name}-{account_id(self)}-{region(self)}",
            kms_key_arn=kms_key_arn,
            deletion_protection=deletion_protection,
            tags=tags,
        )
        lifecycle.S3BucketLifecycleConfiguration(
            self,
            "s3_bucket_lifecycle_configuration",
            bucket=bucket.name,
            rule=[
                lifecycle.S3BucketLifecycleConfigurationRule(
                    id="expire-logs",
                    status="Enabled",
                    filter=[lifecycle.S3BucketLifecycleConfigurationRuleFilter(prefix="")],
                    expiration=[
                        lifecycle.S3BucketLifecycleConfigurationRuleExpiration(days=retention_days)
                    ],
                    abort_incomplete_multipart_upload=[
                        lifecycle.S3BucketLifecycleConfigurationRuleAbortIncompleteMultipartUpload(
                            days_after_initiation=1
                        )
                    ],
                )
            ],
        )
        except_policy(
            bucket.resource,
            "CKV_AWS_21",
            "A log is written once and never changed, so that old versions would only be logs "
            "that have expired.",
        )
        self.name: str = bucket.name
        """The bucket's name. Refers to the bucket, so what uses it waits."""
        self.arn: str = bucket.arn
        """The bucket's ARN."""

    def read_statements(self, what: str) -> list[Statement]:
        """Permission to find and read logs.

        Args:
            what: What the logs are, for the statements' ids: letters and digits, `TaskLogs`.
        """
        return self._bucket.read_statements(what)
