"""Exceptions that have no reason, or that nothing needs."""

import re
from collections.abc import Iterable, Iterator, Sequence

from airflow_fargate_policies.finding import Outcome
from airflow_fargate_policies.resource import without_keys
from airflow_fargate_policies.verdict import Declared, Problem, Target

NEEDLESS = "AF_GATE_NEEDLESS_EXCEPTION"
NO_REASON = "AF_GATE_EXCEPTION_WITHOUT_REASON"
_SENTENCE = re.compile(r"[A-Z0-9\"'`].*\S \S.*[.!]", re.DOTALL)


def is_reason(reason: str) -> bool:
    """Whether a reason is a full sentence: it begins as one, has words, and ends with a stop."""
    return bool(_SENTENCE.fullmatch(reason.strip()))


def without_reason(targets: Iterable[Target]) -> Iterator[Problem]:
    """A problem for each exception whose reason is no sentence."""
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


def needless(targets: Sequence[Target], *, all_plans: bool) -> Iterator[Problem]:
    """A problem for each exception that nothing needs any more.

    Args:
        targets: What was looked at, all forms of a stack among them.
        all_plans: Whether the plans of all examples of the modules are there.
    """
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
            if each.address.startswith("module."):
                continue  # a module's own: it is found needless where the module is looked at
            identity = _identity(target, each)
            decided = (
                identity in passed
                or target.unit in planned
                or (target.form == "module" and all_plans)
                or target.form in ("Dockerfiles", "secrets")
            )
            if identity not in used and decided:
                yield Problem(
                    target=target.unit,
                    rule=NEEDLESS,
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
