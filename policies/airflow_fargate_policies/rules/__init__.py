"""Rules of our own, for what checkov's built-in ones miss."""

from collections.abc import Iterator

from airflow_fargate_policies.finding import Finding
from airflow_fargate_policies.resource import Configuration
from airflow_fargate_policies.rules import (
    container_secrets,
    containers,
    database,
    iam,
    network,
    queues,
    storage,
    trust,
)
from airflow_fargate_policies.rules.plan_secrets import SECRET_IN_STATE, findings_of_all
from airflow_fargate_policies.rules.rule import Rule

__all__ = ["RULES", "check_own"]

_OF_TYPES = (
    container_secrets.SECRET_IN_ENVIRONMENT,
    containers.CONTAINER_LOGS,
    containers.PRIVILEGED,
    containers.WRITABLE_ROOT,
    containers.ROOT_USER,
    containers.MOVING_IMAGE,
    containers.MUTABLE_TAGS,
    network.PUBLIC_IP,
    network.PUBLIC_INGRESS,
    network.UNNAMED_INGRESS,
    iam.IAM_WILDCARD,
    trust.ANYBODY,
    queues.DEAD_LETTERS,
    queues.ENCRYPTION,
    queues.TLS,
    storage.LOG_GROUP,
    storage.BUCKET_PUBLIC_ACCESS,
    storage.BUCKET_TLS,
    storage.BUCKET_ENCRYPTION,
    storage.PUBLIC_ACL,
    database.DATABASE_FROM_TASKS,
)
RULES: tuple[Rule, ...] = (*_OF_TYPES, SECRET_IN_STATE)


def check_own(configuration: Configuration) -> Iterator[Finding]:
    """What each rule of ours says of each resource that it is about."""
    for rule in _OF_TYPES:
        yield from rule.findings(configuration)
    yield from findings_of_all(configuration)
