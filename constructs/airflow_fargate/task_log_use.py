"""Permission to write the logs of Airflow's tasks."""

from constructs import Construct

from .bucket_use import append_statements
from .iam import Statement, only_when
from .log_group import find_statement
from .nulls import is_null
from .values import choose, negate


def write_task_logs_statements(
    scope: Construct,
    *,
    bucket_arn: str | None,
    log_group_arn: str | None,
    kms_key_arn: str | None,
) -> list[Statement]:
    """Permission to write the logs of tasks, for workers and triggerer.

    Args:
        scope: The construct that asks.
        bucket_arn: The bucket that they go to; or None, or a variable that may be null.
        log_group_arn: Or the log group.
        kms_key_arn: Key of the bucket, if it has one of its own.
    """
    in_bucket, in_log_group = (negate(is_null(scope, arn)) for arn in (bucket_arn, log_group_arn))
    # Terraform looks into a statement that it leaves out too, and text cannot hold a null.
    bucket = choose(in_bucket, bucket_arn, log_group_arn)
    log_group = choose(in_log_group, log_group_arn, bucket_arn)
    return [
        *only_when(
            in_bucket,
            append_statements(scope, "TaskLogs", bucket_arn=str(bucket), kms_key_arn=kms_key_arn),
        ),
        *only_when(
            in_log_group,
            [
                # watchtower, Airflow's library, looks its group up by name, and tries to make it
                # if it may not.
                find_statement(scope, "FindTaskLogs"),
                Statement(
                    sid="WriteTaskLogs",
                    actions=["logs:CreateLogStream", "logs:PutLogEvents"],
                    resources=[f"{log_group}:*"],
                ),
            ],
        ),
    ]
