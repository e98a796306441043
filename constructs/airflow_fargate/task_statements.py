"""What a DAG task may do in AWS: statements of its role, and the limits of roles."""

from collections.abc import Sequence

from .iam import Statement, policy
from .rules import InvalidValue
from .values import Condition, choose

_LONGEST_POLICY = 10_240


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
