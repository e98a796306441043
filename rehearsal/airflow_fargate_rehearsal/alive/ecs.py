"""ECS as it tells of services and tasks, and what their containers said to CloudWatch Logs."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from airflow_fargate_rehearsal.alive.applied import Service
from airflow_fargate_rehearsal.fargate.clients import Clients

_SERVICES_IN_A_CALL = 10
_TASKS_IN_A_CALL = 100

Described = Mapping[str, Any]
"""A service or a task, in the words of DescribeServices and DescribeTasks."""


def describe_services(clients: Clients, services: Sequence[Service]) -> dict[str, Described]:
    """What ECS says about services of one cluster, by their names."""
    found = {}
    for first in range(0, len(services), _SERVICES_IN_A_CALL):
        some = services[first : first + _SERVICES_IN_A_CALL]
        answer = clients("ecs", some[0].region).describe_services(
            cluster=some[0].cluster, services=[each.name for each in some]
        )
        found |= {each["serviceName"]: each for each in answer["services"]}
    return found


def describe_tasks(clients: Clients, region: str, cluster: str) -> list[Described]:
    """All tasks of a cluster, those that have stopped too, the oldest first."""
    ecs = clients("ecs", region)
    tasks: list[Described] = []
    for status in ("RUNNING", "STOPPED"):
        pages = ecs.get_paginator("list_tasks").paginate(cluster=cluster, desiredStatus=status)
        for page in pages:
            if arns := page["taskArns"]:
                tasks += ecs.describe_tasks(cluster=cluster, tasks=arns)["tasks"]
    # One that stops between the two calls is in both.
    once = {each["taskArn"]: each for each in tasks}
    return sorted(once.values(), key=lambda each: each["createdAt"])


def of_service(tasks: Sequence[Described], service: str) -> list[Described]:
    """Tasks of a service."""
    return [each for each in tasks if each.get("group") == f"service:{service}"]


def started_by_hand(tasks: Sequence[Described]) -> list[Described]:
    """Tasks of no service: somebody's RunTask started them."""
    return [each for each in tasks if not each.get("group", "").startswith("service:")]


def id_of(task: Described) -> str:
    """The last part of a task's ARN."""
    return task["taskArn"].rpartition("/")[2]


def family_of(task: Described) -> str:
    """Family of a task's definition."""
    return task["taskDefinitionArn"].rpartition("/")[2].partition(":")[0]


def log_events(
    clients: Clients, region: str, group: str, task_id: str, last: int | None = None
) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """Events of a task's containers in a log group, each with its container; or the last of each.

    A stream is `<prefix>/<container>/<task id>`. There are none while there is no such group.
    """
    logs = clients("logs", region)
    try:
        pages = logs.get_paginator("describe_log_streams").paginate(logGroupName=group)
        streams = [each["logStreamName"] for page in pages for each in page["logStreams"]]
    except logs.exceptions.ResourceNotFoundException:
        return
    for stream in streams:
        *_, container, of_task = stream.split("/")
        if of_task == task_id:
            for event in _events(logs, group, stream, last):
                yield container, event


def _events(logs: Any, group: str, stream: str, last: int | None) -> Iterator[Mapping[str, Any]]:
    where = {"logGroupName": group, "logStreamName": stream}
    if last is not None:
        yield from logs.get_log_events(**where, startFromHead=False, limit=last)["events"]
        return
    token, given = None, ""
    while token != given:
        given = token
        more = {"nextToken": token} if token else {}
        answer = logs.get_log_events(**where, startFromHead=True, **more)
        yield from answer["events"]
        token = answer["nextForwardToken"]
