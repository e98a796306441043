"""What Airflow's containers find around them: the image's environment, and AWS."""

import dataclasses
import json
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import boto3
import pytest

from .postgres import Postgres

ROOT = Path(__file__).parents[2]
REGION = "eu-west-1"


@pytest.fixture(scope="session")
def installed_runtime(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The runtime as the image installs it, entry points and all."""
    # From a copy, as building leaves files behind.
    source = tmp_path_factory.mktemp("runtime") / "source"
    ignored = shutil.ignore_patterns("__pycache__", "*.egg-info", "build")
    shutil.copytree(ROOT / "airflow_image", source, ignore=ignored)
    site = source.with_name("site")
    pip = [sys.executable, "-m", "pip", "--disable-pip-version-check", "install", "-qq"]
    options = ["--no-deps", "--no-build-isolation", "--no-index", "--no-compile"]
    subprocess.run([*pip, *options, "--target", site, source], check=True)
    return site


@dataclasses.dataclass
class DatabaseSecret:
    """A secret in the embedded AWS."""

    client: Any
    arn: str
    user: str

    def put(self, password: str, label: str = "AWSCURRENT") -> None:
        """Write a password under a label."""
        content = json.dumps({"username": self.user, "password": password})
        self.client.put_secret_value(SecretId=self.arn, SecretString=content, VersionStages=[label])


@pytest.fixture(scope="session")
def database_secret(postgres: Postgres, embedded_aws: str) -> DatabaseSecret:
    """The secret with the server's user and password, as RDS writes it."""
    secrets = client("secretsmanager", embedded_aws)
    content = json.dumps({"username": postgres.user, "password": postgres.password})
    arn = secrets.create_secret(Name="rds-master", SecretString=content)["ARN"]
    return DatabaseSecret(client=secrets, arn=arn, user=postgres.user)


@pytest.fixture(scope="session")
def airflow_python() -> Path:
    """Python of the environment that Airflow is in."""
    python = ROOT / ".tools/venvs/airflow/bin/python"
    assert python.exists(), "Airflow's environment is missing: make .tools/stamps/airflow"
    return python


def client(service: str, endpoint_url: str) -> Any:
    """Client of a service of the embedded AWS."""
    return boto3.client(
        service,
        endpoint_url=endpoint_url,
        region_name=REGION,
        aws_access_key_id="testing",
        aws_secret_access_key="testing",
    )
