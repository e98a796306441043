"""An expression over several lines, where a person would take them."""

from collections.abc import Iterable

from module_writer.hcl.flat import based, branch, flat, for_value, key_text, side
from module_writer.hcl.nodes import (
    Attribute,
    Binary,
    Call,
    Conditional,
    Expr,
    For,
    Index,
    ListOf,
    ObjectOf,
    Splat,
    Template,
    Unary,
)
from module_writer.hcl.rewriting import parts_of

WIDTH = 100
"""Columns that a line should not go beyond; a long string may."""
_SMALL_ITEMS, _SMALL_WIDTH = 2, 70  # of an object that is still read at a glance


def layout(node: Expr, indent: int, used: int) -> str:  # noqa: C901 - a case for each kind of node
    """The expression as it is written behind ``used`` columns of a line indented by ``indent``."""
    line = flat(node)
    if used + len(line) <= WIDTH and not _wants_lines(node):
        return line
    match node:
        case ListOf(items) if items:
            return _bracketed("[", (layout(i, indent + 2, indent + 2) for i in items), "]", indent)
        case ObjectOf(items) if items:
            return _object(items, indent)
        case Call(_, arguments) if arguments:
            return _call(node, indent, used)
        case For():
            return _for(node, indent)
        case Conditional() | Binary():
            return _lines("(", _clauses(node, indent + 2), ")", indent)
        case Unary(operator, operand) if not isinstance(operand, Unary):
            return operator + layout(operand, indent, used + 1)
        case Attribute(base, name):
            return f"{_base(base, indent, used)}.{name}"
        case Index(base, key):
            return f"{_base(base, indent, used)}[{flat(key)}]"
        case Splat(base, True):
            return f"{_base(base, indent, used)}[*]"
    return line


def _base(base: Expr, indent: int, used: int) -> str:
    simple = isinstance(base, Call | Attribute | Index | Splat | ListOf)
    return layout(base, indent, used) if simple else based(base)


def _wants_lines(node: Expr) -> bool:
    """Whether an object in it is too much for one line, however short the line would be."""
    return any(isinstance(p, ObjectOf) and not _is_small(p) for p in _outside_templates(node))


def _outside_templates(node: Expr) -> Iterable[Expr]:
    inside = {id(p) for t in parts_of(node) if isinstance(t, Template) for p in parts_of(t)}
    return (part for part in parts_of(node) if id(part) not in inside)


def _is_small(node: ObjectOf) -> bool:
    if len(node.items) > _SMALL_ITEMS or len(flat(node)) > _SMALL_WIDTH:
        return False
    return not any(isinstance(value, ObjectOf | ListOf | For) for _, value in node.items)


def _object(items: tuple[tuple[Expr, Expr], ...], indent: int) -> str:
    inner = indent + 2
    lines = []
    for key, value in items:
        word = key_text(key)
        lines.append(f"{word} = {layout(value, inner, inner + len(word) + 3)}")
    return _lines("{", lines, "}", indent)


def _call(node: Call, indent: int, used: int) -> str:
    *others, last = node.arguments
    dots = "..." if node.expand else ""
    head = f"{node.name}({''.join(f'{flat(each)}, ' for each in others)}"
    if isinstance(last, ObjectOf | ListOf | For | Call) and not any(map(_wants_lines, others)):
        # The last argument opens on the same line, as in jsonencode({ and merge(var.tags, {
        hugged = f"{head}{layout(last, indent, used + len(head))}{dots})"
        if used + len(hugged.partition("\n")[0]) <= WIDTH:
            return hugged
    if not others and isinstance(last, Conditional | Binary) and not dots:
        return _lines(f"{node.name}(", _clauses(last, indent + 2), ")", indent)
    arguments = [layout(each, indent + 2, indent + 2) for each in node.arguments]
    if dots:
        return _lines(
            f"{node.name}(",
            [*(f"{a}," for a in arguments[:-1]), f"{arguments[-1]}..."],
            ")",
            indent,
        )
    return _bracketed(f"{node.name}(", arguments, ")", indent)


def _for(node: For, indent: int) -> str:
    inner = indent + 2
    head = f"for {', '.join(node.names)} in "
    head += f"{layout(node.collection, inner, inner + len(head))} :"
    used = len(head.rpartition("\n")[2]) + (0 if "\n" in head else inner) + 1
    key = f"{flat(node.key)} => " if node.key else ""
    value = key + layout(node.value, inner, used + len(key)) + ("..." if node.group else "")
    lines = [f"{head} {value}"]
    fits = inner + len(for_value(node)) <= WIDTH and not _wants_lines(node.value)
    if fits and used + len(for_value(node)) > WIDTH:
        lines = [head, for_value(node)]
    if node.condition:
        lines.append(f"if {flat(node.condition)}")
    return _lines("[" if node.key is None else "{", lines, "]" if node.key is None else "}", indent)


def _clauses(node: Conditional | Binary, indent: int) -> list[str]:
    """Lines of a conditional, or of a chain of one operator; for the inside of parentheses."""
    if isinstance(node, Conditional):
        condition = node.condition
        first = [branch(condition)]
        if isinstance(condition, Binary) and _is_long(condition, indent):
            first = _clauses(condition, indent)
        words = (("?", node.yes), (":", node.no))
        return [*first, *(f"{word} {_clause(part, indent)}" for word, part in words)]
    left = node.left
    first = [side(node, left)]
    if isinstance(left, Binary) and left.operator == node.operator:
        first = _clauses(left, indent)
    first[-1] += f" {node.operator}"
    return [*first, side(node, node.right, right=True)]


def _clause(node: Expr, indent: int) -> str:
    if isinstance(node, Conditional) and len(flat(node)) <= WIDTH - indent:
        return branch(node)
    return layout(node, indent, indent + 2)


def _is_long(node: Binary, indent: int) -> bool:
    return node.operator in {"&&", "||"} and len(flat(node)) > WIDTH - indent


def _bracketed(opening: str, items: Iterable[str], closing: str, indent: int) -> str:
    return _lines(opening, (f"{each}," for each in items), closing, indent)


def _lines(opening: str, lines: Iterable[str], closing: str, indent: int) -> str:
    inside = "".join(f"{' ' * (indent + 2)}{line}\n" for line in lines)
    return f"{opening}\n{inside}{' ' * indent}{closing}"
