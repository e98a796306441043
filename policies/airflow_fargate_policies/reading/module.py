"""HCL: a module, or a root with the modules that it calls."""

import json
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Literal

from airflow_fargate_policies.reading.hcl import Attribute, Block, SyntaxInvalid, read_body
from airflow_fargate_policies.reading.synthesized import META
from airflow_fargate_policies.reading.templates import address_of, references
from airflow_fargate_policies.resource import (
    Configuration,
    PolicyException,
    Resource,
    Template,
    UnreadableError,
)

_MODES: dict[str, Literal["managed", "data", "ephemeral"]] = {
    "resource": "managed",
    "data": "data",
    "ephemeral": "ephemeral",
}
# As checkov reads it: one line, in the block.
_SKIP = re.compile(r"(?:#|//) *checkov:skip=([A-Za-z_\d-]+(?:,[A-Za-z_\d-]+)*)(?::([^\n]*))?")
_DEPTH = 10


def read_module(folder: Path, name: str | None = None) -> Configuration:
    """The resources of a module, or of a root and the modules that it calls.

    Modules are followed that are there: those called by a path, and those that `terraform init` has
    fetched. Comments `# checkov:skip=RULE:Reason.` in a resource's block are its exceptions.

    Args:
        folder: With the files `*.tf`.
        name: What to call it; by default as its folder.

    Raises:
        UnreadableError: There is no such file, or one is no HCL.
    """
    if not any(folder.glob("*.tf")):
        raise UnreadableError(f"{folder}: there is no file *.tf in it.")
    resources = list(_resources(folder, "", _fetched(folder), _DEPTH))
    return Configuration(
        name=name or folder.name,
        kind="module",
        path=folder,
        resources=sorted(resources, key=lambda each: each.address),
    )


def _fetched(root: Path) -> dict[str, Path]:
    """Where `terraform init` has put modules, by their addresses without `module.`."""
    file = root / ".terraform/modules/modules.json"
    if not file.is_file():
        return {}
    try:
        listed = json.loads(file.read_text(encoding="utf-8")).get("Modules", [])
    except ValueError as error:
        raise UnreadableError(f"{file}: it cannot be read as JSON: {error}.") from error
    return {each["Key"]: root / each["Dir"] for each in listed}


def _resources(
    folder: Path, prefix: str, fetched: Mapping[str, Path], depth: int
) -> Iterator[Resource]:
    blocks = [(file, each) for file in sorted(folder.glob("*.tf")) for each in _blocks(file)]
    named = _locals(block for _, block in blocks)
    for file, block in blocks:
        match block:
            case Block(type=("resource" | "data" | "ephemeral") as kind, labels=(type_, name)):
                at = f"{prefix}{'' if kind == 'resource' else f'{kind}.'}{type_}.{name}"
                yield _resource(block, _MODES[kind], at, f"{_shown(file)}:{block.line}", named)
            case Block(type="module", labels=(name,)) if depth:
                key = ".".join((*prefix.replace("module.", "").split(".")[:-1], name))
                source = _source(block)
                called = fetched.get(key) or (folder / source if source else None)
                if called and called.is_dir():
                    yield from _resources(called, f"{prefix}module.{name}.", fetched, depth - 1)


def _blocks(file: Path) -> list[Block]:
    try:
        body = list(read_body(file.read_text(encoding="utf-8")))
    except (OSError, UnicodeDecodeError, SyntaxInvalid) as error:
        raise UnreadableError(f"{file}: it cannot be read as HCL: {error}.") from error
    return [each for each in body if isinstance(each, Block)]


def _source(block: Block) -> str | None:
    for each in block.body():
        if isinstance(each, Attribute) and each.name == "source":
            value = each.value()
            return value if isinstance(value, str) and value.startswith(("./", "../")) else None
    return None


def _locals(blocks: Iterator[Block]) -> dict[str, Any]:
    return {
        each.name: each.value()
        for block in blocks
        if block.type == "locals"
        for each in block.body()
        if isinstance(each, Attribute)
    }


def _resource(
    block: Block,
    mode: Literal["managed", "data", "ephemeral"],
    address: str,
    where: str,
    named: Mapping[str, Any],
) -> Resource:
    type_, name = block.labels
    prefix = address.removesuffix(f"{type_}.{name}").removesuffix(f"{mode}.")
    values, referred = _values(block), {}
    for each in block.body():
        referred.setdefault(_name_of(each), []).extend(_expressions(each))
    return Resource(
        address=address,
        mode=mode,
        type=type_,
        name=name,
        values=values,
        references={
            attribute: addresses
            for attribute, found in referred.items()
            if attribute in values and (addresses := _addresses(found, prefix, named))
        },
        exceptions=tuple(_exceptions(block, where)),
        where=where,
    )


def _shown(file: Path) -> str:
    """A file as people name it: from the folder that they are in."""
    try:
        return file.resolve().relative_to(Path.cwd()).as_posix()
    except ValueError:
        return file.resolve().as_posix()


def _name_of(each: Attribute | Block) -> str:
    if isinstance(each, Block):
        return each.labels[0] if each.type == "dynamic" and each.labels else each.type
    return each.name


def _values(block: Block) -> dict[str, Any]:
    found: dict[str, Any] = {}
    dynamic = set()
    for each in block.body():
        name = _name_of(each)
        if isinstance(each, Attribute):
            value = each.value()
            if name not in META and value is not None:
                found[name] = value
        elif each.type == "dynamic":
            dynamic.add(name)
        elif name not in META:
            found.setdefault(name, []).append(_values(each))
    # How many there are is known later.
    return found | {name: Template(f"${{dynamic.{name}}}") for name in dynamic}


def _expressions(each: Attribute | Block) -> Iterator[Any]:
    if isinstance(each, Attribute):
        yield each.value()
    else:
        for inner in each.body():
            yield from _expressions(inner)


def _addresses(values: list[Any], prefix: str, named: Mapping[str, Any]) -> tuple[str, ...]:
    """To which resources expressions refer, through the module's `locals` too."""
    found: dict[str, None] = {}
    waiting, seen = list(values), set()
    while waiting:
        for reference in references(waiting.pop()):
            address = address_of(reference)
            head, _, tail = address.partition(".")
            if head == "local":
                if tail in named and tail not in seen:
                    seen.add(tail)
                    waiting.append(named[tail])
            elif head not in ("var", "each", "count", "path", "self", "terraform", "module"):
                found[prefix + address] = None
    return tuple(found)


def _exceptions(block: Block, where: str) -> Iterator[PolicyException]:
    for found in _SKIP.finditer(block.text):
        for rule in found[1].split(","):
            yield PolicyException(rule=rule, reason=(found[2] or "").strip(), where=where)
