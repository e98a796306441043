"""What a role may do with a bucket as such, and with its key."""

from collections.abc import Sequence

from constructs import Construct

from .iam import Statement
from .key_use import key_statements
from .surroundings import region


def list_statement(what: str, bucket_arn: str) -> Statement:
    """Permission to list a bucket.

    Without it S3 answers "forbidden", and not "not found", about what is not there.
    """
    return Statement(sid=f"List{what}", actions=["s3:ListBucket"], resources=[bucket_arn])


def bucket_key_statements(
    scope: Construct, sid: str, actions: Sequence[str], *, bucket_arn: str, kms_key_arn: str | None
) -> list[Statement]:
    """What a role may do with a bucket's key, for this bucket only; none if it has none."""
    return key_statements(
        scope,
        sid=sid,
        actions=actions,
        kms_key_arn=kms_key_arn,
        via_service=f"s3.{region(scope)}.amazonaws.com",
        # The bucket, not the object: with a key of ours it has a bucket key.
        encryption_context={"aws:s3:arn": [bucket_arn]},
    )


def append_statements(
    scope: Construct, what: str, *, bucket_arn: str, kms_key_arn: str | None
) -> list[Statement]:
    """Permission to write logs to a bucket, and to add to those that are there.

    Args:
        scope: The construct that asks.
        what: What the logs are, for the statements' ids: letters and digits, `TaskLogs`.
        bucket_arn: The bucket.
        kms_key_arn: Its key, if it has one of its own.
    """
    return [
        Statement(
            sid=f"Append{what}",
            # S3 has no append: what is there is read, and written again with more.
            actions=["s3:GetObject", "s3:PutObject"],
            resources=[f"{bucket_arn}/*"],
        ),
        list_statement(what, bucket_arn),
        *bucket_key_statements(
            scope,
            f"Encrypt{what}",
            ["kms:Decrypt", "kms:GenerateDataKey"],
            bucket_arn=bucket_arn,
            kms_key_arn=kms_key_arn,
        ),
    ]
