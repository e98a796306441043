"""Health checks of a whole Airflow's containers, and what they write."""

import contextlib
import os
import signal
from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.running.processes import Process, wait_until
from tests.running.running_airflow import COMPONENTS, RunningAirflow

pytestmark = pytest.mark.real


def test_every_component_passes_its_health_check(airflow: RunningAirflow) -> None:
    for component in COMPONENTS:
        assert airflow.works(airflow.running(component)), component


@pytest.mark.parametrize("component", ["dag-processor", "triggerer", "worker"])
def test_signs_of_life_are_given_again_and_again(airflow: RunningAirflow, component: str) -> None:
    process = airflow.running(component)
    sign = Path(process.environment["TMPDIR"]) / f"airflow-fargate-{component}-alive"
    # Its next sign must not come between the two lines.
    with frozen(process):
        os.utime(sign, (0, 0))
        assert not airflow.works(process)
    wait_until(lambda: airflow.works(process), f"the next sign of {component}", 30)


@contextlib.contextmanager
def frozen(process: Process) -> Iterator[None]:
    stopped = process.processes()
    for pid in stopped:
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, signal.SIGSTOP)
    try:
        yield
    finally:
        for pid in stopped:
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGCONT)


@pytest.fixture
def hanging_scheduler(airflow: RunningAirflow) -> Iterator[Process]:
    # Airflow's limit is 30 s, and it shows itself every 5 s.
    airflow.running("scheduler").stop()
    threshold = {"AIRFLOW__SCHEDULER__SCHEDULER_HEALTH_CHECK_THRESHOLD": "10"}
    scheduler = airflow.start("scheduler", **threshold)
    wait_until(lambda: airflow.works(scheduler), "the scheduler to work", 60)
    os.kill(scheduler.pid, signal.SIGSTOP)
    yield scheduler
    scheduler.kill()
    airflow.complete()


def test_a_scheduler_that_hangs_is_missed(
    airflow: RunningAirflow, hanging_scheduler: Process
) -> None:
    # The answers come from a process of their own, which knows how old the signs are.
    wait_until(lambda: not airflow.works(hanging_scheduler), "the scheduler to be missed", 30)


def test_containers_write_to_their_volumes_only(airflow: RunningAirflow) -> None:
    home = airflow.folder / "home"
    # The folder of DAGs is read-only on Fargate; here Python leaves bytecode there. `logs` is a
    # volume: callbacks of tasks write there, after tests of other files.
    written = {path.name for path in home.iterdir()} - {"logs"}
    assert written == {"airflow.cfg", "dags"}
    assert (home / "airflow.cfg").read_text().startswith("#")
