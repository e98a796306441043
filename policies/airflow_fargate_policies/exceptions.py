"""Exceptions that have no reason, or that nothing needs."""

import re
from collections.abc import Iterable, Iterator, Sequence

from airflow_fargate_policies.finding import Outcome
from airflow_fargate_policies.resource import without_keys
from airflow_fargate_policies.verdict import Declared, Problem, Target

NEEDLESS = "AF_GATE_NEEDLESS_EXCEPTION"
NO_REASON = "AF_GATE_EXCEPTION_WITHOUT_REASON"
_AT_LINE = re.compile(r":\d+$")
_SENTENCE = re.compile(r"[A-Z0-9\"'`]\S*(?:\s+\S+)*\s+\S+\s+\S*[.!]")


def is_reason(reason: str) -> bool:
    """Whether a reason is a full sentence: it begins as one, has three words, ends with a stop."""
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
                    "sentence, of three words or more, with a capital letter and a full stop, and "
                    f"has {said}",
                    where=each.exception.where,
                )


def needless(targets: Sequence[Target]) -> Iterator[Problem]:
    """A problem for each exception that nothing needs any more, or that no rule ever did.

    Args:
        targets: What was looked at, all forms of a stack among them.
    """
    used = set()
    rules = {finding.rule for target in targets for finding in target.findings}
    for target in targets:
        declared = {
            (each.address, each.exception.rule): _identity(target, each) for each in target.declared
        }
        for finding in target.findings:
            # What a module's HCL does not say fails for some value of a variable, if not for those
            # of its examples.
            if finding.outcome is not Outcome.PASSED:
                used.add(declared.get((without_keys(finding.address), finding.rule)))
    for target in targets:
        for each in target.declared:
            if each.address.startswith("module.") and not each.exception.of_call:
                continue  # a module's own: it is found needless where the module is looked at
            if _identity(target, each) not in used:
                rule = each.exception.rule
                yield Problem(
                    target=target.unit,
                    rule=NEEDLESS,
                    address=each.address,
                    what=f"nothing fails {rule} here, or no longer: remove the exception (one of "
                    "the library's: withdraw_exception)"
                    if rule in rules
                    else f"no rule {rule} says anything of what was looked at: mend its id, or "
                    "remove the exception",
                    where=each.exception.where,
                )


def _identity(target: Target, declared: Declared) -> tuple[str, ...]:
    """What makes an exception the same one in two forms: its line, else its stack and address."""
    exception = declared.exception
    if _AT_LINE.search(exception.where):
        return (exception.where, exception.rule)
    return (target.unit, declared.address, exception.rule)
