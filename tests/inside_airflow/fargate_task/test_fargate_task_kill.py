"""What becomes of the ECS task when its Airflow task is killed, takes too long, or fails."""

import signal
import threading
import time
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from airflow.sdk.exceptions import AirflowException, AirflowTaskTimeout
from airflow.sdk.execution_time.timeout import timeout

from .deployment import Deployment, Try
from .operators import deferred, operator, running, waiting


def in_a_thread(task: Any, attempt: Try) -> tuple[threading.Thread, list[BaseException]]:
    """Execute as a worker does, but so that the test can go on."""
    raised: list[BaseException] = []

    def execute() -> None:
        try:
            task.execute(attempt.context)
        except BaseException as error:  # noqa: BLE001 -- the test looks at it
            raised.append(error)

    thread = threading.Thread(target=execute, daemon=True)
    thread.start()
    return thread, raised


def test_on_kill_stops_what_a_user_ended(even_odd: Deployment) -> None:
    attempt, task = Try(), waiting()
    thread, raised = in_a_thread(task, attempt)
    even_odd.wait_for(running)
    attempt.state = "failed"
    task.on_kill()
    thread.join(20)
    (ecs_task,) = even_odd.tasks()
    assert ecs_task["stoppedReason"] == "Airflow: the task was stopped and is failed now"
    assert "was stopped" in str(raised[0])


def test_on_kill_leaves_what_a_retry_joins(even_odd: Deployment) -> None:
    attempt, task = Try(max_tries=1), waiting()
    in_a_thread(task, attempt)
    even_odd.wait_for(running)
    task.on_kill()
    (ecs_task,) = even_odd.tasks()
    assert ecs_task["desiredStatus"] == "RUNNING"


def test_on_kill_ends_in_time_when_airflow_does_not_answer(
    even_odd: Deployment, monkeypatch: pytest.MonkeyPatch
) -> None:
    answered = threading.Event()
    monkeypatch.setattr("airflow_fargate_runtime.fargate_task_operator.SECONDS_TO_STOP", 0.2)
    attempt, task = Try(), waiting()

    def states(*_: Any, **__: Any) -> dict[str, Any]:
        answered.wait(30)
        return {}

    monkeypatch.setattr(Try, "get_task_states", states)
    in_a_thread(task, attempt)
    even_odd.wait_for(running)
    begun = time.monotonic()
    task.on_kill()
    assert time.monotonic() - begun < 3
    answered.set()


def test_on_kill_before_and_after_does_nothing(even_odd: Deployment) -> None:
    task = operator()
    task.on_kill()
    task.execute(Try().context)
    task.on_kill()
    assert len(even_odd.tasks()) == 1


def test_execution_timeout_stops_the_ecs_task_while_a_worker_waits(even_odd: Deployment) -> None:
    def ring() -> None:
        even_odd.wait_for(running)
        signal.raise_signal(signal.SIGALRM)

    task = waiting(execution_timeout=timedelta(seconds=90))
    threading.Thread(target=ring).start()
    # As Airflow does it: an alarm that raises in the main thread, then on_kill.
    with pytest.raises(AirflowTaskTimeout), timeout(90):
        task.execute(Try(max_tries=2).context)
    task.on_kill()
    (ecs_task,) = even_odd.tasks()
    assert ecs_task["stoppedReason"] == "Airflow: execution_timeout (0:01:30) is over"


def test_execution_timeout_goes_on_counting_while_deferred(even_odd: Deployment) -> None:
    begun = datetime.now(UTC) - timedelta(minutes=4)
    raised = deferred(Try(start_date=begun), execution_timeout=timedelta(minutes=10))
    assert isinstance(raised.timeout, timedelta)
    assert timedelta(minutes=5) < raised.timeout <= timedelta(minutes=6)
    assert deferred(Try(run_id="other")).timeout is None


def test_execution_timeout_stops_the_ecs_task_while_deferred(even_odd: Deployment) -> None:
    deferred(Try(max_tries=2), command=["wait"])
    resumed = waiting(deferrable=True, execution_timeout=timedelta(minutes=10))
    with pytest.raises(AirflowTaskTimeout, match='"even_odd": execution_timeout'):
        resumed.resume_execution("__fail__", {"error": "Trigger timeout"}, Try(max_tries=2).context)
    (ecs_task,) = even_odd.tasks()
    assert ecs_task["stoppedReason"] == "Airflow: execution_timeout (0:10:00) is over"


def test_a_folder_that_was_taken_out_does_not_hide_the_timeout(
    even_odd: Deployment, monkeypatch: pytest.MonkeyPatch
) -> None:
    resumed = waiting(deferrable=True, execution_timeout=timedelta(minutes=10))
    monkeypatch.delenv("AIRFLOW_FARGATE_TASKS_PATH")
    with pytest.raises(AirflowTaskTimeout, match='"even_odd": execution_timeout'):
        resumed.resume_execution("__fail__", {"error": "Trigger timeout"}, Try().context)


@pytest.mark.parametrize(("max_tries", "desired"), [(0, "STOPPED"), (2, "RUNNING")])
def test_a_failed_trigger_leaves_the_ecs_task_to_a_retry_if_there_is_one(
    even_odd: Deployment, max_tries: int, desired: str
) -> None:
    deferred(Try(), command=["wait"])
    with pytest.raises(AirflowException):
        waiting(deferrable=True).resume_execution(
            "__fail__", {"error": "Trigger failure"}, Try(max_tries=max_tries).context
        )
    (ecs_task,) = even_odd.tasks()
    assert ecs_task["desiredStatus"] == desired


def test_what_was_started_and_cannot_be_waited_for_is_stopped_if_no_retry_follows(
    even_odd: Deployment, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: Any, **__: Any) -> None:
        raise RuntimeError("no XComs today")

    monkeypatch.setattr(Try, "xcom_push", fail)
    with pytest.raises(RuntimeError, match="no XComs"):
        operator(deferrable=True, command=["wait"]).execute(Try(max_tries=0).context)
    (ecs_task,) = even_odd.tasks()
    assert ecs_task["desiredStatus"] == "STOPPED"
