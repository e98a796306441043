"""Health checks of containers, run as ECS runs them."""

import http.server
import os
import re
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

IMAGE = Path(__file__).parents[2] / "airflow_image"
LIMITS = {"dag-processor": 300, "triggerer": 60, "worker": 60}
SERVERS = {
    "api-server": ("AIRFLOW__API__PORT", "/api/v2/version"),
    "scheduler": ("AIRFLOW__SCHEDULER__SCHEDULER_HEALTH_CHECK_SERVER_PORT", "/health"),
}


@pytest.fixture
def health(tmp_path: Path) -> Callable[..., subprocess.CompletedProcess[str]]:
    """Run a health check with variables in its environment."""

    def run(*arguments: str, **variables: str) -> subprocess.CompletedProcess[str]:
        environment = os.environ | {"PYTHONPATH": str(IMAGE), "TMPDIR": str(tmp_path)} | variables
        command = [sys.executable, "-m", "airflow_fargate_runtime.health", *arguments]
        return subprocess.run(
            command, env=environment, capture_output=True, text=True, check=False, timeout=30
        )

    return run


class _Server(http.server.BaseHTTPRequestHandler):
    """Answers the one path with the server's `status`."""

    def do_GET(self) -> None:
        known = self.path == self.server.path  # type: ignore[attr-defined]
        self.send_response(self.server.status if known else 404)  # type: ignore[attr-defined]
        self.end_headers()

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 -- the library's name
        """Keep quiet."""


@pytest.fixture
def serve() -> Iterator[Callable[[str, int], int]]:
    """Answer a path with a status, and give the port."""
    servers = []

    def start(path: str, status: int) -> int:
        server = http.server.HTTPServer(("127.0.0.1", 0), _Server)
        server.path, server.status = path, status  # type: ignore[attr-defined]
        threading.Thread(target=server.serve_forever, daemon=True).start()
        servers.append(server)
        return server.server_port

    yield start
    for server in servers:
        server.shutdown()
        server.server_close()


@pytest.mark.parametrize("component", SERVERS)
@pytest.mark.parametrize(("status", "code"), [(200, 0), (503, 1), (404, 1)])
def test_a_server_works_while_it_answers_well(
    health: Callable, serve: Callable, component: str, status: int, code: int
) -> None:
    variable, path = SERVERS[component]
    result = health(component, **{variable: str(serve(path, status))})
    assert result.returncode == code, result
    assert f"answers {path} with {status}" in result.stdout


@pytest.mark.parametrize("component", SERVERS)
def test_a_server_that_does_not_listen_does_not_work(
    health: Callable, free_port: Callable[[], int], component: str
) -> None:
    result = health(component, **{SERVERS[component][0]: str(free_port())})
    assert result.returncode == 1
    assert "does not answer" in result.stdout


def test_a_server_that_listens_and_says_nothing_does_not_work(health: Callable) -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        began = time.monotonic()
        result = health("api-server", AIRFLOW__API__PORT=str(silent.getsockname()[1]))
    assert result.returncode == 1
    assert "timed out" in result.stdout
    assert time.monotonic() - began < 10, "ECS waits 10 s"


@pytest.mark.parametrize(("component", "limit"), LIMITS.items())
def test_a_component_works_while_its_last_sign_of_life_is_young(
    health: Callable, tmp_path: Path, component: str, limit: int
) -> None:
    assert "no sign of life" in (result := health(component)).stdout
    assert result.returncode == 1
    sign = tmp_path / f"airflow-fargate-{component}-alive"
    sign.touch()
    assert health(component).returncode == 0
    now = time.time()
    os.utime(sign, (now, now - limit + 20))
    assert health(component).returncode == 0
    os.utime(sign, (now, now - limit - 1))
    result = health(component)
    assert result.returncode == 1
    assert f"at most {limit} s" in result.stdout


@pytest.mark.parametrize("arguments", [[], ["webserver"], ["worker", "triggerer"]])
def test_what_is_no_component_is_refused_with_those_that_are(
    health: Callable, arguments: list[str]
) -> None:
    result = health(*arguments)
    assert result.returncode == 2
    for component in (*SERVERS, *LIMITS):
        assert component in result.stderr
    assert (" ".join(arguments) or "nothing") in result.stderr


def test_it_imports_nothing_that_is_slow_to_import() -> None:
    slow = {"airflow", "boto3", "http.client", "sqlalchemy", "ssl", "tempfile", "urllib.request"}
    program = "import sys, airflow_fargate_runtime.health; print(*sys.modules)"
    result = subprocess.run(
        [sys.executable, "-c", program], cwd=IMAGE, check=True, capture_output=True, text=True
    )
    assert not slow & set(result.stdout.split())


def test_the_documentation_tells_how_long_a_component_may_be_silent() -> None:
    text = (IMAGE.parent / "docs/containers.md").read_text()
    for component, limit in LIMITS.items():
        assert re.search(rf"^\| `{component}` \|.* last {limit} s", text, re.MULTILINE), component
