"""Plain Terraform roots: folders with `*.tf` of a team that may never have heard of CDKTF."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from airflow_fargate_rehearsal.errors import PreflightError
from airflow_fargate_rehearsal.project import STACK_FILE, Stack
from airflow_fargate_rehearsal.root_settings import SETTINGS_FILE, RootSettings, read_settings
from airflow_fargate_rehearsal.terraform.configuration import (
    configuration_files,
    read_configuration,
)


@dataclass(frozen=True, kw_only=True)
class Root(Stack):
    """A plain Terraform root.

    ``configuration`` is what matters of it here, in the form of Terraform JSON: its backend and
    its variables. ``variables`` are values for this rehearsal.
    """

    settings: RootSettings
    variables: Mapping[str, Any] = field(default_factory=dict)

    def is_same_as(self, other: Stack) -> bool:
        """Whether Terraform would be told the same."""
        return isinstance(other, Root) and self.variables == other.variables


@dataclass(frozen=True, kw_only=True)
class PlainRoots:
    """Roots in the order in which they are applied; nothing is written into their folders."""

    stacks: Mapping[str, Root]

    @property
    def can_unprotect(self) -> bool:
        """Whether some root names variables that allow to destroy it."""
        return any(each.settings.variables_to_destroy for each in self.stacks.values())

    def announce(self, *, unprotected: bool = False) -> str:
        """Say what is read."""
        if unprotected:
            return f"Taking variables_to_destroy of {SETTINGS_FILE}"
        folders = ", ".join(str(each.folder) for each in self.stacks.values())
        return f"Reading Terraform configurations: {folders}"

    def synthesize(
        self, output: Path, environment: Mapping[str, str], *, unprotected: bool = False
    ) -> dict[str, Stack]:
        """The roots, with the values of variables for now."""
        del output, environment
        return {name: _with_values(each, unprotected) for name, each in self.stacks.items()}

    def advice_on_protection(self, name: str) -> str:
        """What to do when a root refuses to be destroyed."""
        return (
            f"{name} is protected against deletion. Name the variables that take the protection "
            f"off, with their values, under [variables_to_destroy] in {SETTINGS_FILE}: they are "
            "applied before all is destroyed."
        )


def is_plain_root(path: Path) -> bool:
    """Whether a folder holds a Terraform configuration that CDKTF has not synthesized."""
    return path.is_dir() and not (path / STACK_FILE).is_file() and bool(configuration_files(path))


def open_roots(paths: Iterable[Path]) -> PlainRoots:
    """Read plain roots with their settings; raises PreflightError saying what is wrong."""
    found: dict[str, Root] = {}
    for path in paths:
        folder = path.resolve()
        if not is_plain_root(folder):
            raise PreflightError(f"{path} holds no *.tf: it is no root of Terraform.")
        name = folder.name if folder.name not in found else f"{folder.parent.name}-{folder.name}"
        if name in found or folder in [each.folder for each in found.values()]:
            raise PreflightError(f"{path} is given twice, or another folder of that name is.")
        found[name] = _root(name, folder)
    return PlainRoots(stacks=found)


def _root(name: str, folder: Path) -> Root:
    configuration = read_configuration(folder)
    settings = read_settings(folder)
    for given in ("variables", "variables_to_destroy"):
        if unknown := set(getattr(settings, given)) - set(configuration["variable"]):
            known = ", ".join(sorted(configuration["variable"])) or "none"
            raise PreflightError(
                f"{folder / SETTINGS_FILE}: {given} has {min(unknown)!r}, which is no variable of "
                f"this root. Its variables: {known}."
            )
    return Root(name=name, folder=folder, configuration=configuration, settings=settings)


def _with_values(root: Root, unprotected: bool) -> Root:  # noqa: FBT001
    to_destroy = root.settings.variables_to_destroy if unprotected else {}
    return dataclasses.replace(root, variables={**root.settings.variables, **to_destroy})
