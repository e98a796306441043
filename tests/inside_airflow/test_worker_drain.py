"""A real worker on SQS that is told to stop."""

import signal
from collections.abc import Callable
from pathlib import Path

import pytest
from airflow_fargate_runtime import worker_drain
from tests.inside_airflow.worker_process import (
    Queue,
    Worker,
    hold,
    in_process,
    queue,
    start,
    wait_until,
)

__all__ = ["queue", "start"]

Start = Callable[..., Worker]


def _ran(folder: Path) -> list[str]:
    return sorted(path.name.split("-")[1] for path in folder.glob("ran-*"))


def test_what_runs_is_waited_for_and_what_is_reserved_goes_back_at_once(
    tmp_path: Path, queue: Queue, start: Start
) -> None:
    one = start(concurrency=2, prefetch_multiplier=3)
    for name in "abcdefgh":
        queue.send(hold, str(tmp_path), name)
    wait_until(lambda: queue.counts() == (2, 6), "six of eight messages to be taken")
    wait_until(lambda: len(_ran(tmp_path)) == 2, "two of them to run")

    one.stop()
    wait_until(lambda: queue.counts() == (6, 2), "the four that do not run to be handed back")
    assert one.wait(1) is None, "it waits for the two that run"
    one.stop()  # who tells it twice changes nothing

    (tmp_path / "let-go").touch()
    assert one.wait(20) == 0, one.log
    assert queue.counts() == (6, 0)
    assert len(_ran(tmp_path)) == 2


def test_a_message_that_comes_while_a_worker_stops_is_not_lost(queue: Queue, start: Start) -> None:
    one = start(wait_time_seconds=4)
    wait_until(lambda: "ready" in one.log, "it to ask for messages")
    one.stop()
    wait_until(lambda: "Told to stop" in one.log, "it to hear that")
    # SQS still holds the question that was under way, and answers it.
    queue.send(hold, "never", "run")
    assert one.wait(20) == 0, one.log
    assert "releasing 1 received message" in one.log
    assert queue.counts() == (1, 0)


def test_tasks_that_do_not_end_are_told_and_those_that_are_deaf_are_killed(
    tmp_path: Path, queue: Queue, start: Start
) -> None:
    one = start(variables={"AIRFLOW_FARGATE_STOP_TIMEOUT_SECONDS": "6"})
    queue.send(in_process, str(tmp_path), "good", deaf=False)
    queue.send(in_process, str(tmp_path), "deaf", deaf=True)
    wait_until(lambda: len(_ran(tmp_path)) == 2, "both to run")
    one.stop()
    assert one.wait(12) == 0, one.log
    assert (tmp_path / "ended-good").read_text() == str(-signal.SIGUSR2)
    assert (tmp_path / "heard-deaf").exists()
    assert (tmp_path / "ended-deaf").read_text() == str(-signal.SIGINT)
    assert queue.counts() == (0, 0)


def test_a_worker_that_hangs_tells_its_tasks_all_the_same(
    tmp_path: Path, queue: Queue, start: Start
) -> None:
    hang = tmp_path / "hang"

    def step(_self: object) -> None:
        while hang.exists():
            wait_until(lambda: not hang.exists(), "the test", 600)

    one = start(
        patch=lambda: pytest.MonkeyPatch().setattr(worker_drain.Drain, "step", step),
        variables={"AIRFLOW_FARGATE_STOP_TIMEOUT_SECONDS": "4"},
    )
    queue.send(in_process, str(tmp_path), "good", deaf=False)
    wait_until(lambda: _ran(tmp_path), "it to run")
    hang.touch()
    wait_until(lambda: one.silent_seconds() > 3, "it to give no more signs of life")
    one.stop()
    ended = tmp_path / "ended-good"
    wait_until(lambda: ended.exists() and ended.read_text(), "the task to be told")
    assert ended.read_text() == str(-signal.SIGUSR2)
