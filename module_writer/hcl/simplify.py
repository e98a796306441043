"""The same expression in fewer words: what a program wrote, as a person would have.

Every rule keeps the value, whatever the values of the references are. (A null in a template is an
error as it is in ``format``.)
"""

from collections.abc import Iterator, Mapping

from module_writer.hcl.loops import over_items, over_map
from module_writer.hcl.nodes import (
    Attribute,
    Binary,
    Call,
    Conditional,
    Expr,
    For,
    ListOf,
    Literal,
    Name,
    ObjectOf,
    Template,
    Unary,
    constant,
)
from module_writer.hcl.rewriting import with_children

_OPPOSITE = {"==": "!=", "!=": "=="}
_TRUE, _FALSE = Literal("true"), Literal("false")


def simplify(node: Expr, names: Mapping[Expr, Expr] | None = None) -> Expr:
    """The expression with everything simplified that can be, from the inside out.

    ``names`` are other names of expressions that are simplified already, such as of locals. An
    object that has all of a named one's items in it, and more, becomes a ``merge`` with it.
    """
    simpler = _simpler(with_children(node, lambda child: simplify(child, names)))
    if names and simpler in names:
        return names[simpler]
    return _with_named(simpler, names) if names and isinstance(simpler, ObjectOf) else simpler


def _with_named(node: ObjectOf, names: Mapping[Expr, Expr]) -> Expr:
    items, found = list(node.items), list[Expr]()
    for known, name in names.items():
        if isinstance(known, ObjectOf) and known.items and set(known.items) <= set(items):
            items = [item for item in items if item not in known.items]
            found.append(name)
    rest = [ObjectOf(tuple(items))] if items else []
    return Call("merge", (*found, *rest)) if found else node


def _simpler(node: Expr) -> Expr:  # noqa: C901 - a case for each rule
    match node:
        case Template(parts):
            return _joined(parts)
        case Unary("!", Binary(operator, left, right)) if operator in _OPPOSITE:
            return Binary(_OPPOSITE[operator], left, right)
        case Unary("!", Unary("!", Binary() as inner)):
            return inner
        case Conditional(Unary("!", inner), yes, no):
            return _simpler(Conditional(inner, no, yes))
        case Conditional(Binary("!=", left, right), yes, no) if no in (_TRUE, _FALSE):
            return _simpler(Conditional(Binary("==", left, right), no, yes))
        case Conditional(condition, yes, no) if yes == _TRUE and _never_fails(no):
            return Binary("||", condition, no)
        case Call("zipmap", (ListOf(keys), ListOf(values)), False):
            return _object(keys, values) or node
        case Call("zipmap", (keys, values), False):
            return over_map(keys, values) or node
        case Call("merge", arguments, False):
            return _merged(arguments)
        case Call("format", (first, *rest), False):
            return _formatted(constant(first), rest) or node
        case For((name,), Call("keys", (collection,)), _, _, None):
            return over_items(node, name, collection)
    return node


def _joined(parts: tuple[str | Expr, ...]) -> Expr:
    if len(parts) == 1 and not isinstance(parts[0], str):
        return parts[0]  # Terraform too makes no string of "${this}"
    joined: list[str | Expr] = []
    for part in parts:
        for piece in part.parts if isinstance(part, Template) else (part,):
            if isinstance(piece, str) and joined and isinstance(joined[-1], str):
                joined[-1] += piece
            else:
                joined.append(piece)
    return Template(tuple(joined))


def _never_fails(node: Expr) -> bool:
    # `a || b` reads both sides, `a ? true : b` may not need b: then b must not be able to fail.
    match node:
        case Binary("==" | "!=", left, right):
            return _is_plain(left) and _is_plain(right)
        case Binary("&&" | "||", left, right):
            return _never_fails(left) and _never_fails(right)
    return False


def _is_plain(node: Expr) -> bool:
    match node:
        case Literal() | Attribute(Name("var")):
            return True
    return constant(node) is not None


def _object(keys: tuple[Expr, ...], values: tuple[Expr, ...]) -> ObjectOf | None:
    words = [constant(key) for key in keys]
    if None in words or len(set(words)) != len(words) or len(keys) != len(values):
        return None
    return ObjectOf(tuple(zip(keys, values, strict=True)))


def _merged(arguments: tuple[Expr, ...]) -> Expr:
    inner = list(_arguments_of_merge(arguments))
    # Only beside an object with something in it: merge({}, null) is no null.
    if any(isinstance(each, ObjectOf) and each.items for each in inner):
        inner = [each for each in inner if each != ObjectOf(())]
    joined: list[Expr] = []
    for each in inner:
        before = joined[-1] if joined else None
        if isinstance(each, ObjectOf) and isinstance(before, ObjectOf):
            keys = [key for key, _ in (*before.items, *each.items)]
            if all(constant(key) is not None for key in keys) and len(set(keys)) == len(keys):
                joined[-1] = ObjectOf((*before.items, *each.items))
                continue
        joined.append(each)
    if len(joined) == 1 and isinstance(joined[0], ObjectOf):
        return joined[0]
    return Call("merge", tuple(joined))


def _arguments_of_merge(arguments: tuple[Expr, ...]) -> Iterator[Expr]:
    for each in arguments:
        if isinstance(each, Call) and each.name == "merge" and not each.expand:
            yield from _arguments_of_merge(each.arguments)
        else:
            yield each


def _formatted(pattern: str | None, arguments: list[Expr]) -> Expr | None:
    if pattern is None:
        return None
    words = pattern.replace("%%", "\0").split("%s")
    if len(words) != len(arguments) + 1 or any("%" in word for word in words):
        return None
    words = [word.replace("\0", "%") for word in words]
    if words == ["", ""]:
        return None  # "${x}" would be x itself, which need not be a string
    parts: list[str | Expr] = [words[0]]
    for argument, word in zip(arguments, words[1:], strict=True):
        parts += [argument, word]
    return _joined(tuple(part for part in parts if part != ""))
