"""Whether an ECS task's Airflow task is over: what is known of both, and the decision."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from .fargate_task_owner import CLEAR_NUMBER_VARIABLE, MAP_INDEX_VARIABLE

_OVER = frozenset({"success", "failed", "skipped", "upstream_failed", "removed"})
"""States from which a task comes back only by being cleared."""

_WAITED_FOR = frozenset({"running", "deferred"})
"""States in which an attempt goes on, and knows itself which ECS task it waits for."""


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
    """Whose an ECS task is, and how often the DAG run had been cleared when it was started."""

    owner: Owner
    clear_number: int


@dataclass(frozen=True)
class TaskInstance:
    """What Airflow's database says of a task now."""

    state: str | None
    resumes: bool
    """Whether it goes on after having been deferred, rather than beginning anew."""
    clear_number: int
    """How often its DAG run has been cleared."""


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
            return Belonging(owner, int(values[CLEAR_NUMBER_VARIABLE]))
        except (KeyError, ValueError):
            continue
    return None


def why_over(clear_number: int, task: TaskInstance | None, newest: int) -> str | None:
    """Why nothing will wait for an ECS task again; None if something does, or may.

    That the DAG run has been cleared since is not enough: any task of the run may have been, and
    the others go on. Nor is it enough that nobody works on the task: after a crash, its next
    attempt joins the ECS task.

    Args:
        clear_number: How often the DAG run had been cleared when the ECS task was started.
        task: The Airflow task as it is now; None if there is none.
        newest: The highest such number among the ECS tasks of that Airflow task.
    """
    if task is None:
        return "its Airflow task is deleted"
    if task.state in _OVER:
        return f"its Airflow task is over: {task.state}"
    if clear_number < newest:
        return "its Airflow task was cleared and has another ECS task"
    # Whoever begins anew now does not join it, but stops it: no need to wait for that.
    begins_anew = task.state not in _WAITED_FOR and not task.resumes
    if clear_number < task.clear_number and begins_anew:
        return "its Airflow task was cleared"
    return None
