"""Airflow's own environment, and what a container of Airflow is given."""

import pytest
from tests.running.deployment import (
    airflow_containers,
    airflow_folder,
    aws,
    on_this_machine,
)
from tests.running.told import Container
from tests.surroundings.airflow_image import airflow_python, database_secret, installed_runtime

__all__ = [
    "airflow_containers",
    "airflow_folder",
    "airflow_python",
    "aws",
    "database_secret",
    "installed_runtime",
    "on_this_machine",
]


@pytest.fixture(scope="session")
def airflow_environment(airflow_containers: dict[str, Container]) -> dict[str, str]:
    """Environment of the container that migrates the database."""
    return airflow_containers["migrate"].environment
