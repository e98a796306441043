"""Findings and exceptions brought together: what is wrong, and what is left as it is and why."""

from collections.abc import Iterator, Sequence

from airflow_fargate_policies.exceptions import is_reason, needless, without_reason
from airflow_fargate_policies.finding import Finding, Outcome
from airflow_fargate_policies.resource import without_keys
from airflow_fargate_policies.verdict import Judged, Problem, Target, Verdict

NOTHING = "AF_GATE_NOTHING_EVALUATED"
UNREADABLE = "AF_GATE_UNREADABLE"


def judge(targets: Sequence[Target], *, all_plans: bool = False) -> list[Problem]:
    """All that shuts the gate; each target's findings are judged on the way.

    Args:
        targets: What was looked at.
        all_plans: Whether the plans of all examples of the modules are there, so that they have to
            say what the modules' HCL does not.
    """
    plans_said = {
        (finding.where, finding.rule)
        for target in targets
        if target.form == "plan"
        for finding in target.findings
        if finding.outcome is not Outcome.NOT_EVALUATED
    }
    problems = []
    for target in targets:
        target.judged = list(_judged(target))
        problems += _failures(target)
        problems += _left(target, plans_said) if all_plans else ()
        if not any(each.verdict is not Verdict.NOT_EVALUATED for each in target.judged):
            problems.append(
                Problem(
                    target=target.name,
                    rule=NOTHING,
                    address=target.path,
                    what="nothing was evaluated in it: a gate that sees nothing must not be open",
                )
            )
    problems += without_reason(targets)
    problems += needless(targets)
    return sorted(set(problems))


def _judged(target: Target) -> Iterator[Judged]:
    exceptions = {
        (each.address, each.exception.rule): each.exception
        for each in target.declared
        if is_reason(each.exception.reason)
    }
    for finding in target.findings:
        exception = exceptions.get((without_keys(finding.address), finding.rule))
        if finding.outcome is Outcome.PASSED:
            yield Judged(finding=finding, verdict=Verdict.PASSED)
        elif exception:
            yield Judged(finding=finding, verdict=Verdict.EXCEPTED, exception=exception)
        elif finding.outcome is Outcome.NOT_EVALUATED and target.form == "module":
            yield Judged(finding=finding, verdict=Verdict.LEFT)
        elif finding.outcome is Outcome.FAILED:
            yield Judged(finding=finding, verdict=Verdict.FAILED)
        else:
            yield Judged(finding=finding, verdict=Verdict.NOT_EVALUATED)


def _failures(target: Target) -> Iterator[Problem]:
    for each in target.judged:
        if each.verdict in (Verdict.FAILED, Verdict.NOT_EVALUATED):
            prefix = "not evaluated: " if each.verdict is Verdict.NOT_EVALUATED else ""
            yield _problem(target, each.finding, prefix + each.finding.message)


def _left(target: Target, plans_said: set[tuple[str, str]]) -> Iterator[Problem]:
    for each in target.judged:
        said = (each.finding.where, each.finding.rule) in plans_said
        if each.verdict is Verdict.LEFT and not said:
            yield _problem(
                target,
                each.finding,
                f"not evaluated: {each.finding.message}; and no plan of this run says it either",
            )


def _problem(target: Target, finding: Finding, what: str) -> Problem:
    return Problem(
        target=target.name,
        rule=finding.rule,
        address=finding.address,
        what=what,
        where=finding.where,
    )
