"""`ServiceProps`: what every service of Airflow can be told."""

from collections.abc import Sequence
from typing import Annotated

from .fargate_size import MEMORY_MIB_BY_CPU, check_size
from .iam import Statement, check_statements
from .props import (
    OF_THE_DEPLOYMENT,
    KmsKeyArn,
    LogRetentionDays,
    Name,
    PermissionsBoundaryArn,
    Tags,
    props,
)
from .rules import Between, OneOf
from .values import literal

Cpu = Annotated[int, OneOf(tuple(MEMORY_MIB_BY_CPU), "what Fargate allows")]
"""CPU units of a Fargate task."""
DesiredCount = Annotated[int, Between(0, 5000, "what ECS runs for one service")]
"""Number of tasks of a service."""


@props
class ServiceProps:
    """What every service of Airflow can be told."""

    name: Name = OF_THE_DEPLOYMENT
    """Name of the deployment; begins every name in AWS."""
    cpu: Cpu = 512
    """CPU units of each task; 1024 are one virtual CPU."""
    memory_mib: int = 1024
    """Memory of each task in MiB. Fargate allows a few sizes with each number of CPU units."""
    desired_count: DesiredCount = 1
    """How many tasks run. With 0 the service is there and rests."""
    statements: Sequence[Statement] = ()
    """What the service's own code may do in AWS beyond what Airflow needs: what operators, hooks
    and sensors of DAGs call in workers, and deferred ones in the triggerer. ARNs in them may come
    from Terraform, and with `StatementsFrom` statements as a whole."""
    exec: bool = False
    """Whether ECS Exec can open a shell in the service's containers, as root. What the agent of
    ECS Exec writes goes to volumes at /var/lib/amazon and /var/log/amazon, because the root file
    system stays read-only. AWS promises ECS Exec for a writable root only, and does not say which
    Linux capabilities the agent needs (containers have none here): try it before you rely on it.
    A change takes effect in tasks that start later."""
    log_retention_days: LogRetentionDays = 30
    """Days that the containers' output is kept."""
    kms_key_arn: KmsKeyArn = None
    """Key for that output; its policy must let CloudWatch Logs use it. Without it CloudWatch
    encrypts with a key of its own."""
    permissions_boundary_arn: PermissionsBoundaryArn = None
    """Permissions boundary of the service's roles."""
    tags: Tags = None
    """Tags of every resource and task, beside the provider's `default_tags`."""

    def __post_init__(self) -> None:
        """Refuse a size that Fargate does not have."""
        check_size(type(self).__name__, self.cpu, self.memory_mib)
        owner = type(self).__name__
        check_statements(owner, literal(f"{owner}.statements", self.statements))
