"""The CDKTF project that is rehearsed, and what it synthesizes."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from airflow_fargate_rehearsal.errors import PreflightError, RehearsalError
from airflow_fargate_rehearsal.guard import guarded

UNPROTECT_VARIABLE = "AIRFLOW_FARGATE_UNPROTECT"
"""Set to 1, it asks the app for the same stacks with all protection against deletion off."""


@dataclass(frozen=True, kw_only=True)
class Stack:
    """A synthesized stack: its name, its folder, and its Terraform JSON."""

    name: str
    folder: Path
    configuration: Mapping[str, Any]


@dataclass(frozen=True, kw_only=True)
class Project:
    """A folder with ``cdktf.json``: ``app`` is the command that synthesizes, run in a shell."""

    folder: Path
    app: str
    context: Mapping[str, Any]

    def synthesize(
        self, output: Path, environment: Mapping[str, str], *, unprotected: bool = False
    ) -> dict[str, Stack]:
        """Run the app, with ``output`` as its output folder; returns its stacks by name.

        The project's own ``cdktf.out`` stays as it is: a synthesis without protection must not
        lie where someone may apply it. Raises RehearsalError when the app fails.
        """
        own = {name: value for name, value in environment.items() if name != UNPROTECT_VARIABLE} | {
            "CDKTF_OUTDIR": str(output),
            "CDKTF_CONTEXT_JSON": json.dumps(self.context),
            # The app's "python" is the one that runs this, activated environment or not.
            "PATH": f"{Path(sys.executable).parent}{os.pathsep}{environment.get('PATH', '')}",
        }
        if unprotected:
            own[UNPROTECT_VARIABLE] = "1"
        command = ["/bin/sh", "-c", self.app]
        with guarded(
            command, cwd=self.folder, environment=own, stderr=subprocess.STDOUT
        ) as process:
            said, _ = process.communicate()
        if process.returncode != 0:
            raise RehearsalError(
                f"The app of cdktf.json ({self.app}) ended with exit code {process.returncode}:\n"
                f"\n{said.strip()}"
            )
        return _read_stacks(output, self.app)


def open_project(folder: Path) -> Project:
    """Read ``cdktf.json`` in ``folder``; raises PreflightError saying what is wrong with it."""
    file = folder / "cdktf.json"
    try:
        settings = json.loads(file.read_text())
    except FileNotFoundError:
        raise PreflightError(
            f"There is no cdktf.json in {folder}. Run this in the folder of a CDKTF project."
        ) from None
    except (OSError, ValueError) as error:
        raise PreflightError(f"{file} cannot be read as JSON: {error}.") from error
    app = settings.get("app") if isinstance(settings, dict) else None
    if not isinstance(app, str) or not app.strip():
        raise PreflightError(
            f'{file} must hold "app", the command that synthesizes, such as "python main.py"; '
            f"got {app!r}."
        )
    return Project(folder=folder, app=app, context=settings.get("context") or {})


def _read_stacks(output: Path, app: str) -> dict[str, Stack]:
    try:
        manifest = json.loads((output / "manifest.json").read_text())
        files = {
            name: output / entry["synthesizedStackPath"]
            for name, entry in manifest["stacks"].items()
        }
        return {
            name: Stack(name=name, folder=file.parent, configuration=json.loads(file.read_text()))
            for name, file in files.items()
        }
    except (OSError, ValueError, KeyError, AttributeError) as error:
        raise RehearsalError(
            f"The app of cdktf.json ({app}) wrote no readable manifest.json and stacks into the "
            f"folder that CDKTF_OUTDIR names: {error!r}. Leave the App's outdir unset."
        ) from error
