"""Deployments of an ECS service: one after another, each with what its tasks are made from."""

from __future__ import annotations

import secrets
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

LONGEST_BACK_OFF_SECONDS = 27 * 60
"""https://docs.aws.amazon.com/AmazonECS/latest/developerguide/service-throttle-logic.html"""


@dataclass(frozen=True, kw_only=True)
class Revision:
    """What a service's tasks are made from, in CreateService's words; another is a deployment."""

    task_definition: str
    network_configuration: Mapping[str, Any]
    capacity_provider_strategy: Sequence[Mapping[str, Any]] = ()
    launch_type: str | None = None
    platform_version: str | None = None
    load_balancers: Sequence[Mapping[str, Any]] = ()
    service_registries: Sequence[Mapping[str, Any]] = ()


@dataclass(kw_only=True, eq=False)
class Deployment:
    """A deployment. `failed_tasks` counts tasks that ended before one of them was ready."""

    revision: Revision
    id: str = field(default_factory=lambda: f"ecs-svc/{secrets.randbelow(10**19):019}")
    created_at: datetime = field(default_factory=lambda: datetime.now(UTC))
    updated_at: datetime = field(default_factory=lambda: datetime.now(UTC))
    rollout_state: str = "IN_PROGRESS"
    rollout_state_reason: str = ""
    failed_tasks: int = 0
    _not_before: float = 0.0

    def __post_init__(self) -> None:
        """Begin."""
        self.become("IN_PROGRESS", f"ECS deployment {self.id} in progress.")

    def become(self, rollout_state: str, reason: str) -> None:
        """Come to a state: IN_PROGRESS, COMPLETED or FAILED."""
        self.rollout_state, self.rollout_state_reason = rollout_state, reason
        self.updated_at = datetime.now(UTC)

    def succeeded(self) -> None:
        """A task is ready: what failed before it is forgiven."""
        self.failed_tasks = 0

    def failed(self) -> None:
        """A task has failed: the next one waits, longer each time.

        ECS publishes only the longest pause. Ours are 1, 2, 4, ... seconds.
        """
        self._not_before = time.monotonic() + min(2**self.failed_tasks, LONGEST_BACK_OFF_SECONDS)
        self.failed_tasks += 1

    @property
    def may_launch(self) -> bool:
        """Whether it may start a task now."""
        return self.rollout_state != "FAILED" and time.monotonic() >= self._not_before
