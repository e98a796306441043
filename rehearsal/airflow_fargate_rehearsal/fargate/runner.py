"""How a container is run: what a container asks of a process, or of docker and podman."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from airflow_fargate_rehearsal.fargate.membership import Membership
from airflow_fargate_rehearsal.fargate.process import ContainerProcess
from airflow_fargate_rehearsal.fargate.volumes import Volumes


@dataclass(frozen=True, kw_only=True)
class Settings:
    """What a container gets, beside what its image has.

    `surroundings` are the variables that ECS adds, unless the image has them; then come `secrets`,
    then what is `given` by definition and overrides. `command` and `entry_point` are None where the
    image's own counts.
    """

    surroundings: Mapping[str, str]
    secrets: Mapping[str, str]
    given: Mapping[str, str]
    entry_point: Sequence[str] | None
    command: Sequence[str] | None
    membership: Membership | None


class Runner(Protocol):
    """Runs one container; its methods are called in this order."""

    def pull(self) -> None:
        """Get the image; raises CannotPullContainer."""
        ...

    def mount(self, points: Sequence[Mapping[str, Any]], volumes: Volumes) -> None:
        """Get the volumes of the task that it mounts; raises CannotInitialize."""
        ...

    def shown(self, text: str) -> str:
        """What is written in the log for a text that the container says."""
        ...

    def start(self, settings: Settings) -> ContainerProcess:
        """Start its main process; raises CannotStartContainer."""
        ...

    def execute(self, command: Sequence[str]) -> ContainerProcess:
        """Run another command in it; raises CannotStartContainer."""
        ...
