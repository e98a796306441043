"""A container's process, and what it starts."""

import os
import signal
from collections.abc import Iterator
from pathlib import Path

import pytest

from airflow_fargate_rehearsal.fargate.errors import CannotStartContainer
from airflow_fargate_rehearsal.fargate.process import ContainerProcess

PATH = {"PATH": "/usr/local/bin:/usr/bin:/bin"}


def started(command: str, folder: Path) -> tuple[ContainerProcess, Iterator[bytes], str]:
    """A process that runs a shell command, its output, and the first line of it."""
    process = ContainerProcess(["sh", "-c", command], environment=PATH, working_directory=folder)
    output = process.output()
    return process, output, next(output).decode().strip()


def test_sigterm_reaches_the_main_process_and_not_its_children(tmp_path: Path) -> None:
    told = "trap 'kill -0 $! && echo the child lives; exit 7' TERM; sleep 60 & echo up; wait"
    process, output, _ = started(told, tmp_path)
    process.terminate()
    assert b"".join(output) == b"the child lives\n"
    assert process.wait() == 7


def test_killing_ends_all_of_its_processes(tmp_path: Path) -> None:
    process, output, _ = started("setsid sleep 60 & trap '' TERM; echo up; wait", tmp_path)
    process.kill()
    # The output ends when the last of them has: each of them holds the pipe.
    assert b"".join(output) == b""
    assert process.wait() == 137


def test_the_main_process_ends_with_the_init_process(tmp_path: Path) -> None:
    process, output, _ = started("echo up; exec sleep 60", tmp_path)
    os.kill(process._init.pid, signal.SIGKILL)
    assert b"".join(output) == b""
    assert process.wait() == 137


def test_a_program_that_cannot_be_run_is_an_error(tmp_path: Path) -> None:
    (tmp_path / "script").write_text("not executable")
    for command, reason in (("no-such", "No such file"), ("./script", "Permission denied")):
        with pytest.raises(CannotStartContainer, match=reason):
            ContainerProcess([command], environment=PATH, working_directory=tmp_path)
