"""A task that a service runs."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from airflow_fargate_rehearsal.fargate.service_deployment import Deployment
from airflow_fargate_rehearsal.fargate.task import Task

SETTLING = timedelta(seconds=2)
"""A task without health checks counts as ready when it has run for so long; ECS waits 40 s."""


class ServiceTask:
    """One of a service's tasks. `private_ip` is its address in the VPC.

    `is_target` is whether the load balancers' checks let traffic through to it; the service keeps
    it up to date, as it does `is_unhealthy`, with the `stop_reason` that ECS gives for it.
    `protected_until` is the end of its scale-in protection.
    """

    def __init__(self, task: Task, *, arn: str, private_ip: str, deployment: Deployment) -> None:
        self.task = task
        self.arn = arn
        self.id = arn.rpartition("/")[2]
        self.private_ip = private_ip
        self.deployment = deployment
        self.is_target = not deployment.revision.load_balancers
        self.is_unhealthy = False
        self.stop_reason = ""
        self.was_ready = False
        self.stopped_by_service = False
        self.protected_until: datetime | None = None
        self._has_checks = all(
            "healthCheck" in each.definition for each in task.containers.values() if each.essential
        )

    @property
    def has_ended(self) -> bool:
        """Whether nothing of it is left."""
        return self.task.last_status == "STOPPED"

    @property
    def is_stopping(self) -> bool:
        """Whether it is to end, or has."""
        return self.task.desired_status == "STOPPED"

    @property
    def runs(self) -> bool:
        """Whether all of its containers have started, and it is to go on."""
        return self.task.last_status == "RUNNING" and not self.is_stopping

    @property
    def age(self) -> timedelta:
        """How long it has been running."""
        now = datetime.now(UTC)
        return now - self.task.times.get("startedAt", now)

    @property
    def is_healthy(self) -> bool:
        """Whether its containers are, by their health checks, or have settled without any."""
        if self._has_checks:
            return self.runs and self.task.health_status == "HEALTHY"
        return self.runs and self.age >= SETTLING

    @property
    def is_ready(self) -> bool:
        """Whether it counts towards the healthy ones."""
        return self.is_healthy and self.is_target and not self.is_unhealthy

    @property
    def is_protected(self) -> bool:
        """Whether neither a deployment nor scaling in may stop it."""
        return self.protected_until is not None and self.protected_until > datetime.now(UTC)

    def stop(self, reason: str) -> None:
        """Have it end because the service wants so."""
        self.stopped_by_service = True
        self.task.stop("ServiceSchedulerInitiated", reason)

    def why_ended(self) -> str:
        """Why it ended, with its containers' exit codes and reasons."""
        parts = [self.task.stopped_reason or self.task.stop_code or "it ended"]
        for container in self.task.containers.values():
            if container.reason:
                parts.append(f"{container.name}: {container.reason}")
            elif container.exit_code:
                parts.append(f"{container.name} ended with exit code {container.exit_code}")
        return "; ".join(dict.fromkeys(parts))
