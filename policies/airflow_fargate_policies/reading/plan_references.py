"""To which resources the attributes of a plan's resources refer, through calls of modules too."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

from airflow_fargate_policies.reading.templates import address_of
from airflow_fargate_policies.resource import without_keys

_MODULE = re.compile(r"module\.([^.\[]+)(?:\[(?:\d+|\"(?:[^\"\\]|\\.)*\")\])?\.")
_NOT_RESOURCES = ("each", "count", "local", "path", "self", "terraform", "var")
_DEPTH = 20


@dataclass(frozen=True)
class Link:
    """What an attribute refers to.

    Attributes:
        addresses: Of resources, without keys of instances.
        expression: The reference that it is, where it is one and nothing else.
    """

    addresses: tuple[str, ...]
    expression: str | None


class References:
    """Reads a plan's `configuration`.

    Args:
        root: Its `root_module`.
    """

    def __init__(self, root: Mapping[str, Any]) -> None:
        self._root = root
        self.of = cache(self._of)

    def _of(self, address: str) -> dict[str, Link]:
        """What the attributes of a resource refer to; blocks too, by their names."""
        path = tuple(found[1] for found in _MODULE.finditer(address))
        rest = address[[0, *(found.end() for found in _MODULE.finditer(address))][-1] :]
        module = self._module(path)
        for each in module.get("resources") or ():
            if each["address"] == without_keys(rest):
                return self._links(each.get("expressions") or {}, path)
        return {}

    def _module(self, path: tuple[str, ...]) -> Mapping[str, Any]:
        module = self._root
        for name in path:
            module = (module.get("module_calls") or {}).get(name, {}).get("module") or {}
        return module

    def _links(self, expressions: Mapping[str, Any], path: tuple[str, ...]) -> dict[str, Link]:
        found = {}
        for attribute, said in expressions.items():
            named = list(_named(said))
            addresses = dict.fromkeys(
                address for each in named for address in self._resolved(each, path, _DEPTH)
            )
            if named:
                # Terraform lists `a.b.c` and then `a.b`; one reference is one chain.
                whole = named[0] if all(named[0].startswith(each) for each in named) else None
                found[attribute] = Link(tuple(addresses), whole)
        return found

    def _resolved(self, reference: str, path: tuple[str, ...], depth: int) -> Iterator[str]:
        reference = re.sub(r"\[[^\]]*\]", "", reference)
        head, _, tail = reference.partition(".")
        if depth == 0 or not tail:
            return
        if head == "var" and path:
            call = (self._module(path[:-1]).get("module_calls") or {}).get(path[-1], {})
            said = (call.get("expressions") or {}).get(tail.split(".")[0])
            for each in _named(said):
                yield from self._resolved(each, path[:-1], depth - 1)
        elif head == "module":
            name, _, output = tail.partition(".")
            module = self._module((*path, name))
            outputs = module.get("outputs") or {}
            for each in _named(outputs.get(output.split(".")[0], {}).get("expression")):
                yield from self._resolved(each, (*path, name), depth - 1)
        elif head not in _NOT_RESOURCES:
            prefix = "".join(f"module.{name}." for name in path)
            yield prefix + address_of(reference)


def _named(said: Any) -> Iterator[str]:
    """Every reference in expressions, those of blocks too."""
    if isinstance(said, dict):
        if isinstance(said.get("references"), list):
            yield from said["references"]
            return
        for each in said.values():
            yield from _named(each)
    elif isinstance(said, list):
        for each in said:
            yield from _named(each)
