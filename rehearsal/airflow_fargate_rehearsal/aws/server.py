"""The embedded AWS as an HTTP server on 127.0.0.1."""

from __future__ import annotations

import importlib
import json
import os
import socket
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Any

# moto reads this when its IAM models are imported. AWS's managed policies exist in every account.
os.environ["MOTO_IAM_LOAD_MANAGED_POLICIES"] = "true"

from moto.moto_server.werkzeug_app import (
    DomainDispatcherApplication,
    MotoRequestHandler,
    create_backend_app,
)
from werkzeug.serving import BaseWSGIServer, make_server

from airflow_fargate_rehearsal.aws import agent, inventory, place
from airflow_fargate_rehearsal.aws.access import enforcing
from airflow_fargate_rehearsal.aws.attempts import answering_once
from airflow_fargate_rehearsal.aws.failures import failing_at_once
from airflow_fargate_rehearsal.aws.strangers import refusing_strangers
from airflow_fargate_rehearsal.emulator import ACCESS_KEY_VARIABLE

if TYPE_CHECKING:
    from airflow_fargate_rehearsal.fargate.engine_images import EngineImages

HOST = "127.0.0.1"
INVENTORY_PATH = "/_rehearsal/inventory"
FINDINGS_PATH = "/_rehearsal/findings"

_MENDS = (
    "unknown_calls",
    "access_credentials",
    "agent_network",
    "applicationautoscaling",
    "ec2",
    "ec2_interfaces",
    "ecs",
    "ecs_tasks",
    "ecs_services",
    "ecs_task_protection",
    "agent_v4",
    "agent_api",
    "efs",
    "elbv2",
    "elbv2_running",
    "logs",
    "rds",
    "rds_postgres",
    "rds_rotation",
    "s3",
    "secretsmanager",
    "servicediscovery",
    "sqs",
)


class _QuietRequestHandler(MotoRequestHandler):
    """Says nothing about requests that were answered; an apply makes thousands."""

    def log_request(self, code: int | str = "-", size: int | str = "-") -> None:
        """Log a request that failed."""
        if str(code).startswith("5"):
            super().log_request(code, size)


def _roles() -> Any:
    return place.here().roles


class EmbeddedAws:
    """The WSGI application: moto's, with our own pages beside it."""

    def __init__(self) -> None:
        for name in _MENDS:
            importlib.import_module(f"airflow_fargate_rehearsal.aws.{name}")
        moto = DomainDispatcherApplication(create_backend_app)
        enforced = enforcing(moto, _roles)
        guarded = refusing_strangers(
            failing_at_once(enforced),
            os.environ.get(ACCESS_KEY_VARIABLE),
            lambda key: _roles().session(key) is not None,
        )
        self._moto = answering_once(guarded)

    def __call__(self, environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        """Answer one request."""
        if environ.get("PATH_INFO") == INVENTORY_PATH:
            start_response("200 OK", [("Content-Type", "application/json")])
            return [json.dumps(inventory.take()).encode()]
        if environ.get("PATH_INFO") == FINDINGS_PATH:
            start_response("200 OK", [("Content-Type", "application/json")])
            return [json.dumps(place.here().findings.all()).encode()]
        if environ.get("PATH_INFO", "").startswith(agent.AGENT_PATH):
            return agent.answer(environ, start_response)
        return self._moto(environ, start_response)


def serve(
    port: int, fargate: Path | None = None, engine_images: EngineImages | None = None
) -> BaseWSGIServer:
    """Bind the embedded AWS to a port of loopback, 0 for any free one; the caller runs it.

    ``fargate`` is the folder in which ECS tasks run, with the images that there are; without it
    every task ends before it starts. With ``engine_images`` docker or podman run them; else they
    are processes. Raises OSError when the port is taken.
    """
    # Bound here and not by werkzeug, which ends the program by itself when the port is taken.
    with socket.create_server((HOST, port)) as bound:
        server = make_server(
            HOST,
            bound.getsockname()[1],
            EmbeddedAws(),
            threaded=True,
            request_handler=_QuietRequestHandler,
            fd=bound.fileno(),
        )
    # Handlers wait in long polls; they shall not keep the program from ending.
    server.daemon_threads = True  # type: ignore[attr-defined]
    os.environ["MOTO_PORT"] = str(server.port)
    place.run_in(fargate, f"http://{HOST}:{server.port}", engine_images)
    return server
