"""Waiting for the end of an ECS task, with its output in Airflow's task log."""

import asyncio
import functools
import logging
import os
import time
from collections import deque
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from typing import Any

from airflow.providers.amazon.aws.utils.task_log_fetcher import (
    AwsTaskLogFetcher,
    _parse_log_level,
)
from botocore.exceptions import BotoCoreError, ClientError

from .ecs_task_descriptions import EcsTaskDescriptions
from .ecs_task_end import EcsTaskEnd
from .ecs_task_log import EcsTaskLog
from .ecs_tasks import EcsTasks

PATIENCE_SECONDS = 900.0
"""For how long ECS may give no answer at all. Then the try fails, and the next one joins."""

UNKNOWN_SECONDS = 60.0
"""For how long ECS may not know a task: it takes a moment until it knows a new one everywhere."""

SETTLE_SECONDS = 3.0
"""How long after a container's end CloudWatch may need to show its last lines."""

LOG_PATIENCE_SECONDS = 120.0
"""For how long the rest of the output is tried to read after the end, while CloudWatch fails."""

LONGEST_LOG_PAUSE_SECONDS = 60.0
"""How seldom the output is read of a task that says nothing, or while CloudWatch throttles."""


class EcsTaskFollower:
    """Follows one ECS task to its end.

    Calls of AWS are made in threads that all followers in a process share, so that this can run in
    a triggerer as well as in a task's process. What goes wrong with them is waited out.

    Args:
        cluster: ARN of the cluster.
        task_arn: ARN of the task.
        container: Name of the container whose exit code counts.
        output: Its output.
        seconds_between: How often to ask ECS.
        last_lines: How many of the last lines to keep.
        log: Where lines of output, and what is seen, go.
    """

    def __init__(
        self,
        *,
        cluster: str,
        task_arn: str,
        container: str,
        output: EcsTaskLog,
        seconds_between: float,
        last_lines: int,
        log: Any,
    ) -> None:
        self._descriptions = _descriptions(cluster, os.getpid())
        self._arn = task_arn
        self._container = container
        self._output = output
        self._pause = seconds_between
        self._log_pause = seconds_between
        self._read_again_at = 0.0
        self._last_lines: deque[str] = deque(maxlen=max(1, last_lines))
        self._log = log
        self._troubled = False

    async def follow(self) -> EcsTaskEnd:
        """Wait until the task has stopped and all its output is in the log.

        Raises:
            ClientError: ECS has not answered for a quarter of an hour; also `BotoCoreError`.
        """
        status = None
        answered_at = known_at = time.monotonic()
        while True:
            now = time.monotonic()
            try:
                task = await asyncio.wrap_future(self._descriptions.describe(self._arn))
            except (ClientError, BotoCoreError) as error:
                if now - answered_at > PATIENCE_SECONDS:
                    raise
                self._trouble("ECS does not answer, asking again", error)
            else:
                answered_at = now
                self._troubled = False
                if task is not None:
                    known_at = now
                    status = self._say_status(task, status)
                    if status == "STOPPED":
                        await self._forward_rest(task)
                        return EcsTaskEnd.of(task, self._container, list(self._last_lines))
                elif now - known_at > UNKNOWN_SECONDS:
                    return EcsTaskEnd(task_arn=self._arn, known=False)
            await self._forward_now_and_then()
            await asyncio.sleep(self._pause)

    def _say_status(self, task: dict[str, Any], before: str | None) -> str:
        status = task["lastStatus"]
        if status != before:
            self._log.info("ECS task %s is %s", self._arn.split("/")[-1], status)
        return status

    def _trouble(self, what: str, error: Exception) -> None:
        # Once for each time of trouble, not every few seconds.
        level = logging.DEBUG if self._troubled else logging.WARNING
        self._log.log(level, "%s: %s", what, error)
        self._troubled = True

    async def _forward_now_and_then(self) -> None:
        """Forward what is new, less and less often while there is nothing."""
        if time.monotonic() < self._read_again_at:
            return
        try:
            lines = await self._forward()
        except (ClientError, BotoCoreError) as error:
            self._log.debug("CloudWatch does not answer, asking again: %s", error)
            lines = 0
        longer = min(2 * self._log_pause, LONGEST_LOG_PAUSE_SECONDS)
        self._log_pause = self._pause if lines else max(longer, self._pause)
        self._read_again_at = time.monotonic() + self._log_pause

    async def _forward_rest(self, task: dict[str, Any]) -> None:
        """Forward all that is left, however long CloudWatch takes, within reason."""
        ended = task.get("executionStoppedAt") or task.get("stoppedAt") or datetime.now(UTC)
        settled_in = SETTLE_SECONDS - (datetime.now(UTC) - ended).total_seconds()
        until = time.monotonic() + LOG_PATIENCE_SECONDS
        while True:
            settled = settled_in <= 0
            if not settled:
                await asyncio.sleep(min(settled_in, SETTLE_SECONDS))
                settled_in = 0
            try:
                await self._forward()
            except (ClientError, BotoCoreError) as error:
                if time.monotonic() > until:
                    self._log.warning(
                        "The end of the output is missing here, as CloudWatch does not answer: %s. "
                        "It is in the stream %s.",
                        error,
                        self._output,
                    )
                    return
                await asyncio.sleep(self._pause)
            else:
                return

    async def _forward(self) -> int:
        """Forward what is new to the log, and return how many lines that was."""
        loop = asyncio.get_running_loop()
        count, at_end = 0, False
        while not at_end:
            events, at_end = await loop.run_in_executor(
                _log_threads(os.getpid()), self._output.read
            )
            for event in events:
                self._log.log(
                    _parse_log_level(event["message"]), AwsTaskLogFetcher.event_to_str(event)
                )
                self._last_lines.append(event["message"])
            count += len(events)
        return count


@functools.cache
def _descriptions(cluster: str, _process: int) -> EcsTaskDescriptions:
    return EcsTaskDescriptions(EcsTasks(cluster))


@functools.cache
def _log_threads(_process: int) -> ThreadPoolExecutor:
    return ThreadPoolExecutor(4, thread_name_prefix="read-ecs-task-log")
