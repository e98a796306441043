"""All arguments that a configuration writes, beside what is known about each."""

from collections.abc import Callable, Iterator, Mapping
from typing import Any, TypeVar

N = TypeVar("N")

SECTIONS = ("resource", "data", "ephemeral")
_META = {"count", "for_each", "provider", "depends_on", "lifecycle", "connection", "provisioner"}


def bodies(config: Mapping[str, Any]) -> Iterator[tuple[str, str, str, Mapping[str, Any]]]:
    """Section, type, address and content of each resource, data source and ephemeral resource."""
    for section in SECTIONS:
        for type_, named in config.get(section, {}).items():
            for name, body in named.items() if type_ != "//" else ():
                address = f"{type_}.{name}"
                yield (
                    section,
                    type_,
                    address if section == "resource" else f"{section}.{address}",
                    body,
                )


def arguments(
    body: Mapping[str, Any], about: N, inside: Callable[[N], Mapping[str, N | None]], path: str = ""
) -> Iterator[tuple[str, str, N]]:
    """Each argument with its path, its name and what is known about the block that it stands in.

    ``inside`` says which arguments a block may have, and for those that are blocks what is known
    about them. Meta-arguments are left out; a block in `dynamic` is as if it stood there itself.
    """
    for name, value in _written(body, top=not path):
        here = f"{path}.{name}" if path else name
        yield here, name, about
        if (inner := inside(about).get(name)) is not None:
            for each in value if isinstance(value, list) else [value]:
                if isinstance(each, Mapping):
                    yield from arguments(each, inner, inside, here)


def _written(body: Mapping[str, Any], *, top: bool) -> Iterator[tuple[str, Any]]:
    for name, value in body.items():
        if name == "//" or (top and name in _META):
            continue
        if name != "dynamic":
            yield name, value
            continue
        for block, several in value.items():
            for each in several if isinstance(several, list) else [several]:
                yield block, each.get("content", {})
