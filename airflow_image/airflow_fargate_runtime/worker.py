"""What a Celery worker of Airflow's does beside its work: an extension of Celery's.

It gives signs of life, keeps ECS from stopping it while it has tasks, and ends in order.
"""

import time
from typing import Any

from celery import bootsteps
from celery.signals import celeryd_init, task_received
from celery.worker import state

from . import signs_of_life
from .worker_drain import Drain
from .worker_polls import Polls
from .worker_protection import Protection

INTERVAL_SECONDS = 1.0
ANSWERED_WITHIN_SECONDS = 45.0
"""How long ago SQS has answered at most while a worker can take tasks. It answers within 20 s, and
Kombu gives up after 30 s."""


def install() -> None:
    """Have the worker that starts in this process do this."""
    celeryd_init.connect(_add_step)


def _add_step(instance: Any, **_: object) -> None:
    instance.app.steps["consumer"].add(Caretaker)


class Caretaker(bootsteps.StartStopStep):
    """Takes its turn in the loop that fetches messages, once a second.

    When the loop hangs, or has no connection, so do the signs of life.
    """

    requires = ("celery.worker.consumer.tasks:Tasks",)

    def __init__(self, consumer: Any, **options: Any) -> None:
        super().__init__(consumer, **options)
        self._consumer = consumer
        self._polls = Polls()
        self._drain = Drain(consumer, self._polls)
        self._protection = Protection()
        self._timer: Any = None
        self._started = False

    def include_if(self, parent: Any) -> bool:
        """Return whether the worker has an event loop: it has, but for exotic pools."""
        return parent.hub is not None

    def start(self, parent: Any) -> None:
        """Begin, each time that the consumer is connected."""
        if not self._started:
            self._started = True
            self._drain.install()
            self._protection.start()
            task_received.connect(self._on_task)
        self._polls.watch(parent.hub)
        self._timer = parent.timer.call_repeatedly(INTERVAL_SECONDS, self._turn)

    def stop(self, parent: Any) -> None:  # noqa: ARG002 -- as Celery calls it
        """End, when the consumer loses its connection or stops."""
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None

    def _on_task(self, **_: object) -> None:
        self._protection.tell(busy=True)

    def _turn(self) -> None:
        tasks = len(state.reserved_requests)
        self._protection.tell(busy=tasks > 0)
        self._drain.step()
        if self._drain.requested or self._fetches(tasks):
            signs_of_life.show("worker")

    def _fetches(self, tasks: int) -> bool:
        limit = self._consumer.qos.value
        if limit and tasks >= limit:
            # It is full, and asks for nothing.
            self._polls.ended_at = self._polls.answered_at = time.monotonic()
        # As long as it has tasks, a worker that asks in vain is better than none.
        last = self._polls.ended_at if tasks else self._polls.answered_at
        return time.monotonic() - last < ANSWERED_WITHIN_SECONDS
