"""What a plan says was written for its resources, and to which resources that refers.

A plan's `configuration` holds references and constants, no expressions: of `"${aws_kms_key.a.arn}"`
and of `aws_kms_key.a.arn` it says the same. Inside a module, `var.key_arn` is what the caller
passed, and `module.network.vpc_id` is an output's expression; both are followed here.
"""

import re
from collections.abc import Iterator, Mapping
from functools import cache
from typing import Any

from airflow_fargate_policies.reading.templates import address_of
from airflow_fargate_policies.resource import Template, without_keys

UNKNOWN = Template("${unknown}")
"""What is known later, and of which a plan does not say more."""

_MODULE = re.compile(r"module\.([^.\[]+)(?:\[(?:\d+|\"(?:[^\"\\]|\\.)*\")\])?\.")
_INDEX = re.compile(r"\[[^\]]*\]")
_NO_RESOURCES = frozenset({"count", "each", "local", "path", "self", "terraform", "var"})
_DEPTH = 20

Path = tuple[str, ...]
"""The names of the modules in which something is, from the root on."""


class References:
    """Reads a plan's `configuration`.

    Args:
        root: Its `root_module`.
    """

    def __init__(self, root: Mapping[str, Any]) -> None:
        self._root = root
        self.written = cache(self._written_of)
        self.addresses = cache(self._addresses_of)

    def _written_of(self, address: str) -> dict[str, Any]:
        """What was written for a resource, in the form of `Resource.values`.

        A reference is a `Template`; what holds more than one reference is `UNKNOWN`.
        """
        path, expressions = self._expressions(address)
        return {name: self._written(said, path) for name, said in expressions.items()}

    def _addresses_of(self, address: str) -> dict[str, tuple[str, ...]]:
        """To which resources each attribute of a resource refers; blocks too, by their names."""
        path, expressions = self._expressions(address)
        found = {}
        for name, said in expressions.items():
            addresses = dict.fromkeys(
                address for each in _named(said) for address in self._resolved(each, path, _DEPTH)
            )
            if addresses:
                found[name] = tuple(addresses)
        return found

    def _expressions(self, address: str) -> tuple[Path, Mapping[str, Any]]:
        modules = list(_MODULE.finditer(address))
        path = tuple(found[1] for found in modules)
        rest = without_keys(address[modules[-1].end() if modules else 0 :])
        for each in self._module(path).get("resources") or ():
            if each["address"] == rest:
                return path, each.get("expressions") or {}
        return path, {}

    def _module(self, path: Path) -> Mapping[str, Any]:
        module = self._root
        for name in path:
            module = _call(module, name).get("module") or {}
        return module

    def _passed(self, variable: str, path: Path) -> Any:
        """What the caller of a module gives for a variable."""
        return (_call(self._module(path[:-1]), path[-1]).get("expressions") or {}).get(variable)

    def _output(self, name: str, path: Path) -> Any:
        outputs = self._module(path).get("outputs") or {}
        return outputs.get(name, {}).get("expression")

    def _written(self, said: Any, path: Path) -> Any:
        if isinstance(said, list):
            return [self._written(each, path) for each in said]
        if not isinstance(said, dict):
            return said
        if "constant_value" in said:
            return said["constant_value"]
        if not said or isinstance(said.get("references"), list):
            reference = self._one(said, path, path, _DEPTH)
            return Template(f"${{{reference}}}") if reference else UNKNOWN
        return {name: self._written(each, path) for name, each in said.items()}

    def _one(self, said: Any, at: Path, seen_from: Path, depth: int) -> str | None:
        """The one reference that an expression has, as it would stand in another module."""
        named = list(_named(said))
        # Terraform lists `a.b.c` and then `a.b`; one reference is one chain.
        if depth == 0 or not named or not all(named[0].startswith(each) for each in named):
            return None
        reference = _INDEX.sub("", named[0])
        head, *rest = reference.split(".")
        if head == "var" and at and len(rest) == 1:
            found = self._one(self._passed(rest[0], at), at[:-1], seen_from, depth - 1)
            return found or reference
        if head == "module" and len(rest) == 2:  # noqa: PLR2004 -- the call and the output
            inside = (*at, rest[0])
            found = self._one(self._output(rest[1], inside), inside, seen_from, depth - 1)
            return found or reference
        return reference if at == seen_from else _prefix(at) + reference

    def _resolved(self, reference: str, path: Path, depth: int) -> Iterator[str]:
        head, _, tail = _INDEX.sub("", reference).partition(".")
        if depth == 0 or not tail:
            return
        if head == "var" and path:
            for each in _named(self._passed(tail.split(".")[0], path)):
                yield from self._resolved(each, path[:-1], depth - 1)
        elif head == "module":
            name, _, output = tail.partition(".")
            for each in _named(self._output(output.split(".")[0], (*path, name))):
                yield from self._resolved(each, (*path, name), depth - 1)
        elif head not in _NO_RESOURCES:
            yield _prefix(path) + address_of(f"{head}.{tail}")


def _call(module: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    return (module.get("module_calls") or {}).get(name) or {}


def _prefix(path: Path) -> str:
    return "".join(f"module.{name}." for name in path)


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
