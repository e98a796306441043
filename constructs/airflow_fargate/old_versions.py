"""Old versions of the objects of an S3 bucket."""

from cdktf_cdktf_provider_aws import s3_bucket_lifecycle_configuration as lifecycle
from cdktf_cdktf_provider_aws import s3_bucket_versioning as versioning
from constructs import Construct


def keep_old_versions(scope: Construct, *, bucket: str, days: int) -> None:
    """Keep what is overwritten or deleted in a bucket for a while.

    Args:
        scope: The construct that the bucket is of; it has no other rules about its objects' age.
        bucket: Name of the bucket.
        days: Days that a version is kept after a newer one, or none, took its place.
    """
    versioned = versioning.S3BucketVersioningA(
        scope,
        "s3_bucket_versioning",
        bucket=bucket,
        versioning_configuration=versioning.S3BucketVersioningVersioningConfiguration(
            status="Enabled"
        ),
    )
    lifecycle.S3BucketLifecycleConfiguration(
        scope,
        "s3_bucket_lifecycle_configuration",
        bucket=bucket,
        rule=[
            lifecycle.S3BucketLifecycleConfigurationRule(
                id="expire-old-versions",
                status="Enabled",
                filter=[lifecycle.S3BucketLifecycleConfigurationRuleFilter(prefix="")],
                noncurrent_version_expiration=[
                    lifecycle.S3BucketLifecycleConfigurationRuleNoncurrentVersionExpiration(
                        noncurrent_days=days
                    )
                ],
                abort_incomplete_multipart_upload=[
                    lifecycle.S3BucketLifecycleConfigurationRuleAbortIncompleteMultipartUpload(
                        days_after_initiation=7
                    )
                ],
            )
        ],
        # S3 takes a rule about old versions only once there can be some.
        depends_on=[versioned],
    )
