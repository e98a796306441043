"""Mistakes in the stack `airflow-dev`, planted one at a time: the rehearsal names each."""

import os
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from tests.rehearsal.alive import mistakes
from tests.rehearsal.alive.mistakes import Change
from tests.rehearsal.alive.planted import Planted, stack_folder

from airflow_fargate_rehearsal.alive.scene import Scene
from airflow_fargate_rehearsal.console import Console
from airflow_fargate_rehearsal.emulator import embedded_aws
from airflow_fargate_rehearsal.fargate.clients import Clients
from airflow_fargate_rehearsal.project import open_synthesized
from airflow_fargate_rehearsal.rehearsal import Rehearsal
from airflow_fargate_rehearsal.report.story import Story
from airflow_fargate_rehearsal.terraform.binary import find_terraform, terraform_platform
from airflow_fargate_rehearsal.terraform.environment import rehearsal_environment
from airflow_fargate_rehearsal.terraform.providers import find_mirror, write_cli_config

pytestmark = pytest.mark.slow
ROOT = Path(__file__).parents[3]
SECONDS_TO_START = 900  # the first time, packages are installed
INGRESS_RULE = "aws_vpc_security_group_ingress_rule"


@pytest.fixture(scope="module")
def planted(
    synthesize_main: Callable[..., dict[str, Any]], tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Planted]:
    work = tmp_path_factory.mktemp("planted")
    synthesize_main(CDKTF_OUTDIR=str(work / "cdktf.out"))
    mirror = find_mirror(terraform_platform())
    console = Console()
    with embedded_aws(work / "aws.log", fargate=work) as aws:
        environment = rehearsal_environment(
            os.environ,
            endpoint_url=aws.endpoint_url,
            work_folder=work,
            cli_config=write_cli_config(mirror, work / "cli.tfrc") if mirror else None,
        )
        rehearsal = Rehearsal(
            source=open_synthesized(stack_folder(work / "cdktf.out")),
            stacks=("airflow-dev",),
            binary=find_terraform(ROOT, print),
            environment=environment,
            work_folder=work,
            aws=aws,
            console=console,
        )
        rehearsal.apply()
        [deployment] = rehearsal.deployments()
        now = datetime.now(UTC)
        scene = Scene(
            aws=aws,
            clients=Clients(aws.endpoint_url),
            console=console,
            story=Story(title="Planted mistakes", begin=now),
        )
        terraform = rehearsal._applied["airflow-dev"]
        planted = Planted(scene=scene, terraform=terraform, deployment=deployment)
        planted.wait_until_all_work(SECONDS_TO_START)
        assert not [each for each in aws.findings() if each["kind"] != "unchecked"]
        yield planted


@pytest.mark.parametrize(
    ("change", "names_it"),
    [
        pytest.param(
            mistakes.containers(
                "dag_processor", mistakes.replaced("credentials_fernet_key.", "credentials_jwt.")
            ),
            r"dag-processor.*GetSecretValue on \S+credentials/jwt_secret",
            id="ARN of another secret",
        ),
        pytest.param(
            mistakes.containers("triggerer", mistakes.replaced('"triggerer"]', '"trigerer"]')),
            r"triggerer does not hold.*Container triggerer \(airflow trigerer\): exit code 2",
            id="wrong command",
        ),
        pytest.param(
            mistakes.containers(
                "worker_default",
                mistakes.replaced("[url])", '[join("", [url, "s"])])'),
            ),
            r"worker-default.*sqs:\w+ on \S+airflow-dev_defaults",
            id="queue name that differs from Airflow's",
        ),
        pytest.param(
            mistakes.both(
                mistakes.without(INGRESS_RULE, "database_from_triggerer"),
                mistakes.restarted("triggerer"),
            ),
            r"service triggerer.*no ingress rule for TCP port 5432",
            id="no ingress rule for the database",
        ),
        pytest.param(
            mistakes.health_check_port,
            r"load balancer.*TCP port 8081|target group airflow-dev-api.*on port 8081",
            id="health check on the wrong port",
        ),
        pytest.param(
            mistakes.containers(
                "api_server", mistakes.without_variable("AIRFLOW_FARGATE_DATABASE_SECRET_ARN")
            ),
            r"api-server does not hold.*AIRFLOW_FARGATE_DATABASE_SECRET_ARN is not set",
            id="missing environment variable",
        ),
    ],
)
def test_it_is_told_while_services_start(planted: Planted, change: Change, names_it: str) -> None:
    with planted.mistake(change):
        message = planted.wait_until_told(names_it)
    planted.scene.console.line(message)
    planted.wait_until_all_work()


@pytest.mark.parametrize(
    ("rule", "names_it"),
    [
        pytest.param(
            "api_server_from_worker_default",
            r"service worker-default.*no ingress rule for TCP port 8080",
            id="no ingress rule for the api-server",
        ),
        pytest.param(
            "shared_storage_from_tasks",
            r"task airflow-dev_task_\w+.*no ingress rule for TCP port 2049",
            id="no ingress rule for EFS",
        ),
    ],
)
def test_it_is_told_while_a_dag_runs(planted: Planted, rule: str, names_it: str) -> None:
    with planted.mistake(mistakes.without(INGRESS_RULE, rule)):
        # Rules hold after five seconds, as connections ask seldom.
        planted.run_dag()
        message = planted.wait_until_told(names_it)
    planted.scene.console.line(message)
    planted.wait_until_all_work()


def test_it_is_told_that_nothing_migrates_a_new_database(planted: Planted) -> None:
    planted.empty_database()
    with planted.mistake(mistakes.containers("scheduler", mistakes.without_first_container)):
        message = planted.wait_until_told(
            "scheduler does not hold.*Database migration required. Please run .airflow db migrate"
        )
    planted.scene.console.line(message)
