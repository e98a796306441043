"""What a DAG task may do in AWS: statements of its role, and the limits of roles."""

import re
from collections.abc import Sequence

from .iam import Statement, policy
from .rules import InvalidValue
from .values import Condition, choose, is_token

_SID = re.compile(r"[A-Za-z0-9]+")
_ACTION = re.compile(r"[a-z0-9-]+:[A-Za-z0-9*?]+")
_EVERY_ACTION = re.compile(r"(.+:)?[*?]+")
_LONGEST_POLICY = 10_240


def check_statements(task: str, statements: Sequence[Statement]) -> None:
    """Refuse statements that IAM would refuse, and such as permit a whole service.

    Raises:
        InvalidValue: As said.
    """
    for statement in statements:
        place = f"statement {statement.sid} of task {task}"
        if not _SID.fullmatch(statement.sid):
            raise InvalidValue(f"sid of a statement of task {task}", "letters and digits",
                               statement.sid)  # fmt: skip
        if statement.principals is not None or not statement.resources:
            raise InvalidValue(
                place,
                "one of a role: with resources and without principals",
                (list(statement.resources), statement.principals),
            )
        if not statement.actions:
            raise InvalidValue(f"actions of {place}", "one or more", list(statement.actions))
        for action in statement.actions:
            _check_action(f"actions of {place}", action)


def check_policy_size(role: str, statements: Sequence[Statement]) -> None:
    """Refuse more statements than IAM takes in the policies of a role.

    Raises:
        InvalidValue: They have more than 10,240 characters.
    """
    size = len(policy(statements))
    if size > _LONGEST_POLICY:
        raise InvalidValue(
            f"The policy of {role}", f"at most {_LONGEST_POLICY} characters (IAM)", size,
            "Name fewer resources or secrets, or resources by a common prefix and *.",
        )  # fmt: skip


def mount_statement(
    file_system_arn: str | None,
    access_point_arn: str | None,
    *,
    read_only: Condition,
    missing: Condition,
    without_mount: str,
) -> Statement:
    """Permission to mount the shared storage through its access point.

    Args:
        file_system_arn: The file system.
        access_point_arn: The only access point that may be used.
        read_only: Whether the task can only read.
        missing: Whether nothing is mounted, where only Terraform knows.
        without_mount: ARN of what is no file system, to stand where nothing is mounted.
    """
    mount = "elasticfilesystem:ClientMount"
    write = choose(read_only, mount, "elasticfilesystem:ClientWrite")
    return Statement(
        sid="MountSharedStorage",
        actions=sorted({mount, write}),
        # A policy cannot hold a null. Actions of EFS on what is no file system permit nothing.
        resources=[choose(missing, without_mount, str(file_system_arn))],
        conditions={
            "StringEquals": {
                "elasticfilesystem:AccessPointArn": choose(
                    missing, without_mount, str(access_point_arn)
                )
            }
        },
    )


def _check_action(field: str, action: str) -> None:
    if is_token(action):
        return
    if _EVERY_ACTION.fullmatch(action):
        raise InvalidValue(
            field,
            "named (a whole service is more than a task needs: whoever may do all with a service "
            "may also delete, and give away, what is not the task's)",
            action,
            'Name what the task does, such as "s3:GetObject".',
        )
    if not _ACTION.fullmatch(action):
        raise InvalidValue(field, 'of the form "service:Action"', action)
