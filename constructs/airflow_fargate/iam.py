"""IAM policy documents."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from .rules import InvalidValue
from .values import is_token, json_text

_SID = re.compile(r"[A-Za-z0-9]+")
_ACTION = re.compile(r"[a-z0-9-]+:[A-Za-z0-9*?]+")
_EVERY_ACTION = re.compile(r"(.+:)?[*?]+")


@dataclass(frozen=True, kw_only=True)
class Statement:
    """One statement of an IAM policy."""

    sid: str
    """Says what the statement is for; letters and digits."""
    actions: Sequence[str]
    resources: Sequence[str] = ()
    """ARNs. A role's trust policy has none."""
    principals: Mapping[str, Any] | str | None = None
    """Only in a resource's policy: who, as `{"Service": "..."}` or `"*"`."""
    conditions: Mapping[str, Mapping[str, Any]] | None = None
    effect: str = "Allow"

    def document(self) -> dict[str, Any]:
        """The statement as IAM writes it."""
        written: dict[str, Any] = {"Sid": self.sid, "Effect": self.effect}
        if self.principals is not None:
            written["Principal"] = self.principals
        written["Action"] = list(self.actions)
        if self.resources:
            written["Resource"] = list(self.resources)
        if self.conditions:
            written["Condition"] = self.conditions
        return written


def policy(statements: Sequence[Statement]) -> str:
    """An IAM policy document as JSON.

    Raises:
        InvalidValue: Two statements have one id, which IAM refuses.
    """
    sids = [item.sid for item in statements]
    if repeated := {sid for sid in sids if sids.count(sid) > 1}:
        raise InvalidValue(
            "Statement.sid",
            "different for each statement of a policy",
            sorted(repeated),
            "Are the same statements given twice?",
        )
    return json_text(
        {"Version": "2012-10-17", "Statement": [item.document() for item in statements]}
    )


def deny_without_tls(action: str, resources: Sequence[str]) -> Statement:
    """The statement of a resource's policy that refuses requests over plain HTTP."""
    return Statement(
        sid="DenyWithoutTls",
        effect="Deny",
        actions=[action],
        resources=resources,
        principals="*",
        conditions={"Bool": {"aws:SecureTransport": "false"}},
    )


def check_statements(owner: str, statements: Sequence[Statement]) -> None:
    """Refuse statements of a role that IAM would refuse, and such as permit a whole service.

    Args:
        owner: Whose they are, for messages: `task load_orders`.
        statements: What a user wants the role to be allowed.

    Raises:
        InvalidValue: As said.
    """
    for statement in statements:
        place = f"statement {statement.sid} of {owner}"
        if not _SID.fullmatch(statement.sid):
            raise InvalidValue(f"sid of a statement of {owner}", "letters and digits",
                               statement.sid)  # fmt: skip
        if statement.principals is not None or not statement.resources:
            raise InvalidValue(
                place,
                "one of a role: with resources and without principals",
                (list(statement.resources), statement.principals),
            )
        if not statement.actions:
            raise InvalidValue(f"actions of {place}", "one or more", list(statement.actions))
        for action in statement.actions:
            _check_action(f"actions of {place}", action)
        for resource in statement.resources:
            _check_resource(f"resources of {place}", resource)


def _check_action(field: str, action: str) -> None:
    if is_token(action):
        return
    if _EVERY_ACTION.fullmatch(action):
        raise InvalidValue(
            field,
            "named (a whole service is more than a task needs: whoever may do all with a service "
            "may also delete, and give away, what is not the task's)",
            action,
            'Name what the task does, such as "s3:GetObject".',
        )
    if not _ACTION.fullmatch(action):
        service, colon, name = action.partition(":")
        better = f"{service.lower()}{colon}{name}"
        raise InvalidValue(
            field,
            'of the form "service:Action", the service in lower case',
            action,
            f'Did you mean "{better}"?' if _ACTION.fullmatch(better) else "",
        )


def _check_resource(field: str, resource: str) -> None:
    # What stands in an expression, or in the one item of a list's token, only Terraform knows.
    if is_token(resource) or is_token([resource]):
        return
    if resource == "*" or resource.startswith("arn:"):
        return
    in_s3 = resource.removeprefix("s3://")
    meant = f'Did you mean "arn:aws:s3:::{in_s3}"?' if in_s3 not in ("", resource) else ""
    raise InvalidValue(field, 'ARNs, which begin with "arn:", or "*"', resource, meant)
