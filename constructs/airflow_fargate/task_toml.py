"""`task.toml`: the settings of a task folder."""

import dataclasses
import difflib
import tomllib
import types
from collections.abc import Collection, Mapping
from pathlib import Path
from typing import Annotated, Any, Union, get_args, get_origin, get_type_hints

from .fargate_task_props import FargateTaskProps
from .iam import Statement
from .props import check_value
from .rules import InvalidValue
from .values import literal

TASK_TOML = "task.toml"
DEFAULT_MOUNT_PATH = "/shared"


def _without_none(hint: Any) -> Any:
    """A type without None, which TOML does not have."""
    if get_origin(hint) is Annotated:
        inner, *rules = get_args(hint)
        return Annotated[_without_none(inner), *rules]
    given = [part for part in get_args(hint) if part is not types.NoneType]
    return Union[*given] if get_origin(hint) in (Union, types.UnionType) else hint


_HINTS = {
    name: _without_none(hint)
    for name, hint in get_type_hints(FargateTaskProps, include_extras=True).items()
}
_STORAGE = {"mount_path": "shared_storage_path", "read_only": "shared_storage_read_only"}
_STATEMENT: dict[str, Any] = {
    "sid": str,
    "actions": list[str],
    "resources": list[str],
    "conditions": Mapping[str, Mapping[str, Any]],
}
_VARIABLES = {"environment", "secrets"}
_TABLES = {"shared_storage", "statements", *_VARIABLES}
_PLAIN = set(_HINTS) - {"folder", "task", *_STORAGE.values(), *_TABLES}
KEYS = frozenset(_PLAIN | _TABLES)
"""What may stand in the file."""


def completed_by_folder(props: FargateTaskProps) -> FargateTaskProps:
    """The props with what the folder's `task.toml` says; what stands in the props wins.

    Raises:
        InvalidValue: Something in the file cannot be.
    """
    if props.folder is None:
        return props
    found = read_task_toml(Path(props.folder))
    for key in ("environment", "secrets"):
        own: Mapping[str, str] | None = literal(f"FargateTaskProps.{key}", getattr(props, key))
        found[key] = {**found.get(key, {}), **(own or {})}
    found["statements"] = [*found.get("statements", []), *(props.statements or ())]
    both = {"environment", "secrets", "statements"}
    return dataclasses.replace(
        props,
        **{key: value for key, value in found.items()
           if key in both or getattr(props, key) is None},
    )  # fmt: skip


def read_task_toml(folder: Path) -> dict[str, Any]:
    """The settings in a folder's `task.toml` as fields of `FargateTaskProps`; none without it.

    Raises:
        InvalidValue: It is not TOML, has a key that is not known, or a value that cannot be.
    """
    file = folder / TASK_TOML
    if not file.is_file():
        return {}
    try:
        written = tomllib.loads(file.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise InvalidValue(str(file), "TOML", str(error)) from error
    _check_keys(written, KEYS, str(file))
    settings = {key: _checked(key, value, file) for key, value in written.items() if key in _PLAIN}
    for key in _VARIABLES & written.keys():
        table = _table(written[key], f"{key} in {file}")
        for name, value in table.items():
            check_value(f"{key}.{name} in {file}", value, str)
        settings[key] = table
    if "shared_storage" in written:
        settings |= _shared_storage(written["shared_storage"], file)
    if "statements" in written:
        settings["statements"] = _statements(written["statements"], file)
    return settings


def _checked(key: str, value: object, file: Path) -> object:
    check_value(f"{key} in {file}", value, _HINTS[key])
    return value


def _shared_storage(value: object, file: Path) -> dict[str, Any]:
    table = _table(value, f"shared_storage in {file}")
    _check_keys(table, _STORAGE, f"{file}, shared_storage")
    for key, item in table.items():
        check_value(f"shared_storage.{key} in {file}", item, _HINTS[_STORAGE[key]])
    return {
        "shared_storage_path": table.get("mount_path", DEFAULT_MOUNT_PATH),
        "shared_storage_read_only": table.get("read_only"),
    }


def _statements(tables: object, file: Path) -> list[Statement]:
    if isinstance(tables, dict):
        raise InvalidValue(
            f"statements in {file}",
            "a list of tables",
            tables,
            "Write [[statements]], with two brackets, above each of them.",
        )
    check_value(f"statements in {file}", tables, list[Any])
    read = []
    for number, value in enumerate(tables if isinstance(tables, list) else []):
        place = f"statements[{number}]"
        table = _table(value, f"{place} in {file}")
        _check_keys(table, _STATEMENT, f"{file}, {place}")
        for key in ("sid", "actions", "resources"):
            if key not in table:
                raise InvalidValue(f"{place} in {file}", f"a statement with {key}", table)
        for key, item in table.items():
            check_value(f"{place}.{key} in {file}", item, _STATEMENT[key])
        read.append(Statement(**table))
    return read


def _table(value: object, field: str) -> dict[str, Any]:
    if not isinstance(value, dict):
        raise InvalidValue(field, "a table of keys and values", value)
    return value


def _check_keys(table: Mapping[str, Any], known: Collection[str], place: str) -> None:
    for key in table:
        if key not in known:
            near = difflib.get_close_matches(key, known, n=1)
            remedy = f'Did you mean "{near[0]}"?' if near else ""
            listed = ", ".join(sorted(known))
            raise InvalidValue(f"A key of {place}", f"one of {listed}", key, remedy)
