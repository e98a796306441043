"""Terraform's JSON, as CDKTF synthesizes it."""

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Literal

from airflow_fargate_policies.reading.templates import address_of, read_value, references
from airflow_fargate_policies.resource import (
    Configuration,
    PolicyException,
    Resource,
    UnreadableError,
)

_MODES: dict[str, Literal["managed", "data", "ephemeral"]] = {
    "resource": "managed",
    "data": "data",
    "ephemeral": "ephemeral",
}
# What is about a resource, and no attribute of it.
META = frozenset(
    {"//", "connection", "count", "depends_on", "dynamic", "for_each", "lifecycle", "provider"}
    | {"provisioner"}
)
SUFFIX = ".tf.json"


def read_synthesized(path: Path, name: str | None = None) -> Configuration:
    """The resources of a synthesized stack.

    Args:
        path: Its folder, or its file `cdk.tf.json`.
        name: What to call it; by default as its folder.

    Raises:
        UnreadableError: There is no such file, or it is no Terraform JSON.
    """
    folder = path if path.is_dir() else path.parent
    files = sorted(folder.glob(f"*{SUFFIX}")) if path.is_dir() else [path]
    if not files:
        raise UnreadableError(f"{path}: there is no file *{SUFFIX} in it; synthesize first.")
    resources = [each for file in files for each in _resources(read_json(file), file)]
    return Configuration(
        name=name or folder.name,
        kind="synthesized",
        path=path,
        resources=sorted(resources, key=lambda each: each.address),
    )


def read_json(file: Path) -> dict[str, Any]:
    """A file that has to be a JSON object.

    Raises:
        UnreadableError: It is not; the error says what stands there.
    """
    try:
        found = json.loads(file.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise UnreadableError(f"{file}: it cannot be read as JSON: {error}.") from error
    if not isinstance(found, dict):
        raise UnreadableError(f"{file}: its JSON is a {type(found).__name__}, not an object.")
    return found


def _resources(content: Mapping[str, Any], file: Path) -> Iterator[Resource]:
    for block, mode in _MODES.items():
        for type_, by_name in _labelled(content.get(block), file):
            for name, body in _labelled(by_name, file):
                # An overridden block may be a list of one.
                for each in body if isinstance(body, list) else [body]:
                    if not isinstance(each, dict):
                        raise UnreadableError(f"{file}: {block} {type_}.{name} is no object.")
                    yield _resource(mode, type_, name, each)


def _labelled(value: Any, file: Path) -> Iterator[tuple[str, Any]]:
    """What stands under labels, as one object or as a list of them."""
    for each in value if isinstance(value, list) else [value or {}]:
        if not isinstance(each, dict):
            raise UnreadableError(f"{file}: {json.dumps(each)[:80]} stands where blocks should be.")
        yield from ((label, body) for label, body in each.items() if label != "//")


def _resource(
    mode: Literal["managed", "data", "ephemeral"], type_: str, name: str, body: dict[str, Any]
) -> Resource:
    comments = body.get("//")
    comments = comments if isinstance(comments, dict) else {}
    metadata = comments.get("metadata") or {}
    where = str(metadata.get("path", "")) if isinstance(metadata, dict) else ""
    values = read_value({k: v for k, v in body.items() if k not in META})
    for block, dynamic in _dynamic(body):
        values[block] = [*values.get(block, []), read_value(dynamic)]
    prefix = "" if mode == "managed" else f"{mode}."
    return Resource(
        address=f"{prefix}{type_}.{name}",
        mode=mode,
        type=type_,
        name=name,
        values=values,
        references=_references(values),
        exceptions=_exceptions(comments.get("policy_exceptions"), where),
        where=where,
    )


def _dynamic(body: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    """Blocks of which Terraform decides how many there are: how one of them would be."""
    dynamic = body.get("dynamic") or {}
    for each in dynamic if isinstance(dynamic, list) else [dynamic]:
        for block, said in each.items():
            for one in said if isinstance(said, list) else [said]:
                yield block, one.get("content") or {}


def _references(values: Mapping[str, Any]) -> dict[str, tuple[str, ...]]:
    found = {}
    for attribute, value in values.items():
        addresses = dict.fromkeys(address_of(each) for each in references(value))
        if addresses:
            found[attribute] = tuple(addresses)
    return found


def _exceptions(declared: Any, where: str) -> tuple[PolicyException, ...]:
    if not isinstance(declared, dict):
        return ()
    return tuple(
        PolicyException(rule=rule, reason=reason if isinstance(reason, str) else "", where=where)
        for rule, reason in declared.items()
    )
