"""To which resources what is written refers."""

from collections.abc import Iterable, Mapping
from typing import Any

from airflow_fargate_policies.reading.templates import address_of, references

# Every type of resource begins with its provider's name and `_`; what else has a dot in it is a
# variable, or what a `dynamic` or a `for` calls its items.
_BLOCKS = frozenset({"data", "ephemeral", "module"})


def addresses(values: Iterable[Any], named: Mapping[str, Any], prefix: str = "") -> tuple[str, ...]:
    """The addresses of resources, data sources and calls of modules, each once.

    Args:
        values: What is written.
        named: The module's `locals`: what refers to one refers to what it refers to.
        prefix: The module's own address, with a dot after it; empty in the root.
    """
    found: dict[str, None] = {}
    waiting, seen = list(values), set()
    while waiting:
        for reference in references(waiting.pop(0)):
            head, local, *_ = reference.split(".")
            if head == "local":
                if local in named and local not in seen:
                    seen.add(local)
                    waiting.append(named[local])
            elif "_" in head or head in _BLOCKS:
                found[prefix + address_of(reference)] = None
    return tuple(found)
