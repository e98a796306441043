"""What Airflow says about a task of its own."""

from collections.abc import Callable
from typing import Any

MEANT_TO_GO_ON = frozenset(
    {"running", "deferred", "queued", "scheduled", "up_for_retry", "up_for_reschedule"}
)
"""States in which the task is waited for, or will be: its next try joins what runs."""


def state_of(
    get_task_states: Callable[..., dict[str, Any]],
    dag_id: str,
    run_id: str,
    task_id: str,
    map_index: int | None,
) -> str:
    """Return the state of a task: `cleared` if it has none, `deleted` if there is no such task.

    Args:
        get_task_states: `RuntimeTaskInstance.get_task_states`.
        dag_id: Its DAG.
        run_id: Its DAG run.
        task_id: Its id.
        map_index: -1 or None if it is not mapped.

    Raises:
        AirflowRuntimeError: Airflow does not answer; also whatever else can happen on the way.
    """
    mapped = map_index is not None and map_index >= 0
    states = get_task_states(
        dag_id=dag_id,
        run_ids=[run_id],
        task_ids=[task_id],
        map_index=map_index if mapped else None,
    ).get(run_id, {})
    name = f"{task_id}_{map_index}" if mapped else task_id
    if name not in states:
        return "deleted"
    # It is an enumeration or its text.
    state = states[name]
    return "cleared" if state is None else str(getattr(state, "value", state))
