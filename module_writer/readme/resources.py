"""Requirements and resources of a module as tables, with links to the provider's documentation."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from module_writer.readme.markdown import code, table

_REGISTRY = "https://registry.terraform.io/providers"
_KINDS = {
    "resource": ("", "resource", "resources"),
    "data": ("data.", "data source", "data-sources"),
    "ephemeral": ("ephemeral.", "ephemeral", "ephemeral-resources"),
}


def requirements(config: Mapping[str, Any]) -> str:
    """Terraform and providers with their versions."""
    terraform = config["terraform"]
    rows = [("Terraform", code(terraform["required_version"]))]
    for provider in terraform["required_providers"].values():
        source = provider["source"]
        rows.append((f"[{source}]({_REGISTRY}/{source}/latest)", code(provider["version"])))
    return table(("Name", "Version"), rows)


def resources(config: Mapping[str, Any], headings: Mapping[str, str]) -> str:
    """All resources and what is read, in the order of main.tf."""
    order = {address: place for place, address in enumerate(headings)}
    rows = sorted(_rows(config), key=lambda row: order.get(row[0], -1))
    header = ("Address", "Kind", "Instances", *(["Part"] if headings else []))
    return table(
        header,
        [
            (f"[{code(address)}]({page})", kind, several, headings.get(address, ""))[: len(header)]
            for address, page, kind, several in rows
        ],
    )


def _rows(config: Mapping[str, Any]) -> Iterator[Sequence[str]]:
    for section, (prefix, kind, folder) in _KINDS.items():
        for type_, named in sorted(config.get(section, {}).items()):
            for name, given in sorted(named.items()):
                provider, _, page = type_.partition("_")
                source = config["terraform"]["required_providers"][provider]["source"]
                link = f"{_REGISTRY}/{source}/latest/docs/{folder}/{page}"
                yield f"{prefix}{type_}.{name}", link, kind, _instances(given)


def _instances(given: Mapping[str, Any]) -> str:
    if "for_each" in given:
        return code("for_each")
    count = str(given.get("count", 1)).replace(" ", "").rstrip("})")
    if count.endswith(("?1:0", "?0:1")):
        return "0 or 1"
    return code("count") if "count" in given else "1"
