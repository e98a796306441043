"""Which ECS tasks nothing waits for any more: state by state."""

import pytest
from airflow.utils.state import State, TaskInstanceState
from airflow_fargate_runtime.orphans_verdict import (
    Belonging,
    Owner,
    TaskInstance,
    belonging,
    why_over,
)

OWNER = Owner(dag_id="dag", run_id="run", task_id="task", map_index=-1)
ENVIRONMENT = {
    "AIRFLOW_CTX_DAG_ID": "dag",
    "AIRFLOW_CTX_DAG_RUN_ID": "run",
    "AIRFLOW_CTX_TASK_ID": "task",
    "AIRFLOW_CTX_MAP_INDEX": "-1",
    "AIRFLOW_FARGATE_MAX_TRIES": "2",
}
EVERY_STATE = [None, *TaskInstanceState]


def ecs_task(environment: dict[str, str]) -> dict:
    pairs = [{"name": name, "value": value} for name, value in environment.items()]
    sidecar = {"name": "sidecar"}
    return {"overrides": {"containerOverrides": [sidecar, {"name": "main", "environment": pairs}]}}


@pytest.mark.parametrize("state", EVERY_STATE)
def test_finished_is_over_and_everything_else_may_still_be_joined(
    state: TaskInstanceState | None,
) -> None:
    over = why_over(1, TaskInstance(state=state, max_tries=1))
    if state in State.finished:
        assert over == f"its Airflow task is over: {state}"
    elif state == TaskInstanceState.RESTARTING:
        # Cleared while it ran: Airflow has not counted that yet.
        assert over == "its Airflow task was cleared"
    else:
        assert over is None


def test_a_task_that_is_not_there_is_over() -> None:
    assert why_over(0, None) == "its Airflow task is deleted"


@pytest.mark.parametrize("state", [None, "scheduled", "queued", "up_for_retry", "running"])
def test_after_a_clear_nothing_joins(state: str | None) -> None:
    task = TaskInstance(state, max_tries=1)
    assert why_over(0, task) == "its Airflow task was cleared"
    assert why_over(1, task) is None


@pytest.mark.parametrize("state", EVERY_STATE)
def test_of_two_ecs_tasks_the_one_from_before_the_clear_is_over(
    state: TaskInstanceState | None,
) -> None:
    task = TaskInstance(state, max_tries=1)
    assert why_over(0, task)
    # Lower after the clear, where a deploy took retries away.
    assert why_over(2, task)
    if state not in {*State.finished, TaskInstanceState.RESTARTING}:
        assert why_over(1, task) is None


def test_an_ecs_task_says_whose_it_is() -> None:
    assert belonging(ecs_task(ENVIRONMENT)) == Belonging(OWNER, max_tries=2)
    mapped = belonging(ecs_task(ENVIRONMENT | {"AIRFLOW_CTX_MAP_INDEX": "7"}))
    assert mapped
    assert str(mapped.owner) == "dag.task[7] of run"


@pytest.mark.parametrize("missing", ENVIRONMENT)
def test_an_ecs_task_that_does_not_say_all_of_it_is_left_alone(missing: str) -> None:
    environment = {name: value for name, value in ENVIRONMENT.items() if name != missing}
    assert belonging(ecs_task(environment)) is None


@pytest.mark.parametrize("task", [{}, {"overrides": {}}, ecs_task({}), ecs_task({"A": "b"})])
def test_an_ecs_task_that_others_started_is_left_alone(task: dict) -> None:
    assert belonging(task) is None
