"""Fixtures about the writer of HCL: the provider's schema, and configurations to write."""

import os
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import airflow_fargate
from airflow_fargate.nulls import knowing_nulls

import pytest
from cdktf import App
from module_writer.hcl.schemas import Schemas, formatted
from module_writer.provider_schemas import provider_schemas
from tests.conftest import ROOT, Config, Synthesized
from tests.constructs.airflow_fargate import test_values_or_variables as deployments

from airflow_fargate_rehearsal.terraform.binary import find_terraform
from airflow_fargate_rehearsal.terraform.environment import without_aws_access

Run = Callable[..., str]


@pytest.fixture(scope="session")
def schemas() -> Schemas:
    """Schemas of the rehearsed provider; the first time in a folder they take five seconds."""
    return provider_schemas(ROOT)


@pytest.fixture(scope="session")
def binary() -> Path:
    return find_terraform(ROOT, print)


@pytest.fixture(scope="session")
def fmt(binary: Path) -> Callable[[str], str]:
    """`terraform fmt` over a text."""
    return lambda text: formatted(binary, text)


@pytest.fixture(scope="session")
def run_terraform(binary: Path) -> Run:
    """Terraform without any provider, in a folder: what it prints."""

    def run(folder: Path, *arguments: str, stdin: str = "") -> str:
        environment = without_aws_access(os.environ) | {"CHECKPOINT_DISABLE": "1"}
        answer = subprocess.run(
            [binary, *arguments],
            cwd=folder,
            env=environment,
            input=stdin,
            capture_output=True,
            text=True,
            check=False,
        )
        assert answer.returncode == 0, answer.stderr
        return answer.stdout

    return run


@pytest.fixture(scope="session")
def configurations(
    synthesize_main: Callable[..., dict[str, Config]], tmp_path_factory: pytest.TempPathFactory
) -> dict[str, Config]:
    """The stacks of main.py, and a whole deployment whose settings are variables."""
    out = tmp_path_factory.mktemp("variables") / "cdktf.out"
    app = App(outdir=str(out))
    stack = airflow_fargate.Stack(app, "variables", region="eu-west-1", local_state=True)
    with knowing_nulls():
        deployments.deployment(stack, deployments.variables(stack))
        app.synth()
    return synthesize_main() | {"variables": Synthesized(out / "stacks/variables")}


SETTINGS: dict[str, dict[str, Any]] = {
    "nothing": deployments.NOTHING_SAID,
    "all": deployments.ALL_SAID,
}
