"""Waits in the triggerer for a Fargate task, so that no worker is held."""

import asyncio
from collections.abc import AsyncIterator
from typing import Any

from airflow.sdk.execution_time.task_runner import RuntimeTaskInstance
from airflow.triggers.base import BaseTrigger, TriggerEvent

from .ecs_task_follower import EcsTaskFollower
from .ecs_task_log import EcsTaskLog
from .ecs_tasks import EcsTasks
from .fargate_task_state import state_of


class FargateTaskTrigger(BaseTrigger):
    """Fires when an ECS task has stopped and all its output is in the task log.

    Args:
        cluster: ARN of the ECS cluster.
        task_arn: ARN of the ECS task.
        container: The container whose exit code counts.
        log_region: Region of the log group.
        log_group: Log group of the output.
        log_stream: Log stream of the output.
        waiter_delay: Seconds between looks.
        last_lines: How many of the last lines of output the event holds.
    """

    def __init__(
        self,
        *,
        cluster: str,
        task_arn: str,
        container: str,
        log_region: str,
        log_group: str,
        log_stream: str,
        waiter_delay: float,
        last_lines: int,
    ) -> None:
        super().__init__()
        self.cluster = cluster
        self.task_arn = task_arn
        self.container = container
        self.log_region = log_region
        self.log_group = log_group
        self.log_stream = log_stream
        self.waiter_delay = waiter_delay
        self.last_lines = last_lines

    def serialize(self) -> tuple[str, dict[str, Any]]:
        """Return what it takes to make this trigger again, in another triggerer."""
        return (
            f"{type(self).__module__}.{type(self).__qualname__}",
            {
                "cluster": self.cluster,
                "task_arn": self.task_arn,
                "container": self.container,
                "log_region": self.log_region,
                "log_group": self.log_group,
                "log_stream": self.log_stream,
                "waiter_delay": self.waiter_delay,
                "last_lines": self.last_lines,
            },
        )

    def follower(self) -> EcsTaskFollower:
        """What follows the task to its end."""
        return EcsTaskFollower(
            cluster=self.cluster,
            task_arn=self.task_arn,
            container=self.container,
            output=EcsTaskLog(self.log_region, self.log_group, self.log_stream),
            seconds_between=self.waiter_delay,
            last_lines=self.last_lines,
            log=self.log,
        )

    async def run(self) -> AsyncIterator[TriggerEvent]:
        """Wait, then tell how the task ended."""
        # Making a client takes a tenth of a second, in which no other trigger would run.
        follower = await asyncio.to_thread(self.follower)
        end = await follower.follow()
        yield TriggerEvent(end.event)

    async def on_kill(self) -> None:
        """Stop the ECS task, if nobody waits for it any more.

        Airflow calls this when a user fails, clears or marks the task. It also does when another
        triggerer has taken the trigger over: then the task is still deferred.
        """
        ti = self.task_instance
        if ti is None:
            return
        try:
            state = await asyncio.to_thread(
                state_of, RuntimeTaskInstance.get_task_states, ti.dag_id, ti.run_id, ti.task_id,
                ti.map_index,
            )  # fmt: skip
        except Exception as error:  # noqa: BLE001 -- whatever it is, the state is not known
            self.log.warning(
                "ECS task %s goes on for now, as Airflow does not say what became of its task: %s",
                self.task_arn,
                error,
            )
            return
        if state == "deferred":
            self.log.info("ECS task %s goes on: another triggerer waits for it", self.task_arn)
            return
        self.log.info("Stopping ECS task %s: its Airflow task is %s", self.task_arn, state)
        reason = f"Airflow: the task was stopped and is {state} now"
        await asyncio.to_thread(lambda: EcsTasks(self.cluster).stop(self.task_arn, reason))
