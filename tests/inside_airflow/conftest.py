"""Tests that run inside Airflow's own environment, where the runtime is imported.

    .tools/venvs/airflow/bin/python -m pytest --confcutdir=tests/inside_airflow tests/inside_airflow

They are fast: no component of Airflow runs, and no database. The embedded AWS runs in the develop
environment, as Airflow's has no moto.
"""

import os
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
REGION = "eu-west-1"


@pytest.fixture(scope="session")
def embedded_aws(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Address of an embedded AWS that the whole session shares."""
    folder = tmp_path_factory.mktemp("aws")
    python = ROOT / ".tools/venvs/develop/bin/python"
    command = [python, "-m", "airflow_fargate_rehearsal.aws"]
    with (
        (folder / "log").open("w") as log,
        subprocess.Popen(
            command, cwd=folder, env=_environment(), stdout=subprocess.PIPE, stderr=log, text=True
        ) as process,
    ):
        assert process.stdout
        address = process.stdout.readline().strip()
        assert address, (folder / "log").read_text()
        yield address
        process.terminate()


@pytest.fixture(autouse=True)
def aws_access(embedded_aws: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Lead every client of AWS to the embedded one, and none elsewhere."""
    for name in [name for name in os.environ if name.startswith("AWS_")]:
        monkeypatch.delenv(name)
    access = {
        "AWS_ACCESS_KEY_ID": "testing",
        "AWS_SECRET_ACCESS_KEY": "testing",
        "AWS_DEFAULT_REGION": REGION,
        "AWS_ENDPOINT_URL": embedded_aws,
    }
    for name, value in access.items():
        monkeypatch.setenv(name, value)


def _environment() -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith("AWS_")}
    return kept | {"AWS_ACCESS_KEY_ID": "testing", "AWS_SECRET_ACCESS_KEY": "testing"}
