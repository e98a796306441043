"""The type checks of generated code, made short where they hold.

Generated code checks every argument at every call, with a library that walks through its type
anew. Most arguments are None, or of a plain type that stands in the hint as such: for those, one
look into a table says that they are right. All others, wrong ones among them, are checked as ever.
"""

import types
import typing
from collections.abc import Callable, Mapping
from typing import Any

Check = Callable[..., Any]
Hints = Mapping[str, Any]

_PLAIN = (type(None), str, bool, int, float)
_hints: dict[Callable[..., Any], Hints] = {}
# By the identity of a hint (hashing one takes as long as checking against it); the hint is kept,
# so that its identity stays its own.
_right_types: dict[int, tuple[object, set[type]]] = {}


def cached_type_hints(function: Callable[..., Any], *rest: Any, **options: Any) -> Hints:
    """Return `typing.get_type_hints(function)`, found out once."""
    if rest or options:
        return typing.get_type_hints(function, *rest, **options)
    hints = _hints.get(function)
    if hints is None:
        hints = _hints[function] = typing.get_type_hints(function)
    return hints


def fast_check(check: Check) -> Check:
    """Return `check`, a generated module's `check_type`, with a short cut before it."""

    def check_type(argname: str, value: object, expected_type: Any) -> Any:
        known = _right_types.get(id(expected_type))
        if known is None:
            known = (expected_type, _plain_types(expected_type))
            _right_types[id(expected_type)] = known
        right, kind = known[1], type(value)
        if kind in right:
            return None
        result = check(argname=argname, value=value, expected_type=expected_type)
        if _is_class_of(kind, expected_type):
            right.add(kind)
        return result

    return check_type


def _plain_types(hint: Any) -> set[type]:
    """Return those plain types of which every value fits the hint."""
    return {kind for kind in _PLAIN if kind in _alternatives(hint)}


def _is_class_of(kind: type, hint: Any) -> bool:
    """Return whether it is by its class alone that a value fits the hint, as it was seen to do."""
    classes = [each for each in _alternatives(hint) if isinstance(each, type)]
    return any(not getattr(each, "_is_protocol", False) and each in kind.__mro__
               for each in classes)  # fmt: skip


def _alternatives(hint: Any) -> tuple[Any, ...]:
    if typing.get_origin(hint) in (typing.Union, types.UnionType):
        return tuple(each for part in typing.get_args(hint) for each in _alternatives(part))
    return (hint,)
