"""docs/access.md: every security group rule and every IAM statement, each with its reason."""

import fnmatch
import json
import tomllib
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

from tables.applied import AppliedStack, documents

REASONS = Path(__file__).with_name("reasons.toml")
_RULES = ("aws_vpc_security_group_ingress_rule", "aws_vpc_security_group_egress_rule")

INTRODUCTION = """# Who may do what

Every security group rule and every IAM statement of the stack `airflow-dev`, as the embedded AWS
had them after an apply, each with the reason for it. `<...>` is the ARN or the id of that resource.
Written by `make tables` from the applied stack and `tables/reasons.toml`; a test compares. What a
security group does not list, it does not let through.
"""


class Reasons:
    """Reasons by patterns; each must be used, and nothing may be without one."""

    def __init__(self, reasons: Mapping[str, str]) -> None:
        self._reasons = reasons
        self._used: set[str] = set()

    def of(self, subject: str) -> str:
        """The reason of the first pattern that fits.

        Raises:
            SystemExit: There is none.
        """
        for pattern, reason in self._reasons.items():
            if fnmatch.fnmatchcase(subject, pattern):
                self._used.add(pattern)
                return reason
        raise SystemExit(f"{REASONS.name} has no reason for {subject}: write one.")

    def refuse_unused(self) -> None:
        """Refuse reasons for what is not there any more.

        Raises:
            SystemExit: There are some.
        """
        if unused := sorted(set(self._reasons) - self._used):
            raise SystemExit(f"{REASONS.name} has reasons for what is not there: {unused}")


def access_tables(applied: AppliedStack) -> str:
    """The whole document."""
    written = tomllib.loads(REASONS.read_text())
    rules, statements = Reasons(written["rules"]), Reasons(written["statements"])
    text = "\n".join(
        [
            INTRODUCTION,
            "## Security group rules\n",
            *_table(
                ("Rule", "Direction", "Peer", "Ports", "Why"), _security_group_rows(applied, rules)
            ),
            "\n## IAM statements\n",
            *_table(
                ("Policy of", "Statement", "Who", "Actions", "On", "Only if", "Why"),
                _statement_rows(applied, statements),
            ),
            "",
        ]
    )
    rules.refuse_unused()
    statements.refuse_unused()
    return text


def _security_group_rows(applied: AppliedStack, reasons: Reasons) -> Iterator[tuple[str, ...]]:
    for rule in applied.of_type(*_RULES):
        values = rule.values
        name = rule.address.split(".", 1)[1]
        peer = values["cidr_ipv4"] or values["referenced_security_group_id"]
        ports = {values["from_port"], values["to_port"]}
        direction = "in, from" if rule.type == _RULES[0] else "out, to"
        protocol = values["ip_protocol"]
        yield (
            _code(name),
            direction,
            _code(applied.readable(str(peer or values["prefix_list_id"]))),
            f"{protocol} {'-'.join(str(port) for port in sorted(ports))}",
            reasons.of(name),
        )


def _statement_rows(applied: AppliedStack, reasons: Reasons) -> Iterator[tuple[str, ...]]:
    for resource in applied.of_type(*{each.type for each in applied.resources}):
        for document in documents(resource):
            for statement in document["Statement"]:
                sid = statement["Sid"]
                effect = "" if statement["Effect"] == "Allow" else f"**{statement['Effect']}** "
                yield (
                    _code(resource.address),
                    f"{effect}{sid}",
                    _lines([_short(applied, statement.get("Principal", ""))]),
                    _lines(_listed(statement["Action"])),
                    _lines(applied.readable(each) for each in _listed(statement.get("Resource"))),
                    _lines([_short(applied, statement.get("Condition", ""))]),
                    reasons.of(f"{resource.address.split('.', 1)[1]}/{sid}"),
                )


def _short(applied: AppliedStack, value: Any) -> str:
    text = value if isinstance(value, str) else json.dumps(value, sort_keys=True)
    return applied.readable(text)


def _listed(value: Any) -> list[str]:
    return [] if value is None else [value] if isinstance(value, str) else sorted(value)


def _lines(values: Iterable[str]) -> str:
    return "<br>".join(_code(value) for value in values if value)


def _code(text: str) -> str:
    return f"`{text.replace('|', '&#124;')}`"


def _table(titles: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> Iterator[str]:
    yield f"| {' | '.join(titles)} |"
    yield f"|{'---|' * len(titles)}"
    for row in rows:
        yield f"| {' | '.join(row)} |"
