"""Airflow's REST API, for the user `admin`, through the load balancer."""

from __future__ import annotations

import json
import urllib.error
import urllib.parse
import urllib.request
from typing import Any

USER = "admin"
_PAGE = 100
"""Airflow's `api.maximum_page_limit`, unless it is set."""
_SECONDS_FOR_AN_ANSWER = 30


class AirflowError(Exception):
    """Airflow refuses a request; the message holds what it answered.

    ``status`` is the HTTP status, None when there was no answer at all.
    """

    def __init__(self, message: str, status: int | None = None) -> None:
        self.status = status
        super().__init__(message)


class AirflowApi:
    """Airflow's REST API at ``url``; each call raises AirflowError when it is not answered well."""

    def __init__(self, url: str, password: str) -> None:
        self.url = url
        self._password = password
        self._token: str | None = None
        # No proxy, whatever the environment says: this is loopback.
        self._opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))

    def version(self) -> str:
        """Airflow's version, which it tells everyone."""
        return self._request("GET", "/api/v2/version")["version"]

    def log_in(self) -> None:
        """Get a token for the user."""
        login = {"username": USER, "password": self._password}
        self._token = self._request("POST", "/auth/token", login)["access_token"]

    def import_errors(self) -> dict[str, str]:
        """What went wrong with DAG files, by file."""
        found = self._request("GET", "/api/v2/importErrors?limit=100")["import_errors"]
        return {each["filename"]: each["stack_trace"] for each in found}

    def dag_ids(self) -> list[str]:
        """Ids of the DAGs that Airflow knows."""
        return [each["dag_id"] for each in self._all("/api/v2/dags", "dags")]

    def unpause(self, dag_id: str) -> None:
        """Let a DAG run."""
        path = f"/api/v2/dags/{_quoted(dag_id)}?update_mask=is_paused"
        self._request("PATCH", path, {"is_paused": False})

    def trigger(self, dag_id: str) -> str:
        """Start a run of a DAG; gives its id."""
        body = {"logical_date": None, "conf": {}}
        path = f"/api/v2/dags/{_quoted(dag_id)}/dagRuns"
        return self._request("POST", path, body)["dag_run_id"]

    def run(self, dag_id: str, run_id: str) -> dict[str, Any]:
        """A run: `state`, `start_date`, `end_date` and more."""
        return self._request("GET", _run(dag_id, run_id))

    def task_instances(self, dag_id: str, run_id: str) -> list[dict[str, Any]]:
        """The task instances of a run: `task_id`, `map_index`, `state`, `try_number` and more."""
        return self._all(f"{_run(dag_id, run_id)}/taskInstances", "task_instances")

    def log(self, instance: dict[str, Any], dag_id: str, run_id: str) -> str:
        """The log of a task instance's latest try, a line for each event."""
        path = (
            f"{_run(dag_id, run_id)}/taskInstances/{_quoted(instance['task_id'])}"
            f"/logs/{max(instance['try_number'], 1)}"
            f"?full_content=true&map_index={instance['map_index']}"
        )
        return "\n".join(_text(line) for line in self._request("GET", path)["content"])

    def _all(self, path: str, key: str) -> list[dict[str, Any]]:
        """All of a collection; Airflow gives no more than a page, whatever it is asked for."""
        found: list[dict[str, Any]] = []
        while True:
            page = self._request("GET", f"{path}?limit={_PAGE}&offset={len(found)}")
            found += page[key]
            if not page[key] or len(found) >= page["total_entries"]:
                return found

    def _request(self, method: str, path: str, body: Any = None) -> Any:
        request = urllib.request.Request(  # noqa: S310 - the load balancer's HTTP
            self.url + path,
            method=method,
            data=None if body is None else json.dumps(body).encode(),
            headers={"Content-Type": "application/json", "Accept": "application/json"},
        )
        if self._token is not None:
            request.add_header("Authorization", f"Bearer {self._token}")
        try:
            with self._opener.open(request, timeout=_SECONDS_FOR_AN_ANSWER) as answer:
                return json.loads(answer.read() or b"null")
        except urllib.error.HTTPError as error:
            said = error.read().decode(errors="replace").strip()[:1000]
            raise AirflowError(
                f"{method} {path} is answered with {error.code}: {said}", error.code
            ) from error
        except (OSError, ValueError) as error:
            raise AirflowError(f"{method} {self.url}{path} is not answered: {error}") from error


def name_of(instance: dict[str, Any]) -> str:
    """A task instance's name; mapped ones as ``task[0]``."""
    task_id, index = instance["task_id"], instance["map_index"]
    return task_id if index < 0 else f"{task_id}[{index}]"


def _run(dag_id: str, run_id: str) -> str:
    return f"/api/v2/dags/{_quoted(dag_id)}/dagRuns/{_quoted(run_id)}"


def _quoted(text: str) -> str:
    # Ids of runs hold `+` and `:`.
    return urllib.parse.quote(text, safe="")


def _text(line: Any) -> str:
    if isinstance(line, str):
        return line
    errors = [f"{each['exc_type']}: {each['exc_value']}" for each in line.get("error_detail") or ()]
    return ": ".join([line["event"], *errors])
