"""The policy gate from the wheel, in an environment that pip has made, on a user's own program."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from tests.test_wheel import NOT_THE_USERS, example_in, run, wheel

pytestmark = pytest.mark.slow

__all__ = ["wheel"]

STACK = "cdktf.out/stacks/orders/cdk.tf.json"


@pytest.fixture(scope="module")
def python(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Python of an environment with the wheel and its extra `policy`, and nothing else."""
    folder = tmp_path_factory.mktemp("environment")
    run(sys.executable, "-m", "venv", "--without-pip", folder)
    python = folder / "bin/python"
    options = ("--disable-pip-version-check", "--no-compile", "-q")
    run(sys.executable, "-m", "pip", "--python", python, "install", *options, f"{wheel}[policy]")
    return python


@pytest.fixture
def app(python: Path, tmp_path: Path) -> Path:
    """A copy of the example, synthesized."""
    folder = example_in(tmp_path)
    run(python, "main.py", cwd=folder)
    return folder


def gate(python: Path, app: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    environment = {k: v for k, v in os.environ.items() if not k.startswith(NOT_THE_USERS)}
    return subprocess.run(
        [python, "-m", "airflow_fargate_policies", *arguments],
        cwd=app,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )


def edited(app: Path) -> dict[str, Any]:
    return json.loads((app / STACK).read_text(encoding="utf-8"))


def write(app: Path, config: dict[str, Any]) -> None:
    (app / STACK).write_text(json.dumps(config), encoding="utf-8")


def test_the_gate_is_open_for_the_example(python: Path, app: Path) -> None:
    seen = gate(python, app, "cdktf.out", "--sarif", "results.sarif")
    assert seen.returncode == 0, seen.stdout + seen.stderr
    assert "orders (synthesized)" in seen.stdout
    (checked,) = json.loads((app / "results.sarif").read_text())["runs"]
    assert checked["results"] == []


def test_a_fault_shuts_it_by_name(python: Path, app: Path) -> None:
    config = edited(app)
    config["resource"]["aws_subnet"]["company_private_a"]["map_public_ip_on_launch"] = True
    write(app, config)
    seen = gate(python, app)
    assert seen.returncode == 1, seen.stdout + seen.stderr
    assert "AF_PUBLIC_IP" in seen.stdout
    assert "aws_subnet.company_private_a" in seen.stdout


def test_an_exception_taken_away_shuts_it(python: Path, app: Path) -> None:
    config = edited(app)
    del config["resource"]["aws_vpc"]["company"]["//"]["policy_exceptions"]
    write(app, config)
    seen = gate(python, app)
    assert seen.returncode == 1, seen.stdout + seen.stderr
    assert "CKV2_AWS_11" in seen.stdout


def test_it_needs_nothing_but_what_the_extra_brings(python: Path) -> None:
    listed = run(sys.executable, "-m", "pip", "--python", python, "check")
    assert "No broken requirements" in listed
