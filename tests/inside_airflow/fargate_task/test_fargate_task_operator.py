"""FargateTaskOperator: from the one line in a DAG to the end of the ECS task."""

import re

import pytest
from airflow.sdk.exceptions import AirflowException, AirflowSkipException

from .deployment import Deployment, Try
from .operators import deferred, operator, running


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
        "AIRFLOW_FARGATE_MAX_TRIES": "0",
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


def test_another_exit_code_than_0_fails_with_the_end_of_the_output(
    even_odd: Deployment, capsys: pytest.CaptureFixture[str]
) -> None:
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
    assert "Stopping" not in capsys.readouterr().out


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
        pytest.param(Try(try_number=2, max_tries=1), id="cleared"),
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
    deferred(Try(try_number=2, max_tries=1))
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


def test_overrides_that_ecs_would_refuse_start_nothing(even_odd: Deployment) -> None:
    with pytest.raises(ValueError, match=r"are 9,\d\d\d characters .* ECS takes at most 8,192"):
        operator(command=["x" * 9000]).execute(Try().context)
    assert even_odd.tasks() == []
