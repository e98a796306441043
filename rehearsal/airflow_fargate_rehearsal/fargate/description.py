"""How ECS describes a task and its containers, in the words of DescribeTasks."""

from __future__ import annotations

from typing import Any

from airflow_fargate_rehearsal.fargate.container import Container
from airflow_fargate_rehearsal.fargate.task import Task


def describe(task: Task, task_arn: str) -> dict[str, Any]:
    """What a task has come to, with its containers; without what is not known yet."""
    # First the state: what is read after it is at least as new, so that a stopped task never lacks
    # an exit code.
    described = {
        "lastStatus": task.last_status,
        "desiredStatus": task.desired_status,
        "version": task.version,
        "stopCode": task.stop_code,
        "stoppedReason": task.stopped_reason,
        "connectivity": "CONNECTED",
        "healthStatus": task.health_status,
        "containers": [_container(each, task_arn) for each in task.containers.values()],
        **task.times,
    }
    return _known(described)


def _container(container: Container, task_arn: str) -> dict[str, Any]:
    definition = container.definition
    return _known(
        {
            "containerArn": f"{task_arn.replace(':task/', ':container/')}/{container.name}",
            "taskArn": task_arn,
            "name": container.name,
            "image": definition["image"],
            "lastStatus": container.status,
            "exitCode": container.exit_code,
            "reason": container.reason,
            "runtimeId": f"{task_arn.rpartition('/')[2]}-{container.name}",
            "networkBindings": [],
            "networkInterfaces": [],
            "healthStatus": container.health_status,
            "cpu": str(definition.get("cpu", 0)),
            "memory": str(definition["memory"]) if definition.get("memory") else None,
        }
    )


def _known(described: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in described.items() if value is not None}
