"""Headings for groups of resources, from the constructs that made them."""

from collections.abc import Iterator, Mapping
from typing import Any

_KINDS = {"resource": "", "data": "data.", "ephemeral": "ephemeral."}


def headings_of_constructs(
    config: Mapping[str, Any], constructs: Mapping[str, str]
) -> dict[str, str]:
    """Address to heading for all resources of the constructs, for `write_files`.

    ``constructs`` is an ordered mapping from a construct's id to a heading. A resource belongs to
    the innermost construct in its path that is named there; one without a path, as ephemeral ones
    are, to the construct whose id its name begins with.
    """
    found = {heading: list[str]() for heading in constructs.values()}
    for address, name, path in _resources(config):
        ids = [part for part in path if part in constructs]
        ids = ids or [each for each in constructs if not path and name.startswith(each)]
        if ids:
            found[constructs[ids[-1]]].append(address)
    return {address: heading for heading, several in found.items() for address in several}


def _resources(config: Mapping[str, Any]) -> Iterator[tuple[str, str, list[str]]]:
    for kind, prefix in _KINDS.items():
        for type_, named in config.get(kind, {}).items():
            for name, given in named.items():
                path = given.get("//", {}).get("metadata", {}).get("path", "")
                yield f"{prefix}{type_}.{name}", name, path.split("/")[1:-1]
