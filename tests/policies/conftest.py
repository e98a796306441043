"""Tests of the policy gate, in checkov's environment: `make test` runs them there."""

from pathlib import Path

import pytest
from tests.policies.written import read_hcl, read_planned, read_stack

__all__ = ["read_hcl", "read_planned", "read_stack"]

ROOT = Path(__file__).parents[2]
PLANS = ("rehearsal-report/plans", ".tools/plans")
"""Where plans made after apply are: of the last rehearsal, and of `make plans`."""


def stored_plan(stack: str) -> Path:
    """A plan of a stack of this project that was made after it was applied."""
    for folder in PLANS:
        file = ROOT / folder / f"{stack}.json"
        if file.is_file():
            return file
    pytest.fail(f"there is no plan of {stack}: make rehearse or make plans makes it")


def synthesized(stack: str) -> Path:
    """The folder of a synthesized stack of this project."""
    folder = ROOT / "cdktf.out/stacks" / stack
    if not folder.is_dir():
        pytest.fail(f"there is no {folder}: make synth makes it")
    return folder
