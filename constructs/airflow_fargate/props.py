"""The `@props` decorator, and the fields that props of several constructs share.

Props are frozen keyword-only dataclasses. A field's type says what it is, `Annotated` rules say
what it must be, and the docstring below it is what people read in the editor and in a module's
table of inputs. Values that come from Terraform pass: Terraform checks those.
"""

import dataclasses
import functools
import types
from collections.abc import Mapping, Sequence
from typing import (
    Annotated,
    Any,
    Literal,
    TypeVar,
    Union,
    dataclass_transform,
    get_args,
    get_origin,
    get_type_hints,
)

from .rules import Arn, InvalidValue, Matches, OneOf, Rule, TagSet
from .values import is_token

C = TypeVar("C", bound=type)
P = TypeVar("P")

NAME_LIMIT = 24
"""Longest deployment name: what AWS leaves of a bucket's 63 and a load balancer's 32 characters
once part, account and region are added."""

# Prefixes that EC2 (sg), S3 (sthree, amzn-s3-demo) and load balancers (internal) refuse.
_RESERVED = "sg|sthree|amzn-s3-demo|internal"
Name = Annotated[
    str,
    Matches(
        rf"(?=.{{1,{NAME_LIMIT}}}\Z)(?!({_RESERVED})(-|\Z))[a-z](-?[a-z0-9])*",
        f"1 to {NAME_LIMIT} lower-case letters, digits and single hyphens, beginning with a "
        f"letter, not ending in a hyphen, and not beginning with {_RESERVED.replace('|', ', ')} "
        "(which AWS keeps for itself)",
    ),
]
Tags = Annotated[Mapping[str, str] | None, TagSet()]
KmsKeyArn = Annotated[str | None, Arn("kms", "key/")]
PermissionsBoundaryArn = Annotated[str | None, Arn("iam", "policy/")]
SecurityGroupId = Annotated[
    str, Matches(r"sg-[0-9a-f]{8,17}", 'a security group\'s id, such as "sg-0123456789abcdef0"')
]
LogRetentionDays = Annotated[
    int,
    OneOf(
        (1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557,
         2922, 3288, 3653),
        "what CloudWatch Logs allows",
    ),
]  # fmt: skip

OF_THE_DEPLOYMENT = ""
"""A name that is left out. A construct used by itself needs one; `AirflowFargate` gives its own."""

_WORDS: dict[Any, str] = {bool: "true or false", int: "a whole number", float: "a number"}
_WORDS |= {str: "text", types.NoneType: "None"}


@dataclass_transform(frozen_default=True, kw_only_default=True)
def props(cls: C) -> C:
    """Make a class the props of a construct: frozen, keyword-only, checked when it is made.

    Raises:
        InvalidValue: From the new class, when a field has a wrong type or breaks a rule.
    """
    own_check = cls.__dict__.get("__post_init__")

    def check(self: Any) -> None:
        hints = _hints(type(self))
        for field in dataclasses.fields(self):
            if field.name in self._given or field.name != "name":
                check_value(f"{type(self).__name__}.{field.name}", getattr(self, field.name),
                            hints[field.name])  # fmt: skip
        for ancestor in reversed(cls.__mro__):
            # A check of the class's own, and those of the props that it extends.
            if inherited := vars(ancestor).get("_own_check"):
                inherited(self)

    cls._own_check = own_check  # type: ignore[attr-defined]
    cls.__post_init__ = check  # type: ignore[attr-defined]
    made = dataclasses.dataclass(frozen=True, kw_only=True)(cls)
    fill_fields = made.__init__

    @functools.wraps(fill_fields)
    def init(self: Any, **fields: Any) -> None:
        object.__setattr__(self, "_given", frozenset(fields))
        fill_fields(self, **fields)

    made.__init__ = init  # type: ignore[method-assign]
    return made  # type: ignore[return-value]


def given_fields(props: Any) -> frozenset[str]:
    """The fields that the caller gave; all others have their defaults."""
    return props._given  # noqa: SLF001  set by the decorator above


def completed(props: P, **common: Any) -> P:
    """The same props, where what was left out is taken from what is common to a deployment."""
    names = {field.name for field in dataclasses.fields(props)}  # type: ignore[arg-type]
    existing = getattr(props, "existing", None)
    if existing is not None and getattr(existing, "when", True) is True:
        # Nothing is made, so nothing is encrypted, logged or protected.
        names &= {"name", "tags"}
    given = {name: getattr(props, name) for name in given_fields(props)}
    return type(props)(**({k: v for k, v in common.items() if k in names} | given))


@functools.cache
def _hints(cls: type) -> dict[str, Any]:
    return get_type_hints(cls, include_extras=True)


def check_value(field: str, value: object, hint: Any) -> None:
    """Check a value against a type and the rules beside it.

    Raises:
        InvalidValue: The value is of another type, or breaks a rule.
    """
    rules: tuple[Rule, ...] = ()
    if get_origin(hint) is Annotated:
        hint, *found = get_args(hint)
        rules = tuple(rule for rule in found if hasattr(rule, "holds"))
    if is_token(value):
        return
    if not _is_of_type(value, hint):
        raise InvalidValue(field, _in_words(hint), value)
    for rule in rules:
        if value is not None and not rule.holds(value):
            raise InvalidValue(field, rule.text, value)


def _is_of_type(value: object, hint: Any) -> bool:
    origin, arguments = get_origin(hint), get_args(hint)
    if hint is Any:
        return True
    if origin is Annotated:
        return _is_of_type(value, arguments[0])
    if origin in (Union, types.UnionType):
        return any(_is_of_type(value, argument) for argument in arguments)
    if origin is Literal:
        return value in arguments
    if origin is not None and issubclass(origin, Mapping):
        return isinstance(value, Mapping) and all(
            is_token(v) or (_is_of_type(k, arguments[0]) and _is_of_type(v, arguments[1]))
            for k, v in value.items()
        )
    if origin is not None and issubclass(origin, Sequence):
        return (
            isinstance(value, Sequence)
            and not isinstance(value, str)
            and all(is_token(item) or _is_of_type(item, arguments[0]) for item in value)
        )
    if hint in (int, float):
        numbers = int if hint is int else (int, float)
        return isinstance(value, numbers) and not isinstance(value, bool)
    return isinstance(value, hint)


def _in_words(hint: Any) -> str:
    origin, arguments = get_origin(hint), get_args(hint)
    if origin is Annotated:
        return _in_words(arguments[0])
    if origin in (Union, types.UnionType):
        return " or ".join(_in_words(argument) for argument in arguments)
    if origin is Literal:
        return "one of " + ", ".join(repr(argument) for argument in arguments)
    if origin is not None and issubclass(origin, Mapping):
        return f"a mapping of {_in_words(arguments[0])} to {_in_words(arguments[1])}"
    if origin is not None and issubclass(origin, Sequence):
        return f"a list, each item {_in_words(arguments[0])}"
    return _WORDS.get(hint, f"a {getattr(hint, '__name__', hint)}")
