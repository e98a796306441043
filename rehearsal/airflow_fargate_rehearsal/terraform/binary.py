"""Finding a Terraform that is new enough, or fetching the pinned one."""

from __future__ import annotations

import json
import platform
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

from airflow_fargate_rehearsal.errors import PreflightError
from airflow_fargate_rehearsal.terraform.download import PINNED_VERSION, RELEASES_URL, download

MINIMUM_VERSION = (1, 11)
"""Lowest Terraform that knows S3 locking with ``use_lockfile`` and write-only arguments."""

_MACHINES = {"x86_64": "amd64", "amd64": "amd64", "aarch64": "arm64", "arm64": "arm64"}


def terraform_platform() -> str:
    """This machine as Terraform names it, such as ``linux_amd64`` or ``darwin_arm64``."""
    machine = platform.machine().lower()
    return f"{platform.system().lower()}_{_MACHINES.get(machine, machine)}"


def terraform_version(binary: Path) -> tuple[int, ...] | None:
    """Version that the binary says it has; None if it cannot be run or says none."""
    try:
        answer = subprocess.run(
            [binary, "version", "-json"], capture_output=True, text=True, check=True, timeout=60
        )
        text = json.loads(answer.stdout)["terraform_version"]
        # A pre-release such as 1.12.0-beta1 counts as its release.
        return tuple(int(part) for part in text.split("-")[0].split("."))
    except (OSError, subprocess.SubprocessError, ValueError, KeyError):
        return None


def find_terraform(
    project: Path, say: Callable[[str], None], releases_url: str = RELEASES_URL
) -> Path:
    """A Terraform of at least 1.11: the project's in ``.tools``, one on PATH, or a fetched one.

    A fetched one is version 1.11.4, checked against its SHA-256, and put into ``.tools/terraform``.
    ``say`` takes lines that tell the user what is being done. Raises PreflightError when none is
    found and none can be fetched.
    """
    folder = project / ".tools" / "terraform"
    on_path = shutil.which("terraform")
    candidates = [folder / "terraform", *([Path(on_path)] if on_path else [])]
    reason = "there is none on PATH"
    for candidate in candidates:
        version = terraform_version(candidate)
        if version is not None and version[:2] >= MINIMUM_VERSION:
            return candidate
        if version is not None:
            reason = f"{candidate} is version {'.'.join(map(str, version))}, older than 1.11"
    say(f"Terraform: {reason}; fetching {PINNED_VERSION} into {folder}")
    try:
        return download(terraform_platform(), folder, releases_url)
    except PreflightError as error:
        raise PreflightError(
            f"Terraform 1.11 or newer is needed: {reason}. {error} Install Terraform "
            f"{PINNED_VERSION} or newer yourself so that 'terraform' is on PATH, or put the "
            f"program at {folder / 'terraform'}."
        ) from error
