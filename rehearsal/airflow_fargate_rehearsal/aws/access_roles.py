"""Roles of moto's IAM: their policies, and decisions about what they may do."""

from __future__ import annotations

import time
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

from moto.iam.exceptions import NotFoundException
from moto.iam.models import iam_backends

from airflow_fargate_rehearsal.access.calls import Need
from airflow_fargate_rehearsal.access.context import Context, Value
from airflow_fargate_rehearsal.access.decision import Decision, NamedPolicies, Policies, decide
from airflow_fargate_rehearsal.access.principal import Principal
from airflow_fargate_rehearsal.access.services.ecs import TASKS_SERVICE
from airflow_fargate_rehearsal.access.statement import Request

_PARTITION = "aws"


def role_named(role_arn: str) -> Any:
    """The role in moto; raises moto's NotFoundException when there is none."""
    return iam_backends[_account(role_arn)][_PARTITION].get_role_by_arn(role_arn)


def principal_of(role_arn: str, session_name: str) -> Principal:
    """Who a session of a role is."""
    role = role_named(role_arn)
    account = _account(role_arn)
    return Principal(
        account=account,
        role_arn=role_arn,
        session_arn=f"arn:aws:sts::{account}:assumed-role/{role.name}/{session_name}",
        role_id=role.id,
        tags={each["Key"]: each["Value"] for each in role.tags or ()},
    )


def first_refused(
    region: str, needs: Sequence[Need], principal: Principal
) -> tuple[Need, Decision] | None:
    """The first need that a role's session is refused in a region; None when it may do all."""
    identity, boundary = _policies(principal.role_arn)
    common = _context(region, principal)
    for need in needs:
        policies = Policies(
            identity=identity,
            boundary=boundary,
            resource=need.policies,
            decides_alone=need.decides_alone,
        )
        request = Request(
            action=need.action,
            resource=need.resource,
            context=Context(common).with_values(need.values),
        )
        decision = decide(request, principal, policies)
        if not decision.allowed:
            return need, decision
    return None


def why_not_assumed(role_arn: str, region: str) -> str | None:
    """Why ECS cannot take a role on for a task, in its words; None when it can."""
    account = _account(role_arn)
    try:
        role = role_named(role_arn)
    except NotFoundException:
        return f"{_not_assumed(role_arn)} There is no such role."
    # ECS names no task and no cluster as the source, so that only patterns for all of an account
    # and region match; https://docs.aws.amazon.com/AmazonECS/latest/developerguide/task-iam-roles.html.
    source = {
        "aws:SourceAccount": account,
        "aws:SourceArn": f"arn:aws:ecs:{region}:{account}:*",
        "aws:PrincipalIsAWSService": "true",
        "sts:ExternalId": None,
    }
    request = Request(action="sts:AssumeRole", resource=role_arn, context=Context(source))
    trust = [("the trust policy", role.assume_role_policy_document)]
    decision = decide(
        request,
        Principal(account=account, service=TASKS_SERVICE),
        Policies(resource=trust, decides_alone=True),
    )
    if decision.allowed:
        return None
    why = decision.hint or f"The trust policy does not name {TASKS_SERVICE}"
    return f"{_not_assumed(role_arn)} {why}."


def _not_assumed(role_arn: str) -> str:
    return (
        f"ECS was unable to assume the role '{role_arn}' that was provided for this task. Please "
        "verify that the role being passed has the proper trust relationship and permissions and "
        "that your IAM user has permissions to pass this role."
    )


def _policies(role_arn: str) -> tuple[NamedPolicies, NamedPolicies | None]:
    backend = iam_backends[_account(role_arn)][_PARTITION]
    role = backend.get_role_by_arn(role_arn)
    own = [(name, text) for name, text in role.policies.items()]
    attached = [(each.name, _document(each)) for each in role.managed_policies.values()]
    boundary = None
    if role.permissions_boundary_arn:
        policy = backend.get_policy(role.permissions_boundary_arn)
        boundary = [(f"the boundary {policy.name}", _document(policy))]
    return [*own, *attached], boundary


def _document(policy: Any) -> str:
    return next(each.document for each in policy.versions if each.is_default)


def _context(region: str, principal: Principal) -> dict[str, Value]:
    now = time.time()
    return {
        "aws:CurrentTime": datetime.fromtimestamp(now, UTC).isoformat(),
        "aws:EpochTime": str(int(now)),
        "aws:MultiFactorAuthPresent": None,
        "aws:MultiFactorAuthAge": None,
        "aws:PrincipalAccount": principal.account,
        "aws:PrincipalArn": principal.role_arn,
        "aws:PrincipalIsAWSService": "false",
        "aws:PrincipalServiceName": None,
        "aws:PrincipalTag/": None,
        **{f"aws:PrincipalTag/{key}": value for key, value in principal.tags.items()},
        "aws:PrincipalType": "AssumedRole",
        "aws:RequestTag/": None,
        "aws:RequestedRegion": region,
        "aws:ResourceAccount": principal.account,
        # On loopback there is no TLS; the SDKs use it with AWS.
        "aws:SecureTransport": "true",
        "aws:SourceAccount": None,
        "aws:SourceArn": None,
        "aws:TagKeys": None,
        "aws:ViaAWSService": "false",
        "aws:username": None,
        "aws:userid": f"{principal.role_id}:{principal.session_arn.rpartition('/')[2]}",
    }


def _account(arn: str) -> str:
    return arn.split(":")[4]
