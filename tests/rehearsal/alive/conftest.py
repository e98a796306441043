"""What watching is tested with: a recording console, and an Airflow that is none."""

import io
import threading
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
import rich.console
from tests.rehearsal.alive.stand_in import StandIn, serve

from airflow_fargate_rehearsal.alive import dag_run, log_checks, scene, waiting
from airflow_fargate_rehearsal.alive.airflow_api import AirflowApi
from airflow_fargate_rehearsal.alive.scene import Scene
from airflow_fargate_rehearsal.console import Console
from airflow_fargate_rehearsal.emulator import EmbeddedAws
from airflow_fargate_rehearsal.fargate.clients import Clients
from airflow_fargate_rehearsal.report.story import Story


class Aws(EmbeddedAws):
    """An embedded AWS of which only the findings are asked for."""

    found: list[dict[str, Any]] = []  # noqa: RUF012 - each test has a class of its own

    def findings(self) -> list[dict[str, Any]]:
        return self.found


class Watched(Scene):
    """A scene whose console can be read."""

    said: io.StringIO

    def text(self) -> str:
        return self.said.getvalue()


def console_into(file: io.StringIO, *, terminal: bool = False) -> Console:
    return Console(
        rich.console.Console(
            file=file,
            force_terminal=terminal,
            color_system="standard" if terminal else None,
            width=120,
            markup=False,
            highlight=False,
            emoji=False,
            legacy_windows=False,
        )
    )


@pytest.fixture
def watched(monkeypatch: pytest.MonkeyPatch) -> Watched:
    """A scene that is quick, and whose AWS only has findings."""
    for module in (scene, waiting, dag_run, log_checks):
        monkeypatch.setattr(module, "SECONDS_BETWEEN_LOOKS", 0.001, raising=False)
    aws = type("OfOneTest", (Aws,), {"found": []})(
        endpoint_url="http://127.0.0.1:9", log=Path("/nonexistent")
    )
    said = io.StringIO()
    made = Watched(
        aws=aws,
        clients=Clients(aws.endpoint_url),
        console=console_into(said),
        story=Story(title="test", begin=datetime.now(UTC)),
    )
    made.said = said
    return made


@pytest.fixture
def stand_in() -> Iterator[StandIn]:
    """An Airflow that is none; its address is `url`."""
    made: Any = StandIn("right", lambda: ["Started ECS task 0123", "Hello from Fargate."])
    server = serve(made, "127.0.0.1", 0)
    made.url = f"http://127.0.0.1:{server.server_port}"
    yield made
    threading.Thread(target=server.shutdown).start()
    server.server_close()


@pytest.fixture
def api(stand_in: Any) -> AirflowApi:
    """The stand-in's REST API, logged in."""
    made = AirflowApi(stand_in.url, "right")
    made.log_in()
    return made
