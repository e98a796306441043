"""Following an ECS task: it waits whatever AWS answers, until all output is in the task's log."""

import asyncio
import logging
from collections.abc import Callable
from concurrent.futures import Future
from datetime import UTC, datetime
from types import SimpleNamespace
from typing import Any

import pytest
from airflow_fargate_runtime import ecs_task_follower
from airflow_fargate_runtime.ecs_task_end import EcsTaskEnd
from airflow_fargate_runtime.ecs_task_follower import EcsTaskFollower
from airflow_fargate_runtime.ecs_task_log import EcsTaskLog
from botocore.exceptions import EndpointConnectionError

from .answers import THROTTLED, Answers

ARN = "arn:aws:ecs:eu-west-1:123456789012:task/airflow-dev/3f2a"
AWAY = EndpointConnectionError(endpoint_url="https://ecs.eu-west-1.amazonaws.com/")


def task(status: str, **more: Any) -> dict[str, Any]:
    return {"taskArn": ARN, "lastStatus": status, "containers": [], **more}


def ended(exit_code: int = 0) -> dict[str, Any]:
    return task(
        "STOPPED",
        stopCode="EssentialContainerExited",
        executionStoppedAt=datetime.now(UTC),
        containers=[
            {"name": "sidecar", "exitCode": 143},
            {"name": "even_odd", "exitCode": exit_code},
        ],
    )


class Log(list[tuple[int, str]]):
    def log(self, level: int, message: str, *arguments: Any) -> None:
        self.append((level, message % arguments if arguments else message))

    def info(self, message: str, *arguments: Any) -> None:
        self.log(logging.INFO, message, *arguments)

    def warning(self, message: str, *arguments: Any) -> None:
        self.log(logging.WARNING, message, *arguments)

    def debug(self, message: str, *arguments: Any) -> None:
        self.log(logging.DEBUG, message, *arguments)

    def output(self) -> list[str]:
        return [message.split("] ", 1)[1] for _, message in self if message.startswith("[")]


class Stream(EcsTaskLog):
    def __init__(self, answers: Answers) -> None:
        self._answers = answers
        self._place = {"logStreamName": "the stream", "logGroupName": "the group"}

    def read(self) -> tuple[list[Any], bool]:
        return self._answers.next()


def lines(*messages: str) -> list[dict[str, Any]]:
    return [{"timestamp": 1_700_000_000_000, "message": message} for message in messages]


@pytest.fixture
def follow(monkeypatch: pytest.MonkeyPatch) -> Callable[..., tuple[EcsTaskEnd, Log]]:
    """Follow a task of which ECS and CloudWatch give these answers."""

    def run(ecs: Answers, output: Answers, **changed: Any) -> tuple[EcsTaskEnd, Log]:
        def describe(_: str) -> Future[Any]:
            answer: Future[Any] = Future()
            try:
                answer.set_result(ecs.next())
            except Exception as error:  # noqa: BLE001 -- it is an answer
                answer.set_exception(error)
            return answer

        descriptions = SimpleNamespace(describe=describe)
        stand_ins = {"SETTLE_SECONDS": 0.0, "_descriptions": lambda *_: descriptions, **changed}
        for name, value in stand_ins.items():
            monkeypatch.setattr(ecs_task_follower, name, value)
        log, stream = Log(), Stream(output)
        follower = EcsTaskFollower(
            cluster="arn:aws:ecs:eu-west-1:123456789012:cluster/airflow-dev",
            task_arn=ARN,
            container="even_odd",
            output=stream,
            seconds_between=0.001,
            last_lines=2,
            log=log,
        )
        return asyncio.run(follower.follow()), log

    return run


Follow = Callable[..., tuple[EcsTaskEnd, Log]]
NOTHING = ([], True)


def test_hiccups_of_ecs_and_cloudwatch_fail_nothing(follow: Follow) -> None:
    ecs = Answers(
        [task("PENDING"), THROTTLED, AWAY, task("RUNNING"), THROTTLED, task("RUNNING"), ended()]
    )
    output = Answers(
        [THROTTLED, (lines("a"), True), AWAY, THROTTLED, AWAY, (lines("b"), False), NOTHING]
    )
    end, log = follow(ecs, output)
    assert end.succeeded
    assert log.output() == ["a", "b"]
    said = [message for level, message in log if level == logging.WARNING]
    assert [message.split(":")[0] for message in said] == ["ECS does not answer, asking again"] * 2


def test_all_lines_are_in_the_log_before_it_fires_whatever_pages_they_come_in(
    follow: Follow,
) -> None:
    pages = [(lines(*(f"{page}.{line}" for line in range(1000))), False) for page in range(3)]
    output = Answers([*pages, ([], False), (lines("the last"), True)])
    end, log = follow(Answers([ended()]), output)
    assert len(log.output()) == 3001
    assert end.last_lines == ["2.999", "the last"]


def test_the_rest_of_the_output_is_tried_for_until_cloudwatch_answers(follow: Follow) -> None:
    output = Answers([*[THROTTLED] * 20, (lines("the last"), True)])
    end, _ = follow(Answers([ended()]), output)
    assert end.last_line == "the last"


def test_output_that_cannot_be_read_is_no_reason_to_wait_for_ever(follow: Follow) -> None:
    end, log = follow(Answers([ended()]), Answers([THROTTLED]), LOG_PATIENCE_SECONDS=0.05)
    assert end.succeeded
    assert "The end of the output is missing here" in log[-1][1]
    assert "It is in the stream the stream of the group" in log[-1][1]


def test_a_line_has_the_level_that_it_says(follow: Follow) -> None:
    _, log = follow(Answers([ended()]), Answers([(lines("ERROR: no", "all well %s"), True)]))
    assert [(level, text.split("] ")[1]) for level, text in log[-2:]] == [
        (logging.ERROR, "ERROR: no"),
        (logging.INFO, "all well %s"),
    ]


def test_a_task_that_says_nothing_is_read_less_and_less_often(follow: Follow) -> None:
    output = Answers([NOTHING])
    follow(Answers([task("RUNNING")] * 100 + [ended()]), output)
    assert output.given < 20


def test_only_the_containers_own_exit_code_counts(follow: Follow) -> None:
    end, _ = follow(Answers([ended(exit_code=3)]), Answers([NOTHING]))
    assert (end.succeeded, end.exit_code) == (False, 3)


def test_a_new_task_that_ecs_does_not_know_everywhere_yet_is_waited_for(follow: Follow) -> None:
    end, _ = follow(Answers([None, None, task("PENDING"), None, ended()]), Answers([NOTHING]))
    assert end.succeeded


def test_a_task_that_ecs_has_forgotten_is_no_success(follow: Follow) -> None:
    end, _ = follow(Answers([None]), Answers([NOTHING]), UNKNOWN_SECONDS=0.05)
    assert not end.succeeded
    assert "is not known: ECS has forgotten it" in end.why("even_odd", 10)


def test_ecs_that_never_answers_again_fails_the_try(follow: Follow) -> None:
    with pytest.raises(EndpointConnectionError):
        follow(Answers([task("RUNNING"), AWAY]), Answers([NOTHING]), PATIENCE_SECONDS=0.05)
