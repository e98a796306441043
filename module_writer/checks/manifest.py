"""A module's interface as data: what a version of it promises to whoever calls it."""

import json
from collections.abc import Mapping
from typing import Any

FILE = "interface.json"
"""The file in a module's folder."""


def manifest(name: str, config: Mapping[str, Any]) -> dict[str, Any]:
    """The interface of a module, from its Terraform JSON.

    ``resources`` says of each address how its instances are told apart: "one" (there is but
    one), "count" or "for_each".
    """
    terraform = config.get("terraform", {})
    return {
        "module": name,
        "required_version": terraform.get("required_version"),
        "required_providers": dict(sorted(terraform.get("required_providers", {}).items())),
        "variables": {
            variable: _variable(block) for variable, block in sorted(config["variable"].items())
        },
        "outputs": {
            output: {"sensitive": bool(block.get("sensitive"))}
            for output, block in sorted(config.get("output", {}).items())
        },
        "resources": addresses(config),
        "moved": list(config.get("moved", ())),
    }


def manifest_text(name: str, config: Mapping[str, Any]) -> str:
    """The text of `interface.json`."""
    return f"{json.dumps(manifest(name, config), indent=2)}\n"


def addresses(config: Mapping[str, Any]) -> dict[str, str]:
    """Addresses of a module's resources, and how their instances are told apart."""
    return {
        f"{type_}.{name}": _instances(body)
        for type_, named in sorted(config.get("resource", {}).items())
        if type_ != "//"
        for name, body in sorted(named.items())
    }


def _variable(block: Mapping[str, Any]) -> dict[str, Any]:
    said = {
        "type": block.get("type", "any"),
        "required": "default" not in block,
        "nullable": block.get("nullable", True),
        "sensitive": bool(block.get("sensitive")),
    }
    return said | ({"default": block["default"]} if "default" in block else {})


def _instances(body: Any) -> str:
    first = body[0] if isinstance(body, list) else body
    return next((key for key in ("count", "for_each") if key in first), "one")
