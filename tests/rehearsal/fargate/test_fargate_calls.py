"""RunTask, DescribeTasks, ListTasks and StopTask answer and refuse as ECS does."""

import json
import uuid
from typing import Any

import pytest
from botocore.exceptions import ClientError

PYTHON = "FROM python:3.13-slim\n"


def refused(call: Any, **parameters: Any) -> tuple[str, str]:
    with pytest.raises(ClientError) as error:
        call(**parameters)
    return error.value.response["Error"]["Code"], error.value.response["Error"]["Message"]


def override(name: str, **more: Any) -> dict[str, Any]:
    return {"overrides": {"containerOverrides": [{"name": name, **more}]}}


def test_a_task_that_was_just_asked_for_does_not_run_yet(fargate: Any, shell: Any) -> None:
    task = fargate.run(shell("true"), startedBy="someone")
    assert (task["lastStatus"], task["desiredStatus"]) == ("PROVISIONING", "RUNNING")
    assert (task["launchType"], task["capacityProviderName"]) == ("FARGATE", "FARGATE")
    assert (task["cpu"], task["memory"], task["startedBy"]) == ("256", "512", "someone")
    assert task["group"] == "family:task"
    assert "startedAt" not in task
    assert "stopCode" not in task


def test_a_launch_type_is_as_good_as_a_strategy(fargate: Any, shell: Any) -> None:
    asked = {"cluster": "airflow", "networkConfiguration": fargate.network}
    answer = fargate.client("ecs").run_task(
        taskDefinition=shell("true"), launchType="FARGATE", **asked
    )
    task = fargate.reaches(answer["tasks"][0]["taskArn"], "STOPPED")
    assert task["launchType"] == "FARGATE"
    assert task["containers"][0]["exitCode"] == 0


def test_times_are_in_the_order_of_the_states(fargate: Any, shell: Any) -> None:
    task = fargate.ends(shell("true"))
    names = ["createdAt", "pullStartedAt", "pullStoppedAt", "startedAt", "stoppingAt"]
    names += ["executionStoppedAt", "stoppedAt"]
    assert [task[name] for name in names] == sorted(task[name] for name in names)


def test_the_network_interface_goes_with_its_task(fargate: Any, shell: Any) -> None:
    task = fargate.ends(shell("true"))
    details = {each["name"]: each["value"] for each in task["attachments"][0]["details"]}
    assert task["attachments"][0]["status"] == "DELETED"
    interfaces = fargate.client("ec2").describe_network_interfaces()["NetworkInterfaces"]
    ids = [each["NetworkInterfaceId"] for each in interfaces]
    assert details["networkInterfaceId"] not in ids


def test_overrides_are_shown_and_take_effect(fargate: Any, shell: Any) -> None:
    environment = [{"name": "AIRFLOW_CONTEXT_DAG_ID", "value": "even_odd"}]
    command = ["sh", "-c", 'echo "$AIRFLOW_CONTEXT_DAG_ID"']
    task = fargate.ends(
        shell("echo mine"), **override("main", command=command, environment=environment)
    )
    shown = task["overrides"]["containerOverrides"]
    assert shown == [{"name": "main", "command": command, "environment": environment}]
    assert fargate.said(task["taskArn"]) == ["even_odd"]


def test_overrides_of_another_container_are_refused(fargate: Any, shell: Any) -> None:
    code, message = refused(fargate.run, definition=shell("true"), **override("other"))
    assert code == "InvalidParameterException"
    assert "container named other is not a container in the TaskDefinition" in message


def test_overrides_may_have_8192_characters_and_no_more(fargate: Any, shell: Any) -> None:
    definition = shell("true")
    around = override("main", command=["sh", "-c", ""])
    room = 8192 - len(json.dumps(around["overrides"], separators=(",", ":")))
    fits = override("main", command=["sh", "-c", "#" * room])
    assert fargate.ends(definition, **fits)["containers"][0]["exitCode"] == 0
    too_long = override("main", command=["sh", "-c", "#" * (room + 1)])
    assert refused(fargate.run, definition=definition, **too_long) == (
        "InvalidParameterException",
        "Container Overrides length must be at most 8192",
    )


def test_a_size_is_overridden_by_one_that_fargate_has(fargate: Any, shell: Any) -> None:
    definition = shell("true")
    task = fargate.run(definition, overrides={"cpu": "512", "memory": "2048"})
    assert (task["cpu"], task["memory"]) == ("512", "2048")
    code, message = refused(fargate.run, definition=definition, overrides={"cpu": "512"})
    assert code == "ClientException"
    assert "No Fargate configuration exists for given values: 512 CPU, 512 memory" in message


def test_an_inactive_definition_is_refused(fargate: Any, shell: Any) -> None:
    definition = shell("true")
    fargate.client("ecs").deregister_task_definition(taskDefinition=definition)
    assert refused(fargate.run, definition=definition) == (
        "ClientException",
        "TaskDefinition is inactive",
    )


