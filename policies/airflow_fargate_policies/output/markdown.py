"""A Markdown table of the exceptions: which rule, what it asks, where, and why it is left."""

import re
from collections.abc import Iterable, Iterator
from pathlib import Path

from airflow_fargate_policies.gate import Result
from airflow_fargate_policies.resource import without_keys
from airflow_fargate_policies.verdict import Problem, Verdict

STALE = "AF_GATE_STALE_TABLE"
_INTRODUCTION = """# Exceptions from the policies

Written by the policy gate (`python -m airflow_fargate_policies --markdown FILE`), from the
exceptions that stand beside the constructs, in Dockerfiles and on lines. Each was needed by a rule
that fails there; one that is needed no more shuts the gate.
"""


def markdown_of(result: Result) -> str:
    """The file's text."""
    rows: dict[tuple[str, str, str], set[str]] = {}
    for target in result.targets:
        for each in target.judged:
            if each.verdict is Verdict.EXCEPTED and each.exception:
                # The modules' addresses differ by what a root calls them, and lines move.
                finding = each.finding
                address = re.sub(r"^(module\.[\w-]+\.)+|:\d+$", "", without_keys(finding.address))
                key = (finding.rule, finding.title or finding.message, each.exception.reason)
                rows.setdefault(key, set()).add(address)
    lines = [_INTRODUCTION, "| Rule | It asks | Where | Why it is left |", "|---|---|---|---|"]
    for (rule, asks, reason), addresses in sorted(rows.items()):
        where = _cell(f"`{each}`" for each in sorted(addresses))
        lines.append(f"| {rule} | {_escaped(asks)} | {where} | {_escaped(reason)} |")
    return "\n".join(lines) + "\n"


def stale(file: Path, result: Result) -> Iterator[Problem]:
    """A problem where the table in a file is not as it would be written now."""
    if not file.is_file() or file.read_text(encoding="utf-8") != markdown_of(result):
        yield Problem(
            target="exceptions",
            rule=STALE,
            address=file.as_posix(),
            what="the table of exceptions is not as it would be written now: run the gate without "
            "--check",
            where=file.as_posix(),
        )


def _cell(parts: Iterable[str]) -> str:
    return ", ".join(_escaped(each) for each in parts)


def _escaped(text: str) -> str:
    return text.replace("|", "\\|").replace("\n", " ")
