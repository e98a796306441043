"""The sweeper: what it asks of ECS, when it stops what, and what it takes."""

import logging
from collections.abc import Callable, Collection, Iterator
from typing import Any

import boto3
import pytest
from airflow_fargate_runtime.orphans import (
    SECONDS_BETWEEN_LOOKS,
    SECONDS_TO_BE_OVER,
    Sweeper,
    sweep,
)
from airflow_fargate_runtime.orphans_verdict import Owner, TaskInstance
from botocore.exceptions import ClientError
from botocore.stub import Stubber

CLUSTER = "arn:aws:ecs:eu-west-1:123456789012:cluster/airflow-dev"
FAMILY = "airflow-dev_task_numbers"
OWNER = Owner(dag_id="dag", run_id="run", task_id="task", map_index=-1)
RUNNING = TaskInstance("running", max_tries=0)
FAILED = TaskInstance("failed", max_tries=0)


def arn(number: int) -> str:
    return f"arn:aws:ecs:eu-west-1:123456789012:task/airflow-dev/{number:032d}"


class World:
    """ECS, whose answers are written down in order, and a database and a clock that a test sets."""

    def __init__(self) -> None:
        client = boto3.Session().client("ecs")
        self.ecs = Stubber(client)
        self.tasks: dict[Owner, TaskInstance] = {}
        self.now = 0.0
        self.families = [(CLUSTER, FAMILY)]
        self.sweeper = Sweeper(
            {"eu-west-1": client}.__getitem__,
            lambda: self.families,
            self._look_up,
            clock=lambda: self.now,
        )

    def _look_up(self, owners: Collection[Owner]) -> dict[Owner, TaskInstance]:
        return {owner: self.tasks[owner] for owner in owners if owner in self.tasks}

    def lists(self, *arns: str, family: str = FAMILY) -> None:
        asked = {"cluster": CLUSTER, "family": family, "desiredStatus": "RUNNING"}
        self.ecs.add_response("list_tasks", {"taskArns": list(arns)}, asked)

    def describes(self, *tasks: dict[str, Any]) -> None:
        arns = [task["taskArn"] for task in tasks]
        self.ecs.add_response(
            "describe_tasks", {"tasks": list(tasks)}, {"cluster": CLUSTER, "tasks": arns}
        )

    def stops(self, stopped: str, reason: str) -> None:
        asked = {"cluster": CLUSTER, "task": stopped, "reason": f"Airflow: {reason}"}
        self.ecs.add_response("stop_task", {}, asked)

    def look(self, after: float = 0) -> float:
        self.now += after
        pause = self.sweeper.look()
        self.ecs.assert_no_pending_responses()
        return pause


def task(task_arn: str, owner: Owner = OWNER, max_tries: int = 0) -> dict[str, Any]:
    values = {
        "AIRFLOW_CTX_DAG_ID": owner.dag_id,
        "AIRFLOW_CTX_DAG_RUN_ID": owner.run_id,
        "AIRFLOW_CTX_TASK_ID": owner.task_id,
        "AIRFLOW_CTX_MAP_INDEX": str(owner.map_index),
        "AIRFLOW_FARGATE_MAX_TRIES": str(max_tries),
    }
    environment = [{"name": name, "value": value} for name, value in values.items()]
    overrides = [{"name": "numbers", "environment": environment}]
    return {"taskArn": task_arn, "overrides": {"containerOverrides": overrides}}


@pytest.fixture
def world() -> Iterator[World]:
    world = World()
    with world.ecs:
        yield world


def test_what_is_waited_for_is_described_once_and_never_stopped(world: World) -> None:
    world.tasks[OWNER] = RUNNING
    world.lists(arn(1))
    world.describes(task(arn(1)))
    assert world.look() == SECONDS_BETWEEN_LOOKS
    for _ in range(3):
        world.lists(arn(1))
        assert world.look(after=SECONDS_BETWEEN_LOOKS) == SECONDS_BETWEEN_LOOKS


def test_what_is_over_is_stopped_at_the_second_look_which_comes_sooner(world: World) -> None:
    world.tasks[OWNER] = FAILED
    world.lists(arn(1))
    world.describes(task(arn(1)))
    pause = world.look()
    assert pause == SECONDS_TO_BE_OVER

    world.lists(arn(1))
    world.stops(arn(1), "its Airflow task is over: failed")
    world.look(after=pause)

    world.lists()
    assert world.look(after=pause) == SECONDS_BETWEEN_LOOKS
    # From the end of the Airflow task to the end of its ECS task.
    assert SECONDS_BETWEEN_LOOKS + SECONDS_TO_BE_OVER < 120


