"""Scale-in protection, asked for at an agent as ECS has it."""

import http.server
import json
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from airflow_fargate_runtime import worker_protection
from airflow_fargate_runtime.worker_protection import Protection
from tests.inside_airflow.worker_process import Queue, Worker, hold, queue, start, wait_until

__all__ = ["queue", "start"]

ON = {"ProtectionEnabled": True, "ExpiresInMinutes": 60}
OFF = {"ProtectionEnabled": False}


class Agent(http.server.ThreadingHTTPServer):
    """ECS's agent, as far as protection goes."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.asked: list[Any] = []
        self.blocked = False


class _Handler(http.server.BaseHTTPRequestHandler):
    server: Any  # Agent

    def do_PUT(self) -> None:
        assert self.path == "/api/1234/task-protection/v1/state"
        wish = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        answer: dict[str, Any] = {"protection": {"TaskArn": "arn", **wish}}
        if self.server.blocked:
            answer = {"failure": {"Arn": "arn", "Reason": "DEPLOYMENT_BLOCKED"}}
        self.server.asked.append(wish)
        self.send_response(200)
        self.end_headers()
        self.wfile.write(json.dumps(answer).encode())

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 -- the library's name
        """Keep quiet."""


@pytest.fixture
def agent(monkeypatch: pytest.MonkeyPatch) -> Iterator[Agent]:
    """An agent that the environment names."""
    with Agent() as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        monkeypatch.setenv("ECS_AGENT_URI", f"http://127.0.0.1:{server.server_port}/api/1234")
        yield server
        server.shutdown()


def test_it_is_there_while_tasks_run_and_given_up_when_there_are_none_for_a_while(
    agent: Agent,
) -> None:
    protection = Protection(idle_seconds=2)
    protection.start()
    protection.tell(busy=True)
    wait_until(lambda: agent.asked == [ON], "protection")
    protection.tell(busy=False)
    protection.tell(busy=True)
    protection.tell(busy=False)
    wait_until(lambda: len(agent.asked) > 1, "the end of protection")
    assert agent.asked == [ON, OFF], "tasks that follow one another cost no calls"


def test_it_is_renewed_and_a_refusal_is_no_end(
    agent: Agent, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(worker_protection, "RENEW_SECONDS", 0.1)
    monkeypatch.setattr(worker_protection, "RETRY_SECONDS", 0.1)
    agent.blocked = True
    protection = Protection(idle_seconds=0)
    protection.start()
    protection.tell(busy=True)
    wait_until(lambda: len(agent.asked) == 2, "it to be asked for again")
    agent.blocked = False
    wait_until(lambda: len(agent.asked) == 4, "it to be renewed")
    protection.tell(busy=False)
    wait_until(lambda: agent.asked[-1] == OFF, "its end")
    assert agent.asked[:-1] == [ON] * (len(agent.asked) - 1)


def test_a_worker_asks_for_it_when_a_task_comes(
    tmp_path: Path, agent: Agent, queue: Queue, start: Callable[..., Worker]
) -> None:
    one = start()
    assert agent.asked == []
    queue.send(hold, str(tmp_path), "a")
    wait_until(lambda: agent.asked == [ON], f"protection: {one.log}")
