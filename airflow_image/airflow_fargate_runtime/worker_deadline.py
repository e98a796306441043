"""How tasks end that a stopping worker cannot wait for: told first, killed at last."""

import contextlib
import logging
import os
import signal
import threading
import time
from collections.abc import Callable, Iterable, Iterator

import psutil

STOP_TIMEOUT_VARIABLE = "AIRFLOW_FARGATE_STOP_TIMEOUT_SECONDS"
DEFAULT_STOP_TIMEOUT_SECONDS = 120.0
"""What ECS allows at most on Fargate."""

TELL = signal.SIGUSR2
"""Has a task process stop its task (`worker_stopping`). Airflow leaves this signal to its default
action, which ends a process that has not got as far as running its task."""

STAGES = ((0.70, TELL), (0.85, signal.SIGINT), (0.90, signal.SIGKILL))
"""From which part of the stop timeout task processes get which signal, again and again.

What comes after takes time as well: callbacks, the upload of logs, and the report to the API
server. SIGINT ends what is deaf to the first signal: Airflow gives it its default action in task
processes, and does not explain it in the task's log as a lack of memory, as it does SIGKILL.
"""

_log = logging.getLogger(__name__)


class Deadline:
    """Brings tasks to an end in time, once it has begun; in a thread of its own.

    For a worker whose main loop hangs has to stop as well.
    """

    def __init__(self, pool_processes: Callable[[], Iterable[int]]) -> None:
        """Prepare.

        Args:
            pool_processes: Gives the ids of the worker's pool processes at the time.
        """
        text = os.environ.get(STOP_TIMEOUT_VARIABLE)
        self.timeout_seconds = float(text) if text else DEFAULT_STOP_TIMEOUT_SECONDS
        self._pool_processes = pool_processes
        self._begun = threading.Event()
        self._began_at = 0.0

    def start(self) -> None:
        """Start the thread, which waits."""
        threading.Thread(target=self._run, name="worker-deadline", daemon=True).start()

    def begin(self) -> None:
        """Begin to count the time. May be called from a signal handler, once."""
        self._began_at = time.monotonic()
        self._begun.set()

    def _run(self) -> None:
        self._begun.wait()
        told: set[signal.Signals] = set()
        while True:
            share = (time.monotonic() - self._began_at) / self.timeout_seconds
            due = [number for begins, number in STAGES if share >= begins]
            if due:
                processes = list(task_processes(self._pool_processes()))
                if processes and due[-1] not in told:
                    told.add(due[-1])
                    _log.warning("%s to %d tasks that still run", due[-1].name, len(processes))
                for process in processes:
                    _send(process, due[-1])
            # Often enough for no stage to be passed over, with short timeouts as well.
            time.sleep(min(1.0, self.timeout_seconds / 60))


def task_processes(pool_processes: Iterable[int]) -> Iterator[int]:
    """Ids of the processes that run tasks: the children of those in the worker's pool."""
    for number in pool_processes:
        with contextlib.suppress(psutil.Error):
            yield from (child.pid for child in psutil.Process(number).children())


def _send(process: int, number: signal.Signals) -> None:
    with contextlib.suppress(OSError):
        if number != TELL and os.getpgid(process) == process:
            # With what the task has started itself.
            os.killpg(process, number)
        else:
            os.kill(process, number)
