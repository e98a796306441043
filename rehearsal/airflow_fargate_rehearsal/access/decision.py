"""Whether a request is allowed: IAM's evaluation within one account.

https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic.html
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from airflow_fargate_rehearsal.access.principal import Principal, Reach
from airflow_fargate_rehearsal.access.statement import Request, Statement, statements

NamedPolicies = Sequence[tuple[str, str | Mapping[str, Any]]]
"""Policies by a name for people; each is JSON, as text or read."""


@dataclass(frozen=True, kw_only=True)
class Policies:
    """All policies that decide about a request.

    `boundary` is the role's permissions boundary, None when it has none. `decides_alone` is for
    resources whose own policy must allow in every case: a key, and a role that is taken on.
    """

    identity: NamedPolicies = ()
    boundary: NamedPolicies | None = None
    resource: NamedPolicies = ()
    decides_alone: bool = False


@dataclass(frozen=True, kw_only=True)
class Decision:
    """What came out. `because` is in AWS's words; `hint` says what came nearest, for people."""

    allowed: bool
    because: str = ""
    hint: str = ""


def decide(request: Request, principal: Principal, policies: Policies) -> Decision:
    """Decide about one request of one principal."""
    kinds = {
        "identity-based policy": statements(policies.identity),
        "permissions boundary": statements(policies.boundary or ()),
        "resource-based policy": statements(policies.resource),
    }
    for kind, group in kinds.items():
        for each in group:
            if each.denies and (match := each.match(request, principal)).applies:
                hint = f"{each.name} denies it" + (f": {match.missed}" if match.missed else "")
                article = "an" if kind.startswith("i") else "a"
                return Decision(
                    allowed=False, because=f"with an explicit deny in {article} {kind}", hint=hint
                )
    identity, near = _allowed(kinds["identity-based policy"], request, principal)
    bounded = Reach.PRINCIPAL
    if policies.boundary is not None:
        bounded, near_boundary = _allowed(kinds["permissions boundary"], request, principal)
        near += near_boundary
    resource, near_resource = _allowed(kinds["resource-based policy"], request, principal)
    near += near_resource
    missing = _missing(policies, identity=identity, bounded=bounded, resource=resource)
    if missing is None:
        return Decision(allowed=True)
    return Decision(
        allowed=False,
        because=f"because no {missing} allows the {request.action} action",
        hint="; ".join(near),
    )


def _missing(policies: Policies, *, identity: Reach, bounded: Reach, resource: Reach) -> str | None:
    nobody = Reach.NOBODY
    if policies.decides_alone and resource is nobody:
        return "resource-based policy"
    if resource is Reach.SESSION:
        return None
    if identity is nobody and resource is not Reach.PRINCIPAL:
        return "identity-based policy"
    return "permissions boundary" if bounded is nobody else None


def _allowed(
    group: Iterable[Statement], request: Request, principal: Principal
) -> tuple[Reach, list[str]]:
    reach, near = Reach.NOBODY, []
    for each in group:
        if each.denies:
            continue
        match = each.match(request, principal)
        if match.applies:
            reach = max(reach, match.reach, key=lambda one: one.value)
        elif match.missed:
            near.append(f"{each.name} does not allow it: {match.missed}")
    return reach, near
