"""Whether a service has to replace a task that runs: health checks of containers and targets."""

from __future__ import annotations

from datetime import timedelta
from typing import NamedTuple

from airflow_fargate_rehearsal.fargate.service_registration import Registration
from airflow_fargate_rehearsal.fargate.service_task import ServiceTask


class Illness(NamedTuple):
    """What is wrong with a task: `failed` is what it failed, `details` is what was seen."""

    failed: str
    details: str


def check(task: ServiceTask, registration: Registration, grace_period: timedelta) -> Illness | None:
    """Why a running task is unhealthy, after its grace period; also notes whether it is a target.

    https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_CreateService.html says that the
    period is for both kinds of checks.
    """
    states = registration.states(task)
    if task.deployment.revision.load_balancers:
        task.is_target = bool(states) and all(s == "healthy" for s, _ in states.values())
    if task.age <= grace_period:
        return None
    for arn, (state, reason) in states.items():
        if state == "unhealthy":
            return Illness(f"ELB health checks in (target-group {arn})", reason)
    if task.task.health_status == "UNHEALTHY":
        return Illness("container health checks", _problems(task))
    return None


def _problems(task: ServiceTask) -> str:
    found = [
        f"{each.name}: {each.health.problem}"
        for each in task.task.containers.values()
        if each.health and each.health.problem
    ]
    return "; ".join(found)
