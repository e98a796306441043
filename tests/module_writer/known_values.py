"""All arguments of a configuration as outputs, with values in place of what AWS would tell.

A plan tells no string that has an ARN in it; here every reference has a value, and each argument
can be compared. No provider is asked.
"""

import json
import re
from collections.abc import Mapping
from typing import Any

from module_writer.hcl.schemas import Schemas

Config = Mapping[str, Any]
_REFERENCE = re.compile(r"\b(?:data\.|ephemeral\.)?aws_\w+(?=\.\w)")
_KINDS = {"resource": "", "data": "data.", "ephemeral": "ephemeral."}


def arguments_as_outputs(config: Config) -> dict[str, Any]:
    """The configuration's variables, and an output for each resource: all its arguments."""
    outputs = {
        f"{kind}_{type_}_{name}": {"value": without_comments(given)}
        for kind in _KINDS
        for type_, named in config.get(kind, {}).items()
        for name, given in named.items()
    }
    kept = {kind: config[kind] for kind in ("variable", "locals") if kind in config}
    return {**kept, "output": outputs}


def with_known_references(text: str) -> str:
    """The text, its references pointing to the values of `known`."""
    text = _REFERENCE.sub(lambda found: "local." + found.group().replace(".", "_"), text)
    text = text.replace("timestamp()", "local.timestamp")
    return re.sub(r"\b(each\.key|each\.value|count\.index|path\.module)", _local, text)


def known(config: Config, schemas: Schemas) -> dict[str, Any]:
    """Locals with a value for each attribute of each resource, told apart by their texts."""
    values: dict[str, Any] = {"each_key": "the-key", "each_value": "value", "count_index": 1}
    values |= {"path_module": ".", "timestamp": "2026-11-22T00:00:00Z"}
    for kind, prefix in _KINDS.items():
        for type_, named in config.get(kind, {}).items():
            attributes = schemas.block(kind, type_)["attributes"]
            values[(prefix + type_).replace(".", "_")] = {
                name: _instances(given, f"{prefix}{type_}.{name}", attributes)
                for name, given in named.items()
            }
    return values


def without_comments(value: Any) -> Any:
    """JSON without what is called ``//``."""
    match value:
        case dict():
            return {k: without_comments(v) for k, v in value.items() if k != "//"}
        case list():
            return [without_comments(each) for each in value]
    return value


def read(value: Any) -> Any:
    """A value with JSON in strings read: jsonencode orders keys and escapes as it likes."""
    match value:
        case dict():
            return {key: read(each) for key, each in value.items()}
        case list():
            return [read(each) for each in value]
        case str() if value.startswith(("{", "[")):
            try:
                return ("JSON", read(json.loads(value)))
            except ValueError:
                return value
    return value


def _local(found: re.Match[str]) -> str:
    return "local." + found.group().replace(".", "_")


def _instances(given: Config, address: str, attributes: Config) -> Any:
    if "count" in given:
        # What is counted by an expression is mostly one or none, and used with `one`.
        count = given["count"] if isinstance(given["count"], int) else 1
        return [_instance(f"{address}[{i}]", attributes) for i in range(count)]
    if "for_each" in given:
        # A queue that is named in the constructs themselves must be there.
        return {key: _instance(f"{address}[{key}]", attributes) for key in ("default", "the-key")}
    return _instance(address, attributes)


def _instance(address: str, attributes: Config) -> dict[str, Any]:
    return {
        name: _value(f"{address}.{name}", each.get("type")) for name, each in attributes.items()
    }


def _value(address: str, type_: Any) -> Any:
    match type_:
        case "string":
            return f"<{address}>"
        case "number":
            return 7
        case "bool":
            return True
        case ["list" | "set", ["object", fields]]:
            return [{name: _value(f"{address}.{name}", each) for name, each in fields.items()}]
        case ["list" | "set", inner]:
            return [_value(f"{address}.{place}", inner) for place in range(2)]
        case ["map", inner]:
            return {"key": _value(f"{address}.key", inner)}
    return None
