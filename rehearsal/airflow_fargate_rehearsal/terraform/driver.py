"""Terraform's commands on one folder, with progress and with plain errors."""

from __future__ import annotations

import contextlib
import json
import subprocess
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from airflow_fargate_rehearsal.errors import TerraformError
from airflow_fargate_rehearsal.guard import guarded, stdout_of
from airflow_fargate_rehearsal.terraform.events import Progress, parse_event, plain_diagnostic

_NO_CHANGES, _FAILED, _CHANGES = 0, 1, 2  # exit codes of plan -detailed-exitcode


@dataclass(frozen=True, kw_only=True)
class Output:
    """An output of a stack: its value, and whether Terraform calls it sensitive."""

    value: Any
    sensitive: bool


@dataclass(frozen=True, kw_only=True)
class Terraform:
    """Terraform in one folder; every command raises TerraformError with the diagnostics.

    ``binary`` is the program, ``folder`` holds the configuration and is written to,
    ``environment`` is all that the program sees of the environment, and ``variable_files`` hold
    values of variables.
    """

    binary: Path
    folder: Path
    environment: Mapping[str, str]
    variable_files: tuple[Path, ...] = ()

    def init(self, backend_config: Mapping[str, str] | None = None) -> None:
        """Install providers and set up the backend; ``backend_config`` completes its block."""
        settings = [f"-backend-config={k}={v}" for k, v in (backend_config or {}).items()]
        self._run("init", "-json", "-no-color", "-input=false", *settings)

    def validate(self) -> None:
        """Check the configuration against the schemas of its providers."""
        report = json.loads(self._capture("validate", "-json", allowed=(0, 1)))
        if not report["valid"]:
            errors = [plain_diagnostic(each) for each in report["diagnostics"]]
            raise TerraformError("terraform validate", errors)

    def plan(self, out: Path | None = None) -> dict[str, str]:
        """Plan; returns what would change, address to action, outputs as ``output.<name>``.

        ``out`` is a file to save the plan in, for :meth:`show`. An empty answer means that
        ``terraform apply`` would do nothing.
        """
        changes: dict[str, str] = {}
        saved = [f"-out={out}"] if out is not None else []
        arguments = ("plan", "-json", "-input=false", "-detailed-exitcode", *saved, *self.values())
        exit_code = self._run(
            *arguments,
            on_event=lambda event: _note_change(event, changes),
            allowed=(_NO_CHANGES, _CHANGES),
        )
        if exit_code == _CHANGES and not changes:
            changes["(unnamed)"] = "changed"
        return changes

    def apply(self, on_progress: Callable[[Progress], None] | None = None) -> Progress:
        """Apply without asking; ``on_progress`` is called at every step and while waiting."""
        return self._change("apply", on_progress)

    def destroy(self, on_progress: Callable[[Progress], None] | None = None) -> Progress:
        """Destroy everything in the state, without asking."""
        return self._change("destroy", on_progress)

    def outputs(self) -> dict[str, Output]:
        """The root module's outputs, by name; values of sensitive ones are in it too."""
        found = json.loads(self._capture("output", "-json"))
        return {
            name: Output(value=each["value"], sensitive=bool(each["sensitive"]))
            for name, each in found.items()
        }

    def show(self, plan: Path | None = None) -> dict[str, Any]:
        """The state, or a saved plan, as Terraform's documented JSON."""
        return json.loads(self._capture("show", "-json", *([str(plan)] if plan else [])))

    def resource_types(self) -> list[str]:
        """The type of every managed resource instance in the state, sorted, with repetitions."""
        root = self.show().get("values", {}).get("root_module", {})
        return sorted(each["type"] for each in _resources(root) if each["mode"] == "managed")

    def _change(self, command: str, on_progress: Callable[[Progress], None] | None) -> Progress:
        progress = Progress()

        def take(event: Mapping[str, Any]) -> None:
            if progress.update(event) and on_progress is not None:
                on_progress(progress)

        arguments = ("-json", "-auto-approve", "-input=false", *self.values())
        self._run(command, *arguments, on_event=take)
        return progress

    def values(self) -> list[str]:
        """Arguments that give the values of variables."""
        return [f"-var-file={file}" for file in self.variable_files]

    def _run(
        self,
        *arguments: str,
        on_event: Callable[[Mapping[str, Any]], None] | None = None,
        allowed: tuple[int, ...] = (0,),
    ) -> int:
        errors: list[str] = []
        others: list[str] = []  # init speaks plainly of its backend; a crash is never JSON
        with self._start(*arguments, stderr=subprocess.STDOUT) as process:
            for line in stdout_of(process):
                event = parse_event(line)
                if event is None:
                    others.append(line.rstrip())
                elif event["type"] == "diagnostic" and event["@level"] == "error":
                    errors.append(plain_diagnostic(event["diagnostic"]))
                elif on_event is not None:
                    on_event(event)
            exit_code = process.wait()
        if exit_code not in allowed:
            raise TerraformError(f"terraform {arguments[0]}", errors or ["\n".join(others).strip()])
        return exit_code

    def _capture(self, *arguments: str, allowed: tuple[int, ...] = (0,)) -> str:
        with self._start(*arguments, stderr=subprocess.PIPE) as process:
            text, complaint = process.communicate()
        if process.returncode not in allowed:
            raise TerraformError(f"terraform {arguments[0]}", [complaint.strip() or text.strip()])
        return text

    def _start(
        self, *arguments: str, stderr: int
    ) -> contextlib.AbstractContextManager[subprocess.Popen[str]]:
        command = [self.binary, *arguments]
        return guarded(command, cwd=self.folder, environment=self.environment, stderr=stderr)


def _note_change(event: Mapping[str, Any], changes: dict[str, str]) -> None:
    if event["type"] == "planned_change":
        change = event["change"]
        changes[change["resource"]["addr"]] = change["action"]
    elif event["type"] == "outputs":
        for name, output in event["outputs"].items():
            if output.get("action", "noop") != "noop":
                changes[f"output.{name}"] = output["action"]


def _resources(module: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    yield from module.get("resources", ())
    for child in module.get("child_modules", ()):
        yield from _resources(child)
