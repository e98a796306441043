"""A whole Airflow, which the tests of one process share."""

from collections.abc import Generator, Iterator
from pathlib import Path

import pytest
from tests.running.aws import Aws
from tests.running.deployment import (
    ADMIN_PASSWORD,
    airflow_containers,
    airflow_folder,
    aws,
    on_this_machine,
)
from tests.running.rest import RestApi
from tests.running.running_airflow import RunningAirflow
from tests.running.told import Container
from tests.surroundings.airflow_image import (
    airflow_python,
    database_secret,
    installed_runtime,
)
from tests.surroundings.postgres import Postgres, free_port, postgres

from airflow_fargate_rehearsal import emulator

__all__ = [
    "airflow_containers",
    "airflow_folder",
    "airflow_python",
    "aws",
    "database_secret",
    "free_port",
    "installed_runtime",
    "on_this_machine",
    "postgres",
]


@pytest.fixture(scope="session")
def fargate_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where the local Fargate finds images and keeps files."""
    return tmp_path_factory.mktemp("fargate")


@pytest.fixture(scope="session")
def embedded_aws(tmp_path_factory: pytest.TempPathFactory, fargate_folder: Path) -> Iterator[str]:
    """Address of an embedded AWS that runs ECS tasks."""
    log = tmp_path_factory.mktemp("aws") / "log"
    with emulator.embedded_aws(log, fargate=fargate_folder) as aws:
        yield aws.endpoint_url


@pytest.fixture(scope="session")
def whole_airflow(
    *,
    airflow_python: Path,
    airflow_containers: dict[str, Container],
    on_this_machine: dict[str, str],
    aws: Aws,
    fargate_folder: Path,
    airflow_folder: Path,
    postgres: Postgres,
) -> Iterator[RunningAirflow]:
    """An Airflow, started once for all tests of this process."""
    address = f"http://127.0.0.1:{on_this_machine['AIRFLOW__API__PORT']}"
    running = RunningAirflow(
        python=airflow_python,
        containers=airflow_containers,
        folder=airflow_folder,
        aws=aws,
        images=fargate_folder / "images.jsonl",
        postgres=postgres,
        api=RestApi(address, ADMIN_PASSWORD),
    )
    try:
        running.prepare()
        yield running
    finally:
        for process in running.processes:
            process.kill()


@pytest.fixture(scope="module")
def airflow(whole_airflow: RunningAirflow) -> RunningAirflow:
    """The Airflow, with all of its components at work, whatever the file before has left."""
    whole_airflow.complete()
    return whole_airflow


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Function, call: pytest.CallInfo[None]
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Show the ends of all components' logs when a test has failed."""
    report = yield
    running = item.funcargs.get("whole_airflow")
    if report.failed and isinstance(running, RunningAirflow):
        report.sections += [(f"end of {name}", text) for name, text in running.log_ends().items()]
    return report
