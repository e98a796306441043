"""IAM policy documents."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import groupby
from typing import Any

from .conditions import every, some
from .rules import InvalidValue
from .values import Condition, boolean, expression, is_token, json_text, source

_VERSION = "2012-10-17"
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
    when: Condition = True
    """Whether it stands in the policy: a bool, or what only Terraform knows."""

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


@dataclass(frozen=True, kw_only=True)
class StatementsFrom(Statement):
    """Any number of statements that only Terraform knows; it stands where a statement can.

    `StatementsFrom(text="var.statements")`, with a variable of the type `list(object({ sid =
    string, actions = list(string), resources = list(string), conditions =
    optional(map(map(list(string)))) }))` that cannot be null. How many there are must be known
    when Terraform plans, as must whether there are any.
    """

    text: str
    """The expression for their list."""
    sid: str = ""
    actions: Sequence[str] = ()

    def listed(self) -> str:
        """The expression for the list of them, as IAM writes statements."""
        keys = _source(["Sid", "Effect", "Action", "Resource"])
        fixed = f'zipmap({keys}, [s.sid, "Allow", s.actions, s.resources])'
        # A splat makes no item of null, and IAM takes no condition that is null.
        condition = '[for c in s.conditions[*] : zipmap(["Condition"], [c])]...'
        chosen = f" if {source(self.when)}" if is_token(self.when) else ""
        return f"[for s in {self.text} : merge({fixed}, {condition}){chosen}]"


def any_of(statements: Sequence[Statement]) -> Condition:
    """Whether there is a statement: what has none is no policy."""
    return some(
        every([item.when, boolean(f"length({item.text}) > 0")])
        if isinstance(item, StatementsFrom)
        else item.when
        for item in statements
    )


def policy(statements: Sequence[Statement]) -> str:
    """An IAM policy document as JSON.

    Raises:
        InvalidValue: Two statements have one id, which IAM refuses.
    """
    # Of two with conditions, Terraform may leave one out.
    sids = [item.sid for item in statements if known_in_python([item])]
    if repeated := {sid for sid in sids if sids.count(sid) > 1}:
        raise InvalidValue(
            "Statement.sid",
            "different for each statement of a policy",
            sorted(repeated),
            "Are the same statements given twice?",
        )
    present = [item for item in statements if is_token(item.when) or item.when]
    lists = [_listed(key, list(items)) for key, items in groupby(present, _together)]
    if not present or (len(lists) == 1 and not isinstance(present[0], StatementsFrom)):
        # All of them or none, and what has none is no policy.
        return json_text({"Version": _VERSION, "Statement": [s.document() for s in present]})
    joined = lists[0] if len(lists) == 1 else f"concat({', '.join(lists)})"
    version = f'["Version", "Statement"], [{source(_VERSION)}, {joined}]'
    return expression(f"jsonencode(zipmap({version}))")


def only_when(condition: Condition, statements: Sequence[Statement]) -> list[Statement]:
    """The statements if a condition holds; none when Python knows that it does not."""
    found = [replace(item, when=_then(condition, item.when)) for item in statements]
    return [item for item in found if is_token(item.when) or item.when]


def known_in_python(statements: Sequence[Statement]) -> bool:
    """Whether Python knows which statements there are, though not all that is in them."""
    return not any(isinstance(item, StatementsFrom) or is_token(item.when) for item in statements)


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
        if isinstance(statement, StatementsFrom):
            continue
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


def _then(first: Condition, second: Condition) -> Condition:
    """Whether both hold, where the second may ask for attributes of what the first asks about."""
    if is_token(first) and is_token(second):
        # Terraform evaluates both sides of `&&`.
        return boolean(f"{source(first)} ? {source(second)} : false")
    return every([first, second])


def _together(item: Statement) -> tuple[str, str]:
    """What is the same for statements that can stand in one list."""
    text = item.text if isinstance(item, StatementsFrom) else ""
    return text, source(item.when) if is_token(item.when) else ""


def _listed(key: tuple[str, str], items: Sequence[Statement]) -> str:
    """The expression for a list of statements."""
    if isinstance(items[0], StatementsFrom):
        return items[0].listed()
    listed = f"[{', '.join(_source(item.document()) for item in items)}]"
    # A list in a list: statements differ in type, and the sides of `? :` must not. A loop with
    # `if` would evaluate what is left out, in which there may be attributes of null.
    return f"flatten({key[1]} ? [{listed}] : [])" if key[1] else listed


def _source(value: Any) -> str:
    """The expression for what is in a statement."""
    if isinstance(value, Mapping) and not is_token(value):
        # zipmap and not braces: cdktf cannot tell where its own tokens end inside braces.
        values = ", ".join(_source(item) for item in value.values())
        return f"zipmap({source(list(value))}, [{values}])"
    if isinstance(value, list | tuple) and not is_token(value):
        return f"[{', '.join(_source(item) for item in value)}]"
    return source(value)
