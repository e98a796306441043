"""checkov's built-in rules, held against configurations, Dockerfiles and files with secrets."""

from collections.abc import Iterator

from airflow_fargate_policies.builtin.known_rules import known_rules, not_evaluated
from airflow_fargate_policies.builtin.scan import scan
from airflow_fargate_policies.finding import Finding
from airflow_fargate_policies.resource import Configuration

__all__ = ["check_builtin"]


def check_builtin(configuration: Configuration) -> Iterator[Finding]:
    """What every built-in rule of checkov says of every resource that it is about.

    A rule that has to say something about a resource, and does not, is "not evaluated".

    Raises:
        UnreadableError: checkov could not read what it was given.
    """
    findings = list(scan(configuration))
    yield from findings
    yield from not_evaluated(configuration, findings, known_rules())
