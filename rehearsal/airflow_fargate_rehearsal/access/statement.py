"""One statement of a policy, and whether a request is one of those that it speaks of."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from airflow_fargate_rehearsal.access.conditions import UnknownOperator, first_unmet
from airflow_fargate_rehearsal.access.context import Context, UnknownKey
from airflow_fargate_rehearsal.access.patterns import (
    AbsentVariable,
    matches,
    matches_arn,
    replaced,
)
from airflow_fargate_rehearsal.access.principal import Principal, Reach, reach_of


@dataclass(frozen=True, kw_only=True)
class Request:
    """A request for one action on one resource.

    `action` is `sqs:SendMessage`; `resource` an ARN, or `*` for an action that knows no resource.
    """

    action: str
    resource: str
    context: Context


@dataclass(frozen=True, kw_only=True)
class Match:
    """How far a statement speaks of a request.

    `applies` says whether it does. `missed` says in words what kept it from that, when the action
    is one of its; `reach` is how directly it names the principal.
    """

    applies: bool
    missed: str | None = None
    reach: Reach = Reach.PRINCIPAL


class Statement:
    """A statement as it stands in a policy's JSON."""

    def __init__(self, text: Mapping[str, Any], policy: str) -> None:
        self._text = text
        self.denies = text.get("Effect") != "Allow"
        self.name = f"{text['Sid']} of {policy}" if text.get("Sid") else policy

    def match(self, request: Request, principal: Principal) -> Match:
        """Whether it speaks of a request.

        What cannot be evaluated counts against the request: such an Allow does not apply, such a
        Deny does.
        """
        no = Match(applies=False)
        if not self._names("Action", request.action, _matches_action):
            return no
        reach = reach_of(self._text, principal)
        if reach is Reach.NOBODY:
            return no
        try:
            if not self._names_resource(request):
                return Match(applies=False, missed=f"it is for {self._resources()} only")
            unmet = first_unmet(self._text.get("Condition") or {}, request.context)
        except (UnknownKey, UnknownOperator) as error:
            return Match(applies=self.denies, missed=str(error), reach=reach)
        if unmet is not None:
            return Match(applies=False, missed=f"its condition is not met: {unmet}")
        return Match(applies=True, reach=reach)

    def _names_resource(self, request: Request) -> bool:
        if "Resource" not in self._text and "NotResource" not in self._text:
            return True  # a trust policy: its role is the resource
        if request.resource == "*" and "Resource" in self._text:
            return "*" in _listed(self._text["Resource"])

        def matched(pattern: str, arn: str) -> bool:
            try:
                return matches_arn(replaced(pattern, request.context), arn)
            except AbsentVariable:
                return False

        return self._names("Resource", request.resource, matched)

    def _names(self, element: str, value: str, matched: Callable[[str, str], bool]) -> bool:
        if f"Not{element}" in self._text:
            return not any(matched(each, value) for each in _listed(self._text[f"Not{element}"]))
        return any(matched(each, value) for each in _listed(self._text.get(element, ())))

    def _resources(self) -> str:
        if "NotResource" in self._text:
            return f"all but {', '.join(_listed(self._text['NotResource']))}"
        return ", ".join(_listed(self._text["Resource"]))


def statements(policies: Iterable[tuple[str, str | Mapping[str, Any]]]) -> list[Statement]:
    """Statements of policies, which are given as their names and their JSON."""
    found: list[Statement] = []
    for name, text in policies:
        policy = json.loads(text) if isinstance(text, str) else text
        listed = policy.get("Statement", ())
        found += [
            Statement(each, name) for each in (listed if isinstance(listed, list) else [listed])
        ]
    return found


def _matches_action(pattern: str, action: str) -> bool:
    return matches(pattern, action, ignore_case=True)


def _listed(value: Any) -> list[str]:
    return [value] if isinstance(value, str) else list(value)
