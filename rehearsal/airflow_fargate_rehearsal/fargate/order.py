"""What a task is to be, and where it runs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from airflow_fargate_rehearsal.fargate.clients import Clients


@dataclass(frozen=True, kw_only=True)
class Order:
    """What RunTask asked for; definitions are as in ECS's task definition.

    `overrides` are the container overrides by the containers' names.
    """

    task_id: str
    region: str
    containers: Sequence[Mapping[str, Any]]
    volumes: Sequence[Mapping[str, Any]]
    overrides: Mapping[str, Mapping[str, Any]]


@dataclass(frozen=True, kw_only=True)
class Place:
    """Where tasks run: a folder with images, environments and file systems, and an AWS."""

    folder: Path
    clients: Clients
