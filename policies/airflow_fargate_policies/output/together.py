"""Problems as people want to see them: what two forms of a stack say of one thing stands once."""

from collections.abc import Sequence
from dataclasses import dataclass

from airflow_fargate_policies.judging import NOT_EVALUATED
from airflow_fargate_policies.verdict import Problem


@dataclass(frozen=True, kw_only=True)
class Together:
    """One problem, wherever it was seen.

    Attributes:
        rule: Id of the rule.
        address: Of the resource, file or target.
        what: What is wrong; what merely could not be read in one form is left out where another
            one says what is wrong.
        where: Where to change it.
        targets: In which targets.
    """

    rule: str
    address: str
    what: str
    where: str
    targets: tuple[str, ...]


def together(problems: Sequence[Problem]) -> list[Together]:
    """Each problem once, in the order of the first of its kind."""
    found: dict[tuple[str, str, str], list[Problem]] = {}
    for each in problems:
        found.setdefault((each.rule, each.address, each.where), []).append(each)
    return [
        Together(
            rule=rule,
            address=address,
            what="; ".join(_said(same)),
            where=where,
            targets=tuple(dict.fromkeys(each.target for each in same)),
        )
        for (rule, address, where), same in found.items()
    ]


def _said(same: Sequence[Problem]) -> list[str]:
    said = list(dict.fromkeys(each.what for each in same))
    return [each for each in said if not each.startswith(NOT_EVALUATED)] or said
