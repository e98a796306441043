"""Conditions made of others: in Python as far as Python knows them, else in Terraform."""

from collections.abc import Iterable

from .values import Condition, boolean, is_token, source


def every(conditions: Iterable[Condition]) -> Condition:
    """Whether all conditions hold."""
    found = list(conditions)
    if any(not is_token(each) and not each for each in found):
        return False
    return _joined("&&", [each for each in found if is_token(each)], otherwise=True)


def some(conditions: Iterable[Condition]) -> Condition:
    """Whether one condition holds, or more."""
    found = list(conditions)
    if any(not is_token(each) and each for each in found):
        return True
    return _joined("||", [each for each in found if is_token(each)], otherwise=False)


def _joined(operator: str, conditions: list[Condition], *, otherwise: bool) -> Condition:
    texts = list(dict.fromkeys(source(each) for each in conditions))
    if len(texts) <= 1:
        return conditions[0] if conditions else otherwise
    return boolean(f" {operator} ".join(texts))
