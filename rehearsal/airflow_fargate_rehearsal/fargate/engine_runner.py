"""A container that docker or podman runs, from a real image."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from airflow_fargate_rehearsal.fargate import network_hook
from airflow_fargate_rehearsal.fargate.engine_arguments import (
    HOOK_PLACE,
    Mount,
    create_arguments,
    hidden_variables,
)
from airflow_fargate_rehearsal.fargate.engine_inside import Inside
from airflow_fargate_rehearsal.fargate.errors import CannotInitialize
from airflow_fargate_rehearsal.fargate.process import ContainerProcess
from airflow_fargate_rehearsal.fargate.runner import Settings
from airflow_fargate_rehearsal.fargate.volumes import Volumes

if TYPE_CHECKING:
    from airflow_fargate_rehearsal.fargate.engine_images import BuiltImage, EngineImages

_MAIN_PROGRAM = Path(__file__).with_name("engine_main.py")


class EngineRunner:
    """Runs a container by an engine; `name` is the engine's, `folder` the embedded AWS's."""

    def __init__(
        self, definition: Mapping[str, Any], images: EngineImages, *, name: str, folder: Path
    ) -> None:
        self._definition = definition
        self._images = images
        self._engine = images.engine
        self._name = name
        self._folder = folder
        self._mounts: list[Mount] = []
        self._settings: Settings
        self._image: BuiltImage
        self._inside: Inside

    def pull(self) -> None:
        """Get the image, built if need be; raises CannotPullContainer."""
        self._image = self._images.get(self._definition["image"])
        self._inside = self._images.inside(self._image, self._definition.get("user"))

    def mount(self, points: Sequence[Mapping[str, Any]], volumes: Volumes) -> None:
        """Have folders mounted; an empty volume begins with what the image has at a VOLUME."""
        for point in points:
            path = point["containerPath"].rstrip("/")
            folder = volumes.folder(point["sourceVolume"])
            if volumes.is_empty_one(point["sourceVolume"]):
                self._fill(folder, self._inside.volumes.get(path))
            self._mounts.append(Mount(folder, path, read_only=point.get("readOnly", False)))

    def shown(self, text: str) -> str:
        """The text itself: the container's paths are its own."""
        return text

    def start(self, settings: Settings) -> ContainerProcess:
        """Make it and start its main process; raises CannotStartContainer."""
        self._settings = settings
        mounts = [*self._mounts, *(self._hook() if settings.membership else ())]
        arguments = create_arguments(
            self._definition,
            settings,
            engine=self._engine,
            image_id=self._image.id,
            image_variables=self._image.variables,
            user=self._inside.user_options,
            mounts=mounts,
        )
        process = ContainerProcess(
            [self._engine.program, self._name, *arguments],
            environment={**os.environ, **hidden_variables(settings)},
            working_directory=self._folder,
            init_program=_MAIN_PROGRAM,
        )
        if settings.membership:
            settings.membership.note_process(process.pid)
            if (parent := self._engine.parent_of(self._name)) is not None:
                settings.membership.note_process(parent)
        return process

    def execute(self, command: Sequence[str]) -> ContainerProcess:
        """Run another command in it; raises CannotStartContainer."""
        process = ContainerProcess(
            [self._engine.program, "exec", self._name, *command],
            environment=os.environ,
            working_directory=self._folder,
        )
        if self._settings.membership:
            self._settings.membership.note_process(process.pid)
        return process

    def _hook(self) -> Iterator[Mount]:
        file = self._folder / "engine" / network_hook.FILE
        if not file.exists():
            file.parent.mkdir(exist_ok=True)
            file.write_text(network_hook.LINE)
        yield Mount(network_hook.HOOK, HOOK_PLACE, read_only=True)
        for each in self._inside.packages:
            yield Mount(file, f"{each}/{network_hook.FILE}", read_only=True)

    def _fill(self, folder: Path, template: Path | None) -> None:
        if template is None or any(folder.iterdir()):
            return
        folder.rmdir()
        # With owners and modes, also those of the folder itself.
        done = subprocess.run(
            ["cp", "-a", template, folder], capture_output=True, text=True, check=False
        )
        if done.returncode:
            raise CannotInitialize(f"a volume cannot be filled: {done.stderr.strip()}")
