"""docs/access.md: every security group rule and every IAM statement, each with its reason."""

import tomllib
from collections.abc import Iterable, Iterator
from pathlib import Path

from tables.applied import AppliedStack, Resource
from tables.policies import Row, resource_policies, roles
from tables.reasons import Reasons

REASONS = Path(__file__).with_name("reasons.toml")
_MAY = {
    "aws_vpc_security_group_ingress_rule": "be reached from",
    "aws_vpc_security_group_egress_rule": "reach",
}

_INTRODUCTION = """# Who may do what

Every security group rule and every IAM statement of the stack `airflow-dev`, read from what was
applied to the embedded AWS, each with its reason. Nothing else is open or allowed.

This file is written by `make tables` from the applied stack and from `tables/reasons.toml`.
`<aws_kms_key.key>` is the ARN or the id of that resource. Other ARNs are written without account
and region where these are the stack's own: `ecs:task/airflow-dev/*`.

What is wider than its use, and stays so:

- **HTTPS to anywhere.** Security groups know addresses and no names, and AWS's services have no
  fixed addresses. A network with `nat="none"` has endpoints for them and no other way out.
- **The database's user.** All of Airflow connects as the one whom RDS made and whose password it
  rotates, and who owns the database. Workers have it too, for Celery's results.
- **The DAGs of a deployment trust each other.** They run on the same workers: each can start every
  Fargate task of the deployment, write every task's log and ask for every connection by its name.
  Who must not, gets a deployment of their own.
- **Families and roles of Fargate tasks go by prefix and path**, not one by one: tasks of other
  Terraform states can come later.
- **Actions that know no resource**: the log-in to ECR, the list of a cluster's tasks, the look-up
  of a log group by name.
- **The queue's key** is held to SQS, not to a queue; the right to the queue is.
"""
_RULES = """
## Security groups

Connections that no rule names are refused, in both directions. The VPC's default group has no rule.
"""
_ROLES = """
## Roles

Every service and every DAG task has two: one for its program, and one with which ECS starts it
(`..._execution`), which the program never gets. A role's first line says who may take it on.
"""
_POLICIES = """
## Policies of resources

They come on top of the roles' permissions. No other resource has a policy.
"""


def access_tables(applied: AppliedStack) -> str:
    """The whole document.

    Raises:
        ReasonsError: A rule or a statement has no reason, or a reason is for none of them.
    """
    written = tomllib.loads(REASONS.read_text())
    rules, statements = Reasons(written["rules"]), Reasons(written["statements"])
    lines = [_INTRODUCTION.strip(), _RULES]
    lines += _table(("Group", "May", "Port", "Why"), _security_group_rows(applied, rules))
    lines.append(_ROLES)
    for role, rows in roles(applied):
        lines += _section(role, rows, statements)
    lines.append(_POLICIES.lstrip())
    for resource, rows in resource_policies(applied):
        lines += _section(resource, rows, statements)
    rules.refuse_unused()
    statements.refuse_unused()
    return "\n".join(lines).rstrip() + "\n"


def _security_group_rows(applied: AppliedStack, reasons: Reasons) -> list[tuple[str, ...]]:
    return sorted(
        (
            _code(_group(applied, rule.values["security_group_id"])),
            f"{_MAY[rule.type]} {_code(_peer(applied, rule))}",
            f"{rule.values['ip_protocol']} {_ports(rule)}",
            reasons.of(rule.name),
        )
        for rule in applied.of_type(*_MAY)
    )


def _peer(applied: AppliedStack, rule: Resource) -> str:
    for attribute in ("cidr_ipv4", "cidr_ipv6", "prefix_list_id"):
        if value := rule.values.get(attribute):
            return str(value)
    return _group(applied, rule.values["referenced_security_group_id"])


def _group(applied: AppliedStack, id_: str) -> str:
    return applied.readable(id_).strip("<>").removeprefix("aws_security_group.")


def _ports(rule: Resource) -> str:
    ports = {rule.values["from_port"], rule.values["to_port"]}
    return "-".join(str(port) for port in sorted(ports))


def _section(resource: Resource, rows: Iterable[Row], reasons: Reasons) -> Iterator[str]:
    yield f"### {_code(resource.address)}\n"
    yield from _table(
        ("Statement", "Actions", "On", "Why"),
        [
            (
                "<br>".join([row.sid, *_lines(row.who)]),
                "<br>".join(_lines(row.actions)),
                "<br>".join([*_lines(row.on), *_lines(row.conditions, "if ", "and ")]),
                reasons.of(f"{resource.name}/{row.key}"),
            )
            for row in rows
        ],
    )
    yield ""


def _lines(values: Iterable[str], first: str = "", further: str = "") -> Iterator[str]:
    for number, value in enumerate(values):
        yield f"{further if number else first}{_code(value)}"


def _code(text: str) -> str:
    return f"`{text.replace('|', '&#124;')}`"


def _table(titles: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> Iterator[str]:
    yield f"| {' | '.join(titles)} |"
    yield f"|{'---|' * len(titles)}"
    for row in rows:
        yield f"| {' | '.join(row)} |"
