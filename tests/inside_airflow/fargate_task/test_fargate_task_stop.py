"""Whether an ECS task is stopped when its Airflow task is killed: Airflow's own state decides."""

import asyncio
from typing import Any

import pytest
from airflow.sdk.execution_time.task_runner import RuntimeTaskInstance
from airflow.utils.state import TaskInstanceState
from airflow_fargate_runtime.ecs_tasks import EcsTasks
from airflow_fargate_runtime.fargate_task_parameters import FargateTaskParameters
from airflow_fargate_runtime.fargate_task_run import FargateTaskRun
from airflow_fargate_runtime.fargate_task_trigger import FargateTaskTrigger
from botocore.exceptions import ClientError

from .deployment import PATH, Deployment, Try

DELETED = "no such task"


@pytest.fixture
def stopped(deployment: Deployment, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Why ECS tasks were stopped."""
    deployment.write_parameter("even_odd", "arn:aws:ecs:eu-west-1:123456789012:task-definition/e:1")
    reasons: list[str] = []
    monkeypatch.setattr(EcsTasks, "stop", lambda _, __, reason: reasons.append(reason))
    return reasons


class Gone(Try):
    def get_task_states(self, **_: Any) -> dict[str, Any]:
        return {}


class Silent(Try):
    def get_task_states(self, **_: Any) -> dict[str, Any]:
        raise RuntimeError("the API server is away")


def killed_on_worker(attempt: Try) -> None:
    run = FargateTaskRun("even_odd", FargateTaskParameters(PATH), attempt.context, LOG)
    run.arn = "arn:aws:ecs:eu-west-1:123456789012:task/airflow-dev/3f"
    run.stop_if_unwanted()


def killed_in_triggerer(attempt: Try, monkeypatch: pytest.MonkeyPatch) -> None:
    trigger = FargateTaskTrigger(
        cluster="arn:aws:ecs:eu-west-1:123456789012:cluster/airflow-dev",
        task_arn="arn:aws:ecs:eu-west-1:123456789012:task/airflow-dev/3f",
        container="even_odd",
        log_region="eu-west-1",
        log_group="group",
        log_stream="stream",
        waiter_delay=1,
        last_lines=10,
    )
    trigger.task_instance = attempt  # pyright: ignore[reportAttributeAccessIssue]
    monkeypatch.setattr(RuntimeTaskInstance, "get_task_states", attempt.get_task_states)
    asyncio.run(trigger.on_kill())


class Log:
    def info(self, *_: Any) -> None: ...
    def warning(self, *_: Any) -> None: ...


LOG = Log()

ENDED = ["failed", "success", "skipped", "removed", "upstream_failed", "restarting", None]
GOES_ON = ["running", "queued", "scheduled", "up_for_retry", "deferred", "up_for_reschedule"]


@pytest.mark.parametrize("map_index", [-1, 0, 7])
def test_what_a_user_ended_is_stopped_on_the_worker(stopped: list[str], map_index: int) -> None:
    for state in ENDED:
        killed_on_worker(Try(state=state, map_index=map_index))
    assert stopped == [
        f"Airflow: the task was stopped and is {state or 'cleared'} now" for state in ENDED
    ]


def test_every_other_state_means_that_a_try_joins_later(stopped: list[str]) -> None:
    assert set(ENDED[:-1]) | set(GOES_ON) | {"awaiting_input"} == {*map(str, TaskInstanceState)}
    for state in [*GOES_ON, *map(TaskInstanceState, GOES_ON)]:
        killed_on_worker(Try(state=state))
    assert stopped == []


def test_what_is_no_longer_deferred_is_stopped_in_the_triggerer(
    stopped: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    states = [*ENDED, "scheduled", "queued", "running", "up_for_retry"]
    for state in states:
        killed_in_triggerer(Try(state=state, map_index=2), monkeypatch)
    assert stopped == [
        f"Airflow: the task was stopped and is {state or 'cleared'} now" for state in states
    ]


def test_what_another_triggerer_took_over_goes_on(
    stopped: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    killed_in_triggerer(Try(state="deferred"), monkeypatch)
    killed_in_triggerer(Try(state=TaskInstanceState.DEFERRED, map_index=1), monkeypatch)
    assert stopped == []


def test_what_was_deleted_is_stopped(stopped: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    killed_on_worker(Gone())
    killed_in_triggerer(Gone(), monkeypatch)
    assert stopped == ["Airflow: the task was stopped and is deleted now"] * 2


def test_nothing_is_stopped_while_airflow_does_not_answer(
    stopped: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    killed_on_worker(Silent())
    killed_in_triggerer(Silent(), monkeypatch)
    assert stopped == []


def test_ecs_that_refuses_to_stop_fails_nothing(
    stopped: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: Any) -> None:
        raise ClientError({"Error": {"Code": "ThrottlingException"}}, "StopTask")

    monkeypatch.setattr(EcsTasks, "stop", refuse)
    killed_on_worker(Try(state="failed"))
