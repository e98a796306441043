"""Whether what is written is known to version 6 of the provider, and not on its way out."""

import re
from collections.abc import Iterator, Mapping
from typing import Any

from module_writer.checks.bindings import Bindings, Fields
from module_writer.checks.walking import arguments, bodies
from module_writer.hcl.schemas import Block, Schemas

EPHEMERAL: Mapping[str, frozenset[str]] = {
    "aws_secretsmanager_random_password": frozenset(
        {
            "exclude_characters",
            "exclude_lowercase",
            "exclude_numbers",
            "exclude_punctuation",
            "exclude_uppercase",
            "include_space",
            "password_length",
            "random_password",
            "region",
            "require_each_included_type",
        }
    )
}
"""Ephemeral resources of version 6, which the bindings leave out; from the provider's own pages
(website/docs/ephemeral-resources)."""

_READ = re.compile(
    r"(?P<section>\bdata\.|\bephemeral\.)?\b(?P<type>aws_\w+)\.(?P<name>[\w-]+)"
    r"\)?(?:\[(?:\*|[^\[\]]*)\])*\.(?P<attribute>[a-z]\w*)"
)


def unknown_to_bindings(config: Mapping[str, Any], bindings: Bindings) -> list[str]:
    """What version 6 of the provider does not know, in plain words; empty if it knows all.

    Looks at types, at arguments in blocks however deep, and at attributes that are read. Whether
    an argument is a block or an attribute cannot be told from the bindings.
    """
    return [*_unknown_arguments(config, bindings), *_unknown_attributes(config, bindings)]


def deprecated(config: Mapping[str, Any], schemas: Schemas) -> list[str]:
    """Arguments that the schema calls deprecated, in plain words; the bindings do not say it."""
    found = []
    for section, type_, address, body in bodies(config):
        for path, name, block in arguments(body, schemas.block(section, type_), _in_block):
            said = {**block.get("attributes", {}), **_blocks(block)}.get(name, {})
            if said.get("deprecated"):
                found.append(f"{address}: {path} is deprecated; write what its page says instead.")
    return found


def _unknown_arguments(config: Mapping[str, Any], bindings: Bindings) -> Iterator[str]:
    version = f"provider {bindings.provider}"
    for section, type_, address, body in bodies(config):
        if not type_.startswith("aws_"):
            continue  # Terraform's own
        if section == "ephemeral":
            if type_ not in EPHEMERAL:
                yield f"{address}: {type_} is not among the ephemeral resources that {version} has."
                continue
            names = arguments(body, type_, lambda known: dict.fromkeys(EPHEMERAL[known]))
            unknown = [path for path, name, known in names if name not in EPHEMERAL[known]]
        elif type_ not in bindings.types[section]:
            yield f"{address}: {version} has no {section} {type_}."
            continue
        else:
            struct, _ = bindings.types[section][type_]
            names = arguments(body, struct, lambda known: _in_struct(bindings, known))
            unknown = [p for p, name, known in names if name not in _in_struct(bindings, known)]
        yield from (f"{address}: {version} has no argument {path}." for path in unknown)


def _unknown_attributes(config: Mapping[str, Any], bindings: Bindings) -> Iterator[str]:
    said = {key: value for key, value in config.items() if key not in ("variable", "terraform")}
    found = {
        ((match["section"] or "resource.")[:-1], match["type"], match["name"], match["attribute"])
        for text in _expressions(said)
        for match in _READ.finditer(text)
    }
    for section, type_, name, attribute in sorted(found):
        if type_ not in config.get(section, {}) or name not in config[section][type_]:
            continue  # not a reference, such as a word in a policy
        if not _can_be_read(section, type_, attribute, bindings):
            address = f"{type_}.{name}" if section == "resource" else f"{section}.{type_}.{name}"
            yield f"{address}: provider {bindings.provider} has no attribute {attribute} to read."


def _can_be_read(section: str, type_: str, attribute: str, bindings: Bindings) -> bool:
    if section == "ephemeral":
        return attribute in EPHEMERAL.get(type_, ())
    if type_ not in bindings.types[section]:
        return True  # said already, of the type
    # Without underscores and case: the bindings write `ipv6CidrBlock`.
    plain = attribute.replace("_", "").lower()
    return plain in {name.lower() for name in bindings.types[section][type_][1]}


def _expressions(value: object) -> Iterator[str]:
    if isinstance(value, str) and "${" in value:
        yield value
    elif isinstance(value, Mapping):
        for each in value.values():
            yield from _expressions(each)
    elif isinstance(value, list):
        for each in value:
            yield from _expressions(each)


def _in_struct(bindings: Bindings, struct: str) -> Fields:
    return bindings.structs.get(struct, {})


def _in_block(block: Block) -> Mapping[str, Block | None]:
    return {**dict.fromkeys(block.get("attributes", {})), **_blocks(block)}


def _blocks(block: Block) -> dict[str, Block]:
    return {
        name: {**each["block"], "deprecated": each["block"].get("deprecated", False)}
        for name, each in block.get("block_types", {}).items()
    }
