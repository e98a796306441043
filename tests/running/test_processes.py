"""Processes that stand for containers take all that they started with them."""

import os
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from tests.running.processes import Process, wait_until

SLEEP = [sys.executable, "-c", "import time; time.sleep(100)"]
PROGRAM = f"""
import signal, subprocess, sys, time
signal.signal(signal.SIGTERM, lambda *_: sys.exit({{exit_code}}))
children = [subprocess.Popen({SLEEP}, start_new_session=own) for own in {{sessions}}]
print(*(child.pid for child in children), flush=True)
time.sleep(100)
"""
Start = Callable[..., Process]


@pytest.fixture
def start(tmp_path: Path) -> Iterator[Start]:
    """Start a process with children, of which some have a session of their own."""
    started = []

    def start(*sessions: bool, exit_code: int = 0) -> Process:
        program = PROGRAM.format(sessions=sessions, exit_code=exit_code)
        command = [sys.executable, "-c", program]
        log = tmp_path / "log"
        process = Process("test", command=command, environment=os.environ, log=log)
        started.append(process)
        wait_until(log.read_text, "its children to run", 30)
        return process

    yield start
    for process in started:
        process.kill()


def children(process: Process) -> list[int]:
    return [int(pid) for pid in process.log.read_text().split()]


def test_all_of_a_container_is_known_by_its_main_process(start: Start) -> None:
    process = start(False, True)
    assert process.processes() == sorted([process.pid, *children(process)])


def test_kill_ends_everything_at_once(start: Start) -> None:
    process = start(False, True)
    assert process.kill() == -9
    assert process.processes() == []
    for pid in children(process):
        wait_until(lambda pid=pid: not Path(f"/proc/{pid}").exists(), f"the end of {pid}", 10)


def test_stop_tells_the_main_process_and_then_ends_the_rest(
    start: Start,
) -> None:
    process = start(False, exit_code=7)
    assert process.stop() == 7
    assert process.exit_code == 7
    (child,) = children(process)
    wait_until(lambda: not Path(f"/proc/{child}").exists(), "the end of its child", 10)
