"""Who asks, and whether a policy of a resource names them."""

from __future__ import annotations

import enum
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from airflow_fargate_rehearsal.access.patterns import matches


class Reach(enum.Enum):
    """How directly a statement names a principal."""

    NOBODY = 0
    ACCOUNT = 1
    """By its account, which leaves the decision to the account's own policies."""
    PRINCIPAL = 2
    """By its role, or as everybody."""
    SESSION = 3
    """By the session of its role."""


@dataclass(frozen=True, kw_only=True)
class Principal:
    """A session of a role, or a service of AWS when `service` is set, `ecs-tasks.amazonaws.com`."""

    account: str
    role_arn: str = ""
    session_arn: str = ""
    role_id: str = ""
    service: str = ""
    tags: Mapping[str, str] = field(default_factory=dict)


def reach_of(statement: Mapping[str, Any], principal: Principal) -> Reach:
    """How directly a statement names a principal; one of a role's policy is for its role."""
    if "NotPrincipal" in statement:
        named = _named(statement["NotPrincipal"], principal)
        return Reach.PRINCIPAL if named is Reach.NOBODY else Reach.NOBODY
    if "Principal" not in statement:
        return Reach.PRINCIPAL
    return _named(statement["Principal"], principal)


def _named(principals: Any, principal: Principal) -> Reach:
    if principals == "*":
        return Reach.PRINCIPAL
    reaches = [Reach.NOBODY]
    if principal.service:
        wanted = _listed(principals.get("Service", ()))
        reaches += [Reach.PRINCIPAL for each in wanted if matches(each, principal.service)]
    for each in _listed(principals.get("AWS", ())):
        if each == "*" or (principal.role_arn and each == principal.role_arn):
            reaches.append(Reach.PRINCIPAL)
        elif principal.session_arn and each == principal.session_arn:
            reaches.append(Reach.SESSION)
        elif not principal.service and (
            each == principal.account
            or (each.startswith("arn:") and each.endswith(f":iam::{principal.account}:root"))
        ):
            reaches.append(Reach.ACCOUNT)
    return max(reaches, key=lambda reach: reach.value)


def _listed(value: Any) -> list[str]:
    return [value] if isinstance(value, str) else list(value)
