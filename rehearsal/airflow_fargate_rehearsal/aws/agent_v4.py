"""`$ECS_CONTAINER_METADATA_URI_V4`: what a container can learn of itself and of its task.

https://docs.aws.amazon.com/AmazonECS/latest/developerguide/task-metadata-endpoint-v4-fargate.html
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from moto.ec2.models import ec2_backends

from airflow_fargate_rehearsal.aws.agent import Request, page
from airflow_fargate_rehearsal.aws.patching import sibling
from airflow_fargate_rehearsal.fargate.container import Container

_CPU_UNITS = 1_024
"""CPU units of a virtual CPU."""


@page("v4")
def _answer(request: Request) -> tuple[int, Any]:
    name, _, what = request.rest.partition("/")
    container = request.task.fargate.containers.get(name)
    if container is None:
        return 404, {"message": f"The task has no container {name}."}
    match what:
        case "":
            return 200, _container(request.task, container)
        case "task":
            return 200, _task(request.task)
        case "taskWithTags":
            tags = {each["key"]: each["value"] for each in request.task.tags}
            return 200, {**_task(request.task), "TaskTags": tags}
    return 404, {"message": f"There is no {what}: local Fargate measures nothing."}


def _task(task: Any) -> dict[str, Any]:
    fargate, definition = task.fargate, task.definition
    cpu = task.overrides.get("cpu") or definition.cpu
    memory = task.overrides.get("memory") or definition.memory
    return _known(
        {
            "Cluster": task.cluster_arn,
            "TaskARN": task.task_arn,
            "Family": definition.family,
            "Revision": str(definition.revision),
            "DesiredStatus": fargate.desired_status,
            "KnownStatus": fargate.last_status,
            "Limits": {"CPU": int(cpu) / _CPU_UNITS, "Memory": int(memory)},
            "PullStartedAt": _time(fargate.times.get("pullStartedAt")),
            "PullStoppedAt": _time(fargate.times.get("pullStoppedAt")),
            "AvailabilityZone": _subnet(task).availability_zone,
            "LaunchType": "FARGATE",
            "Containers": [
                _container(task, each)
                for each in fargate.containers.values()
                if each.status == "RUNNING" or each.exit_code is not None
            ],
        }
    )


def _container(task: Any, container: Container) -> dict[str, Any]:
    definition, log = container.definition, container.definition.get("logConfiguration") or {}
    return _known(
        {
            "DockerId": f"{task.id.replace('-', '')}-{container.name}",
            "Name": container.name,
            "DockerName": container.name,
            "Image": definition["image"],
            "Labels": {
                "com.amazonaws.ecs.cluster": task.cluster_arn,
                "com.amazonaws.ecs.container-name": container.name,
                "com.amazonaws.ecs.task-arn": task.task_arn,
                "com.amazonaws.ecs.task-definition-family": task.definition.family,
                "com.amazonaws.ecs.task-definition-version": str(task.definition.revision),
            },
            "DesiredStatus": task.fargate.desired_status,
            "KnownStatus": container.status,
            "ExitCode": container.exit_code,
            "Limits": {"CPU": definition.get("cpu") or 2},
            "Type": "NORMAL",
            "Health": {"status": container.health_status} if container.health else None,
            "ContainerARN": f"{task.task_arn.replace(':task/', ':container/')}/{container.name}",
            "LogDriver": log.get("logDriver"),
            "LogOptions": log.get("options"),
            "Networks": [_network(task)],
        }
    )


def _network(task: Any) -> dict[str, Any]:
    details = {
        each["name"]: each["value"]
        for attachment in task.attachments
        for each in attachment["details"]
    }
    return _known(
        {
            "NetworkMode": "awsvpc",
            "IPv4Addresses": [details["privateIPv4Address"]],
            "AttachmentIndex": 0,
            "MACAddress": details.get("macAddress"),
            "IPv4SubnetCIDRBlock": _subnet(task).cidr_block,
            "PrivateDNSName": details.get("privateDnsName"),
        }
    )


def _subnet(task: Any) -> Any:
    subnet = next(
        each["value"]
        for attachment in task.attachments
        for each in attachment["details"]
        if each["name"] == "subnetId"
    )
    return sibling(ec2_backends, task._backend).get_subnet(subnet)


def _time(when: datetime | None) -> str | None:
    return when and when.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def _known(described: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in described.items() if value is not None}
