"""A rule about whom roles and the policies of resources let in."""

from collections.abc import Iterator
from fnmatch import fnmatchcase
from typing import Any

from airflow_fargate_policies.reading import NotKnownError, is_known
from airflow_fargate_policies.reading.templates import is_of_a_resource
from airflow_fargate_policies.resource import Configuration, Resource, Template
from airflow_fargate_policies.rules.policies import (
    are_limits,
    is_allow,
    policy_of,
    sid,
    statements,
)
from airflow_fargate_policies.rules.rule import Rule, listed

# Of policies that stand on a resource, `*` as resource is that resource.
_ON_RESOURCES = (
    "aws_kms_key",
    "aws_kms_key_policy",
    "aws_kms_replica_key",
    "aws_s3_bucket_policy",
    "aws_sqs_queue",
    "aws_sqs_queue_policy",
    "aws_sns_topic",
    "aws_sns_topic_policy",
    "aws_cloudwatch_event_bus_policy",
    "aws_secretsmanager_secret",
    "aws_secretsmanager_secret_policy",
    "aws_ecr_registry_policy",
    "aws_ecr_repository_policy",
    "aws_cloudwatch_log_resource_policy",
    "aws_efs_file_system_policy",
    "aws_iam_role",
)
_ATTRIBUTES = {
    "aws_iam_role": "assume_role_policy",
    "aws_cloudwatch_log_resource_policy": "policy_document",
}
_LIMITS = ("aws:sourcearn", "aws:sourceaccount", "aws:sourceorgid", "aws:principalorgid")
_LIMITS += ("aws:principalaccount", "aws:principalarn", "kms:calleraccount", "aws:sourcevpce")
_LIMITS += (
    "aws:sourcevpc",
    "aws:sourceowner",
    "elasticfilesystem:accesspointarn",
    "sts:externalid",
)
# Not `ForAllValues:`, `...IfExists` or `...Not...`: they hold where the key is not there.
_LIMITING = ("stringequals", "stringequalsignorecase", "stringlike", "arnequals", "arnlike")


def _anybody(resource: Resource, _: Configuration) -> Iterator[str]:
    policy = policy_of(resource, _ATTRIBUTES.get(resource.type, "policy"))
    if policy is None:
        return  # only what IAM allows
    for statement in statements(policy):
        if not is_allow(statement):
            continue
        if "NotPrincipal" in statement:
            yield f"{sid(statement)}: NotPrincipal allows all but those that it names"
        elif _is_anybody(statement.get("Principal")) and not _is_limited(statement):
            yield f"{sid(statement)}: anybody may, and no condition limits whom"
        elif _is_any_token(statement):
            yield f"{sid(statement)}: whoever has a token of the provider may: ask for its sub"


def _is_anybody(principal: Any) -> bool:
    said = principal.values() if isinstance(principal, dict) else [principal]
    named = [each for value in said for each in listed(value)]
    for each in named:
        if not is_known(each) and not (isinstance(each, Template) and is_of_a_resource(each)):
            raise NotKnownError(each)
    return "*" in named


def _is_any_token(statement: dict[str, Any]) -> bool:
    """Whether a role is for every token of an identity provider, such as those of all of GitHub."""
    actions = [str(each).lower() for each in listed(statement.get("Action"))]
    if not any(fnmatchcase("sts:assumerolewithwebidentity", each) for each in actions):
        return False
    if not _is_federated(statement.get("Principal")):
        return False
    return not any(
        key.lower().endswith((":sub", ":job_workflow_ref")) and are_limits(values)
        for operator, asked in (statement.get("Condition") or {}).items()
        if operator.lower().removeprefix("foranyvalue:") in _LIMITING
        for key, values in asked.items()
    )


def _is_federated(principal: Any) -> bool:
    return isinstance(principal, dict) and "Federated" in principal


def _is_limited(statement: dict[str, Any]) -> bool:
    condition = statement.get("Condition") or {}
    return any(
        key.lower() in _LIMITS and are_limits(values)
        for operator, asked in condition.items()
        if operator.lower().removeprefix("foranyvalue:") in _LIMITING
        for key, values in asked.items()
    )


ANYBODY = Rule(
    id="AF_ANYBODY",
    title="No policy of a resource, and no role, lets in anybody.",
    types=_ON_RESOURCES,
    check=_anybody,
)
