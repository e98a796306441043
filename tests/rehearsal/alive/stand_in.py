"""A program that answers as Airflow does: a DAG `hello` whose one task is a task on Fargate.

It is what the image of the tests' small stack runs, and what the fast tests talk to. It has the
standard library alone.
"""

import json
import os
import threading
import urllib.request
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs

PASSWORD = "AIRFLOW_FARGATE_ADMIN_PASSWORD"
RUN = "manual__2026-11-22T10:00:00+00:00"
_DATES = {
    "queued_when": "2026-11-22T10:00:00Z",
    "start_date": "2026-11-22T10:00:01Z",
    "end_date": "2026-11-22T10:00:03Z",
}


class StandIn:
    """What there is to tell; tests change it.

    `states` are those of the task, one after the other with each look; `begin` is called when the
    run is triggered, and gives the lines of the task's log.
    """

    def __init__(self, password: str, begin: Callable[[], list[str]]) -> None:
        self.password = password
        self.begin = begin
        self.dags = ["hello"]
        self.import_errors: list[dict[str, str]] = []
        self.states: list[str | None] = [None, "queued", "running", "success"]
        self.try_number = 1
        self.log: list[str] = []
        self.unpaused: list[str] = []
        self._looks = 0

    def answer(self, method: str, path: str, body: Any, token: str | None) -> tuple[int, Any]:
        """Status and body of an answer."""
        path, _, query = path.partition("?")
        if path == "/api/v2/version":
            return 200, {"version": "3.3.2"}
        if path == "/auth/token":
            good = body == {"username": "admin", "password": self.password}
            return (201, {"access_token": "token"}) if good else (401, {"detail": "Invalid"})
        if token != "Bearer token":
            return 401, {"detail": "Not authenticated"}
        status, answer = self._answer_user(method, path.removeprefix("/api/v2/"), body)
        for key in ("dags", "task_instances"):
            if method == "GET" and key in answer:
                # As Airflow: a page has a hundred, whatever is asked for.
                asked = parse_qs(query)
                first, limit = int(asked.get("offset", "0")[0]), int(asked["limit"][0])
                found = answer[key]
                page = found[first : first + min(limit, 100)]
                answer = {key: page, "total_entries": len(found)}
        return status, answer

    def _answer_user(self, method: str, path: str, body: Any) -> tuple[int, Any]:
        if path == "importErrors":
            return 200, {"import_errors": self.import_errors}
        if path == "dags":
            return 200, {"dags": [{"dag_id": each} for each in self.dags]}
        parts = path.split("/")
        if method == "PATCH":
            self.unpaused.append(parts[1])
            return 200, {"dag_id": parts[1], **body}
        if method == "POST" and parts[1] not in self.unpaused:
            return 409, {"detail": "This stand-in runs nothing that is paused"}
        if method == "POST":
            self.log = self.begin()
            return 200, {"dag_run_id": RUN}
        if parts[-1] == "taskInstances":
            return 200, {"task_instances": [self._instance()]}
        if "logs" in parts:
            return 200, {"content": [{"event": line} for line in self.log]}
        return 200, {"state": self._run_state()}

    def _state(self) -> str | None:
        return self.states[min(self._looks, len(self.states)) - 1]

    def _instance(self) -> dict[str, Any]:
        self._looks += 1
        done = self._state() in ("success", "failed", "skipped")
        dates = _DATES if done else dict.fromkeys(_DATES)
        return {
            "task_id": "greet",
            "map_index": -1,
            "state": self._state(),
            "try_number": self.try_number,
            # Airflow gives a task that another one has skipped both times and no duration.
            "duration": 2.0 if done and self._state() != "skipped" else None,
            **dates,
        }

    def _run_state(self) -> str:
        state = self._state() if self._looks else None
        ends = {"success": "success", "skipped": "success", "failed": "failed"}
        return ends.get(state or "", "running")


def serve(stand_in: StandIn, host: str, port: int) -> ThreadingHTTPServer:
    """Answer in a thread of its own."""

    class Handler(BaseHTTPRequestHandler):
        def _answer(self) -> None:
            length = int(self.headers.get("Content-Length") or 0)
            body = json.loads(self.rfile.read(length)) if length else None
            status, answer = stand_in.answer(
                self.command, self.path, body, self.headers.get("Authorization")
            )
            content = json.dumps(answer).encode()
            self.send_response(status)
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        do_GET = do_POST = do_PATCH = _answer  # noqa: N815 - names of the base class

        def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - of the base class
            pass

    server = ThreadingHTTPServer((host, port), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    return server


def run_task() -> list[str]:
    """Start the task on Fargate, as the operator does; gives what its log will hold."""
    network = {"awsvpcConfiguration": {"subnets": [os.environ["SUBNET"]]}}
    order = {
        "cluster": "small",
        "taskDefinition": "small-greet",
        "capacityProviderStrategy": [{"capacityProvider": "FARGATE", "weight": 1}],
        "networkConfiguration": network,
    }
    with urllib.request.urlopen(os.environ["AWS_CONTAINER_CREDENTIALS_FULL_URI"]) as answer:  # noqa: S310 - its agent
        key = json.load(answer)["AccessKeyId"]
    signed = f"AWS4-HMAC-SHA256 Credential={key}/20261122/eu-west-1/ecs/aws4_request"
    request = urllib.request.Request(  # noqa: S310 - the embedded AWS
        os.environ["AWS_ENDPOINT_URL"],
        data=json.dumps(order).encode(),
        headers={
            "X-Amz-Target": "AmazonEC2ContainerServiceV20141113.RunTask",
            "Content-Type": "application/x-amz-json-1.1",
            "Authorization": f"{signed}, SignedHeaders=host, Signature=0",
        },
    )
    with urllib.request.urlopen(request, timeout=30) as answer:  # noqa: S310 - as above
        arn = json.load(answer)["tasks"][0]["taskArn"]
    return [f"Started ECS task {arn.split('/')[-1]}", "Hello from Fargate.", "Good-bye."]


if __name__ == "__main__":
    print("The stand-in listens.", flush=True)  # noqa: T201 - its log
    serve(StandIn(os.environ[PASSWORD], run_task), "0.0.0.0", 8080)  # noqa: S104 - in a container
    threading.Event().wait()
