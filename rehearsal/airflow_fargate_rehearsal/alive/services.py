"""How far an ECS service is: what runs, whether it is healthy, what it waits for, why it failed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from airflow_fargate_rehearsal.alive.applied import Service
from airflow_fargate_rehearsal.alive.ecs import Described, id_of, of_service

_BEFORE_IT_STARTS = ("PROVISIONING", "PENDING")


@dataclass(frozen=True, kw_only=True)
class ServiceState:
    """A service as it is at a moment.

    ``health`` is `healthy`, `unhealthy`, `starting`, or `no check` for one without a health check;
    ``waiting_for`` is empty when it is ``ready``. ``stopped`` are tasks of it that have ended,
    which none should while nobody changes anything.
    """

    name: str
    running: int
    desired: int
    health: str
    waiting_for: str
    pulling: bool
    stopped: Sequence[Described]
    rollout_failure: str | None

    @property
    def ready(self) -> bool:
        """Whether it runs as many tasks as it should, all of them healthy."""
        return not self.waiting_for


def state_of(service: Service, described: Described, tasks: Sequence[Described]) -> ServiceState:
    """Judge a service by what ECS says of it and of the tasks of its cluster."""
    own = of_service(tasks, service.name)
    living = [each for each in own if each["lastStatus"] != "STOPPED"]
    rollout = _primary(described).get("rolloutState", "COMPLETED")
    reason = _primary(described).get("rolloutStateReason", "the deployment failed")
    return ServiceState(
        name=service.name,
        running=described["runningCount"],
        desired=described["desiredCount"],
        health=_health(service, living),
        waiting_for=_waiting_for(service, described, living, rollout),
        pulling=any(each["lastStatus"] in _BEFORE_IT_STARTS for each in living),
        stopped=[each for each in own if each["lastStatus"] == "STOPPED"],
        rollout_failure=reason if rollout == "FAILED" else None,
    )


def _primary(described: Described) -> Described:
    deployments = described.get("deployments", ())
    return next((each for each in deployments if each["status"] == "PRIMARY"), {})


def _health(service: Service, living: Sequence[Described]) -> str:
    states = {each.get("healthStatus", "UNKNOWN") for each in living}
    if "UNHEALTHY" in states:
        return "unhealthy"
    if not service.has_health_check and living:
        return "no check"
    return "healthy" if states == {"HEALTHY"} else "starting"


def _waiting_for(
    service: Service, described: Described, living: Sequence[Described], rollout: str
) -> str:
    if len(living) < described["desiredCount"]:
        return "ECS to start its task"
    for task in living:
        if text := _task_waits_for(service, task):
            return text
    if described["runningCount"] < described["desiredCount"]:
        return "its tasks to run"
    if rollout != "COMPLETED":
        return "its deployment to complete"
    return ""


def _task_waits_for(service: Service, task: Described) -> str:
    status = task["lastStatus"]
    if status in _BEFORE_IT_STARTS:
        return "its image (the first time, packages are installed)"
    if status == "ACTIVATING":
        running = [e["name"] for e in task.get("containers", ()) if e["lastStatus"] == "RUNNING"]
        return f"its container {' and '.join(running)}" if running else "its first container"
    if status != "RUNNING":
        return f"a task that is {status}"
    if task.get("healthStatus") == "UNHEALTHY":
        return f"task {id_of(task)[:8]}, which is UNHEALTHY"
    if service.has_health_check and task.get("healthStatus") != "HEALTHY":
        return "its health check"
    return ""
