"""Conditions of a policy's statement, by IAM's operators.

https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html
"""

from __future__ import annotations

import ipaddress
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from airflow_fargate_rehearsal.access.context import Context
from airflow_fargate_rehearsal.access.patterns import (
    AbsentVariable,
    matches,
    matches_arn,
    replaced,
)


class UnknownOperator(Exception):
    """A condition has an operator that IAM does not have, or this emulation."""

    def __init__(self, operator: str) -> None:
        super().__init__(f"this emulation does not know the condition operator {operator}")


Compare = Callable[[str, str], bool]
"""Whether a value that a policy wants, given first, is what the request has."""


def _number(compare: Callable[[float, float], bool]) -> Compare:
    return lambda wanted, got: compare(float(got), float(wanted))


def _date(compare: Callable[[datetime, datetime], bool]) -> Compare:
    return lambda wanted, got: compare(_instant(got), _instant(wanted))


def _instant(text: str) -> datetime:
    if text.isdigit():
        return datetime.fromtimestamp(int(text), UTC)
    return datetime.fromisoformat(text)


_OPERATORS: dict[str, Compare] = {
    "StringEquals": lambda wanted, got: _literal(wanted) == got,
    "StringEqualsIgnoreCase": lambda wanted, got: _literal(wanted).lower() == got.lower(),
    "StringLike": matches,
    "ArnEquals": matches_arn,
    "ArnLike": matches_arn,
    "Bool": lambda wanted, got: wanted.lower() == got.lower(),
    "NumericEquals": _number(lambda got, wanted: got == wanted),
    "NumericLessThan": _number(lambda got, wanted: got < wanted),
    "NumericLessThanEquals": _number(lambda got, wanted: got <= wanted),
    "NumericGreaterThan": _number(lambda got, wanted: got > wanted),
    "NumericGreaterThanEquals": _number(lambda got, wanted: got >= wanted),
    "DateEquals": _date(lambda got, wanted: got == wanted),
    "DateLessThan": _date(lambda got, wanted: got < wanted),
    "DateLessThanEquals": _date(lambda got, wanted: got <= wanted),
    "DateGreaterThan": _date(lambda got, wanted: got > wanted),
    "DateGreaterThanEquals": _date(lambda got, wanted: got >= wanted),
    "IpAddress": lambda wanted, got: (
        ipaddress.ip_address(got) in ipaddress.ip_network(wanted, strict=False)
    ),
    "BinaryEquals": lambda wanted, got: wanted == got,
}
_NEGATED = {
    "StringNotEquals": "StringEquals",
    "StringNotEqualsIgnoreCase": "StringEqualsIgnoreCase",
    "StringNotLike": "StringLike",
    "ArnNotEquals": "ArnEquals",
    "ArnNotLike": "ArnLike",
    "NumericNotEquals": "NumericEquals",
    "DateNotEquals": "DateEquals",
    "NotIpAddress": "IpAddress",
}


def first_unmet(conditions: Mapping[str, Mapping[str, Any]], context: Context) -> str | None:
    """The first condition that a request does not meet, in words; None when it meets all.

    Raises UnknownOperator and UnknownKey for what cannot be evaluated.
    """
    for operator, wanted_by_key in conditions.items():
        for key, wanted in wanted_by_key.items():
            values = [_text(each) for each in (wanted if isinstance(wanted, list) else [wanted])]
            got = context.get(key)
            if not _holds(operator, values, got, context):
                said = "it is not set" if got is None else f"it is {', '.join(got)}"
                return f"{operator} {key}: {', '.join(values)} ({said})"
    return None


def _holds(operator: str, wanted: Sequence[str], got: list[str] | None, context: Context) -> bool:
    quantifier, _, name = operator.rpartition(":")
    if name == "Null":
        return any((got is None) == (each.lower() == "true") for each in wanted)
    if_exists = name.endswith("IfExists")
    name = name.removesuffix("IfExists")
    positive = _NEGATED.get(name, name)
    if positive not in _OPERATORS or quantifier not in ("", "ForAllValues", "ForAnyValue"):
        raise UnknownOperator(operator)
    if got is None:
        # Negated operators are true without the key; ForAnyValue needs a value.
        return quantifier != "ForAnyValue" and (
            if_exists or quantifier == "ForAllValues" or name in _NEGATED
        )

    def one(value: str) -> bool:
        met = any(_compared(positive, each, value, context) for each in wanted)
        return met != (name in _NEGATED)

    return all(map(one, got)) if quantifier == "ForAllValues" else any(map(one, got))


def _compared(operator: str, wanted: str, got: str, context: Context) -> bool:
    try:
        return _OPERATORS[operator](replaced(wanted, context), got)
    except (AbsentVariable, ValueError):  # no number, no date, no address: it does not match
        return False


def _literal(wanted: str) -> str:
    return wanted.replace("\0", "*").replace("\1", "?").replace("\2", "$")


def _text(value: Any) -> str:
    # JSON's true is written "true" in AWS's policies as well.
    return str(value).lower() if isinstance(value, bool) else str(value)
