"""Which names of a body are blocks, and what may be in those."""

from collections.abc import Mapping
from typing import Any

from module_writer.hcl.schemas import Block

_ANYTHING: Block = {}
_LIFECYCLE: Block = {
    "block_types": {name: {"block": _ANYTHING} for name in ("precondition", "postcondition")}
}
PROVISIONER: Block = {}
"""Of a provisioner: all that it has are attributes, and Terraform's own `connection`."""

_TERRAFORMS_OWN = {"lifecycle": _LIFECYCLE, "connection": _ANYTHING}


def listed(value: Any) -> list[Any]:
    """The list, or a list of the one value: JSON may say either for a block."""
    return list(value) if isinstance(value, list | tuple) else [value]


def own_names(schema: Block) -> set[str]:
    """Names of the provider's arguments and blocks."""
    return {*schema.get("attributes", ()), *schema.get("block_types", ())}


def block_names(given: Mapping[str, Any], schema: Block) -> set[str]:
    """Those of the given names that are written as blocks of the provider."""
    names = schema.get("block_types", {}).keys() & given.keys()
    return names | {k for k, v in given.items() if _as_block(schema, k, v) is not None}


def inner_schema(schema: Block, name: str, value: Any) -> Block:
    """What may be in a nested block; raises ValueError if there is no such block."""
    if (found := schema.get("block_types", {}).get(name)) is not None:
        return {**found["block"], "nesting": found.get("nesting_mode")}
    if (found := _as_block(schema, name, value)) is not None:
        return found
    if name in _TERRAFORMS_OWN:
        return _TERRAFORMS_OWN[name]
    raise ValueError(f'The schema has no block "{name}"')


def _as_block(schema: Block, name: str, value: Any) -> Block | None:
    """What is in an attribute that is written as a block; None for other attributes.

    Lists and sets of objects are, where the provider's schema is of the old kind: people write
    them so, as optional fields may then be left away. An empty list stays an attribute: "none".
    """
    match schema.get("attributes", {}).get(name, {}).get("type"):
        case ["list" | "set", ["object", fields]] if value and not isinstance(value, str):
            if all(isinstance(each, dict) for each in listed(value)):
                return {"attributes": {n: {"type": t} for n, t in fields.items()}}
    return None
