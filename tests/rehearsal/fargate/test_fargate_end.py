"""When the embedded AWS goes, its containers go; without a folder there are none."""

import contextlib
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from airflow_fargate_rehearsal.fargate.clients import Clients
from airflow_fargate_rehearsal.fargate.findings import Findings
from airflow_fargate_rehearsal.fargate.images import NOWHERE
from airflow_fargate_rehearsal.fargate.network import Network
from airflow_fargate_rehearsal.fargate.order import Order, Place
from airflow_fargate_rehearsal.fargate.task import Task

ROOT = Path(__file__).parents[3]
# Each in a session of its own, as a program does that wants to be left alone.
LASTING = "setsid sleep 60 & sleep 60 & echo up; wait"


def processes_in(folder: Path) -> list[str]:
    """Living processes that work in a folder."""
    found = []
    for process in Path("/proc").glob("[0-9]*"):
        with contextlib.suppress(OSError):  # ended by now
            if (process / "cwd").readlink().is_relative_to(folder):
                found.append((process / "cmdline").read_text())
    return found


def happens(condition: Callable[[], object], seconds: float = 20) -> bool:
    end = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > end:
            return False
        time.sleep(0.02)
    return True


@pytest.mark.real
@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGINT])
def test_no_container_outlives_the_embedded_aws(
    number: signal.Signals, fargate: Any, tmp_path: Path
) -> None:
    process = subprocess.Popen(
        [sys.executable, "-m", "airflow_fargate_rehearsal.aws", "--fargate", tmp_path],
        env={**os.environ, "PYTHONPATH": str(ROOT / "rehearsal")},
        stdout=subprocess.PIPE,
        text=True,
    )
    try:
        assert process.stdout is not None
        other = type(fargate)(process.stdout.readline().strip(), tmp_path)
        container = other.container(
            other.image("FROM base\n"), command=["sh", "-c", LASTING], workingDirectory="/work"
        )
        other.says(other.run(other.define(container))["taskArn"], "up")
        assert len(processes_in(tmp_path)) == 4, "init, shell, and two that last"
    finally:
        process.send_signal(number)
        process.communicate()
    assert happens(lambda: not processes_in(tmp_path)), processes_in(tmp_path)


def test_without_a_folder_a_task_ends_before_it_starts() -> None:
    order = Order(
        task_id="1",
        region="eu-west-1",
        containers=[{"name": "main", "image": "example.com/task:1"}],
        volumes=[{"name": "work", "host": {}}],
        overrides={},
    )
    ended = threading.Event()
    clients, findings = Clients("http://127.0.0.1:1"), Findings()
    network = Network(clients, findings)
    place = Place(folder=NOWHERE, clients=clients, findings=findings, network=network)
    task = Task(order, place, ended.set)
    task.start()
    assert ended.wait(20)
    assert task.stop_code == "TaskFailedToStart"
    assert (task.stopped_reason or "").startswith("CannotPullContainerError: ")
    assert "start it with --fargate FOLDER" in (task.stopped_reason or "")


def test_a_stopped_task_leaves_no_files(fargate: Any, shell: Any) -> None:
    task = fargate.ends(shell("touch left-behind; ls"))
    assert fargate.said(task["taskArn"]) == ["left-behind", "tmp"]
    assert not (fargate.folder / "tasks" / task["taskArn"].rpartition("/")[2]).exists()
    assert not Path("/left-behind").exists()