def test_what_is_waited_for_again_at_the_second_look_has_to_be_over_anew(world: World) -> None:
    cleared = TaskInstance(None, max_tries=1)
    world.lists(arn(1))
    world.describes(task(arn(1)))
    for state in (cleared, RUNNING, cleared):
        world.tasks[OWNER] = state
        world.look(after=SECONDS_TO_BE_OVER)
        world.lists(arn(1))
    world.stops(arn(1), "its Airflow task was cleared")
    world.look(after=SECONDS_TO_BE_OVER)


def test_tasks_of_a_folder_that_was_taken_out_are_still_looked_after(world: World) -> None:
    world.tasks[OWNER] = RUNNING
    world.lists(arn(1))
    world.describes(task(arn(1)))
    world.look()
    world.families = []
    world.tasks[OWNER] = FAILED
    world.lists(arn(1))
    world.look(after=SECONDS_BETWEEN_LOOKS)
    world.lists(arn(1))
    world.stops(arn(1), "its Airflow task is over: failed")
    world.look(after=SECONDS_TO_BE_OVER)


def test_what_airflow_does_not_wait_for_is_left_alone(world: World) -> None:
    for _ in range(2):
        world.lists(arn(1))
        if not world.now:
            world.describes({"taskArn": arn(1), "overrides": {}})
        assert world.look(after=SECONDS_BETWEEN_LOOKS) == SECONDS_BETWEEN_LOOKS


def test_a_hundred_are_described_in_one_call(world: World) -> None:
    arns = [arn(number) for number in range(150)]
    owners = [Owner("dag", "run", "task", number) for number in range(150)]
    world.tasks = dict.fromkeys(owners, RUNNING)
    tasks = [task(*pair) for pair in zip(arns, owners, strict=True)]
    world.lists(*arns)
    world.describes(*tasks[:100])
    world.describes(*tasks[100:])
    world.look()


def test_every_family_is_asked_for_and_no_other_task_of_the_cluster(world: World) -> None:
    # One cluster may serve two deployments, and Airflow may not describe its own services there.
    world.families = [(CLUSTER, "airflow-dev_task_b"), (CLUSTER, "airflow-dev_task_a")]
    world.lists(family="airflow-dev_task_a")
    world.lists(family="airflow-dev_task_b")
    world.look()


def test_one_that_cannot_be_stopped_keeps_no_other_from_it(
    world: World, caplog: pytest.LogCaptureFixture
) -> None:
    other = Owner("dag", "run", "other", -1)
    world.lists(arn(1), arn(2))
    world.describes(task(arn(1)), task(arn(2), other))
    world.look()
    world.lists(arn(1), arn(2))
    world.ecs.add_client_error("stop_task", "ClientException", "The task is nobody's")
    world.stops(arn(2), "its Airflow task is deleted")
    world.look(after=SECONDS_TO_BE_OVER)
    assert f"ECS task {arn(1)} is not stopped" in caplog.text


def test_whatever_fails_is_said_once_and_tried_again(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO)
    throttled = ClientError({"Error": {"Code": "ThrottlingException"}}, "ListTasks")
    away = OSError("the database is away")

    outcomes = [raises(throttled), raises(away), lambda: 1.0, raises(throttled)]
    pauses: list[float] = []
    sweep(*looks(outcomes, pauses))

    said = [record.getMessage() for record in caplog.records]
    assert [text for text in said if "ThrottlingException" in text] == [said[0], said[2]]
    assert [text for text in said if "works again" in text] == [said[1]]
    assert len(said) == 3
    # The first look is at once: a triggerer that was away has something to catch up on.
    assert pauses == [0, SECONDS_BETWEEN_LOOKS, SECONDS_BETWEEN_LOOKS, 1, SECONDS_BETWEEN_LOOKS]


def looks(left: list[Callable[[], float]], pauses: list[float]) -> tuple[Any, Any]:
    """A sweeper whose looks have these outcomes, and an event that is set when none is left."""

    class Looking:
        def look(self) -> float:
            return left.pop(0)()

    class Ended:
        def wait(self, seconds: float) -> bool:
            pauses.append(seconds)
            return not left

    return Looking(), Ended()


def raises(error: Exception) -> Callable[[], float]:
    def outcome() -> float:
        raise error

    return outcome
