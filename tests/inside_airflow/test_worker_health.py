"""Whether a worker fetches messages, as its health check sees it."""

import http.server
import threading
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from airflow_fargate_runtime import health, worker
from tests.inside_airflow.worker_process import Queue, Worker, hold, queue, start, wait_until

__all__ = ["queue", "start"]

LIMIT_SECONDS = 2
"""In place of 45 s without an answer and 60 s without a sign."""


class Sqs(http.server.ThreadingHTTPServer):
    """Stands before the embedded AWS: passes requests on, refuses them or lets them wait."""

    daemon_threads = True

    def __init__(self, target: str) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.target = target
        self.refuses = False
        self.answers = threading.Event()
        self.answers.set()

    @property
    def url(self) -> str:
        """Its address."""
        return f"http://127.0.0.1:{self.server_port}"


class _Handler(http.server.BaseHTTPRequestHandler):
    server: Any  # Sqs

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.server.answers.wait(60)
        status, answer = 503, b"{}"
        if not self.server.refuses:
            headers = {name: self.headers[name] for name in ("Content-Type", "X-Amz-Target")}
            headers["Authorization"] = self.headers["Authorization"]
            request = urllib.request.Request(self.server.target, body, headers)  # noqa: S310
            with urllib.request.urlopen(request, timeout=60) as response:  # noqa: S310
                status, answer = response.status, response.read()
        self.send_response(status)
        self.send_header("Content-Length", str(len(answer)))
        self.end_headers()
        self.wfile.write(answer)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 -- the library's name
        """Keep quiet."""


@pytest.fixture
def sqs(embedded_aws: str) -> Iterator[Sqs]:
    """SQS, which can fail."""
    with Sqs(embedded_aws) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield server
        server.answers.set()
        server.shutdown()


@pytest.fixture
def healthy(monkeypatch: pytest.MonkeyPatch) -> Callable[[Worker], bool]:
    """The health check of a worker's container."""
    monkeypatch.setitem(health.LONGEST_SILENCE_SECONDS, "worker", LIMIT_SECONDS)

    def healthy(one: Worker) -> bool:
        monkeypatch.setenv("TMPDIR", str(one.folder))
        return health.check("worker")[0]

    return healthy


def test_a_worker_that_gets_no_answer_is_ill_unless_it_has_enough_to_do(
    tmp_path: Path, queue: Queue, start: Callable[..., Worker], sqs: Sqs, healthy: Callable
) -> None:
    one = start(
        patch=lambda: pytest.MonkeyPatch().setattr(
            worker, "ANSWERED_WITHIN_SECONDS", float(LIMIT_SECONDS)
        ),
        variables={"AWS_ENDPOINT_URL": sqs.url},
    )
    assert healthy(one), "idle"

    sqs.refuses = True
    wait_until(lambda: not healthy(one), "refusals to be noticed")
    queue.send(hold, str(tmp_path), "a")
    queue.send(hold, str(tmp_path), "b")
    sqs.refuses = False
    # Without `worker_polls`, Celery would have ended by now, or never asked again.
    wait_until(lambda: len(list(tmp_path.glob("ran-*"))) == 2, "both tasks to run")
    wait_until(lambda: healthy(one), "signs of life")

    sqs.answers.clear()
    with pytest.raises(AssertionError, match="waited 5 s"):
        wait_until(lambda: not healthy(one), "the worker, which is full, to be ill", 5)
    (tmp_path / "let-go").touch()
    wait_until(lambda: not healthy(one), "it to ask, and get no answer")
    assert one.process.is_alive()
