"""Signs of life of a Celery worker."""

from typing import Any

from celery import bootsteps
from celery.signals import celeryd_init

from . import signs_of_life

INTERVAL_SECONDS = 10.0


def install() -> None:
    """Have the worker that starts in this process give signs of life."""
    celeryd_init.connect(_add_step)


def _add_step(instance: Any, **_: object) -> None:
    instance.app.steps["consumer"].add(SignsOfLife)


class SignsOfLife(bootsteps.StartStopStep):
    """Gives a sign every 10 seconds from the loop that fetches messages, while it is connected.

    The timer belongs to that loop: when it hangs, or cannot reach the broker, the signs stop. How
    busy the worker is makes no difference, as tasks run in processes of their own.
    """

    requires = ("celery.worker.consumer.tasks:Tasks",)

    def __init__(self, consumer: Any, **options: Any) -> None:
        super().__init__(consumer, **options)
        self._timer: Any = None

    def start(self, parent: Any) -> None:
        """Begin, each time that the consumer is connected."""
        signs_of_life.show("worker")
        self._timer = parent.timer.call_repeatedly(
            INTERVAL_SECONDS, signs_of_life.show, ("worker",)
        )

    def stop(self, parent: Any) -> None:
        """End, when the consumer loses its connection or stops."""
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
