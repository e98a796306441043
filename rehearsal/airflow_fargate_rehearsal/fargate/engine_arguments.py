"""What docker and podman are told to make a container of its definition."""

from __future__ import annotations

import os
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from airflow_fargate_rehearsal.fargate import network_hook
from airflow_fargate_rehearsal.fargate.engine import Engine
from airflow_fargate_rehearsal.fargate.runner import Settings

HOOK_PLACE = "/run/airflow-fargate-rehearsal.py"
"""Where a container finds the hook of its network."""


@dataclass(frozen=True)
class Mount:
    """A file or folder of this machine, and the container path where it appears."""

    source: Path
    path: str
    read_only: bool = False

    def option(self) -> str:
        """The option of docker and podman."""
        ending = ",readonly" if self.read_only else ""
        return f"--mount=type=bind,source={self.source},target={self.path}{ending}"


def create_arguments(
    definition: Mapping[str, Any],
    settings: Settings,
    *,
    engine: Engine,
    image_id: str,
    image_variables: Collection[str],
    user: Sequence[str],
    mounts: Sequence[Mount],
) -> list[str]:
    """Arguments of `create`, for a container definition as ECS has it.

    `image_variables` are the names that the image itself sets. `user` are the options that say as
    whom it runs. Secrets are named, and their values come by :func:`hidden_variables`.
    """
    linux = definition.get("linuxParameters") or {}
    capabilities = linux.get("capabilities") or {}
    hidden = hidden_variables(settings)
    arguments = [*engine.options(), *user]
    if linux.get("initProcessEnabled"):
        arguments += engine.init_options()
    if definition.get("readonlyRootFilesystem"):
        arguments.append("--read-only")
    arguments += [f"--cap-drop={each}" for each in capabilities.get("drop") or ()]
    arguments += [f"--cap-add={each}" for each in capabilities.get("add") or ()]
    if directory := definition.get("workingDirectory"):
        arguments.append(f"--workdir={directory}")
    arguments += [each.option() for each in mounts]
    arguments += [f"--env={name}" for name in hidden]
    arguments += [
        f"--env={name}={value}"
        for name, value in _variables(settings, image_variables)
        if name not in hidden
    ]
    entry_point, command = list(settings.entry_point or ()), list(settings.command or ())
    if entry_point:
        # The option takes one word; with it, the image's own command does not count.
        arguments.append(f"--entrypoint={entry_point[0]}")
    return [*arguments, image_id, *entry_point[1:], *command]


def hidden_variables(settings: Settings) -> dict[str, str]:
    """Secrets that the engine gets as variables of its own, so that no list of processes has them.

    A name that this machine's environment has too may mean something to the engine.
    """
    return {
        name: value
        for name, value in settings.secrets.items()
        if name not in os.environ and name not in settings.given
    }


def _variables(settings: Settings, image_variables: Collection[str]) -> Iterator[tuple[str, str]]:
    surroundings = dict(settings.surroundings)
    if network_hook.HOOK_VARIABLE in surroundings:
        surroundings[network_hook.HOOK_VARIABLE] = HOOK_PLACE
    for name, value in {**surroundings, **settings.secrets, **settings.given}.items():
        if name not in image_variables or name in settings.secrets or name in settings.given:
            yield name, value
