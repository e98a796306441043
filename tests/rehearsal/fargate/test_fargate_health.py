"""Health checks of containers: when they run, what they count, who waits for them."""

import time
from typing import Any

PYTHON = "FROM python:3.13-slim\n"


def sh(fargate: Any, command: str, name: str = "main", **more: Any) -> dict[str, Any]:
    image = fargate.image(PYTHON)
    return fargate.container(image, name, command=["sh", "-c", command], **more)


def checked(*command: str, **more: Any) -> dict[str, Any]:
    # ECS takes no interval below 5 and no timeout below 2.
    return {"healthCheck": {"command": list(command), "interval": 3, "timeout": 1, **more}}


def health(task: dict[str, Any]) -> dict[str, str]:
    return {each["name"]: each["healthStatus"] for each in task["containers"]}


def stop(fargate: Any, arn: str) -> dict[str, Any]:
    fargate.client("ecs").stop_task(cluster="airflow", task=arn)
    return fargate.reaches(arn, "STOPPED")


def test_a_container_is_healthy_once_its_check_succeeds_in_its_own_environment(
    fargate: Any,
) -> None:
    command = "sleep 1; touch $TMPDIR/$MARK; exec sleep 60"
    container = sh(
        fargate,
        command,
        environment=[{"name": "MARK", "value": "up"}],
        **checked("CMD-SHELL", "test -f $TMPDIR/$MARK"),
    )
    arn = fargate.run(fargate.define(container))["taskArn"]
    assert fargate.reaches(arn, "RUNNING")["healthStatus"] == "UNKNOWN"
    task = fargate.until(arn, lambda task: task["healthStatus"] != "UNKNOWN")
    assert task["healthStatus"] == "HEALTHY"
    assert health(task) == {"main": "HEALTHY"}
    stop(fargate, arn)


def test_a_container_is_unhealthy_when_its_check_has_failed_as_often_as_it_may(
    fargate: Any,
) -> None:
    container = sh(fargate, "exec sleep 60", **checked("CMD", "false", retries=1))
    arn = fargate.run(fargate.define(container))["taskArn"]
    running = fargate.reaches(arn, "RUNNING")
    task = fargate.until(arn, lambda task: task["healthStatus"] == "UNHEALTHY")
    # Nobody replaces it: it is not a service's.
    assert task["lastStatus"] == "RUNNING"
    # Before the first success it is tried more often, but no sooner a failure.
    assert time.time() - running["startedAt"].timestamp() >= 3
    stop(fargate, arn)


def test_a_check_that_takes_too_long_is_ended_and_has_failed(fargate: Any) -> None:
    container = sh(fargate, "exec sleep 60", **checked("CMD", "sleep", "61", retries=1))
    arn = fargate.run(fargate.define(container))["taskArn"]
    fargate.until(arn, lambda task: task["healthStatus"] == "UNHEALTHY")
    stop(fargate, arn)


def test_who_waits_for_health_starts_when_it_is_there(fargate: Any) -> None:
    volumes = [{"name": "work", "host": {}}]
    mounted: dict[str, Any] = {"mountPoints": [{"sourceVolume": "work", "containerPath": "/work"}]}
    first = sh(
        fargate,
        "sleep 0.5; echo ready > /work/x; exec sleep 60",
        "first",
        **mounted,
        **checked("CMD-SHELL", "test -f /work/x"),
    )
    second = sh(
        fargate,
        "cat /work/x",
        **mounted,
        dependsOn=[{"containerName": "first", "condition": "HEALTHY"}],
    )
    task = fargate.ends(fargate.define(second, first, volumes=volumes))
    assert fargate.said(task["taskArn"]) == ["ready"]


def test_who_waits_for_the_health_of_what_has_ended_never_starts(fargate: Any) -> None:
    first = sh(fargate, "exit 3", "first", essential=False, **checked("CMD", "true"))
    second = sh(fargate, "true", dependsOn=[{"containerName": "first", "condition": "HEALTHY"}])
    task = fargate.ends(fargate.define(second, first))
    assert task["stopCode"] == "TaskFailedToStart"
    assert "[first] for target [main]" in task["containers"][0]["reason"]


def test_the_health_of_a_task_is_that_of_its_essential_containers(fargate: Any) -> None:
    well = sh(fargate, "exec sleep 60", **checked("CMD", "true"))
    ill = sh(fargate, "exec sleep 60", "ill", essential=False, **checked("CMD", "false", retries=1))
    arn = fargate.run(fargate.define(well, ill))["taskArn"]
    task = fargate.until(arn, lambda task: health(task)["ill"] == "UNHEALTHY")
    assert (task["healthStatus"], health(task)["main"]) == ("HEALTHY", "HEALTHY")
    stop(fargate, arn)
