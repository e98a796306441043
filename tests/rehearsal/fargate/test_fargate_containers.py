"""Several containers in a task: what they share, wait for, and when the task ends with them."""

import subprocess
import uuid
from typing import Any

PYTHON = "FROM python:3.13-slim\n"


def sh(fargate: Any, command: str, name: str = "main", **more: Any) -> dict[str, Any]:
    image = fargate.image(PYTHON)
    return fargate.container(image, name, command=["sh", "-c", command], **more)


def states(task: dict[str, Any]) -> dict[str, int | None]:
    return {each["name"]: each.get("exitCode") for each in task["containers"]}


def after(name: str, condition: str) -> dict[str, Any]:
    return {"dependsOn": [{"containerName": name, "condition": condition}]}


def test_a_container_waits_for_the_success_of_another(fargate: Any) -> None:
    volumes = [{"name": "work", "host": {}}]
    mounted = {"mountPoints": [{"sourceVolume": "work", "containerPath": "/work"}]}
    first = sh(fargate, "sleep 0.2; echo prepared > /work/x", "first", essential=False, **mounted)
    second = sh(fargate, "cat /work/x", **mounted, **after("first", "SUCCESS"))
    task = fargate.ends(fargate.define(second, first, volumes=volumes))
    assert states(task) == {"main": 0, "first": 0}
    assert fargate.said(task["taskArn"]) == ["prepared"]


def test_without_that_success_it_never_starts(fargate: Any) -> None:
    first = sh(fargate, "exit 3", "first", essential=False)
    task = fargate.ends(fargate.define(first, sh(fargate, "true", **after("first", "SUCCESS"))))
    assert states(task) == {"first": 3, "main": None}
    assert task["stopCode"] == "TaskFailedToStart"
    assert "[first] for target [main] as dependency did not exit" in task["containers"][1]["reason"]
    assert "startedAt" not in task


def test_completion_is_enough_where_it_is_asked_for(fargate: Any) -> None:
    first = sh(fargate, "exit 3", "first", essential=False)
    task = fargate.ends(fargate.define(first, sh(fargate, "true", **after("first", "COMPLETE"))))
    assert states(task) == {"first": 3, "main": 0}


def test_a_task_runs_once_all_its_containers_have_started(fargate: Any) -> None:
    first = sh(fargate, "sleep 60", "first")
    arn = fargate.run(fargate.define(first, sh(fargate, "sleep 60", **after("first", "START"))))[
        "taskArn"
    ]
    task = fargate.reaches(arn, "RUNNING")
    assert [each["lastStatus"] for each in task["containers"]] == ["RUNNING", "RUNNING"]
    fargate.client("ecs").stop_task(cluster="airflow", task=arn)
    assert states(fargate.reaches(arn, "STOPPED")) == {"first": 143, "main": 143}


def test_the_end_of_an_essential_container_ends_the_others(fargate: Any) -> None:
    definition = fargate.define(
        sh(fargate, "sleep 0.2; exit 1"), sh(fargate, "exec sleep 60", "other", essential=False)
    )
    task = fargate.ends(definition)
    assert states(task) == {"main": 1, "other": 143}
    assert task["stopCode"] == "EssentialContainerExited"


def test_the_end_of_another_container_ends_nothing(fargate: Any) -> None:
    definition = fargate.define(
        sh(fargate, "exit 1", "other", essential=False), sh(fargate, "sleep 0.5; echo still here")
    )
    task = fargate.ends(definition)
    assert states(task) == {"other": 1, "main": 0}
    assert fargate.said(task["taskArn"]) == ["still here"]


def test_who_depends_on_another_is_stopped_before_it(fargate: Any) -> None:
    told = "trap 'date +%s.%N; exit 0' TERM; echo up; while :; do sleep 0.05; done"
    slowly = "trap 'sleep 0.5; date +%s.%N; exit 0' TERM; echo up; while :; do sleep 0.05; done"
    definition = fargate.define(
        sh(fargate, told, "first"), sh(fargate, slowly, **after("first", "START"))
    )
    arn = fargate.run(definition)["taskArn"]
    fargate.says(arn, "up")
    fargate.says(arn, "up", "first")
    fargate.client("ecs").stop_task(cluster="airflow", task=arn)
    fargate.reaches(arn, "STOPPED")
    assert float(fargate.said(arn)[-1]) < float(fargate.said(arn, "first")[-1])


def test_health_without_a_health_check_cannot_be_waited_for(fargate: Any) -> None:
    definition = fargate.define(
        sh(fargate, "sleep 60", "first"), sh(fargate, "true", **after("first", "HEALTHY"))
    )
    assert "has no health check" in str(fargate.ends(definition)["containers"])


def test_an_empty_volume_begins_with_what_the_image_has_there(fargate: Any) -> None:
    image = fargate.image(
        PYTHON + 'COPY seed.txt /work/\nVOLUME ["/work"]\nCMD cat /work/*; pwd > /work/where\n',
        seed__txt="from the image",
    )
    mounted = {"mountPoints": [{"sourceVolume": "work", "containerPath": "/work"}]}
    definition = fargate.define(
        fargate.container(image, **mounted), volumes=[{"name": "work", "host": {}}]
    )
    assert fargate.said(fargate.ends(definition)["taskArn"]) == ["from the image"]
    # The next task begins with an empty one again.
    assert fargate.said(fargate.ends(definition)["taskArn"]) == ["from the image"]


def test_temporary_files_of_two_containers_never_meet(fargate: Any) -> None:
    image = fargate.image(PYTHON + 'VOLUME ["/tmp"]\nCMD ls /tmp "$TMPDIR"; touch /tmp/mine\n')
    definition = fargate.define(fargate.container(image))
    for _ in range(2):
        assert fargate.said(fargate.ends(definition)["taskArn"]) == ["/tmp:", "/tmp:"]


def test_everything_that_a_container_started_ends_with_it(fargate: Any) -> None:
    # In a session of its own, and its parent is gone: only the container's init can find it.
    marker = f"sleep {uuid.uuid4().int % 10**6 + 1000}"
    wait = f"until pgrep -f '^{marker}' >/dev/null; do sleep 0.02; done; echo there"
    task = fargate.ends(fargate.define(sh(fargate, f"(setsid {marker} &); {wait}")))
    assert fargate.said(task["taskArn"]) == ["there"]
    assert subprocess.run(["pgrep", "-f", f"^{marker}"], check=False).returncode == 1
