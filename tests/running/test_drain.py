"""A worker is told to stop while tasks run and tasks wait: nothing is lost or runs twice."""

import signal
from pathlib import Path

import pytest
from tests.running.processes import wait_until
from tests.running.running_airflow import RunningAirflow

pytestmark = pytest.mark.real

STOP_TIMEOUT_SECONDS = 20
FOUR, WAITING = "drain", "drain_waiting"
DAGS = '''
import pathlib
import time
from datetime import timedelta

from airflow.sdk import DAG, BaseOperator, task

MARKS = pathlib.Path({marks!r})


def mark(what, context):
    name = f"{{what}} {{context['ti'].task_id}} {{context['ti'].try_number}}"
    with (MARKS / name).open("a") as file:
        file.write("x")


class Wait(BaseOperator):
    """Waits for a file."""

    def execute(self, context):
        self.context = context
        mark("began", context)
        while not (MARKS / f"end {{self.task_id}}").exists():
            try:
                time.sleep(0.1)
            except BaseException:
                if self.task_id != "deaf":
                    raise

    def on_kill(self):
        mark("on_kill", self.context)


retried = {{"retries": 1, "retry_delay": timedelta(seconds=1)}}

with DAG({four!r}, schedule=None):
    Wait(task_id="ends")
    Wait(task_id="goes_on", **retried, on_retry_callback=lambda c: mark("callback", c))
    Wait(task_id="deaf", **retried)
    Wait(task_id="once")

with DAG({waiting!r}, schedule=None):
    for number in range(3):
        Wait(task_id=f"waits_{{number}}")
'''


@pytest.fixture(scope="module")
def marks(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where tasks leave marks."""
    return tmp_path_factory.mktemp("marks")


def test_nothing_is_lost_and_nothing_runs_twice(airflow: RunningAirflow, marks: Path) -> None:
    text = DAGS.format(marks=str(marks), four=FOUR, waiting=WAITING)
    airflow.add_dags([("drain.py", text)], FOUR, WAITING)
    airflow.running("worker").stop()
    # None, unless other tests killed workers, whose messages stay hidden for hours.
    before = _messages(airflow)
    first = airflow.start(
        "worker",
        AIRFLOW_FARGATE_STOP_TIMEOUT_SECONDS=str(STOP_TIMEOUT_SECONDS),
        AIRFLOW__CELERY__WORKER_PREFETCH_MULTIPLIER="2",
    )
    four = airflow.trigger(FOUR)
    wait_until(lambda: len(list(marks.glob("began *"))) == 4, "four tasks to run", 120)
    waiting = airflow.trigger(WAITING)
    wait_until(lambda: first.log.read_text().count("] received") == 7, "three to be reserved", 120)

    first.signal(signal.SIGTERM)
    second = airflow.start("worker")
    for number in range(3):
        (marks / f"end waits_{number}").touch()
    (marks / "end ends").touch()
    # On a machine with other work, reports may take longer than they have in production.
    wait_until(lambda: first.exit_code is not None, "the worker to end", 120)
    assert first.exit_code == 0
    airflow.wait_for(WAITING, waiting, "success", 120)

    for task in ("goes_on", "deaf"):
        airflow.wait_for_task(FOUR, four, task, "running", timeout_seconds=120)
        (marks / f"end {task}").touch()
    airflow.wait_for(FOUR, four, "failed", 120)
    assert airflow.task_states(FOUR, four) == {
        "ends": "success",
        "goes_on": "success",
        "deaf": "success",
        "once": "failed",
    }
    assert second.exit_code is None
    tries = ["ends 1", "goes_on 1", "goes_on 2", "deaf 1", "deaf 2", "once 1"]
    tries += [f"waits_{number} 1" for number in range(3)]
    assert _marks(marks, "began") == dict.fromkeys(tries, 1)
    assert _marks(marks, "on_kill") == dict.fromkeys(["goes_on 1", "deaf 1", "once 1"], 1)
    assert _marks(marks, "callback") == {"goes_on 1": 1}, "Airflow handles it as any failure"
    assert "The worker is being stopped" in airflow.log_text(FOUR, four, "goes_on", 1)
    assert "memory" not in airflow.log_text(FOUR, four, "deaf", 1)
    wait_until(lambda: _messages(airflow) == before, "the last messages to be deleted", 60)


def _messages(airflow: RunningAirflow) -> tuple[str, str]:
    """How many messages wait, and how many are in the hands of a worker."""
    queue = airflow.aws.client("sqs").get_queue_attributes(
        QueueUrl=airflow.aws.queue_url, AttributeNames=["All"]
    )["Attributes"]
    name = "ApproximateNumberOfMessages"
    return queue[name], queue[f"{name}NotVisible"]


def _marks(folder: Path, what: str) -> dict[str, int]:
    return {
        path.name.removeprefix(f"{what} "): len(path.read_text())
        for path in folder.glob(f"{what} *")
    }
