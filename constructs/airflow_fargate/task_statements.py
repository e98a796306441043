"""What a DAG task may do in AWS: statements of its role, and the limits of roles."""

from collections.abc import Sequence

from .iam import Statement, known_in_python, policy
from .rules import InvalidValue
from .values import Condition, choose

_LONGEST_POLICY = 10_240


def check_policy_size(role: str, statements: Sequence[Statement]) -> None:
    """Refuse more statements than IAM takes in the policies of a role.

    Raises:
        InvalidValue: They have more than 10,240 characters.
    """
    # What only Terraform knows, IAM has to measure.
    size = len(policy([item for item in statements if known_in_python([item])]))
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
    when: Condition,
) -> Statement:
    """Permission to mount the shared storage through its access point.

    Args:
        file_system_arn: The file system.
        access_point_arn: The only access point that may be used.
        read_only: Whether the task can only read.
        when: Whether it is mounted.
    """
    mount = "elasticfilesystem:ClientMount"
    return Statement(
        sid="MountSharedStorage",
        actions=choose(read_only, [mount], [mount, "elasticfilesystem:ClientWrite"]),
        resources=[str(file_system_arn)],
        conditions={"StringEquals": {"elasticfilesystem:AccessPointArn": str(access_point_arn)}},
        when=when,
    )
