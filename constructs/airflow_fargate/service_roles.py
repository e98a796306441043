"""The roles of a service: the one that its code has, and the one with which ECS starts it."""

from collections.abc import Sequence
from typing import Any

from cdktf_cdktf_provider_aws.iam_role_policy import IamRolePolicy
from constructs import Construct

from .iam import Statement, policy
from .parts import optional
from .service_props import ServiceProps
from .service_role import ServiceRole

ECS_TASKS = "ecs-tasks.amazonaws.com"
ANY_OF_ECS = "ecs:*"
"""Whom ECS may take on a task's role for. It knows no narrower one, not even a cluster."""


class ServiceRoles(Construct):
    """Task role and execution role of one service.

    Args:
        props: The service's.
        service: The service's name in its cluster.
        statements: What the service's own code may do.
        exec_statements: What it may do where ECS Exec is on.
        execution_statements: What ECS may do to start its containers.
    """

    def __init__(
        self,
        scope: Construct,
        id_: str,
        props: ServiceProps,
        *,
        service: str,
        statements: Sequence[Statement],
        exec_statements: Sequence[Statement],
        execution_statements: Sequence[Statement],
    ) -> None:
        super().__init__(scope, id_)

        def role(
            kind: str, joint: str, description: str, allowed: Sequence[Statement]
        ) -> ServiceRole:
            return ServiceRole(
                self,
                f"{kind}_role",
                # 24 + 1 + 23 ("worker-" and a pool's 16), of the 49 that ServiceRole leaves. The
                # joints tell roles apart: no name of a deployment or a service has a plus or a dot.
                name=f"{props.name}{joint}{service}",
                service=ECS_TASKS,
                acting_for=ANY_OF_ECS,
                description=description,
                statements=allowed,
                permissions_boundary_arn=props.permissions_boundary_arn,
                tags=props.tags,
            )

        task = role("task", "+", f"What {service} of {props.name} may do", statements)
        execution = role(
            "execution", ".", f"How ECS starts {service} of {props.name}", execution_statements
        )
        # A policy of its own: Terraform can leave it out, but no statement of another.
        exec_policy = optional(
            props.exec,
            lambda count: IamRolePolicy(
                self,
                "exec_role_policy",
                name="exec",
                role=task.id,
                policy=policy(exec_statements),
                count=count,
            ),
        )
        self.task_role_arn: str = str(task.arn)
        """The role that the service's own code has."""
        self.execution_role_arn: str = str(execution.arn)
        """The role with which ECS pulls the image, reads secrets and writes logs."""
        self.policies: list[Any] = [*task.policies, *execution.policies]
        self.policies += [exec_policy.resource] if exec_policy.resource else []
        """Policies of both, for `depends_on`: a task that starts before them cannot do its work."""
