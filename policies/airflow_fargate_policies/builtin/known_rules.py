"""Which built-in rules must say something about every resource of a type.

A rule that breaks, or that cannot read what it is given, says nothing, and checkov goes on as if
all were well. So what has to be evaluated is written down, in `known_rules.json`.

`python -m airflow_fargate_policies.builtin STACK_OR_PLAN...` writes it anew: the rules that gave a
verdict on every resource of a type, in every stack and plan that it is given.
"""

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cache
from pathlib import Path

from airflow_fargate_policies.builtin.scan import scan
from airflow_fargate_policies.finding import Finding, Outcome
from airflow_fargate_policies.resource import Configuration

FILE = Path(__file__).with_name("known_rules.json")


@cache
def known_rules() -> Mapping[str, frozenset[str]]:
    """The rules, by the type of resource."""
    found = json.loads(FILE.read_text(encoding="utf-8"))
    return {type_: frozenset(rules) for type_, rules in found.items()}


def not_evaluated(
    configuration: Configuration, findings: Iterable[Finding], known: Mapping[str, frozenset[str]]
) -> Iterator[Finding]:
    """A finding for each known rule that has said nothing about a resource.

    Args:
        configuration: What was looked at.
        findings: What was found.
        known: The rules that must say something, by the type of resource.
    """
    said = {(each.address, each.rule) for each in findings}
    for resource in configuration.resources:
        if resource.mode != "managed":
            continue
        for rule in sorted(known.get(resource.type, ())):
            if (resource.address, rule) not in said:
                yield Finding(
                    target=configuration.name,
                    rule=rule,
                    address=resource.address,
                    outcome=Outcome.NOT_EVALUATED,
                    message=f"checkov's rule says nothing about it, as it does about every other "
                    f"{resource.type}: it cannot read what it needs, or is no longer there",
                    where=resource.where,
                )


def rules_of(configurations: Sequence[Configuration]) -> dict[str, list[str]]:
    """The rules that gave a verdict on every resource of a type, by the type."""
    always: dict[str, set[str]] = {}
    for configuration in configurations:
        said: dict[str, set[str]] = {}
        for finding in scan(configuration):
            said.setdefault(finding.address, set()).add(finding.rule)
        for resource in configuration.resources:
            if resource.mode == "managed":
                rules = said.get(resource.address, set())
                always[resource.type] = always.get(resource.type, rules) & rules
    return {type_: sorted(rules) for type_, rules in sorted(always.items()) if rules}
