"""Findings and exceptions brought together: what is wrong, and what is left as it is and why."""

from collections.abc import Iterator, Sequence

from airflow_fargate_policies.exceptions import is_reason, needless, without_reason
from airflow_fargate_policies.finding import Finding, Outcome
from airflow_fargate_policies.resource import without_keys
from airflow_fargate_policies.verdict import Judged, Problem, Target, Verdict

NOTHING = "AF_GATE_NOTHING_EVALUATED"
UNREADABLE = "AF_GATE_UNREADABLE"
OTHER_PLAN = "AF_GATE_OTHER_PLAN"
UNSEEN = "AF_GATE_UNSEEN_MODULE"
NO_PLAN = "AF_GATE_NO_PLAN"
NOT_EVALUATED = "not evaluated: "
"""What a problem begins with that is none of a rule that fails."""


def judge(targets: Sequence[Target], *, all_plans: bool = False) -> list[Problem]:
    """All that shuts the gate; each target's findings are judged on the way.

    Args:
        targets: What was looked at.
        all_plans: Whether the plans of all examples of the modules are there, so that they have to
            say what the modules' HCL does not.
    """
    problems = []
    plans = {each.unit: each for each in targets if each.form == "plan"}
    for target in targets:
        target.judged = list(_judged(target, plans.get(target.unit)))
        problems += _failures(target)
        if not any(each.verdict is not Verdict.NOT_EVALUATED for each in target.judged):
            problems.append(
                Problem(
                    target=target.name,
                    rule=NOTHING,
                    address=target.path,
                    what="nothing was evaluated in it: a gate that sees nothing must not be open",
                )
            )
    problems += unsaid(targets) if all_plans else ()
    problems += () if all_plans else _without_plan(targets)
    problems += _unseen(targets)
    problems += _of_something_else(targets)
    problems += without_reason(targets)
    problems += needless(targets)
    return sorted(set(problems))


def _judged(target: Target, plan: Target | None) -> Iterator[Judged]:
    silent = _silent(plan) if plan else frozenset()
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
        elif finding.outcome is Outcome.NOT_EVALUATED and (
            target.form == "module" or _is_said(finding, target, plan, silent)
        ):
            yield Judged(finding=finding, verdict=Verdict.LEFT)
        elif finding.outcome is Outcome.FAILED:
            yield Judged(finding=finding, verdict=Verdict.FAILED)
        else:
            yield Judged(finding=finding, verdict=Verdict.NOT_EVALUATED)


def _silent(plan: Target) -> frozenset[tuple[str, str]]:
    """What a plan does not say either: addresses without keys, and rules."""
    return frozenset(
        (without_keys(each.address), each.rule)
        for each in plan.findings
        if each.outcome is Outcome.NOT_EVALUATED
    )


def _is_said(
    finding: Finding, target: Target, plan: Target | None, silent: frozenset[tuple[str, str]]
) -> bool:
    """Whether the plan of a stack says what could not be judged in what is synthesized."""
    if plan is None or target.form != "synthesized":
        return False
    about = (without_keys(finding.address), finding.rule)
    if about[0] not in plan.resources:
        # It is not there by its count, or it is something that Terraform does not plan.
        return target.resources.get(about[0]) is False
    return about not in silent and any(
        (without_keys(each.address), each.rule) == about for each in plan.findings
    )


def _failures(target: Target) -> Iterator[Problem]:
    for each in target.judged:
        if each.verdict in (Verdict.FAILED, Verdict.NOT_EVALUATED):
            prefix = NOT_EVALUATED if each.verdict is Verdict.NOT_EVALUATED else ""
            yield _problem(target, each.finding, prefix + each.finding.message)


def unsaid(targets: Sequence[Target]) -> Iterator[Problem]:
    """A problem for each finding that a module's HCL leaves to the plans, and that no plan says.

    Args:
        targets: What was looked at and judged.
    """
    said = {
        (finding.where, finding.rule)
        for target in targets
        if target.form == "plan"
        for finding in target.findings
        if finding.outcome is not Outcome.NOT_EVALUATED
    }
    plans = {each.unit: each for each in targets if each.form == "plan"}
    for target in targets:
        plan = plans.get(target.unit)
        for each in target.judged if target.form == "module" else ():
            finding = each.finding
            if plan and without_keys(finding.address) not in plan.resources:
                continue  # with what the root gives, there is none
            if each.verdict is Verdict.LEFT and (finding.where, finding.rule) not in said:
                what = f"{NOT_EVALUATED}{finding.message}; and no plan of this run says it either"
                yield _problem(target, finding, what)


def _without_plan(targets: Sequence[Target]) -> Iterator[Problem]:
    """A problem for each root in HCL that calls modules, and of which no plan says with what."""
    planned = {each.unit for each in targets if each.form == "plan"}
    for target in targets:
        calls = target.form == "module" and any(it.startswith("module.") for it in target.resources)
        left = target.counts()[Verdict.LEFT]
        if calls and target.unit not in planned:
            yield Problem(
                target=target.name,
                rule=NO_PLAN,
                address=target.path,
                what=f"only a plan says what it gives to modules ({left} findings depend on that): "
                f'give the gate one too (--plan "{target.unit}=FILE")',
                where=target.path,
            )


def _unseen(targets: Sequence[Target]) -> Iterator[Problem]:
    """A problem for each module that was not looked into, unless a plan says what is in it."""
    planned = {each.unit for each in targets if each.form == "plan"}
    for target in targets:
        for address, where in target.unseen.items() if target.unit not in planned else ():
            yield Problem(
                target=target.name,
                rule=UNSEEN,
                address=address,
                what="what this module makes was not looked at, as it is not there to be read: "
                f"give the gate a plan too (--plan {target.unit}=FILE)",
                where=where,
            )


def _of_something_else(targets: Sequence[Target]) -> Iterator[Problem]:
    """A problem for each plan that has not all that is in what it should be a plan of."""
    for target in targets:
        for plan in targets if target.form != "plan" else ():
            if plan.form != "plan" or plan.unit != target.unit:
                continue
            missed = [each for each, sure in target.resources.items() if sure]
            missed = [each for each in missed if each not in plan.resources]
            if missed:
                yield Problem(
                    target=plan.name,
                    rule=OTHER_PLAN,
                    address=plan.path,
                    what=f"{target.unit} has {missed[0]}, and this plan has not: it is an old one, "
                    "or one of something else; plan anew",
                    where=plan.path,
                )


def _problem(target: Target, finding: Finding, what: str) -> Problem:
    return Problem(
        target=target.name,
        rule=finding.rule,
        address=finding.address,
        what=what,
        where=finding.where,
    )
