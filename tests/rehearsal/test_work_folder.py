import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from airflow_fargate_rehearsal.work_folder import new_work_folder

HOLDING = """
import sys
from airflow_fargate_rehearsal.work_folder import new_work_folder
with new_work_folder() as folder:
    print(folder, flush=True)
    sys.stdin.read()
"""


@pytest.fixture
def temporary(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    monkeypatch.setattr(tempfile, "tempdir", None)
    return tmp_path


@pytest.fixture
def other(temporary: Path) -> Iterator[subprocess.Popen[str]]:
    """Another rehearsal, which has its folder."""
    command = [sys.executable, "-c", HOLDING]
    with subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as process:
        yield process
        process.kill()


def folder_of(other: subprocess.Popen[str]) -> Path:
    assert other.stdout is not None
    return Path(other.stdout.readline().strip())


def test_its_folder_goes_with_it(temporary: Path) -> None:
    with new_work_folder() as folder:
        assert list(temporary.iterdir()) == [folder]
    assert not list(temporary.iterdir())


def test_the_folder_of_one_that_runs_is_left_alone(other: subprocess.Popen[str]) -> None:
    folder = folder_of(other)
    with new_work_folder():
        assert folder.is_dir()
    assert folder.is_dir()


def test_what_a_killed_one_left_goes_with_the_next(other: subprocess.Popen[str]) -> None:
    folder = folder_of(other)
    other.kill()
    other.wait()
    assert folder.is_dir()
    with new_work_folder():
        assert not folder.exists()


def test_a_folder_of_somebody_else_with_such_a_name_is_left_alone(temporary: Path) -> None:
    (temporary / "rehearsal-notes").mkdir()
    with new_work_folder():
        pass
    assert (temporary / "rehearsal-notes").is_dir()
