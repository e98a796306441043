"""FargateTaskOperator: from the one line in a DAG to the end of the ECS task."""

import re
import threading
import time
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from airflow.sdk.exceptions import (
    AirflowException,
    AirflowSkipException,
    AirflowTaskTimeout,
    TaskDeferred,
)
from airflow.sdk.execution_time.timeout import timeout
from airflow_fargate_runtime import FargateTaskOperator

from .deployment import Deployment, Try

PROGRAM = """\
import os, sys, time
print("run", os.environ["AIRFLOW_CTX_DAG_RUN_ID"], *sys.argv[1:])
if sys.argv[1:] == ["wait"]:
    time.sleep(60)
print("ERROR: the last line")
sys.exit(int(os.environ.get("CODE", 0)))
"""


@pytest.fixture
def even_odd(deployment: Deployment) -> Deployment:
    deployment.add_task("even_odd", PROGRAM)
    return deployment


def operator(**arguments: Any) -> Any:
    options: dict[str, Any] = {"deferrable": False, "waiter_delay": 0.2, **arguments}
    return FargateTaskOperator(task_id="odd_task", task="even_odd", **options)


def waiting(**arguments: Any) -> Any:
    return operator(command=["wait"], **arguments)


def deferred(attempt: Try, **arguments: Any) -> TaskDeferred:
    with pytest.raises(TaskDeferred) as raised:
        operator(deferrable=True, **arguments).execute(attempt.context)
    return raised.value


def running(tasks: list[dict[str, Any]]) -> bool:
    return any(task["lastStatus"] == "RUNNING" for task in tasks)


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


def test_the_program_runs_with_its_arguments_and_its_last_line_is_the_xcom(
    even_odd: Deployment, capsys: pytest.CaptureFixture[str]
) -> None:
    attempt = Try(map_index=3)
    result = operator(command=["odd", 7], environment={"SEED": 5}).execute(attempt.context)
    assert result == "ERROR: the last line"
    (task,) = even_odd.tasks()
    assert attempt.xcoms == {"ecs_task_arn": task["taskArn"]}
    log = capsys.readouterr().out
    assert re.search(r"\[info +\] \[20.*\] run manual__1 odd 7", log)
    assert re.search(r"\[error +\] \[20.*\] ERROR: the last line", log)
    (container,) = task["overrides"]["containerOverrides"]
    told = {pair["name"]: pair["value"] for pair in container["environment"]}
    assert told == {
        "AIRFLOW_CTX_DAG_ID": "dag",
        "AIRFLOW_CTX_DAG_RUN_ID": "manual__1",
        "AIRFLOW_CTX_TASK_ID": "odd_task",
        "AIRFLOW_CTX_TRY_NUMBER": "1",
        "AIRFLOW_CTX_MAP_INDEX": "3",
        "AIRFLOW_FARGATE_CLEAR_NUMBER": "0",
        "SEED": "5",
    }


def test_size_and_capacity_of_one_call(even_odd: Deployment) -> None:
    deferred(
        Try(), cpu=512, memory_mib=2048, ephemeral_storage_gib=30, capacity_provider="FARGATE_SPOT"
    )
    (task,) = even_odd.tasks()
    assert (task["cpu"], task["memory"]) == ("512", "2048")
    assert task["overrides"]["ephemeralStorage"] == {"sizeInGiB": 30}
    assert task["capacityProviderName"] == "FARGATE_SPOT"


def test_another_exit_code_than_0_fails_with_the_end_of_the_output(even_odd: Deployment) -> None:
    with pytest.raises(AirflowException) as failed:
        operator(environment={"CODE": 3}).execute(Try().context)
    first, *rest = str(failed.value).splitlines()
    (task,) = even_odd.tasks()
    ecs_id = task["taskArn"].rsplit("/", 1)[-1]
    assert first == (
        f'The Fargate task "even_odd" ended with exit code 3 (ECS task {ecs_id}). '
        "The end of its output:"
    )
    assert rest == ["run manual__1", "ERROR: the last line"]


def test_an_exit_code_can_mean_skipped(even_odd: Deployment) -> None:
    with pytest.raises(AirflowSkipException):
        operator(environment={"CODE": 3}, skip_on_exit_code=3).execute(Try().context)


def test_what_cannot_be_started_fails_with_ecs_s_reason(even_odd: Deployment) -> None:
    (even_odd.folder / "images.jsonl").unlink()
    with pytest.raises(AirflowException, match=r"could not be started .*CannotPullContainerError"):
        operator().execute(Try().context)


