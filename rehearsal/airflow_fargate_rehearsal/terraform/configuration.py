"""What a Terraform configuration says of its backend and its variables."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from airflow_fargate_rehearsal.errors import PreflightError
from airflow_fargate_rehearsal.terraform.hcl_blocks import Block, UnreadableError, read_blocks

_SUFFIXES = (".tf", ".tf.json")


def configuration_files(folder: Path) -> list[Path]:
    """The files of a configuration, overrides last, as Terraform reads them."""
    found = (
        each
        for each in folder.iterdir()
        if each.is_file() and each.name.endswith(_SUFFIXES) and not each.name.startswith(".")
    )
    return sorted(found, key=lambda file: (_is_override(file), file.name))


def read_configuration(folder: Path) -> dict[str, Any]:
    """In the form of Terraform JSON: `terraform.backend`, and the names of each `variable`.

    Strings are as they are, other expressions as written, and a block `cloud` is a backend. Raises
    PreflightError for a file that cannot be read.
    """
    found: dict[str, Any] = {"terraform": {}, "variable": {}}
    for file in configuration_files(folder):
        (_read_json if file.suffix == ".json" else _read_hcl)(file, found)
    return found


def _is_override(file: Path) -> bool:
    stem = file.name.partition(".")[0]
    return stem == "override" or stem.endswith("_override")


def _read_hcl(file: Path, into: dict[str, Any]) -> None:
    try:
        whole = read_blocks(file.read_text(encoding="utf-8"))
    except (UnreadableError, ValueError, OSError) as error:
        raise PreflightError(f"{file}: {error}.") from error
    for block in whole.blocks:
        match block.type, block.labels:
            case "terraform", _:
                backends = {
                    each.labels[0] if each.labels else "cloud": _plain(each)
                    for each in block.blocks
                    if each.type in ("backend", "cloud")
                }
                if backends:
                    into["terraform"]["backend"] = backends
            case "variable", (name,):
                into["variable"][name] = {}


def _plain(block: Block) -> dict[str, Any]:
    return {
        name: each.text if each.string is None else each.string
        for name, each in block.attributes.items()
    }


def _read_json(file: Path, into: dict[str, Any]) -> None:
    try:
        said = json.loads(file.read_text(encoding="utf-8"))
        for block in as_list(said.get("terraform")):
            for backends in as_list(block.get("backend")):
                into["terraform"]["backend"] = {k: as_list(v)[0] for k, v in backends.items()}
            if "cloud" in block:
                into["terraform"]["backend"] = {"cloud": {}}
        for block in as_list(said.get("variable")):
            into["variable"].update(block)
    except (OSError, ValueError, AttributeError) as error:
        raise PreflightError(f"{file} cannot be read as Terraform's JSON: {error}.") from error


def as_list(value: Any) -> list[Any]:
    """What Terraform JSON may write once or as a list."""
    if value is None:
        return []
    return value if isinstance(value, list) else [value]