@pytest.mark.parametrize(
    ("asked", "expected"),
    [
        ({}, {"of": "request"}),
        ({"propagateTags": "TASK_DEFINITION"}, {"of": "request", "task": "numbers"}),
        ({"enableECSManagedTags": True}, {"of": "request", "aws:ecs:clusterName": "airflow"}),
    ],
)
def test_a_task_has_the_tags_that_were_asked_for(
    fargate: Any, asked: dict[str, Any], expected: dict[str, str]
) -> None:
    container = fargate.container(fargate.image(PYTHON), command=["true"])
    tags = [{"key": "task", "value": "numbers"}, {"key": "of", "value": "definition"}]
    task = fargate.run(
        fargate.define(container, tags=tags), tags=[{"key": "of", "value": "request"}], **asked
    )
    described = fargate.describe(task["taskArn"], include=["TAGS"])
    assert {each["key"]: each["value"] for each in described["tags"]} == expected
    assert not fargate.describe(task["taskArn"]).get("tags")


def test_tasks_that_are_not_there_are_failures_beside_those_that_are(
    fargate: Any, shell: Any
) -> None:
    arn = fargate.run(shell("true"))["taskArn"]
    absent = str(uuid.uuid4())
    answer = fargate.client("ecs").describe_tasks(
        cluster="airflow", tasks=[arn.rpartition("/")[2], absent]
    )
    assert [each["taskArn"] for each in answer["tasks"]] == [arn]
    assert answer["failures"] == [
        {"arn": f"{arn.rpartition('/')[0]}/{absent}", "reason": "MISSING"}
    ]


def test_more_than_100_tasks_cannot_be_described_in_a_call(fargate: Any) -> None:
    code, _ = refused(
        fargate.client("ecs").describe_tasks,
        cluster="airflow",
        tasks=[str(uuid.uuid4()) for _ in range(101)],
    )
    assert code == "InvalidParameterException"


def test_tasks_are_listed_by_who_started_them_and_whether_they_are_to_run(
    fargate: Any, shell: Any
) -> None:
    ecs = fargate.client("ecs")

    def listed(**filters: Any) -> list[str]:
        return ecs.list_tasks(cluster="airflow", **filters)["taskArns"]

    me, other = uuid.uuid4().hex, uuid.uuid4().hex
    mine, theirs = (
        fargate.run(shell("exec sleep 60"), startedBy=each)["taskArn"] for each in (me, other)
    )
    fargate.reaches(mine, "RUNNING")
    assert listed(startedBy=me) == [mine]
    assert {mine, theirs} <= set(listed())
    assert listed(startedBy=me, desiredStatus="STOPPED") == []
    ecs.stop_task(cluster="airflow", task=mine)
    assert listed(startedBy=me) == []
    assert listed(startedBy=me, desiredStatus="STOPPED") == [mine]
    ecs.stop_task(cluster="airflow", task=theirs)
    assert refused(listed, startedBy=me, family="task")[0] == "InvalidParameterException"


def test_families_are_told_apart_and_lists_come_in_pages(fargate: Any) -> None:
    image = fargate.image(PYTHON)
    container = fargate.container(image, command=["sleep", "60"])
    one, longer = (fargate.define(container, family=name) for name in ("a_task", "a_task_more"))
    arns = {fargate.run(one)["taskArn"] for _ in range(3)}
    other = fargate.run(longer)["taskArn"]
    ecs = fargate.client("ecs")
    pages = ecs.get_paginator("list_tasks").paginate(
        cluster="airflow", family="a_task", PaginationConfig={"PageSize": 2}
    )
    found = [page["taskArns"] for page in pages]
    assert [len(page) for page in found] == [2, 1]
    assert {arn for page in found for arn in page} == arns
    for arn in (*arns, other):
        ecs.stop_task(cluster="airflow", task=arn)


def test_a_task_that_is_not_there_cannot_be_stopped(fargate: Any) -> None:
    stop_task = fargate.client("ecs").stop_task
    assert refused(stop_task, cluster="airflow", task=str(uuid.uuid4())) == (
        "InvalidParameterException",
        "The referenced task was not found.",
    )


def test_stopping_a_task_again_changes_nothing(fargate: Any, shell: Any) -> None:
    ecs = fargate.client("ecs")
    task = fargate.ends(shell("exit 3"))
    again = ecs.stop_task(cluster="airflow", task=task["taskArn"], reason="late")["task"]
    assert again["lastStatus"] == "STOPPED"
    assert again["stoppedReason"] == "Essential container in task exited"


def test_a_cluster_with_running_tasks_is_not_deleted(fargate: Any, shell: Any) -> None:
    ecs = fargate.client("ecs")
    ecs.create_cluster(clusterName="busy")
    arn = fargate.run(shell("exec sleep 60"), cluster="busy")["taskArn"]
    code, _ = refused(ecs.delete_cluster, cluster="busy")
    assert code == "ClusterContainsTasksException"
    ecs.stop_task(cluster="busy", task=arn)
    fargate.reaches(arn, "STOPPED", cluster="busy")
    assert ecs.delete_cluster(cluster="busy")["cluster"]["status"] == "INACTIVE"
