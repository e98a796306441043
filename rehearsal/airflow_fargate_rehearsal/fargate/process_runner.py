"""A container as a process of this machine, with its image's files in a folder."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from airflow_fargate_rehearsal.fargate.base_images import without_init
from airflow_fargate_rehearsal.fargate.environments import environment_for
from airflow_fargate_rehearsal.fargate.image import Image, build
from airflow_fargate_rehearsal.fargate.images import find_image
from airflow_fargate_rehearsal.fargate.order import Place
from airflow_fargate_rehearsal.fargate.process import ContainerProcess
from airflow_fargate_rehearsal.fargate.runner import Settings
from airflow_fargate_rehearsal.fargate.volumes import Volumes


class ProcessRunner:
    """Runs a container as a process; `folder` is for its files."""

    def __init__(self, definition: Mapping[str, Any], place: Place, folder: Path) -> None:
        self._definition = definition
        self._place = place
        self._folder = folder
        self._image: Image
        self._programs: Path
        self._settings: Settings

    def pull(self) -> None:
        """Get the image with its Python environment; raises CannotPullContainer."""
        source = find_image(self._definition["image"], self._place.folder)
        self._image = build(source, self._folder / "root")
        self._programs = environment_for(self._image.pip_commands, user=self._definition["name"])
        self._image.complete()

    def mount(self, points: Sequence[Mapping[str, Any]], volumes: Volumes) -> None:
        """Put folders where volumes are mounted; raises CannotInitialize."""
        volumes.mount(points, self._image)

    def shown(self, text: str) -> str:
        """A text with the container's paths in it."""
        return self._image.files.shown(text)

    def start(self, settings: Settings) -> ContainerProcess:
        """Start its main process; raises CannotStartContainer."""
        self._settings = settings
        if settings.membership:
            settings.membership.prepare(self._programs)
        return self.execute(self._command(settings))

    def execute(self, command: Sequence[str]) -> ContainerProcess:
        """Run a command with its environment; raises CannotStartContainer."""
        files = self._image.files
        inside = self._definition.get("workingDirectory") or self._image.working_directory
        directory = files.place(inside)
        directory.mkdir(parents=True, exist_ok=True)  # as Docker does
        process = ContainerProcess(
            [files.translated(each) for each in command],
            environment=self._environment(),
            working_directory=directory,
        )
        if self._settings.membership:
            self._settings.membership.note_process(process.pid)
        return process

    def _command(self, settings: Settings) -> list[str]:
        if settings.entry_point:
            # Another entry point takes the image's command away, as in Docker.
            return without_init([*settings.entry_point, *(settings.command or [])])
        return without_init([*self._image.entry_point, *(settings.command or self._image.command)])

    def _environment(self) -> dict[str, str]:
        files, settings = self._image.files, self._settings
        environment = {
            **{name: files.translated(value) for name, value in self._image.environment.items()},
            **settings.secrets,  # no paths, whatever they look like
            **{name: files.translated(value) for name, value in settings.given.items()},
        }
        root = files.root
        environment["PATH"] = f"{self._programs}:{root / 'usr/local/bin'}:{environment['PATH']}"
        temporary = files.place("/tmp")
        temporary.mkdir(parents=True, exist_ok=True)
        return {
            "HOME": str(root),
            "TMPDIR": str(temporary),
            **settings.surroundings,
            **environment,
        }
