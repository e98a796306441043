"""The CDKTF project that is rehearsed, and what it synthesizes."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

from airflow_fargate_rehearsal.errors import PreflightError, RehearsalError
from airflow_fargate_rehearsal.guard import guarded

UNPROTECT_VARIABLE = "AIRFLOW_FARGATE_UNPROTECT"
_NOT_THE_APPS = frozenset({UNPROTECT_VARIABLE, "AIRFLOW_FARGATE_STATE_BUCKET"})
"""The latter names the bucket of a real account; a rehearsal makes its own."""
"""Set to 1, it asks the app for the same stacks with all protection against deletion off."""

STATE_STACK = "state"
"""Stack with the bucket for the others' states, in its output ``bucket``; its own is local."""
STACK_FILE = "cdk.tf.json"


@dataclass(frozen=True, kw_only=True)
class Stack:
    """A synthesized stack: its name, its folder, and its Terraform JSON.

    ``elsewhere`` says that it lies in a folder of its user's, from which it names others.
    """

    name: str
    folder: Path
    configuration: Mapping[str, Any]
    elsewhere: bool = False

    def is_same_as(self, other: Stack) -> bool:
        """Whether Terraform would be told the same."""
        return self.configuration == other.configuration


class Source(Protocol):
    """Where stacks come from; ``can_unprotect`` says whether they can be had without protection."""

    @property
    def can_unprotect(self) -> bool:
        """Whether :meth:`synthesize` gives other stacks when asked for ``unprotected`` ones."""
        ...

    def announce(self, *, unprotected: bool = False) -> str:
        """What :meth:`synthesize` is about to do, for people."""
        ...

    def advice_on_protection(self, name: str) -> str:
        """What to do when a stack refuses to be destroyed."""
        ...

    def synthesize(
        self, output: Path, environment: Mapping[str, str], *, unprotected: bool = False
    ) -> dict[str, Stack]:
        """The stacks by name."""
        ...


@dataclass(frozen=True, kw_only=True)
class Synthesized:
    """Stacks that were synthesized before; they are read, and nothing is run or written there."""

    folder: Path
    stacks: Mapping[str, Stack]
    can_unprotect: bool = False

    def announce(self, *, unprotected: bool = False) -> str:
        """Say what is read."""
        del unprotected
        return f"Reading what was synthesized: {self.folder}"

    def advice_on_protection(self, name: str) -> str:
        """What to do when a stack refuses to be destroyed."""
        return (
            f"{name} was synthesized with protection. Synthesize it with "
            "deletion_protection=False, or rehearse the project and not its output."
        )

    def synthesize(
        self, output: Path, environment: Mapping[str, str], *, unprotected: bool = False
    ) -> dict[str, Stack]:
        """The stacks as they are: there is no app to ask for others."""
        del output, environment, unprotected
        return dict(self.stacks)


@dataclass(frozen=True, kw_only=True)
class Project:
    """A folder with ``cdktf.json``: ``app`` is the command that synthesizes, run in a shell."""

    folder: Path
    app: str
    context: Mapping[str, Any]
    can_unprotect: bool = True

    def announce(self, *, unprotected: bool = False) -> str:
        """Say what is run."""
        if unprotected:
            return f"Synthesizing without protection: {UNPROTECT_VARIABLE}=1"
        return f"Synthesizing: {self.app}"

    def advice_on_protection(self, name: str) -> str:
        """What to do when a stack refuses to be destroyed."""
        return (
            f"The app protects {name} also when {UNPROTECT_VARIABLE} is 1 in its environment. "
            "Let it give deletion_protection=False then."
        )

    def synthesize(
        self, output: Path, environment: Mapping[str, str], *, unprotected: bool = False
    ) -> dict[str, Stack]:
        """Run the app, with ``output`` as its output folder; returns its stacks by name.

        The project's own ``cdktf.out`` stays as it is: a synthesis without protection must not
        lie where someone may apply it. Raises RehearsalError when the app fails.
        """
        own = {name: value for name, value in environment.items() if name not in _NOT_THE_APPS} | {
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


def open_synthesized(path: Path) -> Synthesized:
    """Read a folder such as `cdktf.out`, or one stack's in it; raises PreflightError.

    Of a whole output the state stack is left out: what is rehearsed keeps its state beside it.
    """
    folder = path.resolve()
    try:
        if (folder / STACK_FILE).is_file():
            stacks = {folder.name: _stack(folder.name, folder / STACK_FILE)}
        elif (folder / "manifest.json").is_file():
            stacks = {n: _stack(n, file) for n, file in _manifest(folder) if n != STATE_STACK}
        else:
            raise PreflightError(
                f"{path} holds neither {STACK_FILE} nor manifest.json. Name the folder that CDKTF "
                "has synthesized, such as cdktf.out/stacks/airflow-dev or cdktf.out; without a "
                "path, the project in the current folder is synthesized first."
            )
    except (OSError, ValueError, KeyError, AttributeError, TypeError) as error:
        raise PreflightError(
            f"{path} cannot be read as what CDKTF has synthesized: {error!r}."
        ) from error
    if not stacks:
        raise PreflightError(f"{path} has no stack but {STATE_STACK}, which runs nothing.")
    return Synthesized(folder=folder, stacks=stacks)


def _stack(name: str, file: Path) -> Stack:
    configuration = json.loads(file.read_text())
    return Stack(name=name, folder=file.parent, configuration=configuration, elsewhere=True)


def _manifest(output: Path) -> list[tuple[str, Path]]:
    manifest = json.loads((output / "manifest.json").read_text())
    return [(n, output / each["synthesizedStackPath"]) for n, each in manifest["stacks"].items()]


def _read_stacks(output: Path, app: str) -> dict[str, Stack]:
    try:
        return {
            name: Stack(name=name, folder=file.parent, configuration=json.loads(file.read_text()))
            for name, file in _manifest(output)
        }
    except (OSError, ValueError, KeyError, AttributeError) as error:
        raise RehearsalError(
            f"The app of cdktf.json ({app}) wrote no readable manifest.json and stacks into the "
            f"folder that CDKTF_OUTDIR names: {error!r}. Leave the App's outdir unset."
        ) from error
