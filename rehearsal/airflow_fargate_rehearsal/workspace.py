"""Copies of synthesized stacks in which Terraform may work."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from airflow_fargate_rehearsal.errors import PreflightError
from airflow_fargate_rehearsal.project import Stack
from airflow_fargate_rehearsal.terraform.providers import REHEARSED_AWS_PROVIDER

_OVERRIDE = "rehearsal_override.tf.json"
_AWS_SOURCES = ("aws", "hashicorp/aws", "registry.terraform.io/hashicorp/aws")

# Arguments of provider and backend that name an account or an address of their own, and so would
# lead past the embedded AWS.
_OWN_ACCESS = (
    "access_key",
    "secret_key",
    "token",
    "profile",
    "shared_config_files",
    "shared_credentials_file",
    "shared_credentials_files",
    "endpoint",
    "endpoints",
)


def place(stack: Stack, folder: Path) -> None:
    """Copy a stack to ``folder`` and pin what makes it a rehearsal.

    An override file pins the AWS provider, within the range that the stack itself allows, and
    puts a local state into ``folder`` unless the stack has an S3 backend. Files that Terraform
    made there before stay, so a stack can be placed over an applied one. Raises PreflightError for
    a stack that could reach a real account.
    """
    _refuse_own_access(stack)
    shutil.copytree(stack.folder, folder, dirs_exist_ok=True)
    terraform: dict[str, Any] = {
        "required_providers": {
            name: {**each, "version": _pinned(each.get("version"))}
            for name, each in _required_providers(stack)
            if each.get("source", name) in _AWS_SOURCES
        }
    }
    if not uses_s3_backend(stack):
        # CDKTF writes an absolute path in the project here; the rehearsal keeps out of it.
        terraform["backend"] = {"local": {"path": "terraform.tfstate"}}
    (folder / _OVERRIDE).write_text(json.dumps({"terraform": terraform}, indent=2))


def uses_s3_backend(stack: Stack) -> bool:
    """Whether the stack keeps its state in S3."""
    return "s3" in _backends(stack)


def _refuse_own_access(stack: Stack) -> None:
    for kind in _backends(stack):
        if kind not in ("s3", "local"):
            raise PreflightError(
                f"Stack {stack.name} keeps its state in a {kind} backend. Only s3 and local can "
                "be rehearsed: another one would be reached for real."
            )
    blocks = [("backend s3", each) for each in _as_list(_backends(stack).get("s3"))]
    providers = stack.configuration.get("provider", {})
    blocks += [("provider aws", each) for each in _as_list(providers.get("aws"))]
    for where, block in blocks:
        for argument in _OWN_ACCESS:
            if block.get(argument):
                raise PreflightError(
                    f"Stack {stack.name} sets {argument} in {where}. A rehearsal must not be able "
                    "to reach a real account: leave it out, and give it by environment variable "
                    "where you deploy."
                )


def _pinned(own: str | None) -> str:
    return f"{own}, {REHEARSED_AWS_PROVIDER}" if own else REHEARSED_AWS_PROVIDER


def _required_providers(stack: Stack) -> Iterator[tuple[str, Mapping[str, Any]]]:
    for block in _as_list(stack.configuration.get("terraform", {}).get("required_providers")):
        for name, each in block.items():
            yield name, each if isinstance(each, Mapping) else {"version": each}


def _backends(stack: Stack) -> Mapping[str, Any]:
    return stack.configuration.get("terraform", {}).get("backend", {})


def _as_list(value: Any) -> list[Any]:
    if value is None:
        return []
    return value if isinstance(value, list) else [value]
