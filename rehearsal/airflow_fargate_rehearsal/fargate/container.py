"""One container of a task: made from its definition, run, and described as ECS does."""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping
from typing import Any

from airflow_fargate_rehearsal.fargate import secrets, task_role
from airflow_fargate_rehearsal.fargate.awslogs import Awslogs
from airflow_fargate_rehearsal.fargate.engine_runner import EngineRunner
from airflow_fargate_rehearsal.fargate.errors import CannotPullContainer
from airflow_fargate_rehearsal.fargate.execution_role import ExecutionRole
from airflow_fargate_rehearsal.fargate.health_check import HealthCheck
from airflow_fargate_rehearsal.fargate.membership import Membership
from airflow_fargate_rehearsal.fargate.order import Order, Place
from airflow_fargate_rehearsal.fargate.process import ContainerProcess
from airflow_fargate_rehearsal.fargate.process_runner import ProcessRunner
from airflow_fargate_rehearsal.fargate.runner import Runner, Settings
from airflow_fargate_rehearsal.fargate.volumes import Volumes

STOP_TIMEOUT_SECONDS = 30
"""Seconds from SIGTERM to SIGKILL, where the definition has no `stopTimeout`."""


class Container:
    """A container as its definition and the overrides of its task say.

    `status` is PENDING, RUNNING or STOPPED, as ECS names them. `reason` says why it did not start.
    `health` is there once it has started, if the definition has a health check.
    """

    def __init__(self, definition: Mapping[str, Any], order: Order, place: Place) -> None:
        self.definition = definition
        self.name: str = definition["name"]
        self.essential: bool = definition.get("essential", True)
        self.status = "PENDING"
        self.exit_code: int | None = None
        self.reason: str | None = None
        self.health: HealthCheck | None = None
        self.membership: Membership | None = None
        self._order = order
        self._place = place
        self._override = order.overrides.get(self.name, {})
        self._execution_role = ExecutionRole(order, place)
        self._process: ContainerProcess | None = None
        self._log: Awslogs | None = None
        self._secrets: dict[str, str] = {}
        self._runner = _runner(definition, order, place)

    @property
    def depends_on(self) -> dict[str, str]:
        """Conditions under which it may start, by the names of other containers."""
        return {
            each["containerName"]: each["condition"]
            for each in self.definition.get("dependsOn") or ()
        }

    @property
    def health_status(self) -> str:
        """UNKNOWN, HEALTHY or UNHEALTHY."""
        return self.health.status if self.health else "UNKNOWN"

    @property
    def stop_timeout_seconds(self) -> float:
        """Time that it has between SIGTERM and SIGKILL."""
        return self.definition.get("stopTimeout") or STOP_TIMEOUT_SECONDS

    def pull(self) -> None:
        """Get the image; raises CannotStart."""
        try:
            self._execution_role.pull(self.definition["image"])
            self._runner.pull()
        except CannotPullContainer as error:
            self.reason = str(error)
            raise

    def prepare(self, volumes: Volumes) -> None:
        """Get the secrets, the log stream and the volumes; raises CannotInitialize."""
        order, clients = self._order, self._execution_role.clients()
        self._secrets = secrets.resolve(self.definition.get("secrets") or (), clients, order.region)
        self._log = Awslogs(
            clients,
            self.definition.get("logConfiguration"),
            container=self.name,
            task_id=order.task_id,
            region=order.region,
            shown=self._runner.shown,
        )
        self._runner.mount(self.definition.get("mountPoints") or (), volumes)

    def start(self, on_change: Callable[[], None]) -> None:
        """Start the process and its health check.

        `on_change` is called when its health is another one, and when it has ended and its output
        is written. Raises CannotStart.
        """
        self._process = self._runner.start(self._settings())
        if checked := self.definition.get("healthCheck"):
            self.health = HealthCheck(checked, self._runner.execute, on_change)
        self.status = "RUNNING"
        threading.Thread(target=self._attend, args=(self._process, on_change), daemon=True).start()
        if self.health:
            self.health.start()

    def terminate(self) -> None:
        """Ask it to end."""
        if self._process is not None and self.status == "RUNNING":
            self._process.terminate()

    def kill(self) -> None:
        """End it at once."""
        if self._process is not None:
            self._process.kill()

    def _attend(self, process: ContainerProcess, on_change: Callable[[], None]) -> None:
        try:
            for portion in process.output():
                if self._log is not None:
                    self._log.write(portion)
            if self._log is not None:
                self._log.close()
        finally:
            self.exit_code = process.wait()
            if self.health:
                self.health.end()
            self.status = "STOPPED"
            on_change()

    def _settings(self) -> Settings:
        region = self._order.region
        return Settings(
            surroundings={
                "AWS_REGION": region,
                "AWS_DEFAULT_REGION": region,
                "AWS_EXECUTION_ENV": "AWS_ECS_FARGATE",
                **task_role.variables(self._order),
                "AWS_EC2_METADATA_DISABLED": "true",
                "AWS_ENDPOINT_URL": self._place.clients.endpoint_url,
                "ECS_AGENT_URI": f"{self._order.agent_url}/api",
                "ECS_CONTAINER_METADATA_URI_V4": f"{self._order.agent_url}/v4/{self.name}",
                **(self.membership.variables if self.membership else {}),
            },
            secrets=self._secrets,
            given={**_pairs(self.definition), **_pairs(self._override)},
            entry_point=self.definition.get("entryPoint"),
            command=self._override.get("command") or self.definition.get("command"),
            membership=self.membership,
        )


def _runner(definition: Mapping[str, Any], order: Order, place: Place) -> Runner:
    name = definition["name"]
    if place.engine_images is None:
        return ProcessRunner(definition, place, place.folder / "tasks" / order.task_id / name)
    return EngineRunner(
        definition,
        place.engine_images,
        name=f"airflow-fargate-{order.task_id}-{name}",
        folder=place.folder,
    )


def _pairs(definition: Mapping[str, Any]) -> dict[str, str]:
    return {each["name"]: each["value"] for each in definition.get("environment") or ()}
