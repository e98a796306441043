"""What a task is to be, and where it runs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from airflow_fargate_rehearsal.fargate.clients import Clients
from airflow_fargate_rehearsal.fargate.findings import Findings
from airflow_fargate_rehearsal.fargate.interface import Interface
from airflow_fargate_rehearsal.fargate.network import Network
from airflow_fargate_rehearsal.fargate.roles import Roles

if TYPE_CHECKING:
    from airflow_fargate_rehearsal.fargate.engine_images import EngineImages


@dataclass(frozen=True, kw_only=True)
class Order:
    """What RunTask or a service asked for; definitions are as in ECS's task definition.

    `overrides` are the container overrides by the containers' names; `group` is ECS's, such as
    `service:scheduler`. `agent_url` is where the task's own pages are: credentials, metadata.
    """

    task_id: str
    region: str
    containers: Sequence[Mapping[str, Any]]
    volumes: Sequence[Mapping[str, Any]]
    overrides: Mapping[str, Mapping[str, Any]]
    family: str = ""
    group: str = ""
    task_arn: str = ""
    task_role_arn: str | None = None
    execution_role_arn: str | None = None
    interface: Interface | None = None
    agent_url: str = ""

    @property
    def subject(self) -> str:
        """Who it is in findings."""
        return self.interface.name if self.interface else f"task {self.family}"


@dataclass(frozen=True, kw_only=True)
class Place:
    """Where tasks run: a folder with images, environments and file systems, and an AWS.

    `findings` takes what only a rehearsal sees, such as a connection that no rule allows. Without
    `roles`, nobody asks what a task's roles may do. With `engine_images`, docker or podman run the
    containers, from these images; else they are processes.
    """

    folder: Path
    clients: Clients
    findings: Findings = field(default_factory=Findings)
    network: Network
    roles: Roles | None = None
    engine_images: EngineImages | None = None
