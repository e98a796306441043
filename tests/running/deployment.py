"""A small deployment on this machine: what the constructs tell Airflow's containers to be."""

import json
import os
import shutil
from collections.abc import Callable
from pathlib import Path

import airflow_fargate as af

import pytest
from tests.running.aws import NAME, Aws
from tests.running.told import Container, containers, deployment
from tests.surroundings.airflow_image import REGION, ROOT, DatabaseSecret
from tests.surroundings.postgres import Postgres

ADMIN_PASSWORD = "admin's"
SECRETS = {
    # checkov:skip=AF_SECRET_IN_FILE:Made up, for an Airflow that lives as long as a test.
    "fernet_key": "dGVzdGluZ3Rlc3Rpbmd0ZXN0aW5ndGVzdGluZ3Rlc3Q=",
    "jwt": "testing" * 10,
    "api_secret_key": "testing",
    "admin_password": ADMIN_PASSWORD,
}
OPTIONS: dict[str, dict[str, str]] = {
    "core": {"dags_are_paused_at_creation": "False", "min_serialized_dag_update_interval": "0"},
    "scheduler": {
        "scheduler_idle_sleep_time": "0.2",
        # Recovery: what is minutes by default is seconds here.
        "orphaned_tasks_check_interval": "10",
        "task_instance_heartbeat_timeout": "20",
        "task_instance_heartbeat_timeout_detection_interval": "2",
        "task_queued_timeout": "60",
        "task_queued_timeout_check_interval": "5",
        "trigger_timeout_check_interval": "2",
    },
    "triggerer": {"job_heartbeat_sec": "2", "triggerer_health_check_threshold": "15"},
    # Files that are new or changed are read at once, others seldom.
    "dag_processor": {
        "refresh_interval": "1",
        "bundle_refresh_check_interval": "1",
        "min_file_process_interval": "300",
    },
    # A machine on which much else runs is slow to answer at times; that is no failure.
    "workers": {"min_heartbeat_interval": "2", "execution_api_timeout": "30"},
    "celery": {"operation_timeout": "10"},
}
"""Airflow's options, as a user gives them."""


@pytest.fixture(scope="session")
def aws(embedded_aws: str) -> Aws:
    """The resources of the deployment."""
    return Aws(embedded_aws)


@pytest.fixture(scope="session")
def airflow_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Folder with Airflow's home, as the image has it, and logs."""
    folder = tmp_path_factory.mktemp("airflow")
    (folder / "home/dags").mkdir(parents=True)
    shutil.copy(ROOT / "airflow_image/airflow.cfg", folder / "home")
    return folder


@pytest.fixture(scope="session")
def airflow_containers(
    *,
    postgres: Postgres,
    database_secret: DatabaseSecret,
    aws: Aws,
    airflow_folder: Path,
    on_this_machine: dict[str, str],
    tmp_path_factory: pytest.TempPathFactory,
) -> dict[str, Container]:
    """Airflow's containers by name: what the task definitions say, with what is other here."""
    database = af.ExistingDatabase(
        host="localhost",
        port=postgres.port,
        secret_arn=database_secret.arn,
        security_group_id="sg-0aaaaaaaaaaaaaaaa",
    )
    resources = deployment(
        af.AirflowFargateProps(
            name=NAME,
            configuration=OPTIONS,
            database=af.MetadataDatabaseProps(existing=database),
            worker_pools=[af.WorkerPoolProps(concurrency=4)],
        ),
        tmp_path_factory.mktemp("cdktf"),
    )
    known = _known(aws)
    found: dict[str, Container] = {}
    for definition in resources["aws_ecs_task_definition"].values():
        found |= containers(definition, known)
    certificates, home = f"{postgres.folder}/ca.pem", str(airflow_folder / "home")

    def here(value: str) -> str:
        return value.replace("/opt/airflow/rds-ca.pem", certificates).replace("/opt/airflow", home)

    return {
        name: Container(
            container.command,
            {key: here(value) for key, value in container.environment.items()} | on_this_machine,
        )
        for name, container in found.items()
    }


def _known(aws: Aws) -> dict[str, str]:
    """What Terraform would know of the resources, by their references, as text within JSON."""
    queues = json.dumps({"default": {"url": aws.queue_url}})
    credentials = {
        f"aws_secretsmanager_secret.credentials_{name}.arn": json.dumps(value)[1:-1]
        for name, value in SECRETS.items()
    }
    return {
        **credentials,
        "aws_sqs_queue.broker": json.dumps(queues),
        "aws_s3_bucket.task_logs.id": aws.log_bucket,
        "aws_lb.load_balancer.dns_name": "localhost",
        "aws_service_discovery_private_dns_namespace.cluster.name": "localhost",
        "data.aws_region.current.id": REGION,
    }


@pytest.fixture(scope="session")
def on_this_machine(
    aws: Aws,
    airflow_folder: Path,
    installed_runtime: Path,
    free_port: Callable[[], int],
) -> dict[str, str]:
    """What is other than on Fargate, for all containers."""
    port = free_port()
    return {
        "PATH": os.environ["PATH"],
        "PYTHONPATH": str(installed_runtime),
        "AIRFLOW_HOME": str(airflow_folder / "home"),
        "AWS_ACCESS_KEY_ID": "testing",
        "AWS_SECRET_ACCESS_KEY": "testing",
        "AWS_EC2_METADATA_DISABLED": "true",
        "AWS_ENDPOINT_URL": aws.endpoint_url,
        # All containers are at one address here, and others may run on this machine.
        "AIRFLOW__API__HOST": "127.0.0.1",
        "AIRFLOW__API__PORT": str(port),
        "AIRFLOW__CORE__EXECUTION_API_SERVER_URL": f"http://127.0.0.1:{port}/execution/",
        "AIRFLOW__SCHEDULER__SCHEDULER_HEALTH_CHECK_SERVER_PORT": str(free_port()),
        "AIRFLOW__LOGGING__TRIGGER_LOG_SERVER_PORT": str(free_port()),
        "AIRFLOW__LOGGING__WORKER_LOG_SERVER_PORT": str(free_port()),
        # The emulator gives messages to long polls of clients that are gone.
        "AIRFLOW__CELERY_BROKER_TRANSPORT_OPTIONS__WAIT_TIME_SECONDS": "0",
        "AIRFLOW__CELERY_BROKER_TRANSPORT_OPTIONS__POLLING_INTERVAL": "0.5",
    }
