"""`TaskQueues`: SQS queues, each with a dead-letter queue beside it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from cdktf_cdktf_provider_aws.sqs_queue import SqsQueue
from constructs import Construct

from .iam import deny_without_tls, policy
from .nulls import is_null
from .parts import RepeatedPart, for_each
from .surroundings import account_id, partition, region
from .values import choose, json_text, merged

DEAD_LETTER_RETENTION_SECONDS = 1_209_600
"""14 days, the longest that SQS allows. A message keeps its age when it is moved, so that a dead
letter lives this long less what it waited before."""

_EACH = "${each.key}"


@dataclass(frozen=True, kw_only=True)
class TaskQueue:
    """One of the queues, and its dead-letter queue."""

    name: str
    """The queue's name in SQS."""
    url: str
    """Where messages are sent to and received from."""
    arn: str
    """The queue's ARN."""
    dead_letter_name: str
    """The dead-letter queue's name in SQS."""
    dead_letter_url: str
    """Where dead letters are received from."""
    dead_letter_arn: str
    """The dead-letter queue's ARN."""


class TaskQueues(Construct):
    """A standard SQS queue for each key, with a dead-letter queue: all encrypted, all TLS only.

    Nobody outside the account can be let in by their policies, and only its own queue may use a
    dead-letter queue as one.

    Args:
        name: Begins the queues' names, which are `<name>_<key>`; the dead-letter queues' are
            `<name>_<key>_dead-letter`. `<name>_<key>` has at most 68 characters, so that this stays
            within SQS's 80.
        keys: What the queues are told apart by, in their names and in Terraform.
        visibility_timeout_seconds: How long a message that was received stays hidden.
        max_receive_count: How often a message is received before it is a dead letter.
        message_retention_seconds: How long a message is kept.
        kms_key_arn: Key to encrypt with; without it SQS encrypts with a key of its own.
        tags: Tags of all queues.
    """

    def __init__(
        self,
        scope: Construct,
        id_: str,
        *,
        name: str,
        keys: Sequence[str],
        visibility_timeout_seconds: int,
        max_receive_count: int,
        message_retention_seconds: int,
        kms_key_arn: str | None,
        tags: Mapping[str, str] | None,
    ) -> None:
        super().__init__(scope, id_)
        arns = f"arn:{partition(self)}:sqs:{region(self)}:{account_id(self)}:"
        # Terraform refuses a key and SQS's own encryption together, even a False beside a key.
        managed_encryption = choose(is_null(self, kms_key_arn), True, None)

        # Both queues' ARNs are written out, because no queue can refer to itself, nor two to each
        # other. Policies in resources of their own would avoid that, and Terraform waits 25 seconds
        # for each such resource, one after the other.
        def queues(address: str, suffix: str, **attributes: Any) -> RepeatedPart[SqsQueue]:
            each_name = f"{name}_{_EACH}{suffix}"
            return for_each(
                keys,
                lambda: SqsQueue(
                    self,
                    address,
                    name=each_name,
                    policy=policy([deny_without_tls("sqs:*", [f"{arns}{each_name}"])]),
                    kms_master_key_id=kms_key_arn,
                    sqs_managed_sse_enabled=managed_encryption,
                    tags=merged(tags, {"Name": each_name}),
                    **attributes,
                ),
            )

        self._dead_letters = queues(
            "dead_letter_sqs_queue",
            "_dead-letter",
            message_retention_seconds=DEAD_LETTER_RETENTION_SECONDS,
            # SQS answers both of these policies without blanks, and Terraform compares them as
            # text; so it is well that json_text writes none.
            redrive_allow_policy=json_text(
                {"redrivePermission": "byQueue", "sourceQueueArns": [f"{arns}{name}_{_EACH}"]}
            ),
        )
        self._tasks = queues(
            "sqs_queue",
            "",
            visibility_timeout_seconds=visibility_timeout_seconds,
            message_retention_seconds=message_retention_seconds,
            redrive_policy=json_text(
                {
                    "deadLetterTargetArn": self._dead_letters.of(_EACH, "arn"),
                    "maxReceiveCount": max_receive_count,
                }
            ),
        )
        self.keys: Sequence[str] = self._tasks.keys()
        """The queues' keys, sorted."""
        self.arns: Sequence[str] = self._tasks.all("arn")
        """The queues' ARNs, in the order of the keys, without those of the dead-letter queues."""
        self.urls: Sequence[str] = self._tasks.all("url")
        """The queues' URLs, in the order of the keys."""

    def queue(self, key: str) -> TaskQueue:
        """The queue of one key."""
        return TaskQueue(
            name=self._tasks.of(key, "name"),
            url=self._tasks.of(key, "url"),
            arn=self._tasks.of(key, "arn"),
            dead_letter_name=self._dead_letters.of(key, "name"),
            dead_letter_url=self._dead_letters.of(key, "url"),
            dead_letter_arn=self._dead_letters.of(key, "arn"),
        )
