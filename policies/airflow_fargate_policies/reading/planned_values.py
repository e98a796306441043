"""The values of a plan, with what was written in place of what is known later."""

from collections.abc import Mapping, Sequence
from typing import Any

from airflow_fargate_policies.reading.plan_references import UNKNOWN
from airflow_fargate_policies.reading.templates import is_known

_COMPUTED = object()
"""Nobody has written it: the provider computes it, and no rule is about it."""

Options = Sequence[Any] | None
"""What may have been written somewhere; None where it cannot be told."""


def planned_values(
    planned: Mapping[str, Any], unknown: Mapping[str, Any], written: Mapping[str, Any]
) -> dict[str, Any]:
    """The values of a resource.

    Args:
        planned: Those of the plan.
        unknown: Which of them are known later, `after_unknown` in a plan.
        written: What stands in the configuration.
    """
    return _value(planned, unknown, [written])


def _value(planned: Any, unknown: Any, options: Options) -> Any:
    if unknown is True:
        return _symbol(options)
    if not _any_true(unknown):
        return without_nulls(planned)
    if isinstance(unknown, dict):
        planned = planned if isinstance(planned, dict) else {}
        found = {
            name: _value(planned.get(name), unknown.get(name), _below(options, name))
            for name in {**planned, **unknown}
        }
        return {k: v for k, v in found.items() if v is not None and v is not _COMPUTED}
    planned = planned if isinstance(planned, list) else []
    items = _items(options)
    found = [
        _value(planned[index] if index < len(planned) else None, said, items)
        for index, said in enumerate(unknown)
    ]
    return [*(each for each in found if each is not _COMPUTED), *planned[len(unknown) :]]


def _symbol(options: Options) -> Any:
    if options is None:
        return UNKNOWN
    if not options:
        return _COMPUTED
    # Sets have an order of their own in a plan: what was written for one of several blocks is only
    # known if it is the same for all.
    first, *others = [each for each in options if not is_known(each)] or [UNKNOWN]
    return first if all(each == first for each in others) else UNKNOWN


def _below(options: Options, name: str) -> Options:
    if options is None or not all(isinstance(each, dict) for each in options):
        return None
    return [each[name] for each in options if each.get(name) is not None]


def _items(options: Options) -> Options:
    if options is None or not all(isinstance(each, list | dict) for each in options):
        return None
    return [item for each in options for item in (each if isinstance(each, list) else [each])]


def without_nulls(value: Any) -> Any:
    """A value without what is null in it."""
    if isinstance(value, dict):
        return {k: without_nulls(v) for k, v in value.items() if v is not None}
    if isinstance(value, list):
        return [without_nulls(each) for each in value if each is not None]
    return value


def _any_true(value: Any) -> bool:
    if isinstance(value, dict):
        return any(_any_true(each) for each in value.values())
    if isinstance(value, list):
        return any(_any_true(each) for each in value)
    return value is True
