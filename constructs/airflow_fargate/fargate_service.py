"""`FargateService`: what all services of Airflow have in common."""

import re
from collections.abc import Mapping, Sequence
from typing import Any

from cdktf_cdktf_provider_aws.ecs_service import (
    EcsService,
    EcsServiceCapacityProviderStrategy,
    EcsServiceDeploymentCircuitBreaker,
    EcsServiceLoadBalancer,
    EcsServiceNetworkConfiguration,
    EcsServiceServiceRegistries,
)
from constructs import Construct

from .iam import Statement
from .load_balancer import LoadBalancer
from .security_group import SecurityGroup
from .service_host import ServiceHost
from .service_props import ServiceProps
from .service_task import ServiceTask
from .task_names import service_tag
from .tree import path_of
from .values import merged
from .workload import MIGRATION_WAIT_SECONDS, Rollout, Workload

START_SECONDS = 120
"""How long a container of Airflow may take from its start to being healthy."""


class FargateService(Construct):
    """An ECS service on Fargate with its task definition, roles, security group and log group.

    Its containers are not root, have no Linux capabilities and a read-only root file system. It is
    in the private subnets, without a public address, and its security group lets nothing in or out.
    A deployment that does not come up is rolled back.

    Args:
        props: What the caller chose.
        workload: What it runs.
        host: Where it runs, and what its containers are told.
        statements: What its own code may do.
        rollout: How its tasks are replaced.
        capacity_provider: `FARGATE` or `FARGATE_SPOT`.
        load_balancer: What stands in front of it.
        registry_arn: Cloud Map service that knows its tasks' addresses.
    """

    def __init__(
        self,
        scope: Construct,
        id_: str,
        props: ServiceProps,
        *,
        workload: Workload,
        host: ServiceHost,
        statements: Sequence[Statement],
        rollout: Rollout,
        capacity_provider: str = "FARGATE",
        load_balancer: LoadBalancer | None = None,
        registry_arn: str | None = None,
    ) -> None:
        super().__init__(scope, id_)
        self.id: str = re.sub(r"\W", "_", path_of(scope).rsplit("/", 1)[-1])
        """What it is called in Terraform: `worker_default`."""
        self.security_group = SecurityGroup(
            self,
            "_security_group",
            # Joined by what no name holds, as deployments may share a VPC.
            name=f"{props.name}_{workload.service}",
            description=f"{workload.service} of {props.name}",
            vpc_id=host.vpc_id,
            port=workload.port,
            tags=props.tags,
        )
        """Who may reach the service, and whom it may reach."""
        self.task = ServiceTask(
            self,
            "_task",
            props,
            workload=workload,
            host=host,
            statements=[*statements, *props.statements],
        )
        """What its tasks are made from."""
        self.name: str = EcsService(
            self,
            "ecs_service",
            name=workload.service,
            cluster=host.cluster_name,
            task_definition=self.task.arn,
            desired_count=props.desired_count,
            # Not launch_type, which knows no Spot.
            capacity_provider_strategy=[
                EcsServiceCapacityProviderStrategy(capacity_provider=capacity_provider, weight=1)
            ],
            platform_version="LATEST",
            enable_execute_command=props.exec,
            network_configuration=EcsServiceNetworkConfiguration(
                subnets=list(host.private_subnet_ids),
                security_groups=[self.security_group.id],
                assign_public_ip=False,
            ),
            deployment_circuit_breaker=EcsServiceDeploymentCircuitBreaker(
                enable=True, rollback=True
            ),
            deployment_minimum_healthy_percent=rollout.minimum_healthy_percent,
            deployment_maximum_percent=rollout.maximum_percent,
            availability_zone_rebalancing="ENABLED" if rollout.rebalance_zones else "DISABLED",
            enable_ecs_managed_tags=True,
            propagate_tags="SERVICE",
            # DAGs may not stop tasks with such a name (run_task_statements).
            tags=merged(props.tags, {"Name": service_tag(props.name, workload.service)}),
            # ECS gives up a deployment whose first tasks cannot start. It takes a target group only
            # once a listener forwards to it.
            depends_on=[
                *self.task.roles.policies,
                *host.depends_on,
                *(load_balancer.listeners if load_balancer else ()),
            ],
            **_in_front(workload, load_balancer),
            **_registered(registry_arn),
        ).name
        """The service's name in its cluster."""


def _in_front(workload: Workload, load_balancer: LoadBalancer | None) -> Mapping[str, Any]:
    if load_balancer is None or workload.port is None:
        return {}
    return {
        "load_balancer": [
            EcsServiceLoadBalancer(
                target_group_arn=load_balancer.target_group_arn,
                container_name=workload.component,
                container_port=workload.port,
            )
        ],
        # A task is a target before its containers run, and they wait for the migration first.
        "health_check_grace_period_seconds": MIGRATION_WAIT_SECONDS + START_SECONDS,
    }


def _registered(registry_arn: str | None) -> Mapping[str, Any]:
    if registry_arn is None:
        return {}
    return {"service_registries": EcsServiceServiceRegistries(registry_arn=registry_arn)}


def let_reach(source: FargateService, target: FargateService, port: int) -> None:
    """Let one service reach a port of another."""
    source.security_group.allow_to(target.id, target.security_group.id, port)
    target.security_group.allow_from(source.id, source.security_group.id, port=port)
