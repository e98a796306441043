"""IAM policy documents."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from .rules import InvalidValue
from .values import json_text


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
