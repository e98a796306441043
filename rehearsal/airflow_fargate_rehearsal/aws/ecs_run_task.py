"""ECS: what RunTask refuses, and which tags and overrides a task has."""

from __future__ import annotations

import json
from collections.abc import Mapping
from types import SimpleNamespace
from typing import Any

from moto.ecs.exceptions import EcsClientException, InvalidParameterException
from moto.ecs.models import EC2ContainerServiceBackend, Task, TaskDefinition

from airflow_fargate_rehearsal.aws.patching import around

_LONGEST_OVERRIDES = 8_192
"""Characters of the overrides as JSON; https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_RunTask.html."""

_MEMORY_MIB = {
    256: (512, 1_024, 2_048),
    512: range(1_024, 4_097, 1_024),
    1_024: range(2_048, 8_193, 1_024),
    2_048: range(4_096, 16_385, 1_024),
    4_096: range(8_192, 30_721, 1_024),
    8_192: range(16_384, 61_441, 4_096),
    16_384: range(32_768, 122_881, 8_192),
}
"""MiB that each number of CPU units goes with;
https://docs.aws.amazon.com/AmazonECS/latest/developerguide/fargate-tasks-services.html."""


# moto: a container needs a figure for memory. On Fargate only the task does.
@around(EC2ContainerServiceBackend, "_calculate_task_resource_requirements")
def _requirements(original: Any, _self: Any, definition: TaskDefinition) -> dict[str, Any]:
    containers = [{"memory": 0, **each} for each in definition.container_definitions]
    return original(SimpleNamespace(container_definitions=containers))


# moto: a network configuration without security groups fails, where AWS takes the VPC's default
# group; and an interface without a DNS name is shown with an empty one.
@around(Task, "__init__")
def _init(original: Any, self: Task, *arguments: Any, **named: Any) -> None:
    if network := named.get("networking_configuration"):
        network["awsvpcConfiguration"].setdefault("securityGroups", [])
    original(self, *arguments, **named)
    for attachment in self.attachments:
        details = attachment["details"]
        attachment["details"] = [each for each in details if each["value"] is not None]


# moto: RunTask takes an inactive definition, overrides of any length and for any container, and
# any size.
def refuse(definition: TaskDefinition, overrides: Mapping[str, Any]) -> None:
    """Refuse a RunTask that AWS refuses, with its error."""
    if definition.status == "INACTIVE":
        raise EcsClientException("TaskDefinition is inactive")
    if len(json.dumps(overrides, separators=(",", ":"))) > _LONGEST_OVERRIDES:
        raise InvalidParameterException(
            f"Container Overrides length must be at most {_LONGEST_OVERRIDES}"
        )
    if "cpu" in overrides or "memory" in overrides:
        cpu = overrides.get("cpu", definition.cpu)
        memory = overrides.get("memory", definition.memory)
        _refuse_size(cpu, memory)
    known = {each["name"] for each in definition.container_definitions}
    for each in overrides.get("containerOverrides", ()):
        if each.get("name") not in known:
            raise InvalidParameterException(
                f"Override for container named {each.get('name')} is not a container in the "
                "TaskDefinition."
            )


def _refuse_size(cpu: str, memory: str) -> None:
    if int(memory) not in _MEMORY_MIB.get(int(cpu), ()):
        raise EcsClientException(
            f"No Fargate configuration exists for given values: {cpu} CPU, {memory} memory. See "
            "the Amazon ECS documentation for the valid values."
        )


def shown_overrides(definition: TaskDefinition, given: Mapping[str, Any]) -> dict[str, Any]:
    """Overrides as AWS shows them: with every container, if nothing is overridden too."""
    by_name = {each["name"]: each for each in given.get("containerOverrides", ())}
    names = [each["name"] for each in definition.container_definitions]
    return {
        **given,
        "containerOverrides": [by_name.get(name, {"name": name}) for name in names],
        "inferenceAcceleratorOverrides": [],
    }


# moto: propagateTags and enableECSManagedTags have no effect.
def tags(response: Any, definition: TaskDefinition, cluster_name: str) -> list[dict[str, str]]:
    """Tags of a task: the request's, which win, the definition's if asked, and ECS's own."""
    given = {each["key"]: each["value"] for each in response._get_param("tags") or ()}
    propagated = response._get_param("propagateTags") == "TASK_DEFINITION"
    inherited = {each["key"]: each["value"] for each in definition.tags if propagated}
    managed = (
        {"aws:ecs:clusterName": cluster_name} if response._get_param("enableECSManagedTags") else {}
    )
    together = {**inherited, **given, **managed}
    return [{"key": key, "value": value} for key, value in together.items()]
