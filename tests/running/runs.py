"""Runs of DAGs, seen and changed over Airflow's REST API as users do."""

from collections.abc import Mapping
from typing import Any

from tests.running.processes import wait_until
from tests.running.rest import RestApi, quoted

DONE = ("success", "failed")


class Runs:
    """Runs of DAGs, seen and changed over Airflow's REST API as users do."""

    def __init__(self, api: RestApi) -> None:
        self.api = api

    def trigger(self, dag_id: str, conf: Mapping[str, Any] | None = None) -> str:
        """Start a run of a DAG; its id."""
        body = {"logical_date": None, "conf": dict(conf or {})}
        return self.api.call("POST", f"dags/{dag_id}/dagRuns", body)["dag_run_id"]

    def run_state(self, dag_id: str, run_id: str) -> str:
        """State of a run."""
        return self.api.get(_run(dag_id, run_id))["state"]

    def wait_for(
        self, dag_id: str, run_id: str, state: str = "success", timeout_seconds: float = 120
    ) -> None:
        """Wait for a run's state; fail at once when it ends in the other."""

        def reached() -> bool:
            now = self.run_state(dag_id, run_id)
            if now != state and now in DONE:
                raise AssertionError(f"{dag_id} is {now}\n{self._what_failed(dag_id, run_id)}")
            return now == state

        wait_until(reached, f"{dag_id} to be {state}", timeout_seconds)

    def _what_failed(self, dag_id: str, run_id: str) -> str:
        """Each task's state, with the log of the last try of those that failed."""
        said = []
        for task in self.tasks(dag_id, run_id):
            place = task["task_id"], task["map_index"]
            said.append(f"{_name(*place)}: {task['state']}, try {task['try_number']}")
            if task["state"] == "failed":
                log = self.log_text(dag_id, run_id, place[0], task["try_number"], place[1])
                said += log.splitlines()[-25:]
        return "\n".join(said)

    def tasks(self, dag_id: str, run_id: str) -> list[dict[str, Any]]:
        """The run's task instances, as Airflow's API has them."""
        path = f"{_run(dag_id, run_id)}/taskInstances"
        return self.api.get(path, limit=1000)["task_instances"]

    def task(self, dag_id: str, run_id: str, task_id: str, map_index: int = -1) -> dict[str, Any]:
        """One task instance: `state`, `try_number`, `start_date`, `hostname` and more."""
        (found,) = (
            each
            for each in self.tasks(dag_id, run_id)
            if (each["task_id"], each["map_index"]) == (task_id, map_index)
        )
        return found

    def task_states(self, dag_id: str, run_id: str) -> dict[str, str | None]:
        """States by task; mapped ones as `task[0]`."""
        return {
            _name(each["task_id"], each["map_index"]): each["state"]
            for each in self.tasks(dag_id, run_id)
        }

    def wait_for_task(
        self,
        dag_id: str,
        run_id: str,
        task_id: str,
        *states: str | None,
        map_index: int = -1,
        timeout_seconds: float = 60,
    ) -> dict[str, Any]:
        """Wait until a task instance is in one of the states; the task instance."""
        seen: dict[str, Any] = {}

        def reached() -> bool:
            seen.update(self.task(dag_id, run_id, task_id, map_index))
            return seen["state"] in states

        wait_until(reached, f"{task_id} to be {states}", timeout_seconds)
        return seen

    def set_state(
        self, dag_id: str, run_id: str, task_id: str, state: str, map_index: int = -1
    ) -> None:
        """Mark a task instance as `success`, `failed` or `skipped`, as a user does."""
        path = f"{_run(dag_id, run_id)}/taskInstances/{task_id}"
        if map_index >= 0:
            path += f"/{map_index}"
        self.api.call("PATCH", path, {"new_state": state})

    def clear(self, dag_id: str, run_id: str, *task_ids: str, **options: Any) -> None:
        """Clear task instances, as a user does; options are those of `clearTaskInstances`."""
        body = {"dry_run": False, "only_failed": False, "dag_run_id": run_id, **options}
        if task_ids:
            body["task_ids"] = list(task_ids)
        self.api.call("POST", f"dags/{dag_id}/clearTaskInstances", body)

    def xcom(self, dag_id: str, run_id: str, task_id: str, key: str = "return_value") -> Any:
        """What a task left for others."""
        path = f"{_run(dag_id, run_id)}/taskInstances/{task_id}/xcomEntries/{key}"
        return self.api.get(path)["value"]

    def log_text(
        self, dag_id: str, run_id: str, task_id: str, try_number: int = 1, map_index: int = -1
    ) -> str:
        """The log of a try, as the user interface gets it: the events' texts, a line each."""
        path = f"{_run(dag_id, run_id)}/taskInstances/{task_id}/logs/{try_number}"
        content = self.api.get(path, full_content="true", map_index=map_index)["content"]
        return "\n".join(_text(line) for line in content)


def _text(line: Any) -> str:
    """A line of a log; of an exception its type and message."""
    if isinstance(line, str):
        return line
    errors = [f"{each['exc_type']}: {each['exc_value']}" for each in line.get("error_detail") or ()]
    return ": ".join([line["event"], *errors])


def _run(dag_id: str, run_id: str) -> str:
    return f"dags/{dag_id}/dagRuns/{quoted(run_id)}"


def _name(task_id: str, map_index: int) -> str:
    return task_id if map_index < 0 else f"{task_id}[{map_index}]"
