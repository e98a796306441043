"""Workers and triggerers that end, well or badly, take no ECS task with them and start none twice.

How long it takes is told beside each test. Times that are minutes by default are seconds here
(`conftest.OPTIONS`).
"""

import signal
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from tests.running.both_modes import MODES, BothModes
from tests.running.processes import Process, wait_until
from tests.running.rest import quoted
from tests.running.running_airflow import RunningAirflow

pytestmark = pytest.mark.slow

RETRIED = "restarts"
ONCE = "restarts_once"
STOP_TIMEOUT_SECONDS = 30


class Stopwatch:
    """Measures how long something took, and tells people."""

    def __init__(self, captured: pytest.CaptureFixture[str]) -> None:
        self._captured = captured
        self._began = time.monotonic()

    def start(self) -> None:
        """Begin to measure."""
        self._began = time.monotonic()

    def tell(self, what: str) -> float:
        """Tell, and return, how many seconds it took until something came about."""
        seconds = time.monotonic() - self._began
        with self._captured.disabled():
            sys.stdout.write(f"\n  {what} after {seconds:.0f} s\n")
        return seconds


@pytest.fixture
def stopwatch(capsys: pytest.CaptureFixture[str]) -> Stopwatch:
    return Stopwatch(capsys)


@pytest.fixture(scope="module")
def start(airflow: RunningAirflow, free_port: Callable[[], int]) -> Callable[[str], Process]:
    """Start a component; another one of the same may run beside it."""

    def start(component: str) -> Process:
        ports = {
            f"AIRFLOW__LOGGING__{name}_LOG_SERVER_PORT": str(free_port())
            for name in ("WORKER", "TRIGGER")
        }
        stop_timeout = {"AIRFLOW_FARGATE_STOP_TIMEOUT_SECONDS": str(STOP_TIMEOUT_SECONDS)}
        return airflow.start(component, **ports, **stop_timeout)

    return start


@pytest.fixture(scope="module")
def dags(
    airflow: RunningAirflow, fargate_folder: Path, start: Callable[[str], Process]
) -> Iterator[BothModes]:
    first = airflow.running("worker")
    start("worker")
    assert first.stop() == 0
    yield BothModes(airflow, fargate_folder, {RETRIED: {"retries": 3}, ONCE: {"retries": 0}})
    # The next tests' worker has the time that ECS gives.
    last = airflow.running("worker")
    airflow.start("worker")
    last.stop()


@pytest.fixture
def tasks(dags: BothModes) -> Iterator[BothModes]:
    yield dags
    dags.end_all()


def is_joined(tasks: BothModes, run: str) -> bool:
    task = tasks.airflow.task(RETRIED, run, "blocking")
    if (task["state"], task["try_number"]) != ("running", 2):
        return False
    return "Joining ECS task" in tasks.log_so_far(RETRIED, run, "blocking", 2)


def watcher(tasks: BothModes, run: str) -> int | None:
    """Id of the triggerer that has the deferred task of a run."""
    job = tasks.airflow.task(RETRIED, run, "deferrable")["triggerer_job"]
    return job and job["id"]


def wait_for_another_watcher(tasks: BothModes, run: str, than: int | None) -> None:
    def is_watched_by_another() -> bool:
        return watcher(tasks, run) not in (None, than)

    wait_until(is_watched_by_another, "another triggerer to take over", 90)


def assert_one_ecs_task_each(tasks: BothModes, run: str, *, running: int) -> None:
    assert {mode: tasks.count(run, mode) for mode in MODES} == dict.fromkeys(MODES, (1, running))


def assert_ends_well(tasks: BothModes, run: str) -> None:
    assert_one_ecs_task_each(tasks, run, running=1)
    tasks.finish(RETRIED, run)
    assert_one_ecs_task_each(tasks, run, running=0)


def test_after_a_worker_was_stopped_the_next_try_joins(
    tasks: BothModes, start: Callable[[str], Process], stopwatch: Stopwatch
) -> None:
    run = tasks.begin(RETRIED)
    worker = tasks.airflow.running("worker")

    stopwatch.start()
    worker.signal(signal.SIGTERM)
    start("worker")  # as ECS does when it deploys
    wait_until(lambda: worker.exit_code is not None, "the worker to end", 90)
    assert worker.exit_code == 0
    stopwatch.tell(f"SIGTERM to a worker, stop timeout {STOP_TIMEOUT_SECONDS} s: it ended")
    wait_until(lambda: is_joined(tasks, run), "the next try to join", 90)
    stopwatch.tell("SIGTERM to a worker: the next try had joined")

    assert_ends_well(tasks, run)


