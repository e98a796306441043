"""Copies of synthesized stacks in which Terraform may work."""

from __future__ import annotations

import contextlib
import json
import shutil
import time
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
    made there before stay, so a stack can be placed over an applied one. A stack from elsewhere has
    a local state in any case, and the folders of its images are found from where it was. Raises
    PreflightError for a stack that could reach a real account.
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
    override: dict[str, Any] = {"terraform": terraform}
    if stack.elsewhere and (resources := _provisioned_from_there(stack)):
        override["resource"] = resources
    (folder / _OVERRIDE).write_text(json.dumps(override, indent=2))


def uses_s3_backend(stack: Stack) -> bool:
    """Whether the stack keeps its state in S3 in the rehearsal."""
    return "s3" in _backends(stack) and not stack.elsewhere


def _provisioned_from_there(stack: Stack) -> dict[str, dict[str, Any]]:
    # A provisioner of an override takes the place of the resource's own ones. In the copy the
    # module's path is another, and what lies beside it does not.
    found: dict[str, dict[str, Any]] = {}
    there = str(stack.folder).replace("${", "$${").replace("%{", "%%{")
    for kind, named in stack.configuration.get("resource", {}).items():
        for name, resource in named.items():
            if provisioners := _as_list(resource.get("provisioner")):
                text = json.dumps(provisioners).replace("${path.module}", json.dumps(there)[1:-1])
                found.setdefault(kind, {})[name] = {"provisioner": json.loads(text)}
    return found


def wait_until_nobody_works_in(folder: Path, seconds: float = 10) -> None:
    """Wait until no process works in a folder, as those that end by themselves still may."""
    deadline = time.monotonic() + seconds
    while _works_in(folder) and time.monotonic() < deadline:
        time.sleep(0.05)


def _works_in(folder: Path) -> bool:
    for process in Path("/proc").glob("[0-9]*"):
        with contextlib.suppress(OSError):  # ended by now, or somebody else's
            if (process / "cwd").readlink().is_relative_to(folder):
                return True
    return False


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
