"""`TaskHost`: where the DAG tasks of a deployment run."""

from collections.abc import Sequence
from typing import Annotated, Literal

from .props import (
    KmsKeyArn,
    LogRetentionDays,
    Name,
    PermissionsBoundaryArn,
    Tags,
    props,
)
from .rules import Arn, InvalidValue, Items, Matches
from .values import is_token

_SUBNET = Matches(r"subnet-[0-9a-f]{8,17}", 'a subnet\'s id, such as "subnet-0123456789abcdef0"')
_SECURITY_GROUP = Matches(r"sg-[0-9a-f]{8,17}", "a security group's id")
_MOST_SUBNETS = 16
_MOST_SECURITY_GROUPS = 5


@props
class TaskHost:
    """Where DAG tasks run: cluster, network, shared storage, and what holds for all of them.

    These are plain values, so that another Terraform state can add tasks to a deployment.
    """

    name: Name
    """Name of the deployment."""
    cluster_arn: Annotated[str, Arn("ecs", "cluster/")]
    """The ECS cluster."""
    private_subnet_ids: Annotated[Sequence[str], Items(_SUBNET, minimum=1)]
    """Subnets that tasks run in, at most 16. They need a way to ECR, CloudWatch Logs, Secrets
    Manager and Parameter Store, by NAT or by endpoints."""
    security_group_ids: Annotated[Sequence[str], Items(_SECURITY_GROUP, minimum=1)]
    """Security groups of tasks, at most 5."""
    file_system_id: str | None = None
    """EFS file system that tasks share. The four fields of shared storage go together."""
    file_system_arn: Annotated[str | None, Arn("elasticfilesystem", "file-system/")] = None
    """ARN of the file system."""
    access_point_id: str | None = None
    """Access point that tasks mount; it decides on the user and the folder."""
    access_point_arn: Annotated[str | None, Arn("elasticfilesystem", "access-point/")] = None
    """ARN of the access point."""
    architecture: Literal["ARM64", "X86_64"] = "X86_64"
    """Processor of tasks and of their images."""
    log_retention_days: LogRetentionDays = 30
    """Days that the output of tasks is kept."""
    deletion_protection: bool = False
    """Whether the repositories of images that are built refuse to be deleted while they hold any.
    """
    kms_key_arn: KmsKeyArn = None
    """Key for images and logs, and the key of secrets unless a task names another. Without it AWS
    encrypts with keys of its own."""
    permissions_boundary_arn: PermissionsBoundaryArn = None
    """Permissions boundary of the tasks' roles."""
    tags: Tags = None
    """Tags of every resource, beside the provider's `default_tags`."""

    def __post_init__(self) -> None:
        """Refuse half a shared storage, and more than a task can have of the network."""
        storage = (
            self.file_system_id,
            self.file_system_arn,
            self.access_point_id,
            self.access_point_arn,
        )
        if None in storage and storage != (None,) * len(storage):
            raise InvalidValue(
                "TaskHost.file_system_id, file_system_arn, access_point_id, access_point_arn",
                "given all four, or none of them",
                storage,
            )
        for field, values, most in (
            ("private_subnet_ids", self.private_subnet_ids, _MOST_SUBNETS),
            ("security_group_ids", self.security_group_ids, _MOST_SECURITY_GROUPS),
        ):
            if not is_token(values) and len(values) > most:
                raise InvalidValue(
                    f"TaskHost.{field}", f"at most {most} (what a Fargate task can have)", values
                )
