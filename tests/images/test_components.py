"""All of Airflow's components, each in a container from the image, until they are healthy.

They are told what the constructs' task definitions say. PostgreSQL and an embedded AWS are on this
machine, whose network the containers share.
"""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from tests.images.engine import Engine
from tests.running.aws import Aws
from tests.running.deployment import airflow_containers, airflow_folder, aws
from tests.running.processes import wait_until
from tests.running.running_airflow import COMPONENTS
from tests.running.told import Container
from tests.surroundings.airflow_image import database_secret
from tests.surroundings.postgres import Postgres, free_port, postgres

__all__ = [
    "airflow_containers",
    "airflow_folder",
    "aws",
    "database_secret",
    "free_port",
    "postgres",
]

pytestmark = pytest.mark.slow

STARTING_SECONDS = 300
"""Five at once, on a machine with two processors."""


@pytest.fixture(scope="session")
def on_this_machine(aws: Aws, free_port: Callable[[], int]) -> dict[str, str]:
    """What is other than on Fargate; the file system and the programs are those of the image."""
    port = free_port()
    return {
        "AWS_ACCESS_KEY_ID": "testing",
        "AWS_SECRET_ACCESS_KEY": "testing",
        "AWS_EC2_METADATA_DISABLED": "true",
        "AWS_ENDPOINT_URL": aws.endpoint_url,
        # All containers are at one address here, and others may run on this machine.
        "AIRFLOW__API__HOST": "127.0.0.1",
        "AIRFLOW__API__PORT": str(port),
        "AIRFLOW__CORE__EXECUTION_API_SERVER_URL": f"http://127.0.0.1:{port}/execution/",
        "AIRFLOW__SCHEDULER__SCHEDULER_HEALTH_CHECK_SERVER_PORT": str(free_port()),
        # The emulator gives messages to long polls of clients that are gone.
        "AIRFLOW__CELERY_BROKER_TRANSPORT_OPTIONS__WAIT_TIME_SECONDS": "0",
    }


@pytest.fixture
def start(
    *,
    engine: Engine,
    airflow_image: str,
    airflow_containers: dict[str, Container],
    airflow_folder: Path,
    postgres: Postgres,
) -> Iterator[Callable[[str], str]]:
    """Start a container by its name; its id."""
    started: list[str] = []

    def run(name: str) -> str:
        command = airflow_containers[name].command
        if name in ("triggerer", "worker"):
            # It would listen on all addresses of this machine.
            command = [*command, "--skip-serve-logs"]
        environment = {
            variable: value.replace(f"{airflow_folder}/home", "/opt/airflow")
            for variable, value in airflow_containers[name].environment.items()
        }
        certificates = postgres.folder / "ca.pem"
        container = engine.start(
            airflow_image,
            *command,
            environment=environment,
            files={certificates: str(certificates)},
        )
        started.append(container)
        return container

    postgres.sql("CREATE DATABASE airflow")
    try:
        yield run
    finally:
        for container in started:
            engine.remove(container)


def test_all_components_work_on_a_read_only_root_and_stop_when_told(
    engine: Engine, start: Callable[[str], str]
) -> None:
    def ended(container: str) -> bool:
        code = engine.exit_code(container)
        assert code in (None, 0), engine.log(container)
        return code is not None

    def healthy(name: str, container: str) -> bool:
        assert not ended(container), engine.log(container)
        check = ("python", "-m", "airflow_fargate_runtime.health", name)
        return engine.ask_inside(container, *check).returncode == 0

    migrating = start("migrate")
    wait_until(lambda: ended(migrating), "the migration", STARTING_SECONDS)

    running = {name: start(name) for name in COMPONENTS}
    for name, container in running.items():
        wait_until(
            lambda name=name, container=container: healthy(name, container),
            f"{name} to be healthy",
            STARTING_SECONDS,
            pause_seconds=1,
        )
        assert "Read-only file system" not in engine.log(container)
    exit_codes = {name: engine.stop(container) for name, container in running.items()}
    assert exit_codes == dict.fromkeys(COMPONENTS, 0)
