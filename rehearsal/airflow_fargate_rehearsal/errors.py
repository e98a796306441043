"""Errors that end a rehearsal, each with the exit code that it stands for."""

from __future__ import annotations

from collections.abc import Sequence


class RehearsalError(Exception):
    """Something that was rehearsed did not hold; ends the program with exit code 1."""

    exit_code = 1


class PreflightError(RehearsalError):
    """Bad usage, or something that the rehearsal needs is missing; exit code 2."""

    exit_code = 2


class TerraformError(RehearsalError):
    """A Terraform command failed; the message carries Terraform's own diagnostics in plain form."""

    def __init__(self, command: str, diagnostics: Sequence[str]) -> None:
        self.command = command
        self.diagnostics = tuple(diagnostics)
        reasons = "\n\n".join(self.diagnostics) or "Terraform gave no reason."
        super().__init__(f"{command} failed:\n\n{reasons}")
