"""The `terraform` block: versions and backend, whose strings are no templates."""

from collections.abc import Iterator, Mapping
from typing import Any

from module_writer.hcl.body import Bodies
from module_writer.hcl.layout import layout
from module_writer.hcl.nesting import listed
from module_writer.hcl.schemas import Block
from module_writer.hcl.values import attribute

_LABELLED = ("backend", "provider_meta")
_INNER: Block = {"block_types": {name: {"block": {}} for name in ("workspaces", "assume_role")}}


def terraform_block(given: Mapping[str, Any], bodies: Bodies) -> str:
    """The block; raises ValueError for settings that are not written here."""
    chunks: list[str] = []
    if version := given.get("required_version"):
        chunks.append(attribute("required_version", bodies.values.literal(version), 2))
    for name, each in given.items():
        if name in _LABELLED:
            chunks += [_literal(f'{name} "{k}"', content, bodies) for k, content in each.items()]
        elif name == "required_providers":
            lines = "".join(f"    {line}\n" for line in _required(each, bodies))
            chunks.append(bodies.block(name, lines, 2))
        elif name == "cloud":
            chunks.append(_literal(name, each, bodies))
        elif name not in {"required_version", "//"}:
            raise ValueError(f"No HCL is written for terraform.{name}")
    return bodies.block("terraform", "\n".join(f"  {chunk}\n" for chunk in chunks), 0)


def _literal(head: str, content: Mapping[str, Any], bodies: Bodies) -> str:
    readers = dict.fromkeys(content, bodies.values.literal)
    return bodies.block(head, bodies.body(content, _INNER, 4, readers), 2)


def _required(given: Any, bodies: Bodies) -> Iterator[str]:
    values = bodies.values
    for name, each in (item for part in listed(given) for item in part.items()):
        fields = dict(each) if isinstance(each, dict) else {"version": each}
        aliases = fields.pop("configuration_aliases", None)
        written = attribute(name, values.literal(fields), 4)
        if aliases:
            word = "configuration_aliases = "
            names = layout(values.bare(aliases), 6, 6 + len(word))
            written = f"{written[:-1].rstrip()}\n      {word}{names}\n    }}"
        yield written
