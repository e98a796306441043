"""A task from its first state to its last, as DescribeTasks tells it."""

from typing import Any


def test_a_task_runs_and_its_output_is_in_cloudwatch_logs_once_it_reads_stopped(
    fargate: Any, shell: Any
) -> None:
    task = fargate.ends(shell("echo one; echo two >&2; printf three"))
    assert (task["stopCode"], task["stoppedReason"]) == (
        "EssentialContainerExited",
        "Essential container in task exited",
    )
    assert [(c["name"], c["lastStatus"], c["exitCode"]) for c in task["containers"]] == [
        ("main", "STOPPED", 0)
    ]
    assert fargate.said(task["taskArn"]) == ["one", "two", "three"]


def test_an_exit_code_is_the_commands(fargate: Any, shell: Any) -> None:
    assert fargate.ends(shell("exit 3"))["containers"][0]["exitCode"] == 3


def test_a_signal_is_an_exit_code_above_128(fargate: Any, shell: Any) -> None:
    assert fargate.ends(shell("kill -9 $$"))["containers"][0]["exitCode"] == 137


def test_a_running_task_is_stopped_with_sigterm(fargate: Any, shell: Any) -> None:
    arn = fargate.run(shell("echo up; exec sleep 60"))["taskArn"]
    fargate.says(arn, "up")
    stopping = fargate.client("ecs").stop_task(cluster="airflow", task=arn, reason="enough")
    assert stopping["task"]["desiredStatus"] == "STOPPED"
    assert stopping["task"]["lastStatus"] != "STOPPED"
    task = fargate.reaches(arn, "STOPPED")
    assert (task["stopCode"], task["stoppedReason"]) == ("UserInitiated", "enough")
    assert task["containers"][0]["exitCode"] == 143


def test_what_ignores_sigterm_is_killed_after_the_stop_timeout(fargate: Any, shell: Any) -> None:
    arn = fargate.run(shell("trap '' TERM; echo up; sleep 60 & wait", stopTimeout=1))["taskArn"]
    fargate.says(arn, "up")
    fargate.client("ecs").stop_task(cluster="airflow", task=arn)
    task = fargate.reaches(arn, "STOPPED")
    assert task["containers"][0]["exitCode"] == 137
    assert (task["stoppedAt"] - task["stoppingAt"]).total_seconds() >= 1
