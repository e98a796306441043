"""What a container is told by ECS's agent: metadata, and protection of its task."""

import json
from collections.abc import Iterator
from typing import Any

import pytest

PROGRAM = """
import json, os, sys, urllib.request

def ask(url, wish=None):
    request = urllib.request.Request(url, method="PUT" if wish else "GET")
    request.data = json.dumps(wish).encode() if wish else None
    try:
        with urllib.request.urlopen(request) as answer:
            return answer.status, json.load(answer)
    except urllib.error.HTTPError as error:
        return error.code, json.load(error)

metadata, agent = os.environ["ECS_CONTAINER_METADATA_URI_V4"], os.environ["ECS_AGENT_URI"]
state = f"{agent}/task-protection/v1/state"
said = {
    "container": ask(metadata),
    "task": ask(f"{metadata}/task"),
    "stats": ask(f"{metadata}/stats"),
    "nonsense": ask(state, {"ExpiresInMinutes": 5}),
    "put": ask(state, {"ProtectionEnabled": True, "ExpiresInMinutes": 5}),
    "get": ask(state),
    "off": ask(state, {"ProtectionEnabled": False}),
}
print(json.dumps(said), flush=True)
"""


@pytest.fixture(scope="module")
def definition(fargate: Any) -> str:
    image = fargate.image("FROM python:3.13-slim\nCOPY ask.py /\n", ask__py=PROGRAM)
    return fargate.define(
        fargate.container(image, command=["sh", "-c", "python /ask.py; exec sleep 600"]),
        family="asking",
    )


@pytest.fixture(scope="module")
def answers(fargate: Any, definition: str) -> Iterator[dict[str, Any]]:
    """What a service's task was answered, and the task."""
    ecs = fargate.client("ecs")
    asked = {"cluster": "airflow", "service": "asking"}
    ecs.create_service(
        cluster="airflow",
        serviceName="asking",
        taskDefinition=definition,
        desiredCount=1,
        launchType="FARGATE",
        networkConfiguration=fargate.network,
    )
    while not (arns := ecs.list_tasks(cluster="airflow", serviceName="asking")["taskArns"]):
        pass
    fargate.says(arns[0], '"off"')
    yield {**json.loads(fargate.said(arns[0])[0]), "shown": fargate.describe(arns[0])}
    ecs.delete_service(**asked, force=True)


def test_a_container_learns_of_itself(answers: dict[str, Any]) -> None:
    status, container = answers["container"]
    assert status == 200
    shown = answers["shown"]
    assert (container["Name"], container["KnownStatus"]) == ("main", "RUNNING")
    assert container["Labels"]["com.amazonaws.ecs.task-arn"] == shown["taskArn"]
    assert container["LogOptions"]["awslogs-group"] == "/tasks"
    details = {each["name"]: each["value"] for each in shown["attachments"][0]["details"]}
    assert container["Networks"][0]["IPv4Addresses"] == [details["privateIPv4Address"]]


def test_a_container_learns_of_its_task(answers: dict[str, Any]) -> None:
    status, task = answers["task"]
    assert status == 200
    assert task["TaskARN"] == answers["shown"]["taskArn"]
    assert task["Cluster"] == answers["shown"]["clusterArn"]
    assert (task["Family"], task["Limits"]) == ("asking", {"CPU": 0.25, "Memory": 512})
    assert task["AvailabilityZone"].startswith("eu-west-1")
    assert [each["Name"] for each in task["Containers"]] == ["main"]


def test_what_local_fargate_cannot_tell_is_not_there(answers: dict[str, Any]) -> None:
    assert answers["stats"] == [
        404,
        {"message": "There is no stats: local Fargate measures nothing."},
    ]


def test_a_task_protects_itself_and_gives_it_up(answers: dict[str, Any]) -> None:
    arn = answers["shown"]["taskArn"]
    status, put = answers["put"]
    assert status == 200
    assert put["protection"]["ProtectionEnabled"] is True
    assert put["protection"]["ExpirationDate"].endswith("Z")
    assert answers["get"] == [200, put]
    assert answers["off"] == [200, {"protection": {"ProtectionEnabled": False, "TaskArn": arn}}]


def test_a_wish_without_the_word_that_matters_is_refused(answers: dict[str, Any]) -> None:
    status, refused = answers["nonsense"]
    assert (status, refused["error"]["Code"]) == (400, "BadRequestException")


def test_a_task_of_no_service_cannot_be_protected(fargate: Any, definition: str) -> None:
    arn = fargate.run(definition)["taskArn"]
    fargate.says(arn, '"off"')
    said = json.loads(fargate.said(arn)[0])
    assert said["put"] == [200, {"failure": {"Arn": arn, "Reason": "TASK_NOT_VALID"}}]
    fargate.client("ecs").stop_task(cluster="airflow", task=arn)
    fargate.reaches(arn, "STOPPED")
