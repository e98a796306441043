"""Python environments are kept: made once, shared, and removed when nobody uses them."""

import contextlib
import os
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from airflow_fargate_rehearsal.fargate import environments
from airflow_fargate_rehearsal.fargate.environments import environment_for, environments_folder
from airflow_fargate_rehearsal.fargate.errors import CannotPullContainer
from airflow_fargate_rehearsal.fargate.run_steps import PipCommand

OTHER_PROGRAM = """
import sys
from airflow_fargate_rehearsal.fargate.environments import environment_for
print(environment_for([], user="another"), flush=True)
sys.stdin.read()
"""


@pytest.fixture(autouse=True)
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A cache of the test's own, seen as by a program that has just begun."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    monkeypatch.setattr(environments, "_used", {})
    return tmp_path / "cache/airflow-fargate/environments"


@pytest.fixture
def begins_anew(monkeypatch: pytest.MonkeyPatch) -> Callable[[], None]:
    """Let this program be one that has just begun: what it used, it uses no more."""

    def begin() -> None:
        for lock in environments._used.values():
            os.close(lock)
        monkeypatch.setattr(environments, "_used", {})

    return begin


def touched_days_ago(programs: Path, days: float) -> None:
    when = time.time() - days * 86_400
    os.utime(programs.parent / "complete", (when, when))


def test_they_lie_in_the_users_cache(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, cache: Path
) -> None:
    assert environments_folder() == cache
    monkeypatch.delenv("XDG_CACHE_HOME")
    monkeypatch.setenv("HOME", str(tmp_path))
    assert environments_folder() == tmp_path / ".cache/airflow-fargate/environments"


def test_the_same_content_is_the_same_environment_whatever_the_place(tmp_path: Path) -> None:
    def installed(name: str, content: str) -> str:
        file = tmp_path / name
        file.write_text(content)
        command = PipCommand(
            written=("install", "-r", "/app/list.txt"), placed=("install", "-r", str(file))
        )
        return environments._content([command])

    assert installed("one", "a==1") == installed("two", "a==1")
    assert installed("one", "a==1") != installed("two", "a==2")


def test_an_environment_is_made_once_and_has_this_programs_python(
    begins_anew: Callable[[], None],
) -> None:
    programs = environment_for([], user="x")
    version = subprocess.run(
        [programs / "python", "-c", "import sys; print(sys.version)"],
        capture_output=True,
        text=True,
        check=True,
    ).stdout.strip()
    assert version == sys.version
    made = (programs.parent / "pyvenv.cfg").stat().st_mtime_ns
    begins_anew()
    assert environment_for([], user="x") == programs
    assert (programs.parent / "pyvenv.cfg").stat().st_mtime_ns == made


@pytest.mark.parametrize("missing", ["complete", "bin/python"])
def test_one_that_is_incomplete_or_whose_python_is_gone_is_made_anew(
    begins_anew: Callable[[], None], missing: str
) -> None:
    programs = environment_for([], user="x")
    (programs.parent / missing).unlink()
    (programs.parent / "left.txt").touch()
    begins_anew()
    environment_for([], user="x")
    assert (programs / "python").exists()
    assert not (programs.parent / "left.txt").exists()


def test_one_that_nobody_has_used_for_two_weeks_is_removed(
    begins_anew: Callable[[], None], cache: Path
) -> None:
    old, recent = cache / "old", cache / "recent"
    for folder, days in ((old, 15.0), (recent, 13.0)):
        (folder / "bin").mkdir(parents=True)
        (folder / "complete").touch()
        touched_days_ago(folder / "bin", days)
    environment_for([], user="x")
    assert not old.exists()
    assert recent.exists()


def test_one_that_another_program_uses_is_kept_however_old(cache: Path) -> None:
    with subprocess.Popen(
        [sys.executable, "-c", OTHER_PROGRAM],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)},
    ) as other:
        assert other.stdout is not None
        programs = Path(other.stdout.readline().strip())
        assert programs.parent.parent == cache
        touched_days_ago(programs, 100)
        environments._remove_old(cache)
        assert (programs / "python").exists()
        other.communicate("")
    environments._remove_old(cache)
    assert not programs.exists()


@pytest.mark.real
def test_what_pip_says_is_the_users_and_nothing_half_made_is_used(
    begins_anew: Callable[[], None], capfd: pytest.CaptureFixture[str]
) -> None:
    wanted = ("install", "--no-index", "no-such-package==1")
    for _ in range(2):
        with pytest.raises(CannotPullContainer, match="No matching distribution found"):
            environment_for([PipCommand(written=wanted, placed=wanted)], user="scheduler")
    assert "installing Python packages for scheduler" in capfd.readouterr().err


def test_containers_that_want_the_same_at_once_all_get_it_and_it_is_made_once(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    made: list[Path] = []
    looked = threading.Barrier(4)
    is_complete = environments._is_complete

    def look(place: Path) -> bool:
        # All have looked, and found nothing, before one of them goes on.
        complete = is_complete(place)
        if not complete:
            with contextlib.suppress(threading.BrokenBarrierError):
                looked.wait(5)
        return complete

    def make(place: Path, _commands: object) -> None:
        made.append(place)
        looked.abort()
        (place / "bin").mkdir(parents=True)
        (place / "bin/python").touch()
        (place / "complete").touch()

    monkeypatch.setattr(environments, "_is_complete", look)
    monkeypatch.setattr(environments, "_make", make)
    want = [
        threading.Thread(target=environment_for, args=([],), kwargs={"user": "x"}, daemon=True)
        for _ in range(4)
    ]
    for each in want:
        each.start()
    for each in want:
        each.join(10)
    assert not any(each.is_alive() for each in want)
    assert len(made) == 1
