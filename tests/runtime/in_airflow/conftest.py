"""Airflow's own environment, and what a container of Airflow is given."""

import dataclasses
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import boto3
import pytest

ROOT = Path(__file__).parents[3]
REGION = "eu-west-1"
TRANSPORT = "AIRFLOW__CELERY_BROKER_TRANSPORT_OPTIONS__"


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
def database_secret(postgres: Any, embedded_aws: str) -> DatabaseSecret:
    """The secret with the server's user and password, as RDS writes it."""
    client = _client("secretsmanager", embedded_aws)
    content = json.dumps({"username": postgres.user, "password": postgres.password})
    arn = client.create_secret(Name="rds-master", SecretString=content)["ARN"]
    return DatabaseSecret(client=client, arn=arn, user=postgres.user)


@pytest.fixture(scope="session")
def airflow_python() -> Path:
    """Python of the environment that Airflow is in."""
    python = ROOT / ".tools/venvs/airflow/bin/python"
    assert python.exists(), "Airflow's environment is missing: make .tools/stamps/airflow"
    return python


@pytest.fixture(scope="session")
def airflow_environment(
    *,
    postgres: Any,
    database_secret: DatabaseSecret,
    embedded_aws: str,
    installed_runtime: Path,
    free_port: Callable[[], int],
    tmp_path_factory: pytest.TempPathFactory,
) -> dict[str, str]:
    """Environment of a container of Airflow, as docs/containers.md tells it."""
    queue_url = _client("sqs", embedded_aws).create_queue(QueueName="default")["QueueUrl"]
    server = f"localhost:{postgres.port}/airflow"
    tls = f"?sslmode=verify-full&sslrootcert={postgres.folder}/ca.pem"
    folder = tmp_path_factory.mktemp("airflow")
    (folder / "home/dags").mkdir(parents=True)
    (folder / "home/logs").mkdir()
    (folder / "tmp").mkdir()
    shutil.copy(ROOT / "airflow_image/airflow.cfg", folder / "home")
    return {
        "PATH": os.environ["PATH"],
        "PYTHONPATH": str(installed_runtime),
        "TMPDIR": str(folder / "tmp"),
        "AWS_ACCESS_KEY_ID": "testing",
        "AWS_SECRET_ACCESS_KEY": "testing",
        "AWS_DEFAULT_REGION": REGION,
        "AWS_ENDPOINT_URL": embedded_aws,
        "AIRFLOW_HOME": str(folder / "home"),
        "AIRFLOW_FARGATE_DATABASE_SECRET_ARN": database_secret.arn,
        "AIRFLOW_FARGATE_ADMIN_PASSWORD": "first",
        "AIRFLOW__CORE__AUTH_MANAGER": (
            "airflow.providers.fab.auth_manager.fab_auth_manager.FabAuthManager"
        ),
        "AIRFLOW__CORE__EXECUTOR": "CeleryExecutor",
        "AIRFLOW__CORE__FERNET_KEY": "dGVzdGluZ3Rlc3Rpbmd0ZXN0aW5ndGVzdGluZ3Rlc3Q=",
        "AIRFLOW__CORE__LOAD_EXAMPLES": "False",
        "AIRFLOW__API__SECRET_KEY": "testing",
        "AIRFLOW__API_AUTH__JWT_SECRET": "testing" * 10,
        "AIRFLOW__DATABASE__SQL_ALCHEMY_CONN": f"postgresql+psycopg2://{server}{tls}",
        "AIRFLOW__DATABASE__SQL_ALCHEMY_CONN_ASYNC": f"postgresql+asyncpg://{server}",
        "AIRFLOW__CELERY__RESULT_BACKEND": f"db+postgresql+psycopg2://{server}{tls}",
        "AIRFLOW__CELERY__BROKER_URL": "sqs://",
        "AIRFLOW__CELERY__WORKER_ENABLE_REMOTE_CONTROL": "False",
        f"{TRANSPORT}PREDEFINED_QUEUES": json.dumps({"default": {"url": queue_url}}),
        f"{TRANSPORT}REGION": REGION,
        f"{TRANSPORT}VISIBILITY_TIMEOUT": "43200",
        # The emulator gives messages to long polls of clients that are gone.
        f"{TRANSPORT}WAIT_TIME_SECONDS": "0",
        "AIRFLOW__OPERATORS__DEFAULT_QUEUE": "default",
        "AIRFLOW__API__HOST": "127.0.0.1",
        "AIRFLOW__API__PORT": str(free_port()),
        "AIRFLOW__SCHEDULER__ENABLE_HEALTH_CHECK": "True",
        "AIRFLOW__SCHEDULER__SCHEDULER_HEALTH_CHECK_SERVER_HOST": "127.0.0.1",
        # 30 by default; the scheduler shows itself every 5 s.
        "AIRFLOW__SCHEDULER__SCHEDULER_HEALTH_CHECK_THRESHOLD": "10",
        "AIRFLOW__SCHEDULER__SCHEDULER_HEALTH_CHECK_SERVER_PORT": str(free_port()),
    }


def _client(service: str, endpoint_url: str) -> Any:
    return boto3.client(
        service,
        endpoint_url=endpoint_url,
        region_name=REGION,
        aws_access_key_id="testing",
        aws_secret_access_key="testing",
    )
