"""The ECS task that one try of an Airflow task has: joined, started, stopped."""

import time
from collections.abc import Mapping
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError

from .ecs_tasks import EcsTasks
from .fargate_task_arguments import FargateTaskArguments
from .fargate_task_owner import FargateTaskOwner
from .fargate_task_parameters import FargateTaskParameters
from .fargate_task_state import MEANT_TO_GO_ON, state_of

LEFT_OVER_SECONDS = 150.0
"""How long to wait for a left-over to end: Fargate gives a container up to 120 s."""


class FargateTaskRun:
    """The ECS task of one try.

    Args:
        task: Name of the Fargate task.
        parameters: Where it says how that is started.
        context: What Airflow says of the try.
        log: Log of the Airflow task.

    Raises:
        AirflowException: There is no such task, or the parameters cannot be read.
    """

    def __init__(
        self,
        task: str,
        parameters: FargateTaskParameters,
        context: Mapping[str, Any],
        log: Any,
    ) -> None:
        self.ti: Any = context["ti"]
        self.parameter = parameters.find(task)
        self.arn: str | None = None
        self._parameters = parameters
        self._owner = FargateTaskOwner.of(context)
        self._log = log
        self._stopped = False

    @property
    def _tasks(self) -> EcsTasks:
        return EcsTasks(self.parameter.cluster)

    def join(self) -> bool:
        """Join the ECS task that an earlier try left running, and return whether there was one.

        What is left over from before the task was cleared is stopped, and waited for, so that never
        two run at once.
        """
        found = self._tasks.started_by(self._owner.started_by)
        joined = next(filter(self._owner.may_join, found), None)
        left_over = [task for task in found if task is not joined]
        for task in left_over:
            self._log.info(
                "Stopping ECS task %s, which is left over from before the task was cleared",
                _id(task["taskArn"]),
            )
            self._tasks.stop(task["taskArn"], "Airflow: the task was cleared")
        if joined is not None:
            self.arn = joined["taskArn"]
            self._log.info("Joining ECS task %s, which an earlier try started", _id(self.arn))
            return True
        if self._owner.try_number > 1:
            left_over += self._stopping()
        if not self._tasks.wait_until_stopped(left_over, seconds=LEFT_OVER_SECONDS):
            self._log.warning("What is left over does not end; starting anew beside it")
        return False

    def _stopping(self) -> list[Any]:
        """What others stopped when the task was cleared, and may not be at its end yet."""
        try:
            return self._tasks.started_by(self._owner.started_by, desired_status="STOPPED")
        except ClientError as error:
            # Not worth failing for.
            self._log.warning("ECS does not say whether an earlier task is stopping: %s", error)
            return []

    def start(self, arguments: FargateTaskArguments, context: Mapping[str, Any]) -> None:
        """Start a new ECS task.

        Args:
            arguments: What the DAG asks for.
            context: What Airflow says of the try.

        Raises:
            AirflowException: ECS does not start it; also `ClientError` and `BotoCoreError`.
            ValueError: The arguments cannot be.
        """
        told = self._owner.environment(context)
        try:
            self._start(arguments, told)
        except ClientError as error:
            # A deploy retires the definition of the last one a moment after it wrote the new one.
            if "taskdefinition" not in str(error).lower():
                raise
            self._log.info("ECS says %s; was there a deploy? Looking for a newer definition", error)
            retired = self.parameter.task_definition
            self.parameter = self._parameters.find(self.parameter.task, newer_than=time.time())
            if self.parameter.task_definition == retired:
                raise
            self._start(arguments, told)

    def _start(self, arguments: FargateTaskArguments, told: dict[str, str]) -> None:
        parameter = self.parameter
        provider = arguments.capacity_provider
        self.arn = self._tasks.run(
            taskDefinition=parameter.task_definition,
            overrides=arguments.overrides(parameter.container, told),
            capacityProviderStrategy=(
                [{"capacityProvider": provider, "weight": 1}]
                if provider
                else parameter.capacity_provider_strategy
            ),
            networkConfiguration={
                "awsvpcConfiguration": {
                    "subnets": parameter.subnets,
                    "securityGroups": parameter.security_groups,
                    "assignPublicIp": "DISABLED",
                }
            },
            propagateTags=parameter.propagate_tags,
            startedBy=self._owner.started_by,
        )
        definition = _id(parameter.task_definition)
        self._log.info("Started ECS task %s of %s", _id(self.arn), definition)

    def stop(self, reason: str) -> None:
        """Stop the ECS task, or whatever was started for the owner if it is not known yet.

        Never raises: what cannot be stopped here is stopped by those who look for orphans.

        Args:
            reason: What ECS is told.
        """
        if self._stopped:
            return
        self._stopped = True
        try:
            found = self._tasks.started_by(self._owner.started_by) if self.arn is None else []
            for arn in [self.arn] if self.arn else [task["taskArn"] for task in found]:
                self._log.info("Stopping ECS task %s: %s", _id(arn), reason)
                self._tasks.stop(arn, f"Airflow: {reason}")
        except (ClientError, BotoCoreError) as error:
            self._log.warning("The ECS task cannot be stopped: %s", error)

    def stop_without_retry(self) -> None:
        """Stop the ECS task, unless a retry will join it."""
        if self.ti.max_tries == 0 or self.ti.try_number > self.ti.max_tries:
            self.stop("the task failed and has no retry left")

    def stop_if_unwanted(self) -> None:
        """Stop the ECS task, unless Airflow says that its task goes on or is tried again."""
        ti = self.ti
        if self._stopped:
            return
        try:
            state = state_of(ti.get_task_states, ti.dag_id, ti.run_id, ti.task_id, ti.map_index)
        except Exception as error:  # noqa: BLE001 -- whatever it is, the state is not known
            self._log.warning(
                "The ECS task goes on for now, as Airflow does not say what became of its task: %s",
                error,
            )
            return
        if state in MEANT_TO_GO_ON:
            self._log.info("The ECS task goes on, for the next try to join: the task is %s", state)
        else:
            self.stop(f"the task was stopped and is {state} now")


def _id(arn: str | None) -> str:
    return (arn or "").rsplit("/", 1)[-1]
