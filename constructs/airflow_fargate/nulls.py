"""Values that may be left out: None in Python, null in Terraform."""

import re
from typing import Any, TypeVar

from cdktf import DefaultTokenResolver, StringConcat, Tokenization
from constructs import Construct

from .values import Condition, boolean, is_token, key_of, source

T = TypeVar("T")

_VARIABLE = re.compile(r"\$\{var(\.\w+)+\}")
_NULL_WHEN: dict[object, Condition] = {}


def null_when(value: T, condition: Condition) -> T:
    """The same token, known to be null exactly when a condition holds; False for never.

    `count` and `for_each` must be known when Terraform plans, and whether a variable is null is
    not, when what it is given is made in the same apply: the ARN of a new key. A condition that
    asks another variable is.
    """
    _NULL_WHEN[key_of(value)] = condition
    return value


def is_null(scope: Construct, value: object) -> Condition:
    """Whether an optional value was left out: a bool, or a Terraform condition.

    Only an input variable of Terraform, or an attribute of one, can be null; what a resource gives
    (its ARN) counts as given. `scope` is the construct that asks: its stack tells the two apart.
    """
    if is_token(value):
        if (key := key_of(value)) in _NULL_WHEN:
            return _NULL_WHEN[key]
        resolver: Any = DefaultTokenResolver(StringConcat())
        found = Tokenization.resolve(value, scope=scope, resolver=resolver, preparing=False)
        if _VARIABLE.fullmatch(str(found)):
            return boolean(f"{source(value)} == null")
    return value is None
