"""The file of parameters when SSM hangs, and when the disk is full."""

import errno
import logging
import time
from pathlib import Path
from typing import Any

import pytest
from airflow_fargate_runtime import fargate_task_parameters_file as parameters_file
from airflow_fargate_runtime.fargate_task_parameters_file import FargateTaskParametersFile
from botocore.exceptions import ReadTimeoutError

PATH = "/airflow-fargate/airflow-dev/tasks"


@pytest.fixture
def file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> FargateTaskParametersFile:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    return FargateTaskParametersFile(PATH)


def test_a_walk_that_hangs_is_not_begun_again_by_who_has_waited_for_it(
    file: FargateTaskParametersFile, monkeypatch: pytest.MonkeyPatch
) -> None:
    walks, now = 0, time.time()

    def hang(_: Any) -> Any:
        nonlocal walks, now
        walks += 1
        now += 25
        raise ReadTimeoutError(endpoint_url="ssm")

    monkeypatch.setattr(FargateTaskParametersFile, "_walk", hang)
    monkeypatch.setattr(parameters_file.time, "time", lambda: now)
    for _ in range(3):
        assert file.read("even_odd").values is None
    assert walks == 1


def test_where_nothing_can_be_kept_what_was_read_serves(
    file: FargateTaskParametersFile,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    def full(*_: Any, **__: Any) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(FargateTaskParametersFile, "_walk", lambda _: {"even_odd": "{}"})
    monkeypatch.setattr(parameters_file.json, "dump", full)
    with caplog.at_level(logging.WARNING):
        assert file.read("even_odd").values == {"even_odd": "{}"}
    assert "No space left" in caplog.text
    assert [path.suffix for path in tmp_path.iterdir()] == [".lock"]


def test_where_nothing_can_be_kept_one_look_is_one_walk(
    file: FargateTaskParametersFile, monkeypatch: pytest.MonkeyPatch
) -> None:
    walks: list[str] = []

    def full(*_: Any, **__: Any) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(FargateTaskParametersFile, "_walk", lambda _: {"n": str(walks.append("w"))})
    monkeypatch.setattr(parameters_file.json, "dump", full)
    file.read("n")
    assert walks == ["w"]


def test_without_a_folder_for_temporary_files_ssm_is_asked(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def none() -> str:
        raise FileNotFoundError("No usable temporary directory found")

    monkeypatch.setattr(parameters_file.tempfile, "gettempdir", none)
    monkeypatch.setattr(FargateTaskParametersFile, "_walk", lambda _: {"even_odd": "{}"})
    assert FargateTaskParametersFile(PATH).read("even_odd").values == {"even_odd": "{}"}
