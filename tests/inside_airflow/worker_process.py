"""A real Celery worker of Airflow's, in a process of its own, with tasks of the tests'."""

import contextlib
import logging
import multiprocessing
import os
import signal
import subprocess
import sys
import time
import warnings
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import boto3
import pytest
from airflow.providers.celery.executors.celery_executor import app
from airflow_fargate_runtime import worker

QUEUE = "default"
DEAF = """
import pathlib, signal, sys, time
signal.signal(signal.SIGINT, signal.SIG_DFL)
signal.signal(signal.SIGUSR2, lambda *_: pathlib.Path(sys.argv[1]).touch())
while True:
    time.sleep(0.1)
"""
"""A task's process, with signals as Airflow sets them, that hears of the stop and goes on."""


@app.task(name="hold")
def hold(folder: str, name: str) -> None:
    """Run until there is a file `let-go`."""
    own = Path(folder)
    (own / f"ran-{name}-{os.getpid()}-{time.monotonic_ns()}").touch()
    while not (own / "let-go").exists():
        time.sleep(0.05)


@app.task(name="in_process")
def in_process(folder: str, name: str, *, deaf: bool) -> None:
    """Run a process, as Airflow's supervisor does; write the signal that it ended by."""
    own = Path(folder)
    program = DEAF if deaf else "import time; time.sleep(600)"
    process = subprocess.Popen([sys.executable, "-c", program, str(own / f"heard-{name}")])
    (own / f"ran-{name}").touch()
    (own / f"ended-{name}").write_text(str(process.wait()))


class Worker:
    """A worker in a process of its own; a copy of this one, to be quick.

    Args:
        folder: Where its log and its signs of life go.
        queue_url: The queue that it consumes from.
        concurrency: How many tasks it runs at a time.
        prefetch_multiplier: How many messages it takes for each of these.
        wait_time_seconds: How long SQS may wait for a message.
        patch: Called in the worker's process before it starts.
        variables: Further environment variables.
    """

    def __init__(
        self,
        folder: Path,
        queue_url: str,
        *,
        concurrency: int = 2,
        prefetch_multiplier: int = 1,
        wait_time_seconds: int = 0,
        patch: Callable[[], object] = lambda: None,
        variables: Mapping[str, str] | None = None,
    ) -> None:
        self.folder = folder
        folder.mkdir(exist_ok=True)
        self._environment = {"TMPDIR": str(folder), **(variables or {})}
        self._patch = patch
        self._settings: dict[str, Any] = {
            "broker_url": "sqs://",
            "result_backend": "disabled://",
            "broker_transport_options": transport_options(queue_url)
            | {"wait_time_seconds": wait_time_seconds},
            "worker_concurrency": concurrency,
            "worker_prefetch_multiplier": prefetch_multiplier,
        }
        context = multiprocessing.get_context("fork")
        self.process = context.Process(target=self._run)
        self.process.start()

    def _run(self) -> None:
        os.setsid()
        log = os.open(self.folder / "log", os.O_WRONLY | os.O_CREAT | os.O_APPEND)
        os.dup2(log, 1)
        os.dup2(log, 2)
        # pytest has put its own in their place.
        sys.stdout, sys.stderr = sys.__stdout__, sys.__stderr__
        warnings.simplefilter("ignore")
        logging.basicConfig(level="INFO", format="%(asctime)s %(message)s", force=True)
        os.environ.update(self._environment)
        self._patch()
        app.conf.update(self._settings)
        worker.install()
        arguments = ["worker", "-O", "fair", "--queues", QUEUE, "--loglevel", "INFO"]
        app.worker_main([*arguments, "--without-mingle", "--without-gossip"])

    @property
    def log(self) -> str:
        """What it has said."""
        return (self.folder / "log").read_text()

    def alive(self) -> bool:
        """Whether it has given its first sign of life."""
        assert self.process.is_alive(), self.log
        return (self.folder / "airflow-fargate-worker-alive").exists()

    def silent_seconds(self) -> float:
        """How long ago its last sign of life was."""
        return time.time() - (self.folder / "airflow-fargate-worker-alive").stat().st_mtime

    def stop(self) -> None:
        """Tell it to stop, as ECS does."""
        os.kill(self._pid, signal.SIGTERM)

    def wait(self, seconds: float) -> int | None:
        """Wait for its end; the exit code, None if it goes on."""
        self.process.join(seconds)
        return self.process.exitcode

    def kill(self) -> None:
        """End it, with everything that it started."""
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self._pid, signal.SIGKILL)
        self.process.join()

    @property
    def _pid(self) -> int:
        assert self.process.pid
        return self.process.pid


class Queue:
    """A queue of the embedded AWS, from which received messages do not come back by themselves."""

    def __init__(self, name: str) -> None:
        self._sqs = boto3.client("sqs")
        attributes = {"VisibilityTimeout": "43200"}
        self.url = self._sqs.create_queue(QueueName=name, Attributes=attributes)["QueueUrl"]

    def send(self, task: Any, *arguments: Any, **keywords: Any) -> None:
        """Send a task, as Airflow's scheduler does."""
        options = transport_options(self.url)
        with app.connection_for_write("sqs://", transport_options=options) as connection:
            task.apply_async(arguments, keywords, queue=QUEUE, connection=connection)

    def counts(self) -> tuple[int, int]:
        """How many messages wait, and how many are in the hands of a worker."""
        names = ["ApproximateNumberOfMessages", "ApproximateNumberOfMessagesNotVisible"]
        answer = self._sqs.get_queue_attributes(QueueUrl=self.url, AttributeNames=names)
        waiting, taken = (int(answer["Attributes"][name]) for name in names)
        return waiting, taken


@pytest.fixture
def queue(aws_access: None, request: pytest.FixtureRequest) -> Queue:
    """A queue of the test's own."""
    return Queue(request.node.name[:80])


@pytest.fixture
def start(tmp_path: Path, queue: Queue) -> Iterator[Callable[..., Worker]]:
    """Start a worker, and wait until it works; all are gone after the test."""
    workers: list[Worker] = []

    def start(**options: Any) -> Worker:
        one = Worker(tmp_path / f"worker-{len(workers)}", queue.url, **options)
        workers.append(one)
        wait_until(one.alive, "the worker to work")
        return one

    yield start
    for one in workers:
        one.kill()


def transport_options(queue_url: str) -> dict[str, Any]:
    """Celery's options for one queue of SQS."""
    return {"predefined_queues": {QUEUE: {"url": queue_url}}, "polling_interval": 0.2}


def wait_until(holds: Callable[[], object], what: str, seconds: float = 20) -> None:
    """Wait until something holds."""
    until = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < until, f"waited {seconds} s for {what}"
        time.sleep(0.05)
