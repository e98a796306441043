"""DescribeTasks for many who wait, in few calls."""

import threading
import time
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Any

from .ecs_tasks import EcsTasks

SECONDS_GATHERED = 0.5
"""For how long questions are gathered before they are asked together."""


class EcsTaskDescriptions:
    """Describes ECS tasks, those that are asked for at about the same time in one call.

    A triggerer watches hundreds of tasks, each by a trigger of its own. ECS describes a hundred in
    one call, and throttles whoever makes a call for each.

    Args:
        tasks: The tasks of the cluster.
    """

    def __init__(self, tasks: EcsTasks) -> None:
        self._tasks = tasks
        self._asked: list[tuple[str, Future[Any]]] = []
        self._lock = threading.Lock()
        self._threads = ThreadPoolExecutor(2, thread_name_prefix="describe-ecs-tasks")

    def describe(self, arn: str) -> Future[Any]:
        """Ask for a task; the answer is what ECS says of it, None if it does not know it."""
        answer: Future[Any] = Future()
        with self._lock:
            self._asked.append((arn, answer))
            first = len(self._asked) == 1
        if first:
            self._threads.submit(self._answer)
        return answer

    def _answer(self) -> None:
        time.sleep(SECONDS_GATHERED)
        with self._lock:
            asked, self._asked = self._asked, []
        # Who has gone meanwhile is not asked for.
        wanted = [each for each in asked if each[1].set_running_or_notify_cancel()]
        try:
            described = self._tasks.describe({arn for arn, _ in wanted})
        except Exception as error:  # noqa: BLE001 -- it belongs to those who asked
            for _, answer in wanted:
                answer.set_exception(error)
        else:
            for arn, answer in wanted:
                answer.set_result(described[arn])
