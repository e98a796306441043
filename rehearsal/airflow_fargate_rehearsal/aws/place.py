"""The one place where this embedded AWS runs tasks, for all mends that run something."""

from __future__ import annotations

from pathlib import Path

from airflow_fargate_rehearsal.aws.access import TaskRoles
from airflow_fargate_rehearsal.fargate.clients import Clients
from airflow_fargate_rehearsal.fargate.findings import Findings
from airflow_fargate_rehearsal.fargate.images import NOWHERE
from airflow_fargate_rehearsal.fargate.network import Network
from airflow_fargate_rehearsal.fargate.order import Place

_place: list[Place] = []


def run_in(folder: Path | None, endpoint_url: str) -> None:
    """Say where tasks run: with the images of a folder, or none, and against this AWS."""
    clients, findings = Clients(endpoint_url), Findings()
    _place[:] = [
        Place(
            folder=folder or NOWHERE,
            clients=clients,
            findings=findings,
            network=Network(clients, findings),
            roles=TaskRoles(findings),
        )
    ]


def here() -> Place:
    """Where tasks run."""
    return _place[0]


def runs_containers() -> bool:
    """Whether there is a folder to run containers in; without, nothing but RunTask's errors."""
    return bool(_place) and _place[0].folder != NOWHERE
