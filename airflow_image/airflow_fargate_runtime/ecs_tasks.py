"""ECS tasks in a cluster: started, found, described and stopped."""

import logging
import time
from collections.abc import Collection, Mapping
from typing import Any

from airflow.sdk.exceptions import AirflowException
from botocore.exceptions import BotoCoreError, ClientError

from .ecs_clients import ecs_client

DESCRIBED_AT_ONCE = 100
"""As many as `DescribeTasks` takes."""

SECONDS_BETWEEN_LOOKS = 3.0

_ENDED = ("DEPROVISIONING", "STOPPED")
"""States of a task whose containers have ended; its network is taken away after that."""

_log = logging.getLogger(__name__)


class EcsTasks:
    """The tasks of one ECS cluster.

    Every method raises `ClientError` when ECS refuses or throttles for long, and `BotoCoreError`
    when it cannot be reached.

    Args:
        cluster: ARN of the cluster.
    """

    def __init__(self, cluster: str) -> None:
        self._cluster = cluster
        self._ecs = ecs_client(cluster.split(":")[3])

    def run(self, **options: Any) -> str:
        """Start a task, and return its ARN.

        Args:
            options: As `RunTask` takes them, without the cluster.

        Raises:
            AirflowException: ECS answers that it has no room for it.
        """
        # boto3 gives each call a token, so that one that it repeats starts nothing twice.
        answer = self._ecs.run_task(cluster=self._cluster, **options)
        if not answer["tasks"]:
            reasons = {
                " ".join(filter(None, (each.get("reason"), each.get("detail"))))
                for each in answer["failures"]
            }
            raise AirflowException(f"ECS started no task: {'; '.join(sorted(reasons))}")
        return answer["tasks"][0]["taskArn"]

    def started_by(self, started_by: str, *, desired_status: str = "RUNNING") -> list[Any]:
        """Return the tasks with this `startedBy`, the oldest first.

        Args:
            started_by: What was passed to `RunTask`.
            desired_status: `RUNNING` for what runs or is starting, `STOPPED` for what is ending or
                ended in the last hour.
        """
        # No other filter goes with startedBy.
        pages = self._ecs.get_paginator("list_tasks").paginate(
            cluster=self._cluster, startedBy=started_by, desiredStatus=desired_status
        )
        arns = [arn for page in pages for arn in page["taskArns"]]
        tasks = [task for task in self.describe(arns).values() if task is not None]
        return sorted(tasks, key=lambda task: (str(task.get("createdAt", "")), task["taskArn"]))

    def describe(self, arns: Collection[str]) -> dict[str, Any]:
        """Return what ECS says of tasks, by their ARNs; None for those that it does not know."""
        found: dict[str, Any] = dict.fromkeys(arns)
        listed = list(found)
        for start in range(0, len(listed), DESCRIBED_AT_ONCE):
            some = listed[start : start + DESCRIBED_AT_ONCE]
            answer = self._ecs.describe_tasks(cluster=self._cluster, tasks=some)
            found.update({task["taskArn"]: task for task in answer["tasks"]})
        return found

    def stop(self, arn: str, reason: str) -> None:
        """Stop a task; the reason is what ECS and people are told. One that has ended is no error.

        The container gets a SIGTERM, and a SIGKILL after its stop timeout.
        """
        try:
            self._ecs.stop_task(cluster=self._cluster, task=arn, reason=reason)
        except ClientError as error:
            if "task was not found" not in str(error).lower():
                raise

    def wait_until_stopped(self, tasks: Collection[Mapping[str, Any]], *, seconds: float) -> bool:
        """Wait until no container of these tasks runs, and return whether that came about.

        Args:
            tasks: What ECS said of them.
            seconds: How long to wait at most.
        """
        until = time.monotonic() + seconds
        left = [task["taskArn"] for task in tasks if task["lastStatus"] not in _ENDED]
        while left:
            if time.monotonic() > until:
                return False
            time.sleep(SECONDS_BETWEEN_LOOKS)
            try:
                seen = self.describe(left)
            except (ClientError, BotoCoreError) as error:
                _log.warning("ECS does not say whether tasks have stopped: %s", error)
                continue
            left = [arn for arn, task in seen.items() if task and task["lastStatus"] not in _ENDED]
        return True
