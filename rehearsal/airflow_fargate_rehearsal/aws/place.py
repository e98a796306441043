"""The one place where this embedded AWS runs tasks, for all mends that run something."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

from airflow_fargate_rehearsal.aws.access import TaskRoles
from airflow_fargate_rehearsal.emulator import ACCESS_KEY_VARIABLE
from airflow_fargate_rehearsal.fargate.clients import Clients, with_access_key
from airflow_fargate_rehearsal.fargate.findings import Findings
from airflow_fargate_rehearsal.fargate.images import NOWHERE
from airflow_fargate_rehearsal.fargate.network import Network
from airflow_fargate_rehearsal.fargate.order import Place

if TYPE_CHECKING:
    from airflow_fargate_rehearsal.fargate.engine_images import EngineImages

_place: list[Place] = []


def run_in(
    folder: Path | None, endpoint_url: str, engine_images: EngineImages | None = None
) -> None:
    """Say where tasks run: with the images of a folder, or none, and against this AWS.

    With `engine_images`, docker or podman run the containers; else they are processes.
    """
    clients = Clients(endpoint_url, with_access_key(os.environ.get(ACCESS_KEY_VARIABLE)))
    findings = Findings()
    _place[:] = [
        Place(
            folder=folder or NOWHERE,
            clients=clients,
            findings=findings,
            network=Network(clients, findings),
            roles=TaskRoles(findings),
            engine_images=engine_images,
        )
    ]


def here() -> Place:
    """Where tasks run."""
    return _place[0]


def runs_containers() -> bool:
    """Whether there is a folder to run containers in; without, nothing but RunTask's errors."""
    return bool(_place) and _place[0].folder != NOWHERE
