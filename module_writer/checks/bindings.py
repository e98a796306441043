"""What the provider's version 6 knows, read from the bindings that were generated from it."""

import json
import os
import re
import tarfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from importlib.metadata import version
from importlib.util import find_spec
from pathlib import Path
from typing import Any

PACKAGE = "cdktf-cdktf-provider-aws"
_LINK = re.compile(
    r"/hashicorp/aws/(?P<version>[\d.]+)/docs/"
    r"(?P<section>resources|data-sources)/\S+ (?P<type>\w+)\}"
)
_ARGUMENT = re.compile(r"[{]@link \S+ \w+#(\w+)\}")
_SECTIONS = {"resources": "resource", "data-sources": "data"}

Fields = Mapping[str, str | None]
"""Arguments by their names in Terraform: None, or the struct of what is in a block."""


@dataclass(frozen=True)
class Bindings:
    """Arguments and attributes of the provider's types.

    ``provider`` is the version that the bindings know, ``types`` are those of each section
    ("resource", "data"): the struct of its arguments, and the attributes that can be read, as
    the bindings name them.
    """

    provider: str
    types: Mapping[str, Mapping[str, tuple[str, frozenset[str]]]]
    structs: Mapping[str, Fields]


def read_bindings(project: Path) -> Bindings:
    """What the installed bindings know.

    Reading them takes five seconds, so the answer is kept in ``.tools`` of the folder ``project``.
    """
    cache = project / f".tools/schemas/bindings-{version(PACKAGE)}.json"
    if not cache.is_file():
        cache.parent.mkdir(parents=True, exist_ok=True)
        beside = cache.with_name(f"{cache.name}.{os.getpid()}")
        beside.write_text(json.dumps(_of_assembly(_assembly()), separators=(",", ":")))
        beside.replace(cache)
    kept = json.loads(cache.read_bytes())
    types = {
        section: {type_: (struct, frozenset(reads)) for type_, (struct, reads) in each.items()}
        for section, each in kept["types"].items()
    }
    return Bindings(kept["provider"], types, kept["structs"])


def _assembly() -> dict[str, Any]:
    # Not by importing it: that takes 45 seconds.
    found = find_spec(PACKAGE.replace("-", "_"))
    if found is None or not found.submodule_search_locations:
        raise ValueError(f"{PACKAGE} is not installed")
    (archive,) = Path(found.submodule_search_locations[0], "_jsii").glob("*.jsii.tgz")
    with tarfile.open(archive) as package:
        file = package.extractfile("package/.jsii")
        if file is None:
            raise ValueError(f"{archive.name} has no assembly")
        return json.load(file)["types"]


def _of_assembly(types: Mapping[str, Any]) -> dict[str, Any]:
    sections: dict[str, dict[str, Any]] = {"resource": {}, "data": {}}
    versions = set()
    for each in types.values():
        link = _LINK.search(each.get("docs", {}).get("summary", ""))
        if each["kind"] != "class" or link is None:
            continue
        versions.add(link["version"])
        config = each["initializer"]["parameters"][2]["type"]["fqn"]
        reads = [p["name"] for p in each["properties"] if not p.get("static")]
        sections[_SECTIONS[link["section"]]][link["type"]] = (config, reads)
    (provider,) = versions
    structs = {
        name: dict(_fields(each, types))
        for name, each in types.items()
        if each["kind"] == "interface" and each.get("datatype")
    }
    return {"provider": provider, "types": sections, "structs": structs}


def _fields(struct: Mapping[str, Any], types: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    for each in struct.get("properties", ()):
        # The link in its words has Terraform's own name, which cannot always be told from ours.
        docs = each.get("docs", {})
        if named := _ARGUMENT.findall(f"{docs.get('summary', '')} {docs.get('remarks', '')}"):
            inner = (name for name in _names(each["type"]) if name in types)
            yield named[-1], next(inner, None)


def _names(type_: Mapping[str, Any]) -> Iterator[str]:
    """All names of structs in a type: itself, of a collection's items, in a choice of types."""
    if "fqn" in type_:
        yield type_["fqn"]
    elif "collection" in type_:
        yield from _names(type_["collection"]["elementtype"])
    elif "union" in type_:
        for each in type_["union"]["types"]:
            yield from _names(each)
