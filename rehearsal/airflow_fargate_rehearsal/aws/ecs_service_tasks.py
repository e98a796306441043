"""ECS: the tasks that a service starts, as moto's tasks that run."""

from __future__ import annotations

import copy
from collections import Counter
from typing import Any

from moto.ecs.models import Task, TaskDefinition

from airflow_fargate_rehearsal.aws import ecs_run_task
from airflow_fargate_rehearsal.aws.ecs_tasks import make_real
from airflow_fargate_rehearsal.fargate.service_deployment import Deployment
from airflow_fargate_rehearsal.fargate.service_task import ServiceTask


def strategy(service: Any) -> list[dict[str, Any]]:
    """The capacity provider strategy of a service: its own, or its cluster's."""
    if service.capacity_provider_strategy or service.launch_type == "FARGATE":
        return service.capacity_provider_strategy or []
    cluster = service._backend._get_cluster(service.cluster_name)
    return cluster.default_capacity_provider_strategy or []


def launch(service: Any, deployment: Deployment) -> ServiceTask:
    """Start a task of moto's service."""
    task = _create(service, deployment)
    definition = service._backend.describe_task_definition(deployment.revision.task_definition)
    task.overrides = ecs_run_task.shown_overrides(definition, {})
    make_real(task, definition, subject=f"service {service.name}")
    task.service = service
    task.service_task = ServiceTask(
        task.fargate,
        arn=task.task_arn,
        private_ip=_detail(task, "privateIPv4Address"),
        deployment=deployment,
    )
    service._backend.tasks.setdefault(service.cluster_name, {})[task.task_arn] = task
    task.fargate.start()
    return task.service_task


def _create(service: Any, deployment: Deployment) -> Any:
    backend, revision = service._backend, deployment.revision
    definition = backend.describe_task_definition(revision.task_definition)
    while True:
        try:
            return Task(
                cluster=backend._get_cluster(service.cluster_name),
                task_definition=definition,
                container_instance_arn=None,
                resource_requirements=None,
                backend=backend,
                group=f"service:{service.name}",
                launch_type="FARGATE",
                started_by=deployment.id,
                tags=_tags(service, definition),
                networking_configuration=_network(service, deployment),
                platform_version=revision.platform_version,
                capacity_provider_name=_provider(service, deployment),
            )
        except RuntimeError as error:
            # moto reads its collections while another request, an apply's, writes them.
            if "changed size during iteration" not in str(error):
                raise


def _tags(service: Any, definition: TaskDefinition) -> list[dict[str, str]]:
    source = {"SERVICE": service.tags, "TASK_DEFINITION": definition.tags}
    given = source.get(service.propagate_tags) or []
    managed = {"aws:ecs:clusterName": service.cluster_name, "aws:ecs:serviceName": service.name}
    own = managed if service.enable_ecs_managed_tags else {}
    together = {**{each["key"]: each["value"] for each in given}, **own}
    return [{"key": key, "value": value} for key, value in together.items()]


def _network(service: Any, deployment: Deployment) -> dict[str, Any]:
    """Where the next task is: in the subnet that has the fewest of the service's tasks."""
    network = copy.deepcopy(dict(deployment.revision.network_configuration))
    used = Counter(
        _detail(each, "subnetId")
        for each in list(service._backend.tasks.get(service.cluster_name, {}).values())
        if getattr(each, "service", None) is service and each.desired_status == "RUNNING"
    )
    # moto's tasks are in the first one.
    network["awsvpcConfiguration"]["subnets"].sort(key=lambda subnet: used[subnet])
    return network


def _provider(service: Any, deployment: Deployment) -> str | None:
    """The next task's capacity provider: first all bases, then by weight."""
    wanted = deployment.revision.capacity_provider_strategy
    if not wanted:
        return None
    used = Counter(
        each.capacity_provider_name
        for each in list(service._backend.tasks.get(service.cluster_name, {}).values())
        if getattr(each, "service", None) is service and each.desired_status == "RUNNING"
    )
    for each in wanted:
        if used[each["capacityProvider"]] < each.get("base", 0):
            return each["capacityProvider"]
    weighty = [each for each in wanted if each.get("weight", 0)] or list(wanted)
    chosen = min(weighty, key=lambda e: used[e["capacityProvider"]] / (e.get("weight") or 1))
    return chosen["capacityProvider"]


def _detail(task: Any, name: str) -> str:
    details = (each for attachment in task.attachments for each in attachment["details"])
    return next((each["value"] for each in details if each["name"] == name), "")
