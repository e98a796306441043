"""Waiting until all services of a deployment work, and telling how far they are."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime

from rich.table import Table

from airflow_fargate_rehearsal.alive.applied import Deployment
from airflow_fargate_rehearsal.alive.ecs import describe_services, describe_tasks
from airflow_fargate_rehearsal.alive.failures import why_failed
from airflow_fargate_rehearsal.alive.scene import SECONDS_BETWEEN_LOOKS, NotAlive, Scene
from airflow_fargate_rehearsal.alive.services import ServiceState, state_of

SECONDS_TO_WAIT = 600
"""For services, from when the last of them has its image; migrations are waited for as long."""

_SECONDS_AFTER_A_FINDING = 60  # others that come of the same mistake are told with it
_SECONDS_BETWEEN_LINES = 30.0
_STYLES = {"healthy": "green", "unhealthy": "bold red"}


@dataclass(kw_only=True)
class Watch:
    """The services of a deployment, looked at again and again.

    ``healthy_at`` is when each service first worked.
    """

    scene: Scene
    deployment: Deployment
    healthy_at: dict[str, datetime] = field(default_factory=dict)
    _since: dict[str, tuple[tuple[object, ...], float]] = field(default_factory=dict)
    _last_line: float = field(default_factory=time.monotonic)

    def look(self) -> list[ServiceState]:
        """How the services are now; raises NotAlive when one has failed."""
        states = []
        for cluster in self.deployment.clusters:
            services = [each for each in self.deployment.services if each.cluster == cluster]
            described = describe_services(self.scene.clients, services)
            tasks = describe_tasks(self.scene.clients, self.deployment.region, cluster)
            for service in services:
                if service.name not in described:
                    raise NotAlive(f"ECS does not know the service {service.name} in {cluster}.")
                states.append(state_of(service, described[service.name], tasks))
        self._note(states)
        for state in states:
            if state.stopped or state.rollout_failure:
                raise NotAlive(why_failed(state, self.deployment, self.scene.clients))
        return states

    def wait(self) -> None:
        """Return when all services work; raises NotAlive when one fails or it takes too long."""
        found_at: float | None = None
        deadline = time.monotonic() + SECONDS_TO_WAIT
        with self.scene.console.table() as show:
            while True:
                states = self.look()
                if show:
                    show(self.table(states))
                else:
                    self._say(states)
                if all(each.ready for each in states):
                    return
                now = time.monotonic()
                if any(each.pulling for each in states):
                    deadline = now + SECONDS_TO_WAIT
                if self.scene.look_for_findings():
                    found_at = found_at or now
                self._give_up(states, deadline, found_at)
                time.sleep(SECONDS_BETWEEN_LOOKS)

    def table(self, states: Sequence[ServiceState]) -> Table:
        """What a terminal shows of the services."""
        table = Table(
            "    service", "tasks", "health", "since", "waits for", box=None, pad_edge=False
        )
        for each in states:
            table.add_row(
                f"    {each.name}",
                f"{each.running}/{each.desired}",
                f"[{_STYLES.get(each.health, 'yellow')}]{each.health}[/]",
                f"{time.monotonic() - self._since[each.name][1]:.0f} s",
                each.waiting_for,
            )
        return table

    def _note(self, states: Sequence[ServiceState]) -> None:
        for each in states:
            seen = (each.running, each.health, each.waiting_for)
            if each.name not in self._since or self._since[each.name][0] != seen:
                self._since[each.name] = seen, time.monotonic()
            if each.ready:
                self.healthy_at.setdefault(each.name, datetime.now(UTC))

    def _say(self, states: Sequence[ServiceState]) -> None:
        changed = [e for e in states if self._since[e.name][1] > self._last_line]
        now = time.monotonic()
        if not changed and now - self._last_line < _SECONDS_BETWEEN_LINES:
            return
        self._last_line = now
        for each in changed or [each for each in states if not each.ready]:
            waits = f", waits for {each.waiting_for}" if each.waiting_for else ""
            self.scene.console.line(
                f"{each.name}: {each.running}/{each.desired} {each.health}{waits}"
            )

    def _give_up(
        self, states: Sequence[ServiceState], deadline: float, found_at: float | None
    ) -> None:
        now = time.monotonic()
        waiting = "\n".join(
            f"  {each.name} waits for {each.waiting_for}" for each in states if not each.ready
        )
        if found_at is not None and now > found_at + _SECONDS_AFTER_A_FINDING:
            raise NotAlive(
                f"Something was refused or failed, as said above, and {_SECONDS_AFTER_A_FINDING} "
                f"seconds later the services do not work yet:\n{waiting}"
            )
        if now > deadline:
            raise NotAlive(
                f"The services do not all work {SECONDS_TO_WAIT} seconds after the last of them "
                f"got its image:\n{waiting}"
            )
