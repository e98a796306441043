"""`Broker`: the SQS queues through which the scheduler hands tasks to Celery workers."""

from collections.abc import Mapping, Sequence
from typing import Annotated

from cdktf import Token
from constructs import Construct

from .arguments import check_arguments
from .iam import Statement
from .key_use import key_statements
from .props import OF_THE_DEPLOYMENT, KmsKeyArn, Name, Tags, props
from .queue_use import consume_statements
from .rules import Between, InvalidValue, Items, Matches
from .surroundings import region
from .task_queue import TaskQueue, TaskQueues
from .values import expression, has_token, is_token, map_of, source

POOL_LIMIT = 16
"""Longest pool name: what is left of an IAM role's 64 characters once the deployment's name (24),
the region (15) and the role's part are added."""
SQS_MAXIMUM_VISIBILITY_SECONDS = 43_200
SEND_ACTIONS = ("sqs:GetQueueAttributes", "sqs:SendMessage")
"""What Celery's SQS transport (kombu 5.7) calls to send: declaring a queue asks for its size."""
POOL = Matches(
    rf"(?=.{{1,{POOL_LIMIT}}}\Z)[a-z](-?[a-z0-9])*",
    f"1 to {POOL_LIMIT} lower-case letters, digits and single hyphens, beginning with a letter "
    "and not ending in a hyphen",
)


@props
class BrokerProps:
    """What a `Broker` can be told."""

    name: Name = OF_THE_DEPLOYMENT
    """Name of the deployment; begins every name in AWS."""
    pools: Annotated[Sequence[str], Items(POOL, minimum=1)] = ("default",)
    """Worker pools, each with a queue of its own, `<name>_<pool>`: with the
    underscore, no other deployment's name can lead to the same one. In a DAG, an operator's `queue`
    is the pool's name."""
    visibility_timeout_seconds: Annotated[
        int,
        Between(30, SQS_MAXIMUM_VISIBILITY_SECONDS, "time to start a task, and what SQS allows"),
    ] = SQS_MAXIMUM_VISIBILITY_SECONDS
    """How long a message that a worker holds stays hidden from the others; SQS's maximum by
    default. A worker holds the message of a task until the task ends, and the queue's own value
    decides, not Celery's option. When a message comes back while its task runs, Airflow ignores it
    only as long as the message's token is valid: 600 seconds after queueing
    (`[scheduler] task_queued_timeout`). After that the second worker is refused, Celery records a
    failure, and the scheduler fails the task that runs. So this must be longer than any task
    stays on a worker. Nothing waits for it: a clean shutdown hands messages back within seconds,
    and what a killed worker held, Airflow queues anew (`task_queued_timeout` for tasks that waited,
    the heartbeat timeout and `retries` for tasks that ran). Until it is over, such messages count
    as in flight."""
    message_retention_seconds: Annotated[int, Between(60, 1_209_600, "what SQS allows")] = (
        SQS_MAXIMUM_VISIBILITY_SECONDS
    )
    """How long a message is kept, held by a worker or not. Not longer than the visibility timeout,
    so that a message that a worker holds is gone before it would come back, and tasks may run
    longer than SQS's maximum of 12 hours. Far longer than a message is of use: its token is valid
    for 600 seconds, and Airflow queues a task anew that waited as long."""
    max_receive_count: Annotated[int, Between(1, 1000, "what SQS allows")] = 10
    """How often a message is received before it moves to the dead-letter queue. Being handed back
    in a clean shutdown counts, and a deployment or a scale-in may do that several times to one
    message; workers that fail right after starting get to 10 in about the 10 minutes after which
    Airflow queues the task anew."""
    kms_key_arn: KmsKeyArn = None
    """Key for the messages. Without it SQS encrypts with a key of its own."""
    tags: Tags = None
    """Tags of every queue, beside the provider's `default_tags`."""

    def __post_init__(self) -> None:
        """Refuse a retention that lets a message come back while its task runs."""
        times = (self.message_retention_seconds, self.visibility_timeout_seconds)
        if not any(is_token(time) for time in times) and times[0] > times[1]:
            raise InvalidValue(
                "BrokerProps.message_retention_seconds",
                f"at most visibility_timeout_seconds, which is {times[1]}",
                times[0],
                "Else a message comes back while its task runs, and Airflow fails that task.",
            )


