"""Terraform's JSON, as CDKTF synthesizes it."""

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, Literal

from airflow_fargate_policies.reading.addresses import addresses
from airflow_fargate_policies.reading.instances import instances
from airflow_fargate_policies.reading.outside import outside_of_json
from airflow_fargate_policies.reading.policy_documents import with_documents
from airflow_fargate_policies.reading.strict_json import strict_json
from airflow_fargate_policies.reading.templates import read_value
from airflow_fargate_policies.resource import (
    Configuration,
    DynamicBlocks,
    PolicyException,
    Resource,
    UnreadableError,
)

MODES: dict[str, Literal["managed", "data", "ephemeral"]] = {
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
    files = files_in(folder, SUFFIX) if path.is_dir() else [path]
    if not files:
        raise UnreadableError(f"{path}: there is no file *{SUFFIX} in it; synthesize first.")
    if path.is_dir() and any(folder.glob("*.tf")):
        raise UnreadableError(
            f"{path}: there are *.tf and *{SUFFIX} in it; only one of them would be looked at. Put "
            "them in folders of their own."
        )
    refuse_overrides(files)
    contents = [(read_json(file), file) for file in files]
    resources = [each for content, file in contents for each in _resources(content, file)]
    return Configuration(
        name=name or folder.name,
        kind="synthesized",
        path=path,
        resources=sorted(with_documents(resources), key=lambda each: each.address),
        outside={
            name: value
            for content, _ in contents
            for name, value in outside_of_json(content).items()
        },
        unseen=dict(call for content, file in contents for call in _calls(content, file)),
    )


def files_in(folder: Path, suffix: str) -> list[Path]:
    """The files of a folder that Terraform reads: not those that begin with a dot."""
    return sorted(each for each in folder.glob(f"*{suffix}") if not each.name.startswith("."))


def refuse_overrides(files: Iterable[Path]) -> None:
    """Refuse the files that Terraform puts over what stands in others.

    Raises:
        UnreadableError: There is one.
    """
    for file in files:
        name = file.name.removesuffix(SUFFIX).removesuffix(".tf")
        if name == "override" or name.endswith("_override"):
            raise UnreadableError(
                f"{file}: Terraform puts what is in it over other files, and the gate does not. "
                "Write it into those."
            )


def read_json(file: Path) -> dict[str, Any]:
    """A file that has to be a JSON object.

    Raises:
        UnreadableError: It is not; the error says what stands there.
    """
    try:
        found = strict_json(file.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise UnreadableError(f"{file}: it cannot be read as JSON: {error}.") from error
    if not isinstance(found, dict):
        raise UnreadableError(f"{file}: its JSON is a {type(found).__name__}, not an object.")
    return found


def _resources(content: Mapping[str, Any], file: Path) -> Iterator[Resource]:
    named = read_value(dict(_labelled(content.get("locals"), file)))
    for block, mode in MODES.items():
        for type_, by_name in _labelled(content.get(block), file):
            for name, body in _labelled(by_name, file):
                # An overridden block may be a list of one.
                for each in body if isinstance(body, list) else [body]:
                    if not isinstance(each, dict):
                        raise UnreadableError(f"{file}: {block} {type_}.{name} is no object.")
                    yield from _instances((mode, type_, name), each, named, file)


def _calls(content: Mapping[str, Any], file: Path) -> Iterator[tuple[str, str]]:
    """The calls of modules, which lie elsewhere: their addresses, and where they are written."""
    for name, body in _labelled(content.get("module"), file):
        for each in body if isinstance(body, list) else [body]:
            comments = each.get("//") if isinstance(each, dict) else None
            yield f"module.{name}", _path(comments if isinstance(comments, dict) else {})


def _path(comments: Mapping[str, Any]) -> str:
    """The construct's path, as CDKTF writes it down."""
    metadata = comments.get("metadata")
    return str(metadata.get("path", "")) if isinstance(metadata, dict) else ""


def _labelled(value: Any, file: Path) -> Iterator[tuple[str, Any]]:
    """What stands under labels, as one object or as a list of them."""
    for each in value if isinstance(value, list) else [value or {}]:
        if not isinstance(each, dict):
            raise UnreadableError(f"{file}: {json.dumps(each)[:80]} stands where blocks should be.")
        yield from ((label, body) for label, body in each.items() if label != "//")


def _instances(
    labels: tuple[Literal["managed", "data", "ephemeral"], str, str],
    body: dict[str, Any],
    named: Mapping[str, Any],
    file: Path,
) -> Iterator[Resource]:
    mode, type_, name = labels
    comments = body.get("//")
    comments = comments if isinstance(comments, dict) else {}
    where = _path(comments) or file.as_posix()
    found, optional = instances(
        read_value(body.get("count")), read_value(body.get("for_each")), named
    )
    for instance in found:
        written = instance.filled(read_value({k: v for k, v in body.items() if k not in META}))
        dynamic = instance.filled(_dynamic(read_value(body.get("dynamic"))))
        referred = {
            attribute: addresses([written.get(attribute), *dynamic.get(attribute, ())], named)
            for attribute in {**written, **dynamic}
        }
        yield Resource(
            address=f"{'' if mode == 'managed' else f'{mode}.'}{type_}.{name}{instance.key}",
            mode=mode,
            type=type_,
            name=name,
            values=_with_dynamic(_values(written), dynamic),
            references={attribute: to for attribute, to in referred.items() if to},
            optional=optional,
            exceptions=_exceptions(comments.get("policy_exceptions"), where),
            where=where,
        )


def blocks(name: str, written: Any, dynamic: Sequence[Mapping[str, Any]]) -> DynamicBlocks:
    """Blocks of which Terraform decides how many there are, and those beside them.

    Args:
        name: What they are called.
        written: Those that are written plainly, if any.
        dynamic: How the others are.
    """
    plainly = written if isinstance(written, list) else [written]
    return DynamicBlocks(name, [each for each in (*plainly, *dynamic) if isinstance(each, dict)])


def _dynamic(said: Any) -> dict[str, list[Any]]:
    """The blocks `dynamic`, by the names of what they make; none where it is no such block."""
    found: dict[str, list[Any]] = {}
    for each in said if isinstance(said, list) else [said]:
        for block, made in each.items() if isinstance(each, dict) else ():
            for one in made if isinstance(made, list) else [made]:
                if isinstance(one, dict) and "content" in one:
                    found.setdefault(block, []).append(one)
    return found


def _values(written: Any) -> Any:
    """What is written, with blocks in blocks of which Terraform decides how many there are."""
    if isinstance(written, list):
        return [_values(each) for each in written]
    if not isinstance(written, dict):
        return written
    found = {name: _values(each) for name, each in written.items()}
    if dynamic := _dynamic(written.get("dynamic")):
        del found["dynamic"]
    return _with_dynamic(found, dynamic)


def _with_dynamic(values: dict[str, Any], dynamic: Mapping[str, list[Any]]) -> dict[str, Any]:
    """Values, and in them what blocks `dynamic` make."""
    return values | {
        name: blocks(name, values.get(name), [_values(one) for each in said for one in _made(each)])
        for name, said in dynamic.items()
    }


def _made(said: Mapping[str, Any]) -> list[Any]:
    content = said["content"]
    return content if isinstance(content, list) else [content]


def _exceptions(declared: Any, where: str) -> tuple[PolicyException, ...]:
    if not isinstance(declared, dict):
        return ()
    return tuple(
        PolicyException(rule=rule, reason=reason if isinstance(reason, str) else "", where=where)
        for rule, reason in declared.items()
    )
