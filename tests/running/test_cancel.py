"""What a user cancels, and what takes too long, leaves no ECS task behind.

All runs are started together and cancelled as they come; then each test looks at its own.
"""

import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from tests.running.both_modes import MODES, BothModes, both_modes
from tests.running.processes import wait_until
from tests.running.running_airflow import RunningAirflow

pytestmark = pytest.mark.real

DAG = "cancel"
TIMED = "cancel_timed"
TIMEOUT_SECONDS = 15


class Cancelled:
    """One run for each way to cancel, with a task in each mode."""

    def __init__(self, tasks: BothModes) -> None:
        self.tasks = tasks
        airflow = tasks.airflow
        self.ways: dict[str, Callable[[str, str], object]] = {
            "fail": lambda run, mode: airflow.set_state(DAG, run, mode, "failed"),
            "mark success": lambda run, mode: airflow.set_state(DAG, run, mode, "success"),
            "clear": lambda run, mode: airflow.clear(DAG, run, mode),
        }
        self.runs = {way: tasks.trigger(DAG) for way in self.ways}
        self.timed_run = tasks.trigger(TIMED)
        self.at: dict[tuple[str, str], float] = {}
        """When what was cancelled, by way and mode."""

    def cancel_what_runs(self) -> bool:
        """Cancel what runs by now; whether all is cancelled."""
        for way, run in self.runs.items():
            for mode in MODES:
                if (way, mode) not in self.at and self.tasks.waits(DAG, run, mode):
                    self.ways[way](run, mode)
                    self.at[way, mode] = time.monotonic()
        return len(self.at) == len(self.runs) * len(MODES)


@pytest.fixture(scope="module")
def cancelled(airflow: RunningAirflow, fargate_folder: Path) -> Cancelled:
    dags = {DAG: {}, TIMED: {"execution_timeout": TIMEOUT_SECONDS}}
    cancelled = Cancelled(BothModes(airflow, fargate_folder, dags))
    wait_until(cancelled.cancel_what_runs, "all tasks to run and be cancelled", 240)
    return cancelled


def wait_until_stopped(cancelled: Cancelled, run: str, mode: str) -> str:
    """Wait for the end of the first ECS task of an Airflow task; the reason that ECS gives."""

    def first() -> dict[str, Any]:
        return cancelled.tasks.ecs_tasks(run, mode)[0]

    wait_until(lambda: first()["lastStatus"] == "STOPPED", "the ECS task to be stopped", 90)
    return first()["stoppedReason"]


@both_modes
@pytest.mark.parametrize(("way", "state"), [("fail", "failed"), ("mark success", "success")])
def test_marking_a_task_stops_its_ecs_task_and_starts_no_other(
    cancelled: Cancelled, way: str, state: str, mode: str
) -> None:
    run = cancelled.runs[way]
    # By who waits for it, not by who looks for orphans later.
    assert "the task was stopped" in wait_until_stopped(cancelled, run, mode)
    assert cancelled.tasks.count(run, mode) == (1, 0)
    assert cancelled.tasks.airflow.task(DAG, run, mode)["state"] == state


@both_modes
def test_clearing_a_task_stops_its_ecs_task_and_starts_one_anew(
    cancelled: Cancelled, mode: str
) -> None:
    run = cancelled.runs["clear"]
    wait_until_stopped(cancelled, run, mode)
    wait_until(lambda: cancelled.tasks.waits(DAG, run, mode), "another ECS task to run", 90)
    assert cancelled.tasks.count(run, mode) == (2, 1)
    assert cancelled.tasks.airflow.task(DAG, run, mode)["try_number"] == 2


@both_modes
def test_a_task_that_takes_too_long_fails_and_its_ecs_task_is_stopped(
    cancelled: Cancelled, mode: str
) -> None:
    tasks, run = cancelled.tasks, cancelled.timed_run
    tasks.airflow.wait_for_task(TIMED, run, mode, "failed", timeout_seconds=TIMEOUT_SECONDS + 90)
    assert "execution_timeout" in wait_until_stopped(cancelled, run, mode)
    assert tasks.count(run, mode) == (1, 0)


def test_what_was_cleared_can_end_well(cancelled: Cancelled) -> None:
    cancelled.tasks.finish(DAG, cancelled.runs["clear"])
    for mode in MODES:
        assert cancelled.tasks.count(cancelled.runs["clear"], mode) == (2, 0)
