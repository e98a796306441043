"""Guarded children die with their parent, however it dies, and with their whole group."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from airflow_fargate_rehearsal.guard import guarded

ROOT = Path(__file__).parents[2]

# Says the group's id; one more process in the group ignores what can be ignored.
CHILD = """
import os, signal, subprocess, sys, time
subprocess.Popen([sys.executable, "-c",
    "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); time.sleep(600)"])
print(os.getpgid(0), flush=True)
time.sleep(600)
"""

PARENT = f"""
import os, signal, sys, time
from pathlib import Path
# Who starts the tests in the background has them ignore it.
signal.signal(signal.SIGINT, signal.default_int_handler)
sys.path.insert(0, {str(ROOT / "rehearsal")!r})
from airflow_fargate_rehearsal.guard import guarded
command = [sys.executable, "-c", {CHILD!r}]
with guarded(command, cwd=Path.cwd(), environment=os.environ) as process:
    print(process.stdout.readline().strip(), flush=True)
    time.sleep(600)
"""


def living_members(group: int) -> list[str]:
    """Processes of a group, without those that are dead and only not yet waited for."""
    listing = subprocess.run(
        ["ps", "-e", "-o", "pgid=,stat=,pid="], capture_output=True, text=True, check=True
    )
    rows = [line.split() for line in listing.stdout.splitlines()]
    return [pid for pgid, stat, pid in rows if int(pgid) == group and not stat.startswith("Z")]


def gone(group: int, seconds: float = 5) -> bool:
    end = time.monotonic() + seconds
    while living_members(group):
        if time.monotonic() > end:
            return False
        time.sleep(0.05)
    return True


@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGTERM, signal.SIGINT])
def test_the_group_dies_with_the_parent(number: signal.Signals) -> None:
    parent = subprocess.Popen([sys.executable, "-c", PARENT], stdout=subprocess.PIPE, text=True)
    assert parent.stdout is not None
    group = int(parent.stdout.readline())
    assert len(living_members(group)) == 2  # the child, and the child's child

    parent.send_signal(number)
    parent.wait()
    parent.stdout.close()

    assert gone(group)


def test_the_group_dies_at_the_end_of_the_block() -> None:
    command = [sys.executable, "-c", CHILD]
    with guarded(command, cwd=Path.cwd(), environment=os.environ) as process:
        assert process.stdout is not None
        group = int(process.stdout.readline())
    assert gone(group)


def test_what_outlives_the_command_dies_with_it(tmp_path: Path) -> None:
    command = ["sh", "-c", "sleep 600 & ps -o pgid= -p $!"]
    with guarded(command, cwd=tmp_path, environment=os.environ) as process:
        assert process.stdout is not None
        group = int(process.stdout.readline())
        assert process.wait(timeout=30) == 0
        assert living_members(group) == []


@pytest.mark.parametrize(
    ("command", "expected"),
    [
        (["sh", "-c", "exit 3"], 3),
        (["sh", "-c", "kill -TERM $$"], 128 + signal.SIGTERM),
        (["/no/such/program"], 127),
    ],
)
def test_exit_codes_come_through(command: list[str], expected: int) -> None:
    with guarded(
        command, cwd=Path.cwd(), environment=os.environ, stderr=subprocess.DEVNULL
    ) as process:
        assert process.wait() == expected


def test_the_child_has_nothing_on_stdin(tmp_path: Path) -> None:
    with guarded(["cat"], cwd=tmp_path, environment=os.environ) as process:
        said, _ = process.communicate(timeout=10)
    assert said == ""


def test_an_environment_is_all_that_the_child_sees(tmp_path: Path) -> None:
    variables = {"PATH": os.environ["PATH"], "ONLY": "this"}
    with guarded(["env"], cwd=tmp_path, environment=variables) as process:
        said, _ = process.communicate(timeout=10)
    assert "ONLY=this" in said.splitlines()
    assert not any(line.startswith("HOME=") for line in said.splitlines())
