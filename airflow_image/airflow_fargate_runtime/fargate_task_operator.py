"""Runs a program on Fargate: what DAGs are written with."""

from collections.abc import Container, Mapping, Sequence
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

from airflow.providers.amazon.aws.operators.ecs import EcsRunTaskOperator
from airflow.sdk.exceptions import (
    AirflowException,
    AirflowSkipException,
    AirflowTaskTimeout,
    TaskDeferralError,
    TaskDeferralTimeout,
    TaskDeferred,
)

from .ecs_task_end import EcsTaskEnd
from .fargate_task_arguments import FargateTaskArguments
from .fargate_task_checks import check_arguments
from .fargate_task_parameters import FargateTaskParameters
from .fargate_task_run import FargateTaskRun
from .fargate_task_trigger import FargateTaskTrigger
from .fargate_task_wait import aside, wait_here

if TYPE_CHECKING:
    from airflow.sdk import Context
    from airflow.sdk.definitions.mappedoperator import OperatorPartial

SECONDS_TO_STOP = 4.5
"""How long `on_kill` may take. Airflow kills the process after 5."""


class FargateTaskOperator(EcsRunTaskOperator):
    """Runs one of the deployment's Fargate tasks, and waits until it has ended.

    A folder in `task_images/` is a Fargate task; its name is all that a DAG says of it::

        odd = FargateTaskOperator(
            task_id="odd_task",
            task="even_odd",
            command=["odd", "--run", "{{ run_id }}"],
        )

    The program's output is in the task's log. The task succeeds if the program ends with 0; the
    last line of its output is then the task's XCom. While it runs, no worker is held. Cluster,
    network, image and size are those that the last deploy gave it.

    A retry after a crash of Airflow's joins the ECS task that still runs. When a user fails, clears
    or marks the task, or its `execution_timeout` is over, the ECS task is stopped.

    Many at once, with dynamic task mapping::

        FargateTaskOperator.partial(task_id="resize", task="resize").expand(
            command=[["--file", name] for name in names]
        )

    Args:
        task: Name of the Fargate task. One that the deployment does not have is an import error
            of the DAG.
        command: The program's arguments, behind the image's entry point; those of the image by
            default. Templated.
        environment: Environment variables beside those of the task, which they win over. Whoever
            may look at ECS sees them: no secrets here. Templated.
        cpu: CPU units, of which 1024 are one virtual CPU; the task's by default.
        memory_mib: Memory in MiB; the task's by default. Fargate takes certain pairs only, so give
            `cpu` and `memory_mib` together.
        ephemeral_storage_gib: Disk in GiB, 21 to 200; the task's by default.
        capacity_provider: `FARGATE` or `FARGATE_SPOT`; the task's by default.
        deferrable: Whether the triggerer waits. If not, a worker's slot is held all the time.
        skip_on_exit_code: Exit code, or several, that make the task skipped rather than failed.
        waiter_delay: Seconds between looks at the ECS task.
        number_logs_exception: How many of the last lines of output a failure shows.
        kwargs: What every operator has: `retries`, `execution_timeout`, `trigger_rule`, ...

    Raises:
        ValueError: There is no such task, or an argument cannot be.
    """

    template_fields: Sequence[str] = ("command", "environment")
    template_fields_renderers = {"command": "json", "environment": "json"}  # noqa: RUF012

    survives_worker_stop = True
    """Read by a worker that stops: the ECS task is not to be stopped with it, as a retry joins."""

    def __init__(
        self,
        *,
        task: str,
        command: Sequence[Any] | None = None,
        environment: Mapping[str, Any] | None = None,
        cpu: int | None = None,
        memory_mib: int | None = None,
        ephemeral_storage_gib: int | None = None,
        capacity_provider: str | None = None,
        deferrable: bool = True,
        skip_on_exit_code: int | Container[int] | None = None,
        waiter_delay: int = 6,
        number_logs_exception: int = 10,
        **kwargs: Any,
    ) -> None:
        asked = {
            "task": task,
            "command": command,
            "environment": environment,
            "cpu": cpu,
            "memory_mib": memory_mib,
            "ephemeral_storage_gib": ephemeral_storage_gib,
            "capacity_provider": capacity_provider,
            "skip_on_exit_code": skip_on_exit_code,
        }
        check_arguments(**asked, **kwargs)
        # What the infrastructure says is looked up when the task runs, so that a deploy is no new
        # version of every DAG.
        super().__init__(
            task_definition="",
            cluster="",
            overrides={},
            aws_conn_id=None,
            region_name=None,
            deferrable=deferrable,
            reattach=True,
            skip_on_exit_code=skip_on_exit_code,
            waiter_delay=waiter_delay,
            number_logs_exception=number_logs_exception,
            **kwargs,
        )
        self.task = task
        self.command = command
        self.environment = environment
        self.cpu = cpu
        self.memory_mib = memory_mib
        self.ephemeral_storage_gib = ephemeral_storage_gib
        self.capacity_provider = capacity_provider
        self._run: FargateTaskRun | None = None

    @classmethod
    def partial(cls, **kwargs: Any) -> "OperatorPartial":  # pyright: ignore[reportIncompatibleVariableOverride]
        """Begin a mapped task; what is given is checked now, what is mapped over when it runs."""
        check_arguments(**kwargs)
        return super().partial(**kwargs)

    def execute(self, context: "Context") -> Any:
        """Join the ECS task that an earlier try started, or start one, and wait for its end."""
        self._run = run = self._make_run(context)
        try:
            if not run.join():
                run.start(self._arguments(), context)
            trigger = self._trigger(run)
            place = f"{trigger.log_group}, stream {trigger.log_stream}"
            self.log.info("CloudWatch Logs has its output in %s", place)
            if self.do_xcom_push:
                run.ti.xcom_push(key="ecs_task_arn", value=run.arn)
            if self.deferrable:
                self.defer(
                    trigger=trigger,
                    method_name="execute_complete",
                    timeout=self._time_left(run.ti.start_date),
                )
            end = wait_here(trigger)
        except TaskDeferred:
            raise
        except AirflowTaskTimeout:
            run.stop(self._timed_out)
            raise
        except BaseException:
            run.stop_without_retry()
            raise
        return self._finish(end)

    def execute_complete(
        self,
        context: "Context",  # noqa: ARG002 -- Airflow passes it
        event: dict[str, Any] | None = None,
    ) -> Any:
        """Go on after the trigger has fired."""
        return self._finish(EcsTaskEnd.from_event(event or {}))

    def resume_execution(
        self, next_method: str, next_kwargs: dict[str, Any] | None, context: "Context"
    ) -> Any:
        """Go on after having been deferred, which may be to fail."""
        try:
            return super().resume_execution(next_method, next_kwargs, context)
        except TaskDeferralTimeout:
            # The folder may be gone. Then the sweeper stops the ECS task.
            with suppress(AirflowException):
                self._make_run(context).stop(self._timed_out)
            raise AirflowTaskTimeout(f'The Fargate task "{self.task}": {self._timed_out}') from None
        except TaskDeferralError:
            with suppress(AirflowException):
                self._make_run(context).stop_without_retry()
            raise

    def on_kill(self) -> None:
        """Stop the ECS task, if Airflow no longer wants it to run.

        Airflow calls this when a user fails, clears or marks the task, but also when a worker
        stops. Then the next try joins the ECS task.
        """
        if self._run is not None:
            # The main thread is inside a signal handler, and may hold what this needs.
            aside(self._run.stop_if_unwanted).join(SECONDS_TO_STOP)

    def _make_run(self, context: "Context") -> FargateTaskRun:
        parameters = FargateTaskParameters.of_this_airflow()
        return FargateTaskRun(self.task, parameters, context, self.log)

    def _arguments(self) -> FargateTaskArguments:
        return FargateTaskArguments(
            command=self.command,
            environment=self.environment,
            cpu=self.cpu,
            memory_mib=self.memory_mib,
            ephemeral_storage_gib=self.ephemeral_storage_gib,
            capacity_provider=self.capacity_provider,
        )

    def _trigger(self, run: FargateTaskRun) -> FargateTaskTrigger:
        assert run.arn is not None  # noqa: S101 -- it was joined or started
        return FargateTaskTrigger(
            cluster=run.parameter.cluster,
            task_arn=run.arn,
            container=run.parameter.container,
            log_region=run.parameter.log_region,
            log_group=run.parameter.log_group,
            log_stream=run.parameter.log_stream(run.arn),
            waiter_delay=self.waiter_delay,
            last_lines=self.number_logs_exception,
        )

    def _time_left(self, begun: datetime) -> timedelta | None:
        # Airflow's own clock for execution_timeout ends when the task is deferred.
        if self.execution_timeout is None:
            return None
        return max(self.execution_timeout - (datetime.now(UTC) - begun), timedelta(seconds=1))

    @property
    def _timed_out(self) -> str:
        return f"execution_timeout ({self.execution_timeout}) is over"

    def _finish(self, end: EcsTaskEnd) -> str | None:
        self._run = None
        if end.succeeded:
            return end.last_line
        why = end.why(self.task, self.number_logs_exception)
        code = end.exit_code if end.by_itself else None
        if code is not None and code in self.skip_on_exit_code:
            raise AirflowSkipException(why)
        raise AirflowException(why)
