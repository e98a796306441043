"""The trigger, and how hundreds of them share what ECS grants."""

import asyncio
from typing import Any

import pytest
from airflow.sdk.exceptions import AirflowException, TaskDeferred
from airflow.serialization.serialized_objects import BaseSerialization
from airflow.triggers.base import BaseTrigger
from airflow_fargate_runtime import FargateTaskOperator, ecs_task_descriptions
from airflow_fargate_runtime.ecs_task_descriptions import EcsTaskDescriptions
from airflow_fargate_runtime.ecs_task_log import EcsTaskLog
from airflow_fargate_runtime.fargate_task_trigger import FargateTaskTrigger

from .answers import THROTTLED, Answers
from .deployment import Deployment, Try


def test_hundreds_of_triggers_ask_ecs_together(monkeypatch: pytest.MonkeyPatch) -> None:
    calls: list[int] = []

    class Tasks:
        def describe(self, arns: set[str]) -> dict[str, str]:
            calls.append(len(arns))
            return dict.fromkeys(arns, "described")

    monkeypatch.setattr(ecs_task_descriptions, "SECONDS_GATHERED", 0.3)
    descriptions = EcsTaskDescriptions(Tasks())  # pyright: ignore[reportArgumentType]
    answers = [descriptions.describe(f"arn:{number}") for number in range(1000)]
    answers[5].cancel()
    assert all(each.result(10) == "described" for each in answers if not each.cancelled())
    # Two, where the machine is so busy that asking takes longer than gathering.
    assert sum(calls) == 999
    assert len(calls) <= 2
    assert descriptions.describe("arn:1").result(10) == "described"


def test_an_error_reaches_all_who_asked_and_not_those_who_ask_later() -> None:
    answers = Answers([THROTTLED, {"arn:1": "described"}])

    class Tasks:
        def describe(self, _: set[str]) -> Any:
            return answers.next()

    descriptions = EcsTaskDescriptions(Tasks())  # pyright: ignore[reportArgumentType]
    for asked in [descriptions.describe("arn:1"), descriptions.describe("arn:1")]:
        assert asked.exception(10) is THROTTLED
    assert descriptions.describe("arn:1").result(10) == "described"


PROGRAM = """\
import sys
for number in range(2500):
    print("line", number)
sys.exit(4)
"""


def test_from_deferral_to_the_end(
    deployment: Deployment, capsys: pytest.CaptureFixture[str]
) -> None:
    deployment.add_task("even_odd", PROGRAM)
    task = FargateTaskOperator(
        task_id="odd_task", task="even_odd", waiter_delay=1, number_logs_exception=2
    )
    with pytest.raises(TaskDeferred) as deferred:
        task.execute(Try().context)
    trigger = made_again(deferred.value.trigger)

    async def fired() -> Any:
        return [event.payload async for event in trigger.run()]

    (event,) = asyncio.run(fired())
    shown = capsys.readouterr().out
    assert all(f"] line {number} " in shown for number in range(2500))
    with pytest.raises(AirflowException, match="exit code 4") as failed:
        task.resume_execution(deferred.value.method_name, {"event": event}, Try().context)
    assert str(failed.value).splitlines()[1:] == ["line 2498", "line 2499"]


def made_again(trigger: BaseTrigger) -> BaseTrigger:
    """The trigger as another process makes it from the database."""
    path, arguments = trigger.serialize()
    assert path == f"{FargateTaskTrigger.__module__}.FargateTaskTrigger"
    stored = BaseSerialization.deserialize(BaseSerialization.serialize(arguments))
    again = FargateTaskTrigger(**stored)
    assert again.serialize() == trigger.serialize()
    return again


@pytest.mark.usefixtures("deployment")
def test_a_stream_that_is_not_there_yet_is_empty() -> None:
    assert EcsTaskLog("eu-west-1", "no group", "no stream").read() == ([], True)
