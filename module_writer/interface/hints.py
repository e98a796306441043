"""Python's types as types of Terraform, and variables of those types as values for constructs."""

import types
from collections.abc import Callable, Mapping, Sequence
from typing import Annotated, Any, Literal, NamedTuple, Union, get_args, get_origin

from airflow_fargate.airflow_options import Options
from airflow_fargate.iam import Statement, StatementsFrom
from airflow_fargate.rules import OneOf, Rule
from airflow_fargate.values import boolean, expression, list_of, map_of, number


class Kind(NamedTuple):
    """What a hint is in Terraform: its type, what makes a value of an expression, and rules."""

    type: str
    token: Callable[[str], Any]
    rules: Sequence[Rule] = ()
    whole: bool = False


STATEMENTS = (
    "list(object({ sid = string, actions = list(string), resources = list(string), "
    "conditions = optional(map(map(list(string)))) }))"
)
_PLAIN: Mapping[Any, Kind] = {
    str: Kind("string", expression),
    int: Kind("number", number, whole=True),
    float: Kind("number", number),
    bool: Kind("bool", boolean),
}


def kind_of(hint: Any) -> Kind:
    """What a field's hint is in Terraform; raises TypeError for what is not known here."""
    origin, arguments = get_origin(hint), get_args(hint)
    if origin is Annotated:
        inner = kind_of(arguments[0])
        rules = [rule for rule in arguments[1:] if hasattr(rule, "holds")]
        return inner._replace(rules=[*inner.rules, *rules])
    if hint in _PLAIN:
        return _PLAIN[hint]
    if origin in (Union, types.UnionType):
        (inner,) = {each for each in arguments if each is not types.NoneType}
        return kind_of(inner)
    if origin is Literal:
        return Kind("string", expression, [OneOf(arguments)])
    if hint == Options:
        return Kind("map(map(string))", map_of)
    if origin is not None and issubclass(origin, Mapping):
        return Kind("map(string)", map_of)
    if origin is not None and issubclass(origin, Sequence):
        if arguments[0] is Statement:
            return Kind(STATEMENTS, lambda text: [StatementsFrom(text=text)])
        return Kind("list(string)", list_of)
    raise TypeError(f"No type of Terraform is known for {hint}")
