"""How a worker comes to its end.

It takes no more messages, hands back those that it has not started, and ends when its tasks have.
"""

import logging
import time
from typing import Any

from celery import platforms, signals
from celery.worker import state

from .worker_deadline import Deadline
from .worker_polls import Polls

_LONGEST_POLL_SECONDS = 35.0
"""SQS answers within 20 s; Kombu gives up after 30 s."""

_log = logging.getLogger(__name__)


class Drain:
    """Takes the place of Celery's handler of SIGTERM.

    Celery leaves its event loop at once and waits for its tasks. Then what SQS answers is read by
    nobody: a message that arrives stays hidden for the queue's visibility timeout. Messages that
    are not started are handed back at the very end, if that is reached; and tasks that have ended
    are taken from the queue no sooner.
    """

    def __init__(self, consumer: Any, polls: Polls) -> None:
        self._consumer = consumer
        self._polls = polls
        self._deadline = Deadline(self._pool_processes)
        self._requested = False
        self._consuming = True
        self._give_up_polls_at = 0.0
        self._was_idle = False

    @property
    def requested(self) -> bool:
        """Whether the worker has been told to stop."""
        return self._requested

    def install(self) -> None:
        """Answer SIGTERM from now on; to be called in the main thread, once."""
        self._deadline.start()
        platforms.signals["SIGTERM"] = self._on_sigterm

    def _on_sigterm(self, *_: object) -> None:
        # Nothing else here: the loop, with all its locks, is somewhere in the middle.
        if not self._requested:
            self._requested = True
            self._deadline.begin()

    def step(self) -> None:
        """Do what is next; to be called by the event loop, again and again."""
        if not self._requested:
            return
        if self._consuming:
            self._consuming = False
            self._begin()
        polling = self._polls.under_way and time.monotonic() < self._give_up_polls_at
        idle = not (state.reserved_requests or state.active_requests or polling)
        if idle and self._was_idle:
            # From here on it is Celery's own way of stopping, with nothing left to wait for.
            state.should_stop = platforms.EX_OK
        # Another turn of the loop lets it take ended tasks from the queue.
        self._was_idle = idle

    def _begin(self) -> None:
        consumer = self._consumer
        seconds = self._deadline.timeout_seconds
        _log.warning("Told to stop: takes no more tasks, and ends within %.0f s", seconds)
        signals.worker_shutting_down.send(
            sender=consumer.hostname, sig="SIGTERM", how="Warm", exitcode=platforms.EX_OK
        )
        for queue in list(consumer.app.amqp.queues.consume_from):
            # Kombu makes messages visible again that now arrive. A new connection, should this
            # one be lost, does not consume either.
            consumer.cancel_task_queue(queue)
        self._give_up_polls_at = time.monotonic() + _LONGEST_POLL_SECONDS
        self._hand_back()

    def _hand_back(self) -> None:
        # These wait for a free process. What the pool has been given already, a process is about
        # to start, and cannot be had back.
        self._consumer.controller.semaphore.clear()
        waiting = [
            request
            for request in state.reserved_requests
            if request._apply_result is None  # noqa: SLF001
        ]
        for request in waiting:
            _log.warning("Back to the queue, not started: %s", request)
            request.reject(requeue=True)
            state.task_ready(request)

    def _pool_processes(self) -> list[int]:
        try:
            return self._consumer.pool.info["processes"]
        except AttributeError:  # the pool has ended
            return []
