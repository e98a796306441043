"""Which engine runs containers on this machine: docker, or podman, or why neither can.

It is imported with ``--containers`` only: it needs the library's image builder.
"""

from __future__ import annotations

import json
import os
import shutil
import sys
from pathlib import Path
from typing import Any

from airflow_fargate.image_builder.builders import BUILDERS
from airflow_fargate.image_builder.choice import VARIABLE

from airflow_fargate_rehearsal.errors import PreflightError
from airflow_fargate_rehearsal.fargate.engine import Engine

_PROGRAMS = ("docker", "podman")
_INITS = ("catatonit", "tini", "dumb-init")
_INIT_FOLDERS = ("/usr/libexec/podman", "/usr/local/libexec/podman", "/usr/lib/podman")


def find_engine() -> Engine:
    """The engine of this machine: docker, or podman where docker cannot be used.

    `AIRFLOW_FARGATE_IMAGE_BUILDER` may name one of them. Raises PreflightError when neither works,
    with the reasons.
    """
    if sys.platform != "linux":
        raise PreflightError(
            "--containers needs Linux. Elsewhere docker and podman run containers in a virtual "
            "machine, whose network is not this machine's. Leave the option out."
        )
    wanted = os.environ.get(VARIABLE, "")
    if wanted not in ("", *_PROGRAMS):
        raise PreflightError(
            f"With --containers, {VARIABLE} must be docker or podman; got {wanted!r}. Leave it "
            "out, and the first of them that works is used."
        )
    reasons = []
    names = (wanted,) if wanted else _PROGRAMS
    for builder in (each for each in BUILDERS if each.name in names):
        reason = builder.unusable() or _elsewhere(builder.name)
        if reason is None and builder.name == "podman" and find_init() is None:
            reason = f"has no init program (install the package {_INITS[0]})"
        if reason is None:
            return Engine(builder.name, find_init() if builder.name == "podman" else None)
        reasons.append(f"  {builder.name} {reason}")
    raise PreflightError(
        "--containers needs docker or podman on this machine:\n"
        + "\n".join(reasons)
        + "\nInstall one of them (https://docs.docker.com/engine/install/, or the package podman), "
        "or leave the option out: containers are processes of this machine then."
    )


def find_init() -> str | None:
    """The program that podman takes for `initProcessEnabled`; None if there is none."""
    places = [Path(folder) / _INITS[0] for folder in _INIT_FOLDERS]
    found = next((str(each) for each in places if each.exists()), None)
    return found or next(filter(None, map(shutil.which, _INITS)), None)


def _elsewhere(program: str) -> str | None:
    """Why the containers of an engine are not in this machine's network."""
    if program == "podman":
        host = _json("podman", "info", "--format=json").get("host", {})
        return "runs them on another machine" if host.get("serviceIsRemote") else None
    info = _json("docker", "info", "--format={{json .}}")
    if "Docker Desktop" in info.get("OperatingSystem", ""):
        return "is Docker Desktop, whose containers are in a virtual machine"
    if any("rootless" in each for each in info.get("SecurityOptions") or ()):
        return "is rootless, and its containers are in a network of their own"
    address = os.environ.get("DOCKER_HOST") or _context()
    return None if address.startswith("unix://") else f"runs them on another machine ({address})"


def _context() -> str:
    format_ = "--format={{.Endpoints.docker.Host}}"
    return Engine("docker").ask("context", "inspect", format_).stdout.strip()


def _json(program: str, *words: str) -> dict[str, Any]:
    try:
        return json.loads(Engine(program).ask(*words).stdout)
    except ValueError:
        return {}
