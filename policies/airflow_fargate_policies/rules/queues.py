"""Rules about SQS queues."""

from collections.abc import Iterator

from airflow_fargate_policies.reading import decoded
from airflow_fargate_policies.resource import Configuration, Resource, Template
from airflow_fargate_policies.rules.policies import denies_without_tls, policy_of
from airflow_fargate_policies.rules.rule import (
    Rule,
    identities,
    is_given,
    known,
    names_of,
    referring,
)

_TYPES = ("aws_sqs_queue",)


def _dead_letters(resource: Resource, configuration: Configuration) -> Iterator[str]:
    names = names_of(resource)
    own = [
        resource,
        *referring(configuration, "aws_sqs_queue_redrive_policy", "queue_url", resource),
    ]
    for each in own:
        policy = each.values.get("redrive_policy")
        if policy and decoded(policy).get("deadLetterTargetArn"):
            if _is_target(names, each):
                yield "it is its own dead-letter queue"
            return
    for each in configuration.of_type("aws_sqs_queue", "aws_sqs_queue_redrive_policy"):
        if each not in own and _is_target(names, each):
            return  # it is one
    yield "it has no dead-letter queue, and is none"


def _is_target(names: frozenset[str], source: Resource) -> bool:
    """Whether the dead letters of a queue go to the one that has these names."""
    policy = source.values.get("redrive_policy")
    if not policy:
        return False
    if identities(source, "redrive_policy") & names:
        return True
    return not isinstance(policy, Template) and decoded(policy).get("deadLetterTargetArn") in names


def _encryption(resource: Resource, _: Configuration) -> Iterator[str]:
    by_sqs = resource.values.get("sqs_managed_sse_enabled", False)
    if by_sqs in (True, "true") or is_given(resource.values.get("kms_master_key_id")):
        return
    if known(by_sqs) not in (True, "true"):
        yield "it has neither kms_master_key_id nor sqs_managed_sse_enabled"


def _tls(resource: Resource, configuration: Configuration) -> Iterator[str]:
    owners = [resource, *referring(configuration, "aws_sqs_queue_policy", "queue_url", resource)]
    policies = [policy for each in owners if (policy := policy_of(each))]
    names = names_of(resource)
    if not any(denies_without_tls(each, "sqs", names) for each in policies):
        yield "its policy does not deny sqs:* without aws:SecureTransport"


DEAD_LETTERS = Rule(
    id="AF_QUEUE_DEAD_LETTERS",
    title="Every queue has a dead-letter queue, or is one.",
    types=_TYPES,
    check=_dead_letters,
)
ENCRYPTION = Rule(
    id="AF_QUEUE_ENCRYPTION", title="Every queue is encrypted.", types=_TYPES, check=_encryption
)
TLS = Rule(id="AF_QUEUE_TLS", title="Every queue is used over TLS only.", types=_TYPES, check=_tls)