class Broker(Construct):
    """An SQS queue for each worker pool, with a dead-letter queue, for Celery.

    The queues admit nobody by themselves: give `send_statements` to the scheduler's role, and
    `consume_statements` to the role of a pool's workers.
    """

    def __init__(self, scope: Construct, id_: str, props: BrokerProps) -> None:
        super().__init__(scope, id_)
        check_arguments(self, props=props)
        self.props = props
        self._queues = TaskQueues(
            self,
            "_queues",
            # 24 + 1 + 16 characters at most, and 12 for "_dead-letter", of SQS's 80.
            name=props.name,
            keys=props.pools,
            visibility_timeout_seconds=props.visibility_timeout_seconds,
            max_receive_count=props.max_receive_count,
            message_retention_seconds=props.message_retention_seconds,
            kms_key_arn=props.kms_key_arn,
            tags=props.tags,
        )
        pools, urls = source(self._queues.keys), source(self._queues.urls)
        self.queue_urls: Mapping[str, str] = Token.as_string_map(
            expression(f"zipmap({pools}, {urls})")
        )
        """URL of each pool's queue, by the pool's name."""
        self.predefined_queues: str = expression(
            # An object for each URL without braces: in an expression with braces, cdktf cannot tell
            # where its own tokens end.
            f'jsonencode(zipmap({pools}, [for url in {urls} : zipmap(["url"], [url])]))'
        )
        """Value of AIRFLOW__CELERY_BROKER_TRANSPORT_OPTIONS__PREDEFINED_QUEUES: JSON, each pool's
        name with the URL of its queue. Scheduler and workers need all of them."""

    def queue(self, pool: str) -> TaskQueue:
        """The queue of one pool.

        Raises:
            InvalidValue: The broker has no such pool. When a Terraform variable names the pools,
                Terraform says so.
        """
        pools = self.props.pools
        if not has_token([pools, pool]) and pool not in pools:
            raise InvalidValue(
                "pool",
                f"one of the broker's pools: {', '.join(pools)}",
                pool,
                "Name the pool in BrokerProps.pools.",
            )
        return self._queues.queue(pool)

    @property
    def queue_arns(self) -> Mapping[str, str]:
        """ARN of each pool's queue, by the pool's name."""
        pools = self.props.pools
        if not has_token(pools):
            return {pool: self.queue(pool).arn for pool in pools}
        return map_of(f"zipmap({source(self._queues.keys)}, {source(self._queues.arns)})")

    @property
    def send_statements(self) -> list[Statement]:
        """Permission to send tasks to every pool, for the scheduler."""
        return [
            Statement(sid="SendTasks", actions=SEND_ACTIONS, resources=self._queues.arns),
            *key_statements(
                self,
                sid="SendTasksWithKey",
                # SQS asks for a data key to encrypt with, and decrypts it to use it again.
                actions=["kms:Decrypt", "kms:GenerateDataKey"],
                kms_key_arn=self.props.kms_key_arn,
                via_service=f"sqs.{region(self)}.amazonaws.com",
            ),
        ]

    def consume_statements(self, pool: str) -> list[Statement]:
        """Permission to take the tasks of one pool, for its workers.

        Statements for several pools can stand in one policy, unless variables name the pools.

        Raises:
            InvalidValue: The broker has no such pool.
        """
        arn = self.queue(pool).arn
        return consume_statements(
            self, pool=pool, queue_arn=arn, kms_key_arn=self.props.kms_key_arn
        )
