"""SQS; https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-key-management.html."""

from __future__ import annotations

from collections.abc import Sequence

from airflow_fargate_rehearsal.access.calls import Call, Need, key_uses, on

_KEY_ACTIONS = {"SendMessage": ("GenerateDataKey", "Decrypt"), "ReceiveMessage": ("Decrypt",)}


def needs(call: Call) -> Sequence[Need] | None:
    """What a call needs."""
    operation = call.operation.removesuffix("Batch")  # one right for one message and for ten
    action = f"sqs:{operation}"
    if operation == "ListQueues":
        return [Need(action=action)]
    name = call.get("QueueUrl") or call.get("QueueName")
    if not name:
        return None
    found = call.facts.find("queue", name)
    arn = call.arn("sqs", name.rpartition("/")[2])
    key = found.kms_key_arn if found else None
    return [
        on(found, action, otherwise=arn),
        *key_uses(
            call,
            key,
            _KEY_ACTIONS.get(operation, ()),
            service="sqs",
            encryption_context={"aws:sqs:arn": arn},
        ),
    ]
