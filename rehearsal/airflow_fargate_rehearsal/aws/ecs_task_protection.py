"""ECS: scale-in protection of tasks, which moto lacks."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from moto.core.responses import ActionResult
from moto.ecs.exceptions import InvalidParameterException
from moto.ecs.responses import EC2ContainerServiceResponse

from airflow_fargate_rehearsal.aws.patching import missing
from airflow_fargate_rehearsal.fargate.service_task import ServiceTask

_MOST_TASKS = 10
_DEFAULT_MINUTES = 120
_LONGEST_MINUTES = 2_880
"""https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_UpdateTaskProtection.html"""


@missing(EC2ContainerServiceResponse)
def update_task_protection(self: Any) -> ActionResult:
    """Protect tasks of services from scaling in and from deployments, or no longer."""
    enabled = self._get_param("protectionEnabled")
    minutes = self._get_param("expiresInMinutes")
    if enabled is None:
        raise InvalidParameterException("protectionEnabled cannot be null.")
    if minutes is not None and not 1 <= minutes <= _LONGEST_MINUTES:
        raise InvalidParameterException(
            f"expiresInMinutes must be between 1 and {_LONGEST_MINUTES}."
        )
    tasks, failures = _asked(self)
    done = []
    for task in tasks:
        if enabled and (why := _why_blocked(task)):
            failures.append({"arn": task.task_arn, "reason": "DEPLOYMENT_BLOCKED", "detail": why})
            continue
        end = datetime.now(UTC) + timedelta(minutes=minutes or _DEFAULT_MINUTES)
        task.service_task.protected_until = end if enabled else None
        done.append(_shown(task))
    return ActionResult({"protectedTasks": done, "failures": failures})


@missing(EC2ContainerServiceResponse)
def get_task_protection(self: Any) -> ActionResult:
    """Which tasks of services are protected."""
    tasks, failures = _asked(self)
    return ActionResult({"protectedTasks": [_shown(each) for each in tasks], "failures": failures})


def _asked(response: Any) -> tuple[list[Any], list[dict[str, str]]]:
    """The tasks of a request that belong to services, and failures for the others."""
    backend = response.ecs_backend
    cluster = backend._get_cluster(response._get_param("cluster", "default"))
    arns = response._get_param("tasks") or [
        each.task_arn for each in backend.tasks.get(cluster.name, {}).values()
    ]
    if len(arns) > _MOST_TASKS:
        raise InvalidParameterException(f"Tasks cannot have more than {_MOST_TASKS} elements.")
    by_id = {each.id: each for each in list(backend.tasks.get(cluster.name, {}).values())}
    tasks, failures = [], []
    for arn in arns:
        task = by_id.get(arn.rpartition("/")[2])
        if task is None:
            failures.append({"arn": arn, "reason": "MISSING"})
        elif not hasattr(task, "service_task") or task.service_task.is_stopping:
            failures.append({"arn": task.task_arn, "reason": "TASK_NOT_VALID"})
        else:
            tasks.append(task)
    return tasks, failures


def _why_blocked(task: Any) -> str | None:
    """ECS refuses protection that would keep more tasks than the service is to have."""
    service = task.service.fargate
    others = [
        each
        for each in list(service.tasks)
        if each is not task.service_task and each.is_protected and not each.is_stopping
    ]
    if len(others) < service.settings.desired_count:
        return None
    return "The protected tasks already number as many as the service is to have."


def _shown(task: Any) -> dict[str, Any]:
    protected: ServiceTask = task.service_task
    shown = {"taskArn": task.task_arn, "protectionEnabled": protected.is_protected}
    if protected.is_protected:
        shown["expirationDate"] = protected.protected_until
    return shown
