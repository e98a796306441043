"""One container of a task: made from its definition, run, and described as ECS does."""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from airflow_fargate_rehearsal.fargate import secrets
from airflow_fargate_rehearsal.fargate.awslogs import Awslogs
from airflow_fargate_rehearsal.fargate.environments import environment_for
from airflow_fargate_rehearsal.fargate.errors import CannotPullContainer
from airflow_fargate_rehearsal.fargate.image import Image, build
from airflow_fargate_rehearsal.fargate.images import find_image
from airflow_fargate_rehearsal.fargate.order import Order, Place
from airflow_fargate_rehearsal.fargate.process import ContainerProcess
from airflow_fargate_rehearsal.fargate.volumes import Volumes
from airflow_fargate_rehearsal.terraform.environment import DUMMY_CREDENTIAL

STOP_TIMEOUT_SECONDS = 30
"""Seconds from SIGTERM to SIGKILL, where the definition has no `stopTimeout`."""


class Container:
    """A container as its definition and the overrides of its task say.

    `status` is PENDING, RUNNING or STOPPED, as ECS names them. `reason` says why it did not start.
    """

    def __init__(self, definition: Mapping[str, Any], order: Order, place: Place) -> None:
        self.definition = definition
        self.name: str = definition["name"]
        self.essential: bool = definition.get("essential", True)
        self.status = "PENDING"
        self.exit_code: int | None = None
        self.reason: str | None = None
        self._order = order
        self._place = place
        self._folder = place.folder / "tasks" / order.task_id / self.name
        self._override = order.overrides.get(self.name, {})
        self._process: ContainerProcess | None = None
        self._log: Awslogs | None = None
        self._secrets: dict[str, str] = {}
        self._image: Image
        self._programs: Path

    @property
    def depends_on(self) -> dict[str, str]:
        """Conditions under which it may start, by the names of other containers."""
        return {
            each["containerName"]: each["condition"]
            for each in self.definition.get("dependsOn") or ()
        }

    @property
    def stop_timeout_seconds(self) -> float:
        """Time that it has between SIGTERM and SIGKILL."""
        return self.definition.get("stopTimeout") or STOP_TIMEOUT_SECONDS

    def pull(self) -> None:
        """Get the image with its Python environment; raises CannotPullContainer."""
        try:
            source = find_image(self.definition["image"], self._place.folder)
            self._image = build(source, self._folder / "root")
            self._programs = environment_for(
                self._image.pip_installs, self._place.folder / "environments"
            )
        except CannotPullContainer as error:
            self.reason = str(error)
            raise

    def prepare(self, volumes: Volumes) -> None:
        """Get the secrets, the log stream and the volumes; raises CannotInitialize."""
        order, clients = self._order, self._place.clients
        self._secrets = secrets.resolve(self.definition.get("secrets") or (), clients, order.region)
        self._log = Awslogs(
            clients,
            self.definition.get("logConfiguration"),
            container=self.name,
            task_id=order.task_id,
            region=order.region,
            shown=self._image.files.shown,
        )
        volumes.mount(self.definition.get("mountPoints") or (), self._image)

    def start(self, on_end: Callable[[], None]) -> None:
        """Start the process; `on_end` is called when it has ended and its output is written.

        Raises CannotStart.
        """
        files = self._image.files
        inside = self.definition.get("workingDirectory") or self._image.working_directory
        directory = files.place(inside)
        directory.mkdir(parents=True, exist_ok=True)  # as Docker does
        self._process = ContainerProcess(
            [files.translated(each) for each in self._command()],
            environment=self._environment(),
            working_directory=directory,
        )
        self.status = "RUNNING"
        threading.Thread(target=self._attend, args=(self._process, on_end), daemon=True).start()

    def terminate(self) -> None:
        """Ask it to end."""
        if self._process is not None and self.status == "RUNNING":
            self._process.terminate()

    def kill(self) -> None:
        """End it at once."""
        if self._process is not None:
            self._process.kill()

    def _attend(self, process: ContainerProcess, on_end: Callable[[], None]) -> None:
        try:
            for portion in process.output():
                if self._log is not None:
                    self._log.write(portion)
            if self._log is not None:
                self._log.close()
        finally:
            self.exit_code = process.wait()
            self.status = "STOPPED"
            on_end()

    def _command(self) -> list[str]:
        entry_point = self.definition.get("entryPoint")
        command = self._override.get("command") or self.definition.get("command")
        if entry_point:
            # Another entry point takes the image's command away, as in Docker.
            return [*entry_point, *(command or [])]
        return [*self._image.entry_point, *(command or self._image.command)]

    def _environment(self) -> dict[str, str]:
        files = self._image.files
        given = {**_pairs(self.definition), **_pairs(self._override)}
        environment = {
            **{name: files.translated(value) for name, value in self._image.environment.items()},
            **self._secrets,  # no paths, whatever they look like
            **{name: files.translated(value) for name, value in given.items()},
        }
        root = files.root
        environment["PATH"] = f"{self._programs}:{root / 'usr/local/bin'}:{environment['PATH']}"
        temporary = files.place("/tmp")
        temporary.mkdir(parents=True, exist_ok=True)
        region = self._order.region
        return {
            "HOME": str(root),
            "TMPDIR": str(temporary),
            "AWS_REGION": region,
            "AWS_DEFAULT_REGION": region,
            "AWS_EXECUTION_ENV": "AWS_ECS_FARGATE",
            # Nobody's: they open the embedded AWS, and no other address is known.
            "AWS_ACCESS_KEY_ID": DUMMY_CREDENTIAL,
            "AWS_SECRET_ACCESS_KEY": DUMMY_CREDENTIAL,
            "AWS_EC2_METADATA_DISABLED": "true",
            "AWS_ENDPOINT_URL": self._place.clients.endpoint_url,
            **environment,
        }


def _pairs(definition: Mapping[str, Any]) -> dict[str, str]:
    return {each["name"]: each["value"] for each in definition.get("environment") or ()}
