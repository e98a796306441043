"""Targets with findings and exceptions, and what the gate makes of them."""

from airflow_fargate_policies.finding import Finding, Outcome
from airflow_fargate_policies.judging import judge
from airflow_fargate_policies.resource import PolicyException
from airflow_fargate_policies.verdict import Declared, Target

REASON = "It is right as it is."


def finding(
    outcome: Outcome, address: str = "aws_lb.it", rule: str = "CKV_AWS_91", where: str = "a"
) -> Finding:
    return Finding(target="t", rule=rule, address=address, outcome=outcome, where=where)


def declared(
    address: str = "aws_lb.it",
    rule: str = "CKV_AWS_91",
    reason: str = REASON,
    where: str = "here",
) -> Declared:
    return Declared(
        address=address, exception=PolicyException(rule=rule, reason=reason, where=where)
    )


def target(
    *findings: Finding,
    form: str = "synthesized",
    exceptions: tuple[Declared, ...] = (),
    unit: str = "stack",
    unseen: dict[str, str] | None = None,
    resources: dict[str, bool] | None = None,
) -> Target:
    return Target(
        name=f"{unit} ({form})",
        form=form,
        path="path",
        unit=unit,
        declared=exceptions,
        findings=findings,
        unseen=unseen or {},
        resources=resources or {},
    )


PASSED = finding(Outcome.PASSED, "aws_lb.other")


def rules(*targets: Target, all_plans: bool = False) -> list[tuple[str, str]]:
    return [(each.rule, each.address) for each in judge(targets, all_plans=all_plans)]
