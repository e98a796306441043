"""Whether a variable's new type takes all that its old one took."""

from collections.abc import Iterator

from module_writer.hcl.nodes import Call, Expr, Name, ObjectOf, constant
from module_writer.hcl.parser import parse_expression


def narrowed(old: str, new: str, of: str) -> list[str]:
    """What callers could give and now cannot, in plain words; empty if the types are alike.

    ``of`` is the variable, as it is named in the words. Attributes that may be left out can come
    and can lose their duty; any other change of a type counts.
    """
    return list(_narrowed(parse_expression(old), parse_expression(new), of))


def _narrowed(old: Expr, new: Expr, of: str) -> Iterator[str]:
    if old == new or new == Name("any"):
        return
    before, after = _object(old), _object(new)
    if before is not None and after is not None:
        yield from _attributes(before, after, of)
    elif isinstance(old, Call) and isinstance(new, Call) and old.name == new.name:
        for inner, other in zip(old.arguments, new.arguments, strict=True):
            yield from _narrowed(inner, other, f"{of}[*]")
    else:
        yield f"{of} has another type"


def _attributes(before: dict[str, Expr], after: dict[str, Expr], of: str) -> Iterator[str]:
    for name, old in before.items():
        if name not in after:
            yield f"{of} has no attribute {name} any more"
            continue
        new = after[name]
        if _is_optional(old) and not _is_optional(new):
            yield f"{of}.{name} became required"
        yield from _narrowed(_inner(old), _inner(new), f"{of}.{name}")
    for name, new in after.items():
        if name not in before and not _is_optional(new):
            yield f"{of} has a new attribute that must be given: {name}"


def _object(type_: Expr) -> dict[str, Expr] | None:
    if not isinstance(type_, Call) or type_.name != "object":
        return None
    (inner,) = type_.arguments
    items = inner.items if isinstance(inner, ObjectOf) else ()
    return {constant(key) or "": value for key, value in items}


def _is_optional(type_: Expr) -> bool:
    return isinstance(type_, Call) and type_.name == "optional"


def _inner(type_: Expr) -> Expr:
    return type_.arguments[0] if isinstance(type_, Call) and _is_optional(type_) else type_
