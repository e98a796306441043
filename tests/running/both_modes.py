"""DAGs with a Fargate task in each mode, blocking and deferrable, which run until told to end."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from tests.running.processes import wait_until
from tests.running.running_airflow import RunningAirflow

MODES = {"blocking": "running", "deferrable": "deferred"}
"""The modes, which are the names of the tasks too, and the states in which these wait."""

both_modes = pytest.mark.parametrize("mode", MODES)

_WAIT = Path(__file__).parent / "task_images/wait"

_DAG_FILE = """
from datetime import timedelta

from airflow.sdk import DAG
from airflow_fargate_runtime import FargateTaskOperator

for dag_id, options in {dags!r}.items():
    seconds = options.pop("execution_timeout", None)
    timeout = timedelta(seconds=seconds) if seconds else None
    with DAG(dag_id, schedule=None, max_active_runs=16):
        for mode in {modes!r}:
            FargateTaskOperator(
                task_id=mode,
                task="wait",
                command=["/shared/{{{{ ti.task_id }}}}-of-{{{{ run_id }}}}"],
                deferrable=mode == "deferrable",
                execution_timeout=timeout,
                retry_delay=timedelta(seconds=1),
                **options,
            )
"""


class BothModes:
    """DAGs with a Fargate task in each mode, which run until they are told to end.

    Args:
        airflow: Where they run.
        fargate_folder: Where the local Fargate keeps the shared storage.
        dags: Arguments of the tasks, by the DAGs' names; `execution_timeout` in seconds.
    """

    def __init__(
        self,
        airflow: RunningAirflow,
        fargate_folder: Path,
        dags: Mapping[str, Mapping[str, Any]],
    ) -> None:
        self.airflow = airflow
        self._runs: list[str] = []
        files = airflow.aws.task_host.file_system_id
        assert files
        self._shared = fargate_folder / "efs" / files / "tasks"
        airflow.register_tasks(_WAIT)
        text = _DAG_FILE.format(dags=dict(dags), modes=list(MODES))
        airflow.add_dags([(f"{'_'.join(dags)}.py", text)], *dags)

    def trigger(self, dag_id: str) -> str:
        """Start a run; its id."""
        self._runs.append(self.airflow.trigger(dag_id))
        return self._runs[-1]

    def begin(self, dag_id: str) -> str:
        """Start a run, and wait until both of its ECS tasks run and are waited for; its id."""
        run_id = self.trigger(dag_id)
        for mode in MODES:
            what = f"{dag_id}.{mode} to wait for its ECS task"
            wait_until(lambda mode=mode: self.waits(dag_id, run_id, mode), what, 150)
        return run_id

    def waits(self, dag_id: str, run_id: str, mode: str) -> bool:
        """Whether a task's newest try watches a running ECS task, in the mode's way."""
        task = self.airflow.task(dag_id, run_id, mode)
        if task["state"] != MODES[mode]:
            return False
        return "is RUNNING" in self.log_so_far(dag_id, run_id, mode, task["try_number"])

    def log_so_far(self, dag_id: str, run_id: str, mode: str, try_number: int = 1) -> str:
        """The log of a try that goes on, as it is in the containers."""
        of_task = f"*/dag_id={dag_id}/run_id={run_id}/task_id={mode}/attempt={try_number}.log*"
        files = (self.airflow.folder / "logs").glob(of_task)
        return "".join(file.read_text(errors="replace") for file in files)

    def ecs_tasks(self, run_id: str, mode: str) -> list[dict[str, Any]]:
        """All ECS tasks that there have been for a task, the oldest first."""
        wanted = {"AIRFLOW_CTX_DAG_RUN_ID": run_id, "AIRFLOW_CTX_TASK_ID": mode}
        return [
            task
            for task in self.airflow.ecs_tasks()
            if wanted.items() <= _environment(task).items()
        ]

    def count(self, run_id: str, mode: str) -> tuple[int, int]:
        """How many ECS tasks were ever started for a task, and how many are not told to stop."""
        tasks = self.ecs_tasks(run_id, mode)
        return len(tasks), sum(task["desiredStatus"] == "RUNNING" for task in tasks)

    def end(self, run_id: str) -> None:
        """Have what runs for a run end well."""
        self._shared.mkdir(parents=True, exist_ok=True)
        for mode in MODES:
            (self._shared / f"{mode}-of-{run_id}").touch()

    def end_all(self) -> None:
        """Have whatever still runs end well: it holds slots of the worker."""
        for run_id in self._runs:
            self.end(run_id)

    def finish(self, dag_id: str, run_id: str) -> None:
        """Have the ECS tasks end, and wait until the run is a success."""
        self.end(run_id)
        self.airflow.wait_for(dag_id, run_id, "success", 120)


def _environment(ecs_task: Mapping[str, Any]) -> dict[str, str]:
    return {
        pair["name"]: pair["value"]
        for container in ecs_task["overrides"].get("containerOverrides", [])
        for pair in container.get("environment", [])
    }
