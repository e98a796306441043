"""`WorkerPool`: Celery workers that take their tasks from one queue."""

from collections.abc import Sequence
from typing import Annotated, Any

from constructs import Construct

from .airflow_settings import WORKER_LOG_PORT
from .arguments import check_arguments, refuse_other_regions
from .broker import POOL
from .containers import STOP_TIMEOUT_SECONDS
from .fargate_service import FargateService
from .props import OF_THE_DEPLOYMENT, completed, props
from .rules import Between, InvalidValue
from .service_props import Cpu, DesiredCount, ServiceProps
from .task_names import worker_service
from .values import choose, has_token, is_token
from .worker_host import WorkerHost
from .worker_service_host import worker_service_host
from .worker_statements import worker_statements
from .workload import Rollout, Workload, number_text

TASK_MIB = 150
"""Memory of the process in which a task waits for its Fargate task, as measured."""


@props
class WorkerPoolProps(ServiceProps):
    """What a `WorkerPool` can be told."""

    pool: Annotated[str, POOL] = "default"
    """The pool: the name of its queue in the broker, and an operator's `queue` in a DAG."""
    cpu: Cpu = 1024
    """CPU units of each worker; 1024 are one virtual CPU."""
    memory_mib: int = 3072
    """Memory of each worker in MiB. With 8 tasks at a time, all waiting for Fargate tasks of their
    own, 1,400 were measured; what tasks do inside the worker comes on top."""
    desired_count: DesiredCount = 1
    """How many workers run. Scaling does not touch those that stay."""
    concurrency: Annotated[int, Between(1, 256, "with more, more workers serve better")] = 8
    """How many tasks a worker runs at a time, each in a process of about 150 MiB. Deferred tasks
    do not count."""
    spot: bool = False
    """Whether the workers are Fargate Spot's: about a third of the price, and AWS may take them
    back with two minutes' notice; when it has none to give, tasks wait. Tasks need `retries` there.
    A change replaces the service: for some minutes, tasks of the pool wait."""
    ephemeral_storage_gib: Annotated[int, Between(21, 200, "what Fargate allows")] = 21
    """Disk of each worker in GiB, image included."""

    def __post_init__(self) -> None:
        """Refuse more tasks at a time than the memory holds."""
        numbers = (self.concurrency, self.memory_mib)
        if not any(is_token(number) for number in numbers):
            needed = self.concurrency * TASK_MIB
            if self.memory_mib < needed:
                raise InvalidValue(
                    "WorkerPoolProps.memory_mib",
                    f"at least {needed} for {self.concurrency} tasks at a time, each in a process "
                    f"of about {TASK_MIB} MiB",
                    self.memory_mib,
                    "Raise it, or lower `concurrency`.",
                )


class WorkerPool(Construct):
    """Airflow's Celery workers of one pool. A deployment can have several pools.

    A worker serves the logs of its running tasks at port 8793, for the api-server. It protects
    itself from scale-in while it has tasks.

    Its security group lets nothing in or out: `AirflowFargate` says who reaches whom, and
    `FurtherWorkerPool` does for a pool in another program or state.

    Args:
        props: What the caller chose; what is left out and common to a deployment is the host's.
        host: Where the pool runs.
        image_depends_on: What its task definition waits for: that the image is in its registry.
        depends_on: What its service waits for, such as the values of Airflow's secrets.
    """

    def __init__(
        self,
        scope: Construct,
        id_: str,
        props: WorkerPoolProps,
        *,
        host: WorkerHost,
        image_depends_on: Sequence[Any] = (),
        depends_on: Sequence[Any] = (),
    ) -> None:
        super().__init__(scope, id_)
        props = completed_by_host(props, host)
        check_arguments(self, props=props, host=host)
        refuse_other_regions(self, host)
        self.props = props
        self.service = FargateService(
            self,
            "_service",
            props,
            workload=Workload(
                service=worker_service(props.pool),
                component="worker",
                # How long it has to bring its tasks to an end.
                environment={"AIRFLOW_FARGATE_STOP_TIMEOUT_SECONDS": str(STOP_TIMEOUT_SECONDS)},
                command=[
                    *("airflow", "celery", "worker"),
                    *("--queues", props.pool),
                    *("--concurrency", number_text(props.concurrency)),
                    # SQS has no broadcasts, by which workers would get to know each other.
                    *("--without-mingle", "--without-gossip"),
                ],
                port=WORKER_LOG_PORT,
                ephemeral_storage_gib=props.ephemeral_storage_gib,
            ),
            host=worker_service_host(
                self, host, image_depends_on=image_depends_on, depends_on=depends_on
            ),
            statements=worker_statements(self, host=host, pool=props.pool),
            # Half of a large pool makes room first, where Spot or the account's quota has none
            # for a second set. And no worker loses its tasks for the sake of balance.
            rollout=Rollout(minimum_healthy_percent=50, rebalance_zones=False),
            # Without `force_new_deployment`, with which a change of `spot` would not replace the
            # service, but every change of `desired_count` would replace all workers.
            capacity_provider=choose(props.spot, "FARGATE_SPOT", "FARGATE"),
        )
        """Its ECS service, with roles, log group and security group."""


def completed_by_host(props: WorkerPoolProps, host: WorkerHost) -> WorkerPoolProps:
    """Props of a pool, with the host's values where they say nothing.

    Raises:
        InvalidValue: They have the name of another deployment.
    """
    if not isinstance(props, WorkerPoolProps) or not isinstance(host, WorkerHost):
        return props  # for the constructs to refuse
    names = [props.name, host.name]
    if props.name != OF_THE_DEPLOYMENT and not has_token(names) and len(set(names)) > 1:
        raise InvalidValue(
            "WorkerPoolProps.name",
            f"left out, or that of the deployment that the pool joins, {host.name!r}",
            props.name,
        )
    common = ("name", "kms_key_arn", "log_retention_days", "permissions_boundary_arn", "tags")
    return completed(props, **{field: getattr(host, field) for field in common})
