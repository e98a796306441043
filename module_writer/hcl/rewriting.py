"""Going over all parts of an expression."""

from collections.abc import Callable, Iterator
from dataclasses import fields, replace
from typing import Any

from module_writer.hcl.nodes import Expr, Literal, Name


def with_children(node: Expr, change: Callable[[Expr], Expr]) -> Expr:
    """The same expression, each of its direct parts changed."""
    if isinstance(node, Literal | Name):
        return node
    changed = {each.name: _changed(getattr(node, each.name), change) for each in fields(node)}
    return replace(node, **changed)


def parts_of(node: Expr) -> Iterator[Expr]:
    """The expression and all that is in it."""
    found: list[Expr] = []

    def collect(child: Expr) -> Expr:
        found.append(child)
        return child

    yield node
    with_children(node, collect)
    for child in found:
        yield from parts_of(child)


def replaced(node: Expr, old: Expr, new: Expr) -> Expr:
    """The expression with one of its parts, wherever it is, replaced by another."""
    if node == old:
        return new
    return with_children(node, lambda child: replaced(child, old, new))


def _changed(value: Any, change: Callable[[Expr], Expr]) -> Any:
    if isinstance(value, tuple):
        return tuple(_changed(each, change) for each in value)
    if value is None or isinstance(value, str | bool):
        return value
    return change(value)
