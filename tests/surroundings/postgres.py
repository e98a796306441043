"""A real PostgreSQL, with a certificate that the tests trust."""

import dataclasses
import socket
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from airflow_fargate_rehearsal.database.certificates import CertificateAuthority
from airflow_fargate_rehearsal.database.server import PostgresServer


@dataclasses.dataclass
class Postgres:
    """A PostgreSQL server on loopback that wants TLS and a password.

    `ca.pem` in `folder` is what a client is to trust.
    """

    server: PostgresServer
    folder: Path
    user: str = "airflow"
    password: str = "p%2F:@ä'\"\\ first"

    @property
    def port(self) -> int:
        """Port of localhost."""
        return self.server.port

    def set_password(self, password: str) -> None:
        """Give the user another password; who is connected stays so."""
        self.server.create_user(self.user, password)
        self.password = password

    def sql(self, statement: str, database: str = "postgres") -> str:
        """What psql prints of a statement's result."""
        return self.server.sql(statement, database, user=self.user, password=self.password)


@pytest.fixture(scope="session")
def postgres(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Postgres]:
    """A real PostgreSQL of the tests' own."""
    folder = tmp_path_factory.mktemp("postgres")
    server = PostgresServer(
        address="127.0.0.1",
        port=_free_port(),
        authority=CertificateAuthority.in_folder(folder),
        names=["localhost"],
    )
    running = Postgres(server=server, folder=folder)
    try:
        server.start()
        server.create_user(running.user, running.password)
        yield running
    finally:
        server.remove()


@pytest.fixture(scope="session")
def free_port() -> Callable[[], int]:
    """Give a TCP port of loopback that nobody listens on."""
    return _free_port


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as server:
        return server.getsockname()[1]
