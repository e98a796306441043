"""JSON inside strings, such as policies and container definitions, as ``jsonencode({...})``."""

import json
from collections.abc import Callable, Iterator
from itertools import groupby
from typing import Any

from module_writer.hcl.nodes import (
    Call,
    Conditional,
    Expr,
    For,
    ListOf,
    Literal,
    ObjectOf,
    Template,
    text,
)
from module_writer.hcl.rewriting import parts_of, with_children
from module_writer.hcl.types import Types

# Characters that no text uses: one stands for each interpolation while JSON is read.
_FIRST, _LAST = 0xE000, 0xF8FE
_BARE = "\uf8ff"  # before it where the interpolation is a whole JSON value and not inside a string

# Functions that take values as they are. Others, such as `regex`, could mean the text itself.
_CARRIERS = {"concat", "jsonencode", "merge", "tolist", "tomap", "toset"}


class _NotTheSameError(ValueError):
    """The text is no JSON, or jsonencode would not say the same."""


def with_jsonencode(node: Expr, types: Types) -> Expr:
    """The expression, strings of JSON in it written as ``jsonencode``.

    Only objects and lists that have something in them are. ``types`` are those of references:
    jsonencode puts quotes around strings only, whatever JSON's author did.
    """

    def deeper(child: Expr) -> Expr:
        return with_jsonencode(child, types)

    match node:
        case Template():
            return _encoded(node, types, deeper) or node
        case ListOf() | Conditional():
            return with_children(node, deeper)
        case ObjectOf(items):
            return ObjectOf(tuple((key, deeper(value)) for key, value in items))
        case For(names, collection, value, condition, key, group):
            return For(names, deeper(collection), deeper(value), condition, key, group)
        case Call(name) if name in _CARRIERS:
            return with_children(node, deeper)
    return node


def _encoded(template: Template, types: Types, deeper: Callable[[Expr], Expr]) -> Expr | None:
    first = template.parts[0] if template.parts else ""
    if not isinstance(first, str) or not first.lstrip().startswith(("{", "[")):
        return None
    try:
        marked, expressions = _marked(template)
        read = json.loads(
            marked,
            object_pairs_hook=_without_repetition,
            parse_int=Literal,
            parse_float=Literal,
            parse_constant=_refuse,
        )
        if not read:
            return None
        return Call("jsonencode", (deeper(_expression(read, expressions, types)),))
    except ValueError:  # as is json.JSONDecodeError
        return None


def _marked(template: Template) -> tuple[str, list[Expr]]:
    found: list[str] = []
    expressions: list[Expr] = []
    quoted = escaped = False
    for part in template.parts:
        if isinstance(part, str):
            if any(_FIRST <= ord(character) <= _LAST + 1 for character in part):
                raise _NotTheSameError
            for character in part:
                if character == '"' and not escaped:
                    quoted = not quoted
                escaped = character == "\\" and not escaped
            found.append(part)
            continue
        if quoted and any(isinstance(p, Call) and p.name == "jsonencode" for p in parts_of(part)):
            raise _NotTheSameError  # its quotes must have been escaped by hand
        mark = chr(_FIRST + len(expressions))
        found.append(mark if quoted else f'"{_BARE}{mark}"')
        expressions.append(part)
    if len(expressions) > _LAST - _FIRST:
        raise _NotTheSameError
    return "".join(found), expressions


def _expression(value: Any, expressions: list[Expr], types: Types) -> Expr:
    match value:
        case dict():
            pairs = value.items()
            items = ((_template(k, expressions, types), v) for k, v in pairs)
            return ObjectOf(tuple((key, _expression(v, expressions, types)) for key, v in items))
        case list():
            return ListOf(tuple(_expression(each, expressions, types) for each in value))
        case bool() | None:
            return Literal(json.dumps(value))
        case str() if value.startswith(_BARE):
            return _bare(expressions[ord(value[1]) - _FIRST], types)
        case str():
            return _template(value, expressions, types)
    return value


def _bare(node: Expr, types: Types) -> Expr:
    match node:
        case Call("jsonencode", (inner,)):
            return inner
        case _ if types.kind_of(node) in {"number", "bool"}:
            return node
        case Conditional(condition, yes, no):
            return Conditional(condition, _bare(yes, types), _bare(no, types))
    raise _NotTheSameError


def _template(value: str, expressions: list[Expr], types: Types) -> Expr:
    if _BARE in value:
        raise _NotTheSameError
    parts = tuple(_parts(value, expressions))
    if len(parts) == 1 and not isinstance(parts[0], str):
        # To Terraform "${x}" alone is x: what JSON's quotes made a string would be one no longer.
        known = types.kind_of(parts[0]) == "string"
        return parts[0] if known else Call("tostring", (parts[0],))
    return Template(parts) if parts else text("")


def _parts(value: str, expressions: list[Expr]) -> Iterator[str | Expr]:
    for number, run in groupby(value, lambda c: ord(c) if _FIRST <= ord(c) <= _LAST else None):
        if number is None:
            yield "".join(run)
        else:
            yield from (expressions[number - _FIRST] for _ in run)


def _without_repetition(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    if len(dict(pairs)) != len(pairs):
        raise _NotTheSameError
    return dict(pairs)


def _refuse(word: str) -> Any:
    raise _NotTheSameError(word)