def test_a_retry_joins_the_ecs_task_that_a_crash_left_running(even_odd: Deployment) -> None:
    first = deferred(Try(), command=["wait"])
    second = deferred(Try(try_number=2), command=["wait"])
    assert second.trigger.serialize() == first.trigger.serialize()
    assert len(even_odd.tasks()) == 1


def test_a_mapped_task_joins_its_own(even_odd: Deployment) -> None:
    deferred(Try(map_index=0), command=["wait"])
    deferred(Try(map_index=1, try_number=2), command=["wait"])
    assert len(even_odd.tasks()) == 2


@pytest.mark.parametrize(
    "again",
    [
        pytest.param(Try(try_number=2, clear_number=1), id="cleared"),
        pytest.param(Try(try_number=1), id="deleted and made anew"),
    ],
)
def test_what_is_left_over_is_stopped_and_has_ended_before_another_starts(
    even_odd: Deployment, again: Try
) -> None:
    deferred(Try(), command=["wait"])
    even_odd.wait_for(running)
    deferred(again, command=["wait"])
    old, new = even_odd.tasks()
    assert (old["desiredStatus"], new["desiredStatus"]) == ("STOPPED", "RUNNING")
    assert old["stoppedReason"] == "Airflow: the task was cleared"
    assert old["executionStoppedAt"] <= new["createdAt"]


def test_what_others_stopped_has_ended_too_before_a_retry_starts(deployment: Deployment) -> None:
    stubborn = "import signal, time\nsignal.signal(15, print)\nprint('on')\ntime.sleep(60)\n"
    deployment.add_task("even_odd", stubborn)
    deferred(Try())
    (task,) = deployment.wait_for(running)
    deployment.ecs.stop_task(cluster=deployment.cluster, task=task["taskArn"])
    deferred(Try(try_number=2, clear_number=1))
    old, new = deployment.tasks()
    assert old["executionStoppedAt"] <= new["createdAt"]


def test_a_definition_that_a_deploy_retired_is_looked_up_again(even_odd: Deployment) -> None:
    deferred(Try(run_id="manual__0"))
    (task,) = even_odd.tasks()
    newer = even_odd.register("even_odd")
    even_odd.write_parameter("even_odd", newer)
    even_odd.ecs.deregister_task_definition(taskDefinition=task["taskDefinitionArn"])
    deferred(Try())
    assert even_odd.tasks()[-1]["taskDefinitionArn"] == newer


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
    monkeypatch.setattr(Try, "get_task_states", lambda *_, **__: answered.wait(30))
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
    task = waiting(execution_timeout=timedelta(seconds=3))
    # As Airflow does it: an alarm that raises in the main thread, then on_kill.
    with pytest.raises(AirflowTaskTimeout), timeout(3):
        task.execute(Try(max_tries=2).context)
    task.on_kill()
    (ecs_task,) = even_odd.tasks()
    assert ecs_task["stoppedReason"] == "Airflow: execution_timeout (0:00:03) is over"


def test_execution_timeout_goes_on_counting_while_deferred(even_odd: Deployment) -> None:
    begun = datetime.now(UTC) - timedelta(minutes=4)
    raised = deferred(Try(start_date=begun), execution_timeout=timedelta(minutes=10))
    assert timedelta(minutes=5, seconds=30) < raised.timeout <= timedelta(minutes=6)
    assert deferred(Try(run_id="other")).timeout is None


def test_execution_timeout_stops_the_ecs_task_while_deferred(even_odd: Deployment) -> None:
    deferred(Try(max_tries=2), command=["wait"])
    resumed = waiting(deferrable=True, execution_timeout=timedelta(minutes=10))
    with pytest.raises(AirflowTaskTimeout, match='"even_odd": execution_timeout'):
        resumed.resume_execution(
            "__fail__", {"error": "Trigger timeout"}, Try(max_tries=2).context
        )
    (ecs_task,) = even_odd.tasks()
    assert ecs_task["stoppedReason"] == "Airflow: execution_timeout (0:10:00) is over"


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


def test_overrides_that_ecs_would_refuse_start_nothing(even_odd: Deployment) -> None:
    with pytest.raises(ValueError, match=r"are 9,\d\d\d characters .* ECS takes at most 8,192"):
        operator(command=["x" * 9000]).execute(Try().context)
    assert even_odd.tasks() == []
