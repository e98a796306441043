"""Loops over the keys and over the values of a map, as loops over its items."""

from module_writer.hcl.nodes import Attribute, Call, Expr, For, Index, Literal, Name, Splat
from module_writer.hcl.rewriting import parts_of, replaced

_KEY, _VALUE = "k", "v"


def over_items(node: For, name: str, collection: Expr) -> For:
    """``[for k in keys(m) : f(k, m[k])]`` as ``[for k, v in m : f(k, v)]``, if it uses ``m[k]``."""
    item = Index(collection, Name(name))
    inside = [node.value, *([node.condition] if node.condition else [])]
    if not any(item in parts_of(each) for each in inside):
        return node
    # The map itself may well have a `v` of its own in it.
    if any(_VALUE in _names(replaced(each, item, Literal("null"))) for each in inside):
        return node
    condition = replaced(node.condition, item, Name(_VALUE)) if node.condition else None
    value = replaced(node.value, item, Name(_VALUE))
    return For((name, _VALUE), collection, value, condition)


def over_map(keys: Expr, values: Expr) -> For | None:
    """``zipmap(keys(m), values(m)[*].a)`` as ``{for k, v in m : k => v.a}``; None for others.

    The values may also be ``[for x in values(m)[*].a : f(x)]``.
    """
    match keys, values:
        case Call("keys", (collection,)), Attribute(Splat(Call("values", (same,))), name):
            if collection == same:
                return _items(collection, Attribute(Name(_VALUE), name))
        case (
            Call("keys", (collection,)),
            For((element,), Attribute(Splat(Call("values", (same,))), name), body, None, None),
        ):
            if collection == same and not {_KEY, _VALUE} & _names(body):
                value = replaced(body, Name(element), Attribute(Name(_VALUE), name))
                return _items(collection, value)
    return None


def _items(collection: Expr, value: Expr) -> For:
    return For((_KEY, _VALUE), collection, value, key=Name(_KEY))


def _names(node: Expr) -> set[str]:
    """Words that mean something in it: references, and what its own loops call their elements."""
    parts = list(parts_of(node))
    own = {name for part in parts if isinstance(part, For) for name in part.names}
    return own | {part.text for part in parts if isinstance(part, Name)}
