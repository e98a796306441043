"""Permission to be reached by ECS Exec."""

from constructs import Construct

from .iam import Statement
from .key_use import key_statements
from .log_group import find_statement


def exec_statements(
    scope: Construct, *, log_group_arn: str, kms_key_arn: str | None
) -> list[Statement]:
    """Permission to be reached by ECS Exec, for a task's role.

    Args:
        scope: The construct that asks.
        log_group_arn: Log group of the cluster's ECS Exec sessions.
        kms_key_arn: Key of the sessions, if they have one.
    """
    return [
        Statement(
            sid="OpenExecChannels",
            actions=[
                "ssmmessages:CreateControlChannel",
                "ssmmessages:CreateDataChannel",
                "ssmmessages:OpenControlChannel",
                "ssmmessages:OpenDataChannel",
            ],
            resources=["*"],  # these actions know no resources
        ),
        find_statement(scope, "FindExecLogGroup"),
        Statement(
            sid="WriteExecLogs",
            actions=[
                "logs:CreateLogStream",
                "logs:DescribeLogStreams",
                "logs:PutLogEvents",
            ],
            resources=[f"{log_group_arn}:*"],
        ),
        *key_statements(
            scope,
            sid="DecryptExecSessions",
            actions=["kms:Decrypt"],
            kms_key_arn=kms_key_arn,
        ),
    ]
