"""The policy documents of an applied stack, as rows of tables."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from tables.applied import AppliedStack, Resource

ROLE = "aws_iam_role"
_OF_ROLES = ("aws_iam_role_policy", "aws_iam_role_policy_attachment")
_WITHOUT_ID = "(no id)"
# It shows the policy that an aws_s3_bucket_policy has given it.
_SHOWS_ANOTHERS = "aws_s3_bucket"


@dataclass(frozen=True)
class Row:
    """One statement."""

    sid: str
    """Its id, after the word Deny if it denies."""
    who: list[str]
    actions: list[str]
    on: list[str]
    conditions: list[str]

    @property
    def key(self) -> str:
        """What its reason is written under, after the resource's name."""
        return self.sid.removeprefix("Deny ")


def roles(applied: AppliedStack) -> Iterator[tuple[Resource, list[Row]]]:
    """Each role with its statements; first who may take it on."""
    for role in applied.of_type(ROLE):
        rows = list(_rows(applied, role.values["assume_role_policy"]))
        for policy in applied.of_type(*_OF_ROLES):
            if policy.values["role"] in {role.values["id"], role.values["name"]}:
                if document := policy.values.get("policy"):
                    rows += _rows(applied, document)
                else:
                    arn = applied.readable(policy.values["policy_arn"])
                    rows.append(Row("ManagedPolicy", [], [arn], [], []))
        yield role, rows


def resource_policies(applied: AppliedStack) -> Iterator[tuple[Resource, list[Row]]]:
    """Each resource that has a policy of its own, with its statements."""
    others = {each.type for each in applied.resources} - {ROLE, *_OF_ROLES, _SHOWS_ANOTHERS}
    for resource in applied.of_type(*others):
        document = resource.values.get("policy")
        # Lifecycle policies are called so too.
        if isinstance(document, str) and '"Statement"' in document:
            yield resource, list(_rows(applied, document))


def _rows(applied: AppliedStack, document: str) -> Iterator[Row]:
    for statement in json.loads(document)["Statement"]:
        sid = statement.get("Sid", _WITHOUT_ID)
        yield Row(
            sid=sid if statement["Effect"] == "Allow" else f"Deny {sid}",
            who=_principals(applied, statement.get("Principal", {})),
            actions=_listed(applied, statement["Action"]),
            on=_listed(applied, statement.get("Resource", [])),
            conditions=list(_conditions(applied, statement.get("Condition", {}))),
        )


def _principals(applied: AppliedStack, principal: str | Mapping[str, Any]) -> list[str]:
    if isinstance(principal, str):
        return [principal]
    return [name for names in principal.values() for name in _listed(applied, names)]


def _conditions(applied: AppliedStack, condition: Mapping[str, Any]) -> Iterator[str]:
    for operator, keys in sorted(condition.items()):
        for key, values in sorted(keys.items()):
            yield f"{operator} {key}: {', '.join(_listed(applied, values))}"


def _listed(applied: AppliedStack, value: str | list[str]) -> list[str]:
    values = [value] if isinstance(value, str) else value
    return sorted(applied.readable(each) for each in values)
