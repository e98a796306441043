"""Permission to take tasks from a queue."""

from constructs import Construct

from .iam import Statement
from .key_use import key_statements
from .surroundings import region
from .values import expression, is_token, source

CONSUME_ACTIONS = (
    "sqs:ChangeMessageVisibility",
    "sqs:DeleteMessage",
    "sqs:GetQueueAttributes",
    "sqs:ReceiveMessage",
)
"""What Celery's SQS transport (kombu 5.7) calls to consume: acknowledging deletes, handing back at
shutdown changes visibility. Queues are named by `predefined_queues`, so none is listed, looked up
or created."""


def consume_statements(
    scope: Construct, *, pool: str, queue_arn: str, kms_key_arn: str | None
) -> list[Statement]:
    """Permission to take the tasks of one pool, for its workers.

    Args:
        scope: The construct that asks.
        pool: The pool.
        queue_arn: Its queue.
        kms_key_arn: Key of the messages, if they have one.
    """
    sid = f"ConsumeTasks{_letters(pool)}"
    return [
        Statement(sid=sid, actions=CONSUME_ACTIONS, resources=[queue_arn]),
        *key_statements(
            scope,
            sid=f"{sid}WithKey",
            actions=["kms:Decrypt"],
            kms_key_arn=kms_key_arn,
            via_service=f"sqs.{region(scope)}.amazonaws.com",
        ),
    ]


def _letters(pool: str) -> str:
    """A pool's name as part of a statement's id: letters and digits."""
    if is_token(pool):
        return expression(f'replace(title({source(pool)}), "-", "")')
    return pool.title().replace("-", "")
