"""Whether an ECS task's Airflow task is over: what is known of both, and the decision."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from .fargate_task_owner import MAP_INDEX_VARIABLE, MAX_TRIES_VARIABLE

_OVER = frozenset({"success", "failed", "skipped", "upstream_failed", "removed"})
"""States from which a task comes back only by being cleared."""


@dataclass(frozen=True)
class Owner:
    """The Airflow task that an ECS task was started for."""

    dag_id: str
    run_id: str
    task_id: str
    map_index: int

    def __str__(self) -> str:
        mapped = f"[{self.map_index}]" if self.map_index >= 0 else ""
        return f"{self.dag_id}.{self.task_id}{mapped} of {self.run_id}"


@dataclass(frozen=True)
class Belonging:
    """Whose an ECS task is, and what Airflow called `max_tries` when it was started."""

    owner: Owner
    max_tries: int


@dataclass(frozen=True)
class TaskInstance:
    """What Airflow's database says of a task now."""

    state: str | None
    max_tries: int
    """Another one each time that the task is cleared."""


def belonging(ecs_task: Mapping[str, Any]) -> Belonging | None:
    """Whose an ECS task is; None if Airflow does not wait for it.

    Args:
        ecs_task: The task as `DescribeTasks` tells of it.
    """
    for container in ecs_task.get("overrides", {}).get("containerOverrides", []):
        values = {pair["name"]: pair.get("value", "") for pair in container.get("environment", [])}
        try:
            owner = Owner(
                dag_id=values["AIRFLOW_CTX_DAG_ID"],
                run_id=values["AIRFLOW_CTX_DAG_RUN_ID"],
                task_id=values["AIRFLOW_CTX_TASK_ID"],
                map_index=int(values[MAP_INDEX_VARIABLE]),
            )
            return Belonging(owner, int(values[MAX_TRIES_VARIABLE]))
        except (KeyError, ValueError):
            continue
    return None


def why_over(max_tries: int, task: TaskInstance | None) -> str | None:
    """Why nothing will wait for an ECS task again; None if something does, or may.

    That nobody works on the Airflow task is not enough: after a crash, its next try joins the ECS
    task. After a clear it does not, but starts another.

    Args:
        max_tries: What it was for the Airflow task when the ECS task was started.
        task: The Airflow task as it is now; None if there is none.
    """
    if task is None:
        return "its Airflow task is deleted"
    if task.state in _OVER:
        return f"its Airflow task is over: {task.state}"
    # Cleared while it ran, Airflow sets the number later, or never if the worker is dead.
    if max_tries != task.max_tries or task.state == "restarting":
        return "its Airflow task was cleared"
    return None
