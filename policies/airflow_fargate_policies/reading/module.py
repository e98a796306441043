"""HCL: a module, or a root with the modules that it calls."""

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from airflow_fargate_policies.reading.addresses import addresses
from airflow_fargate_policies.reading.hcl import Attribute, Block, SyntaxInvalid, read_body
from airflow_fargate_policies.reading.instances import instances
from airflow_fargate_policies.reading.policy_documents import with_documents
from airflow_fargate_policies.reading.synthesized import (
    META,
    MODES,
    SUFFIX,
    blocks,
    files_in,
    refuse_overrides,
)
from airflow_fargate_policies.resource import (
    Configuration,
    PolicyException,
    Resource,
    UnreadableError,
)

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
    if any(folder.glob(f"*{SUFFIX}")):
        raise UnreadableError(
            f"{folder}: there are *.tf and *{SUFFIX} in it; only one of them would be looked at. "
            "Put them in folders of their own."
        )
    unseen: dict[str, str] = {}
    resources = list(_resources(_Call(folder=folder, unseen=unseen), _fetched(folder)))
    return Configuration(
        name=name or folder.name,
        kind="module",
        path=folder,
        resources=sorted(with_documents(resources), key=lambda each: each.address),
        unseen=unseen,
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


@dataclass(frozen=True, kw_only=True)
class _Call:
    """A module where it is called.

    Attributes:
        folder: With its files.
        prefix: Its address, with a dot after it; empty for the root.
        optional: Whether it is not known if there is one at all.
        exceptions: Those that stand in the call, and are for all that is made by it.
        depth: How much deeper calls are followed.
        unseen: Those that are not followed are written down here.
    """

    folder: Path
    unseen: dict[str, str]
    prefix: str = ""
    optional: bool = False
    exceptions: tuple[PolicyException, ...] = ()
    depth: int = _DEPTH


def _resources(call: _Call, fetched: Mapping[str, Path]) -> Iterator[Resource]:
    files = files_in(call.folder, ".tf")
    refuse_overrides(files)
    blocks = [(file, each) for file in files for each in _blocks(file)]
    named = _locals(block for _, block in blocks)
    for file, block in blocks:
        match block:
            case Block(type=("resource" | "data" | "ephemeral"), labels=(_, _)):
                yield from _instances(block, file, call, named)
            case Block(type="module", labels=(name,)):
                about = _attributes(block)
                found, optional = instances(about.get("count"), about.get("for_each"), named)
                folder = _called(name, about.get("source"), call, fetched)
                if not (folder and call.depth) and found:
                    call.unseen[f"{call.prefix}module.{name}"] = f"{_shown(file)}:{block.line}"
                elif folder and found:
                    if not any(folder.glob("*.tf")):
                        raise UnreadableError(
                            f"{_shown(file)}:{block.line}: there is no file *.tf in {folder}, of "
                            f"which module.{name} should be made; `terraform init` fetches modules."
                        )
                    yield from _resources(
                        _Call(
                            folder=folder,
                            unseen=call.unseen,
                            prefix=f"{call.prefix}module.{name}.",
                            optional=call.optional or optional,
                            exceptions=(*call.exceptions, *_exceptions(block, file, of_call=True)),
                            depth=call.depth - 1,
                        ),
                        fetched,
                    )


def _called(name: str, source: Any, call: _Call, fetched: Mapping[str, Path]) -> Path | None:
    """Where a module is that is called; None where that is not on this machine."""
    # What is there stands as it is, whatever was there when Terraform looked last.
    if isinstance(source, str) and source.startswith(("./", "../")):
        return call.folder / source
    return fetched.get(".".join((*call.prefix.replace("module.", "").split(".")[:-1], name)))


def _attributes(block: Block) -> dict[str, Any]:
    return {each.name: each.value() for each in block.body() if isinstance(each, Attribute)}


def _blocks(file: Path) -> list[Block]:
    try:
        body = list(read_body(file.read_text(encoding="utf-8")))
    except (OSError, UnicodeDecodeError, SyntaxInvalid) as error:
        raise UnreadableError(f"{file}: it cannot be read as HCL: {error}.") from error
    return [each for each in body if isinstance(each, Block)]


def _locals(blocks: Iterator[Block]) -> dict[str, Any]:
    return {
        each.name: each.value()
        for block in blocks
        if block.type == "locals"
        for each in block.body()
        if isinstance(each, Attribute)
    }


def _instances(
    block: Block, file: Path, call: _Call, named: Mapping[str, Any]
) -> Iterator[Resource]:
    type_, name = block.labels
    mode = MODES[block.type]
    about = _attributes(block)
    found, optional = instances(about.get("count"), about.get("for_each"), named)
    values = _values(block, META)
    referred: dict[str, list[Any]] = {}
    for each in block.body():
        referred.setdefault(_name_of(each), []).extend(_expressions(each))
    for instance in found:
        to = {
            attribute: addresses(instance.filled(written), named, call.prefix)
            for attribute, written in referred.items()
            if attribute in values
        }
        yield Resource(
            address=f"{call.prefix}{'' if mode == 'managed' else f'{mode}.'}{type_}.{name}"
            f"{instance.key}",
            mode=mode,
            type=type_,
            name=name,
            values=instance.filled(values),
            references={attribute: each for attribute, each in to.items() if each},
            optional=optional or call.optional,
            # The resource's own, which is the last, says more.
            exceptions=(*call.exceptions, *_exceptions(block, file)),
            where=f"{_shown(file)}:{block.line}",
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


def _values(block: Block, left_out: frozenset[str] = frozenset()) -> dict[str, Any]:
    found: dict[str, Any] = {}
    dynamic: dict[str, list[dict[str, Any]]] = {}
    for each in block.body():
        name = _name_of(each)
        if isinstance(each, Attribute):
            value = each.value()
            if name not in left_out and value is not None:
                found[name] = value
        elif each.type == "dynamic":
            made = (inner for inner in each.body() if isinstance(inner, Block))
            dynamic.setdefault(name, []).extend(
                _values(inner) for inner in made if inner.type == "content"
            )
        elif name not in left_out:
            found.setdefault(name, []).append(_values(each))
    # How many there are is known later.
    return found | {name: blocks(name, found.get(name), made) for name, made in dynamic.items()}


def _expressions(each: Attribute | Block) -> Iterator[Any]:
    if isinstance(each, Attribute):
        yield each.value()
    else:
        for inner in each.body():
            yield from _expressions(inner)


def _exceptions(block: Block, file: Path, *, of_call: bool = False) -> Iterator[PolicyException]:
    for found in _SKIP.finditer(block.text):
        line = block.line + block.text.count("\n", 0, found.start())
        for rule in found[1].split(","):
            yield PolicyException(
                rule=rule,
                reason=(found[2] or "").strip(),
                where=f"{_shown(file)}:{line}",
                of_call=of_call,
            )
