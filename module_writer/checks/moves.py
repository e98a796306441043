"""The `moved` blocks of a module, from the list that is kept in the source."""

from collections.abc import Mapping, Sequence
from typing import Any

from module_writer.checks.manifest import addresses
from module_writer.moved import MOVED, Moved


def moved_blocks(
    name: str, config: Mapping[str, Any], moved: Mapping[str, Sequence[Moved]] = MOVED
) -> list[dict[str, str]]:
    """The blocks for ``config["moved"]`` of a module.

    Raises ValueError for one that Terraform would refuse or that does nothing: whatever it moves
    from must be gone, and what it moves to must be there, or be moved on by another.
    """
    here = addresses(config)
    entries = moved.get(name, ())
    sources = [each.from_ for each in entries]
    for each in entries:
        where = f"moved.py, module {name}: {each.from_} to {each.to}"
        if sources.count(each.from_) > 1:
            raise ValueError(f"{where}: {each.from_} moves twice. Keep one of the two.")
        if resource_of(each.to) not in here and each.to not in sources:
            raise ValueError(f"{where}: the module has no {resource_of(each.to)}. Correct `to`.")
        if _exists(each, here):
            raise ValueError(f"{where}: {each.from_} is still there. Take the entry out.")
    return [{"from": each.from_, "to": each.to} for each in entries]


def resource_of(address: str) -> str:
    """The resource of an instance: ``aws_subnet.public`` for ``aws_subnet.public[0]``."""
    return address.partition("[")[0]


def instances_of(address: str) -> str | None:
    """How the instance that an address names is told apart: None if it names no instance."""
    _, bracket, key = address.partition("[")
    if not bracket:
        return None
    return "for_each" if key.startswith('"') else "count"


def _exists(moved: Moved, here: Mapping[str, str]) -> bool:
    """Whether what is moved is still in the module."""
    kind = here.get(resource_of(moved.from_))
    key = instances_of(moved.from_)
    if kind is None or kind == "one":
        return kind == "one" and key is None
    # Beside a target with a key, an address without one is the instance from before there were
    # keys, which is gone; else it is the whole resource.
    return key == kind or (key is None and instances_of(moved.to) is None)
