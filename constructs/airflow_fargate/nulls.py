"""Values that may be left out: None in Python, null in Terraform."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any, TypeVar

from cdktf import DefaultTokenResolver, StringConcat, Tokenization
from constructs import Construct

from .values import Condition, boolean, is_token, key_of, source

T = TypeVar("T")

_VARIABLE = re.compile(r"\$\{var(\.\w+)+\}")
_NULL_WHEN: ContextVar[dict[object, Condition]] = ContextVar("null_when")


@contextmanager
def knowing_nulls() -> Iterator[None]:
    """Inside, `is_null` knows what `null_when` says; afterwards it is forgotten.

    Two modules have variables of the same name that differ in this.
    """
    before = _NULL_WHEN.set({})
    try:
        yield
    finally:
        _NULL_WHEN.reset(before)


def null_when(value: T, condition: Condition) -> T:
    """The same token, known to be null exactly when a condition holds; False for never.

    `count` and `for_each` must be known when Terraform plans, and whether a variable is null is
    not, when what it is given is made in the same apply: the ARN of a new key. A condition that
    asks another variable is. It is for use inside `knowing_nulls`.

    Raises:
        LookupError: It is used elsewhere.
    """
    _NULL_WHEN.get()[key_of(value)] = condition
    return value


def is_null(scope: Construct, value: object) -> Condition:
    """Whether an optional value was left out: a bool, or a Terraform condition.

    Only an input variable of Terraform, or an attribute of one, can be null; what a resource gives
    (its ARN) counts as given. `scope` is the construct that asks: its stack tells the two apart.
    """
    if is_token(value):
        known = _NULL_WHEN.get({})
        if (key := key_of(value)) in known:
            return known[key]
        resolver: Any = DefaultTokenResolver(StringConcat())
        found = Tokenization.resolve(value, scope=scope, resolver=resolver, preparing=False)
        if _VARIABLE.fullmatch(str(found)):
            return boolean(f"{source(value)} == null")
    return value is None


def never_null(value: object) -> bool:
    """Whether `null_when` has said of a token that it never is null."""
    return _NULL_WHEN.get({}).get(key_of(value)) is False
