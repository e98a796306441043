"""Copies of plain roots in which Terraform may work, with nothing in them that names an account."""

from __future__ import annotations

import contextlib
import json
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from airflow_fargate_rehearsal.plain_root import Root
from airflow_fargate_rehearsal.terraform.configuration import as_list, configuration_files
from airflow_fargate_rehearsal.terraform.environment import IMAGES_FILE
from airflow_fargate_rehearsal.terraform.hcl_blocks import Block, Part, read_blocks
from airflow_fargate_rehearsal.terraform.providers import REHEARSED_AWS_PROVIDER

_OVERRIDE = "rehearsal_override.tf.json"
_NOT_COPIED = (".terraform*", "*.tfstate", "*.tfstate.*", "rehearsal-report")

NAMES_AN_ACCOUNT = frozenset(
    {
        *("access_key", "secret_key", "token", "profile", "role_arn"),
        *("shared_config_files", "shared_credentials_file", "shared_credentials_files"),
        *("assume_role", "assume_role_with_web_identity"),
        *("allowed_account_ids", "forbidden_account_ids"),
        *("endpoint", "endpoints", "sts_endpoint", "iam_endpoint", "dynamodb_endpoint"),
        # Of a table for locks, which this AWS does not have.
        "dynamodb_table",
    }
)
"""Arguments and blocks of provider and backend that are left out: they lead to a real account."""


def place_root(root: Root, place: Path) -> tuple[Path, list[str]]:
    """Copy a root below ``place``; gives the folder, and what was left out of it.

    Around the copy stand links to all that is around the root, so that what it names by ``../``
    is found. A lock file pins the AWS provider, within the versions that the root and its modules
    allow. The state goes into S3 if the root has it there, else into a file of the copy.
    """
    folder = _surrounded(root.folder, place)
    shutil.copytree(
        root.folder,
        folder,
        symlinks=True,
        dirs_exist_ok=True,
        ignore=_not_copied,
    )
    left_out = [each for file in configuration_files(folder) for each in _leave_out(file)]
    (folder / ".terraform.lock.hcl").write_text(
        f'provider "registry.terraform.io/hashicorp/aws" {{\n'
        f'  version = "{REHEARSED_AWS_PROVIDER}"\n'
        "}\n"
    )
    if not keeps_state_in_s3(root):
        backend = {"backend": {"local": {"path": "terraform.tfstate"}}}
        (folder / _OVERRIDE).write_text(json.dumps({"terraform": backend}))
    return folder, list(dict.fromkeys(left_out))


def _not_copied(folder: str, names: list[str]) -> set[str]:
    # Folders of Git and of other tools may be large.
    hidden = {each for each in names if each.startswith(".") and Path(folder, each).is_dir()}
    return hidden | shutil.ignore_patterns(*_NOT_COPIED)(folder, names)


def keeps_state_in_s3(root: Root) -> bool:
    """Whether the root has a backend `s3`."""
    return "s3" in root.configuration["terraform"].get("backend", {})


def write_values(root: Root, file: Path) -> tuple[Path, ...]:
    """Write the values of variables to ``file``; gives what Terraform is given by ``-var-file``."""
    file.write_text(json.dumps(root.variables, default=str))
    return (*root.settings.variable_files, file)


def note_images(root: Root, work_folder: Path) -> None:
    """Write down what the images of the root are built from, for who runs its tasks."""
    with (work_folder / IMAGES_FILE).open("a", encoding="utf-8") as file:
        for each in root.settings.images:
            line = {
                "name": each.name,
                "folder": str(each.folder),
                "contexts": {name: str(path) for name, path in each.contexts.items()},
                "build_arguments": dict(each.build_arguments),
            }
            file.write(json.dumps(line) + "\n")


def _surrounded(folder: Path, place: Path) -> Path:
    """A place for a folder's copy, whose surroundings are links to the folder's own."""
    here = place
    for above, name in zip(reversed(folder.parents), folder.parts[1:], strict=True):
        here.mkdir(parents=True, exist_ok=True)
        with contextlib.suppress(PermissionError):  # then there is nothing for Terraform either
            for each in above.iterdir():
                if each.name != name:
                    with contextlib.suppress(FileExistsError):
                        (here / each.name).symlink_to(each)
        here /= name
    return here


def _leave_out(file: Path) -> list[str]:
    change: Callable[[str], tuple[str, list[str]]] = _of_json if file.suffix == ".json" else _of_hcl
    text, left_out = change(file.read_text(encoding="utf-8"))
    if left_out:
        file.write_text(text, encoding="utf-8")
    return left_out


def _of_hcl(text: str) -> tuple[str, list[str]]:
    found = list(_parts_left_out(read_blocks(text)))
    for part, _ in sorted(found, key=lambda each: each[0].begin, reverse=True):
        text = text[: part.begin] + text[part.end :]
    return text, [said for _, said in found]


def _parts_left_out(whole: Block) -> Iterator[tuple[Part, str]]:
    for block in whole.blocks:
        if block.type == "terraform":
            where = [each for each in block.blocks if each.type == "backend"]
        else:
            where = [block] if (block.type, block.labels) == ("provider", ("aws",)) else []
        for each in where:
            named = [*each.attributes.items(), *((inner.type, inner) for inner in each.blocks)]
            for name, part in named:
                if name in NAMES_AN_ACCOUNT:
                    yield part, f"{name} of {each.type} {each.labels[0]}"


def _of_json(text: str) -> tuple[str, list[str]]:
    said = json.loads(text)
    left_out: list[str] = []
    for block in as_list(said.get("terraform")):
        for backends in as_list(block.get("backend")):
            for kind, values in backends.items():
                left_out += _removed(as_list(values), f"backend {kind}")
    for block in as_list(said.get("provider")):
        left_out += _removed(as_list(block.get("aws")), "provider aws")
    return json.dumps(said), left_out


def _removed(blocks: list[dict[str, Any]], where: str) -> Iterator[str]:
    for block in blocks:
        for name in sorted(NAMES_AN_ACCOUNT & block.keys()):
            del block[name]
            yield f"{name} of {where}"