def test_after_a_worker_was_killed_the_next_try_joins(
    tasks: BothModes, start: Callable[[str], Process], stopwatch: Stopwatch
) -> None:
    run = tasks.begin(RETRIED)

    stopwatch.start()
    tasks.airflow.running("worker").kill()
    start("worker")
    wait_until(lambda: is_joined(tasks, run), "the next try to join", 120)
    stopwatch.tell("kill -9 of a worker, heartbeat timeout 20 s: the next try had joined")

    assert_ends_well(tasks, run)


def test_without_retries_a_killed_worker_fails_its_task_and_the_ecs_task_is_stopped(
    tasks: BothModes, start: Callable[[str], Process], stopwatch: Stopwatch
) -> None:
    run = tasks.begin(ONCE)

    stopwatch.start()
    tasks.airflow.running("worker").kill()
    start("worker")
    tasks.airflow.wait_for_task(ONCE, run, "blocking", "failed", timeout_seconds=120)
    stopwatch.tell("kill -9 of a worker, no retries: failed")
    stopwatch.start()
    wait_until(lambda: tasks.count(run, "blocking") == (1, 0), "the ECS task to be stopped", 120)
    assert stopwatch.tell("failed with nobody there: the ECS task is stopped") < 120

    # The other one was waited for all the time.
    assert tasks.count(run, "deferrable") == (1, 1)
    tasks.end(run)
    tasks.airflow.wait_for_task(ONCE, run, "deferrable", "success")
    assert tasks.count(run, "deferrable") == (1, 0)


@pytest.mark.parametrize("how", [signal.SIGTERM, signal.SIGKILL], ids=lambda number: number.name)
def test_after_a_triggerer_ended_another_goes_on(
    tasks: BothModes, start: Callable[[str], Process], stopwatch: Stopwatch, how: signal.Signals
) -> None:
    run = tasks.begin(RETRIED)
    triggerer = tasks.airflow.running("triggerer")
    before = watcher(tasks, run)

    stopwatch.start()
    if how == signal.SIGKILL:
        triggerer.kill()
    else:
        triggerer.signal(how)
    start("triggerer")
    wait_for_another_watcher(tasks, run, than=before)
    stopwatch.tell(f"{how.name} to a triggerer, taken for dead after 15 s: watched again")
    wait_until(lambda: triggerer.exit_code is not None, "the triggerer to end", 90)

    assert_ends_well(tasks, run)


def test_a_triggerer_that_lost_a_task_to_another_does_not_stop_it(
    tasks: BothModes, start: Callable[[str], Process]
) -> None:
    run = tasks.begin(RETRIED)
    hung = tasks.airflow.running("triggerer")
    before = watcher(tasks, run)

    hung.signal(signal.SIGSTOP)
    start("triggerer")
    wait_for_another_watcher(tasks, run, than=before)
    hung.signal(signal.SIGCONT)
    # It notices that the task is another's, and lets go of it as if a user had failed it.
    wait_until(lambda: has_let_go(tasks, hung), "the triggerer to let go", 120)

    assert_ends_well(tasks, run)
    assert hung.stop() == 0


def has_let_go(tasks: BothModes, triggerer: Process) -> bool:
    # Then the log of what it watched is in S3, and no longer in the container.
    files = (tasks.airflow.folder / "logs" / triggerer.name).rglob("*.log")
    return not any(file.stat().st_size for file in files)


def test_what_is_cancelled_while_no_triggerer_runs_is_stopped_by_the_next(
    tasks: BothModes, start: Callable[[str], Process], stopwatch: Stopwatch
) -> None:
    airflow = tasks.airflow
    failed, deleted = tasks.begin(RETRIED), tasks.begin(RETRIED)
    airflow.running("triggerer").kill()
    airflow.set_state(RETRIED, failed, "deferrable", "failed")
    path = f"dags/{RETRIED}/dagRuns/{quoted(deleted)}"
    airflow.api.call("PATCH", path, {"state": "failed"})
    airflow.api.call("DELETE", path)

    stopwatch.start()
    start("triggerer")
    for run in (failed, deleted):
        wait_until(
            lambda run=run: tasks.count(run, "deferrable") == (1, 0), "the ECS task's end", 120
        )
    assert stopwatch.tell("failed, deleted without a triggerer: ECS tasks are stopped") < 120

    tasks.end(failed)
    airflow.wait_for_task(RETRIED, failed, "blocking", "success")
