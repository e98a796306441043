"""A whole configuration as HCL: each kind of block for itself."""

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from module_writer.hcl.body import Bodies
from module_writer.hcl.comments import policy_comments
from module_writer.hcl.nesting import listed
from module_writer.hcl.nodes import Expr
from module_writer.hcl.schemas import Block, Schemas
from module_writer.hcl.settings import terraform_block
from module_writer.hcl.types import Types
from module_writer.hcl.values import Read, Values, attribute, local

Config = Mapping[str, Any]
Written = Iterator[tuple[str, str]]  # address, text

_CHECKS: Block = {
    "block_types": {n: {"block": {}} for n in ("validation", "precondition", "assert")}
}
_OF_VARIABLES = ("description", "type", "default", "nullable", "sensitive", "ephemeral")


@dataclass(frozen=True)
class Document:
    """Writes the blocks of a configuration.

    ``names`` are locals to make beside those of the configuration: name to value.
    """

    config: Config
    schemas: Schemas
    names: Mapping[str, Any] = field(default_factory=dict)

    def blocks(self, kind: str) -> Written:
        """All blocks of a kind, such as ``variable``: address and text, in the JSON's order."""
        given = self.config.get(kind)
        if not given:
            return
        writers: Mapping[str, Callable[[Any], Written]] = {
            "provider": self._providers,
            "variable": self._variables,
            "output": self._outputs,
            "module": self._modules,
            "check": self._checks,
        }
        if kind in {"resource", "data", "ephemeral"}:
            yield from self._typed(kind, given)
        elif kind in {"moved", "import", "removed"}:
            yield from self._moves(kind, given)
        elif kind == "terraform":
            for each in listed(given):
                yield kind, terraform_block(each, self._bodies)
        else:
            yield from writers[kind](given)

    def locals_block(self, others: str) -> str | None:
        """The block `locals`; of the names only those that it or the text of others uses."""
        values = self._bodies.values
        lines: list[str] = []
        for name, value in reversed(self._all_locals.items()):
            text = attribute(name, values.definition(name, value), 2)
            if name not in self.names or re.search(
                rf"\blocal\.{name}\b", "\n".join([others, *lines])
            ):
                lines.insert(0, text)
        return self._bodies.block("locals", _spaced(lines), 0) if lines else None

    @cached_property
    def _all_locals(self) -> dict[str, Any]:
        parts = listed(self.config.get("locals", {}))
        given = {name: value for part in parts for name, value in part.items() if name != "//"}
        return {**self.names, **given}

    @cached_property
    def _bodies(self) -> Bodies:
        known: dict[str, Expr] = {}
        names: dict[Expr, Expr] = {}
        values = Values(Types(self.config, self.schemas, known), names)
        for name, value in self._all_locals.items():
            known[name] = values.plain(value)
            if name in self.names:
                names[known[name]] = local(name)
        return Bodies(values)

    def _typed(self, kind: str, given: Config) -> Written:
        for type_, named in given.items():
            if type_ == "//":
                continue
            schema = self.schemas.block(kind, type_)
            for name, each in named.items():
                body = "".join(self._content(one, schema) for one in listed(each))
                address = f"{type_}.{name}" if kind == "resource" else f"{kind}.{type_}.{name}"
                yield address, self._bodies.block(f'{kind} "{type_}" "{name}"', body, 0)

    def _content(self, given: Config, schema: Block) -> str:
        parts = (policy_comments(given, 2), self._bodies.body(given, schema, 2))
        return "\n".join(part for part in parts if part)

    def _providers(self, given: Config) -> Written:
        for name, several in given.items():
            schema = self.schemas.provider(name)
            for each in listed(several):
                body = self._bodies.body(each, schema, 2, {"alias": self._bodies.values.literal})
                yield f"provider.{name}", self._bodies.block(f'provider "{name}"', body, 0)

    def _variables(self, given: Config) -> Written:
        values = self._bodies.values
        for name, each in given.items():
            body = ""
            for part in (part for part in _OF_VARIABLES if part in each):
                # A default of null says something: the variable is optional.
                if each[part] is not None or part == "default":
                    read = values.bare if part == "type" else values.literal
                    body += f"  {attribute(part, read(each[part]), 2)}\n"
            checks = self._bodies.body({"validation": each.get("validation")}, _CHECKS, 2)
            text = "\n".join(part for part in (body, checks) if part)
            yield f"var.{name}", self._bodies.block(f'variable "{name}"', text, 0)

    def _outputs(self, given: Config) -> Written:
        readers = {"description": self._bodies.values.literal}
        for name, each in given.items():
            ordered = {n: each[n] for n in ("description", "value") if n in each} | dict(each)
            body = self._bodies.body(ordered, _CHECKS, 2, readers)
            yield f"output.{name}", self._bodies.block(f'output "{name}"', body, 0)

    def _modules(self, given: Config) -> Written:
        values = self._bodies.values
        readers = {"source": values.literal, "version": values.literal, "providers": values.bare}
        for name, each in given.items():
            source = {n: each[n] for n in ("source", "version") if n in each}
            body = self._bodies.body(source | dict(each), {}, 2, readers)
            yield f"module.{name}", self._bodies.block(f'module "{name}"', body, 0)

    def _checks(self, given: Config) -> Written:
        for name, each in given.items():
            inner = [text for _, text in self._typed("data", each.get("data", {}))]
            chunks = [f"  {text}\n".replace("\n", "\n  ").removesuffix("  ") for text in inner]
            rest = {key: value for key, value in each.items() if key != "data"}
            body = "\n".join([*chunks, self._bodies.body(rest, _CHECKS, 2)])
            yield f"check.{name}", self._bodies.block(f'check "{name}"', body, 0)

    def _moves(self, kind: str, given: Any) -> Written:
        readers: dict[str, Read] = dict.fromkeys(("from", "to"), self._bodies.values.bare)
        for each in listed(given):
            yield kind, self._bodies.block(kind, self._bodies.body(each, {}, 2, readers), 0)


def _spaced(lines: list[str]) -> str:
    """Attributes in their order, longer ones with an empty line around them."""
    found = ""
    for place, line in enumerate(lines):
        apart = place and ("\n" in line or "\n" in lines[place - 1])
        found += ("\n" if apart else "") + f"  {line}\n"
    return found
