"""How often SSM is asked which Fargate tasks there are, and what holds when it does not answer."""

import logging
import multiprocessing
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path
from typing import Any

import boto3
import pytest
from airflow.sdk.exceptions import AirflowException
from airflow_fargate_runtime import fargate_task_parameters_file as parameters_file
from airflow_fargate_runtime.fargate_task_parameters import FargateTaskParameters
from botocore.exceptions import ClientError

from .deployment import PATH

VALUE = '{"version": 1}'


class Walks:
    """Counts how often SSM is asked, in all processes, and can have it throttle."""

    def __init__(self, file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        self._file = file
        self._monkeypatch = monkeypatch
        self._walk = parameters_file.FargateTaskParametersFile._walk
        self.answer(self._walk)

    def answer(self, walk: Callable[[Any], Any]) -> None:
        def counted(kept: Any) -> Any:
            with self._file.open("a") as file:
                file.write("walk\n")
            return walk(kept)

        self._monkeypatch.setattr(parameters_file.FargateTaskParametersFile, "_walk", counted)

    def throttle(self) -> None:
        def throttled(_: Any) -> Any:
            error = {"Error": {"Code": "ThrottlingException", "Message": "Rate exceeded"}}
            raise ClientError(error, "GetParametersByPath")

        self.answer(throttled)

    def work_again(self) -> None:
        self.answer(self._walk)

    @property
    def count(self) -> int:
        return len(self._file.read_text().splitlines()) if self._file.exists() else 0


@pytest.fixture
def walks(tmp_path: Path, temporary_folder: Path, monkeypatch: pytest.MonkeyPatch) -> Walks:
    return Walks(tmp_path / "walks", monkeypatch)


@pytest.fixture
def later(monkeypatch: pytest.MonkeyPatch) -> Callable[[float], None]:
    """Lets time pass."""
    passed = 0.0
    clock = time.time

    def wait(seconds: float) -> None:
        nonlocal passed
        passed += seconds
        monkeypatch.setattr(parameters_file.time, "time", lambda: clock() + passed)

    return wait


@pytest.fixture(autouse=True)
def tasks(aws_access: None) -> Iterator[Callable[[str], None]]:
    """25 tasks in SSM: three pages of it."""
    ssm = boto3.client("ssm")

    def put(name: str) -> None:
        ssm.put_parameter(Name=f"{PATH}/{name}", Value=VALUE, Type="String", Overwrite=True)

    names = [f"task_{number}" for number in range(25)]
    for name in names:
        put(name)
    yield put
    left = ssm.get_paginator("get_parameters_by_path").paginate(Path=PATH)
    for page in left:
        ssm.delete_parameters(Names=[each["Name"] for each in page["Parameters"]])


def parse(name: str) -> None:
    """What a process that parses a DAG with this task does."""
    FargateTaskParameters(PATH).check_name(name)


def test_all_pages_are_read(walks: Walks) -> None:
    for number in range(25):
        parse(f"task_{number}")
    assert walks.count == 1


def test_many_forked_processes_ask_once_a_minute(
    walks: Walks, later: Callable[[float], None]
) -> None:
    for minute in (1, 2):
        fork = multiprocessing.get_context("fork")
        with ProcessPoolExecutor(8, mp_context=fork, max_tasks_per_child=None) as processes:
            list(processes.map(parse, [f"task_{number % 25}" for number in range(200)]))
        assert walks.count == minute
        later(61)


def test_an_unknown_name_is_refused_with_what_there_is_and_what_may_have_been_meant(
    walks: Walks,
) -> None:
    with pytest.raises(ValueError, match='no Fargate task "tsak_7"') as refused:
        parse("tsak_7")
    assert 'Did you mean "task_7"?' in str(refused.value)
    assert "task_0, task_1, task_10, task_11" in str(refused.value)


def test_a_task_that_was_deployed_just_now_is_known_before_the_minute_is_over(
    walks: Walks, later: Callable[[float], None], tasks: Callable[[str], None]
) -> None:
    parse("task_1")
    tasks("brand_new")
    with pytest.raises(ValueError, match="brand_new"):
        parse("brand_new")
    later(21)
    parse("brand_new")
    assert walks.count == 2


def test_a_name_that_stays_unknown_does_not_have_ssm_asked_each_time(
    walks: Walks, later: Callable[[float], None]
) -> None:
    for _ in range(10):
        with pytest.raises(ValueError, match="nowhere"):
            parse("nowhere")
        later(4)
    assert walks.count == 2


def test_while_ssm_throttles_what_was_read_serves(
    walks: Walks, later: Callable[[float], None], caplog: pytest.LogCaptureFixture
) -> None:
    parse("task_1")
    walks.throttle()
    for _ in range(5):
        later(30)
        parse("task_1")
        with pytest.raises(ValueError, match="nowhere"):
            parse("nowhere")
    assert "Rate exceeded" in caplog.text
    assert walks.count <= 1 + 5
    walks.work_again()
    later(61)
    caplog.clear()
    parse("task_1")
    assert not [record for record in caplog.records if record.levelno >= logging.WARNING]


def test_without_anything_to_go_by_parsing_goes_on_and_running_says_why(
    temporary_folder: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setenv("AWS_ENDPOINT_URL", "http://127.0.0.1:9")
    begun = time.monotonic()
    with caplog.at_level(logging.WARNING):
        parse("task_1")
    assert "is not checked" in caplog.text
    with pytest.raises(AirflowException, match=r'"task_1" cannot be read below .*: Could not'):
        FargateTaskParameters(PATH).find("task_1")
    # A DAG file has 30 seconds.
    assert time.monotonic() - begun < 15


def test_on_a_laptop_every_name_parses_and_running_says_what_is_missing() -> None:
    laptop = FargateTaskParameters(None)
    laptop.check_name("anything")
    with pytest.raises(AirflowException, match="AIRFLOW_FARGATE_TASKS_PATH is not set"):
        laptop.find("anything")


def test_no_other_user_can_say_what_there_is(
    walks: Walks, temporary_folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    parse("task_1")
    (file,) = (path for path in temporary_folder.iterdir() if path.suffix != ".lock")
    assert file.stat().st_mode & 0o077 == 0
    monkeypatch.setattr(parameters_file.os, "getuid", lambda: 12345)
    parse("task_1")
    assert walks.count == 2


@pytest.mark.parametrize("content", ["", "{", '{"of": "another release"}', "null"])
def test_a_file_that_cannot_be_read_is_written_anew(
    walks: Walks, temporary_folder: Path, content: str
) -> None:
    parse("task_1")
    (file,) = (path for path in temporary_folder.iterdir() if path.suffix != ".lock")
    file.write_text(content)
    parse("task_1")
    parse("task_2")
    assert walks.count == 2


@pytest.mark.parametrize(
    ("value", "said"),
    [
        ('{"version": 2, "task": "task_1"}', 'task "task_1" has version 2, .* up to 1'),
        ("no JSON", 'task "task_1" is not what a deploy writes'),
        ("[]", 'task "task_1" is not what a deploy writes'),
        ('{"version": 1}', 'task "task_1" is not what a deploy writes'),
        ('{"version": null}', 'task "task_1" is not what a deploy writes'),
    ],
)
def test_a_parameter_that_cannot_be_read_fails_the_task_and_not_the_dag(
    temporary_folder: Path, value: str, said: str
) -> None:
    boto3.client("ssm").put_parameter(
        Name=f"{PATH}/task_1", Value=value, Type="String", Overwrite=True
    )
    parse("task_1")
    with pytest.raises(AirflowException, match=said):
        FargateTaskParameters(PATH).find("task_1")


def test_the_documented_example_is_read(temporary_folder: Path) -> None:
    example = Path(__file__).parents[3] / "docs/examples/task-parameter.v1.json"
    boto3.client("ssm").put_parameter(
        Name=f"{PATH}/numbers", Value=example.read_text(), Type="String"
    )
    found = FargateTaskParameters(PATH).find("numbers")
    assert found.region == "eu-west-1"
    assert found.log_stream("arn:aws:ecs:eu-west-1:123456789012:task/airflow-dev/3f2a") == (
        "task/numbers/3f2a"
    )
