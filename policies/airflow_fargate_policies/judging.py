"""Findings and exceptions brought together: what is wrong, and what is left as it is and why."""

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from enum import StrEnum

from airflow_fargate_policies.finding import Finding, Outcome
from airflow_fargate_policies.resource import PolicyException, without_keys

STALE = "AF_GATE_NEEDLESS_EXCEPTION"
NO_REASON = "AF_GATE_EXCEPTION_WITHOUT_REASON"
NOTHING = "AF_GATE_NOTHING_EVALUATED"
UNREADABLE = "AF_GATE_UNREADABLE"

_SENTENCE = re.compile(r"[A-Z0-9\"'`].*\S \S.*[.!]", re.DOTALL)


class Verdict(StrEnum):
    """What a finding means for the gate."""

    PASSED = "passed"
    EXCEPTED = "excepted"
    """It failed, or was not evaluated, and an exception with a reason says why it is left."""
    FAILED = "failed"
    NOT_EVALUATED = "not evaluated"
    LEFT = "left to the plans"
    """A module's HCL does not say it; the plans of what calls the module do."""


@dataclass(frozen=True, kw_only=True)
class Judged:
    """A finding and what it means."""

    finding: Finding
    verdict: Verdict
    exception: PolicyException | None = None


@dataclass(frozen=True, kw_only=True, order=True)
class Problem:
    """Something that shuts the gate.

    Attributes:
        target: In which target.
        rule: Id of the rule, or of the gate's own `AF_GATE_...`.
        address: Of the resource, file or target.
        what: What is wrong.
        where: Where to change it.
    """

    target: str
    rule: str
    address: str
    what: str
    where: str = ""


@dataclass(frozen=True, kw_only=True)
class Declared:
    """An exception, and for what it is declared."""

    address: str
    exception: PolicyException


@dataclass(kw_only=True)
class Target:
    """Something that is looked at as a whole: a form of a stack, a module, the Dockerfiles.

    Attributes:
        name: What reports call it.
        form: "synthesized", "plan", "module", "Dockerfiles" or "secrets".
        path: The file or folder it was read from, for reports.
        unit: What it is a form of: a stack and its plan are one.
        declared: The exceptions in it.
        findings: What the rules say.
    """

    name: str
    form: str
    path: str
    unit: str
    declared: Sequence[Declared] = ()
    findings: Sequence[Finding] = ()
    judged: list[Judged] = field(init=False, default_factory=list)

    def counts(self) -> Counter[Verdict]:
        """How many findings there are of each verdict."""
        return Counter(each.verdict for each in self.judged)


def judge(targets: Sequence[Target]) -> list[Problem]:
    """All that shuts the gate; each target's findings are judged on the way."""
    plans_said = {
        (finding.where, finding.rule)
        for target in targets
        if target.form == "plan"
        for finding in target.findings
        if finding.outcome is not Outcome.NOT_EVALUATED
    }
    has_plans = any(target.form == "plan" for target in targets)
    problems = []
    for target in targets:
        target.judged = list(_judged(target))
        problems += _failures(target)
        problems += _left(target, plans_said) if has_plans else ()
        if not any(each.verdict is not Verdict.NOT_EVALUATED for each in target.judged):
            problems.append(
                Problem(
                    target=target.name,
                    rule=NOTHING,
                    address=target.path,
                    what="nothing was evaluated in it: a gate that sees nothing must not be open",
                )
            )
    problems += _without_reason(targets)
    problems += _stale(targets, has_plans=has_plans)
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
        elif finding.outcome is Outcome.NOT_EVALUATED and target.form == "module":
            yield Judged(finding=finding, verdict=Verdict.LEFT)
        elif exception:
            yield Judged(finding=finding, verdict=Verdict.EXCEPTED, exception=exception)
        elif finding.outcome is Outcome.FAILED:
            yield Judged(finding=finding, verdict=Verdict.FAILED)
        else:
            yield Judged(finding=finding, verdict=Verdict.NOT_EVALUATED)


def is_reason(reason: str) -> bool:
    """Whether a reason is a full sentence: it begins as one, has words, and ends with a stop."""
    return bool(_SENTENCE.fullmatch(reason.strip()))


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


def _without_reason(targets: Iterable[Target]) -> Iterator[Problem]:
    for target in targets:
        for each in target.declared:
            if not is_reason(each.exception.reason):
                said = f'"{each.exception.reason}"' if each.exception.reason else "nothing"
                yield Problem(
                    target=target.unit,
                    rule=NO_REASON,
                    address=each.address,
                    what=f"the exception from {each.exception.rule} needs a reason in a full "
                    f"sentence, and has {said}",
                    where=each.exception.where,
                )


def _stale(targets: Sequence[Target], *, has_plans: bool) -> Iterator[Problem]:
    used, passed = set(), set()
    for target in targets:
        rules = {
            (each.address, each.exception.rule): _identity(target, each) for each in target.declared
        }
        for finding in target.findings:
            identity = rules.get((without_keys(finding.address), finding.rule))
            if identity is None:
                continue
            # What a module's HCL does not say fails for some value of a variable, if not for those
            # of its examples.
            (passed if finding.outcome is Outcome.PASSED else used).add(identity)
    planned = {each.unit for each in targets if each.form == "plan"}
    for target in targets:
        for each in target.declared:
            if target.form == "plan" and each.address.startswith("module."):
                continue  # a module's own: it is found needless where the module is looked at
            identity = _identity(target, each)
            decided = (
                identity in passed
                or target.unit in planned
                or (target.form == "module" and has_plans)
                or target.form in ("Dockerfiles", "secrets")
            )
            if identity not in used and decided:
                yield Problem(
                    target=target.unit,
                    rule=STALE,
                    address=each.address,
                    what=f"nothing fails {each.exception.rule} here any more: remove the exception",
                    where=each.exception.where,
                )


def _identity(target: Target, declared: Declared) -> tuple[str, ...]:
    """What makes an exception the same one in two forms: a stack's address, a module's line."""
    exception = declared.exception
    if target.form == "module" or declared.address.startswith("module."):
        return (exception.where, exception.rule)
    return (target.unit, declared.address, exception.rule)
