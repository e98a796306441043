"""A Markdown table of the exceptions: which rule, what it asks, where, and why it is left."""

import re
from collections.abc import Iterable

from airflow_fargate_policies.gate import Result
from airflow_fargate_policies.resource import without_keys
from airflow_fargate_policies.verdict import Verdict

_INTRODUCTION = """# Exceptions from the policies

Written by `make scan`, from the exceptions that stand beside the constructs, in Dockerfiles and on
lines. Each was needed by a rule that fails there; one that is needed no more shuts the gate
([policies.md](policies.md)).
"""


def markdown_of(result: Result) -> str:
    """The file's text."""
    rows: dict[tuple[str, str, str], dict[str, set[str]]] = {}
    for target in result.targets:
        for each in target.judged:
            if each.verdict is Verdict.EXCEPTED and each.exception:
                finding = each.finding
                key = (finding.rule, finding.message, each.exception.reason)
                # The modules' addresses differ by what a root calls them.
                address = re.sub(r"^(module\.[\w-]+\.)+", "", without_keys(finding.address))
                rows.setdefault(key, {}).setdefault(address, set()).add(target.unit)
    lines = [_INTRODUCTION, "| Rule | It asks | Where | Why it is left |", "|---|---|---|---|"]
    for (rule, asks, reason), addresses in sorted(rows.items()):
        where = _cell(f"`{each}`" for each in sorted(addresses))
        lines.append(f"| {rule} | {_escaped(asks)} | {where} | {_escaped(reason)} |")
    return "\n".join(lines) + "\n"


def _cell(parts: Iterable[str]) -> str:
    return ", ".join(_escaped(each) for each in parts)


def _escaped(text: str) -> str:
    return text.replace("|", "\\|").replace("\n", " ")
