"""What checkov's rules say, by address and rule."""

from airflow_fargate_policies.builtin.scan import scan
from airflow_fargate_policies.finding import Finding, Outcome
from airflow_fargate_policies.resource import Configuration

PASSED, FAILED, NOT_EVALUATED = Outcome.PASSED, Outcome.FAILED, Outcome.NOT_EVALUATED


def said_of(configuration: Configuration) -> dict[tuple[str, str], Finding]:
    """Every finding, by the resource's address and the rule."""
    return {(each.address, each.rule): each for each in scan(configuration)}


def outcomes(configuration: Configuration, rule: str) -> dict[str, Outcome]:
    """What one rule says, by addresses."""
    return {
        address: each.outcome
        for (address, said), each in said_of(configuration).items()
        if said == rule
    }
