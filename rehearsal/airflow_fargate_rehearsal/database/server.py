"""A PostgreSQL server that lives as long as this program."""

from __future__ import annotations

import json
import os
import secrets
import subprocess
import sys
import threading
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import IO, cast

from airflow_fargate_rehearsal.database import programs
from airflow_fargate_rehearsal.database.certificates import CertificateAuthority
from airflow_fargate_rehearsal.database.errors import DatabaseFailed

_GUARD_PROGRAM = Path(__file__).with_name("guard_main.py")
_ADMIN = "rdsadmin"
"""The superuser, which on RDS is Amazon's alone."""


class PostgresServer:
    """A PostgreSQL server on one address of this machine, with TLS and passwords.

    It starts with no user but its superuser, and dies with this program, SIGKILL included. Its
    `folder` is gone then; `log` is what it says.

    Args:
        address: IP address of loopback that it listens on.
        port: TCP port.
        authority: Signs its certificate, which holds for `names`, host names or IP addresses.
        settings: PostgreSQL's settings by name, beside those that this class makes.
        force_tls: Whether connections without TLS are refused.

    Raises:
        DatabaseFailed: There is no PostgreSQL on this machine.
    """

    def __init__(
        self,
        *,
        address: str,
        port: int,
        authority: CertificateAuthority,
        names: Sequence[str],
        settings: Mapping[str, str] | None = None,
        force_tls: bool = True,
    ) -> None:
        self.address = address
        self.port = port
        self.folder = programs.new_folder()
        self.log = self.folder / "log"
        self._programs = programs.programs(self.folder)
        self._password = secrets.token_urlsafe()
        self._orders = threading.Lock()
        self._write("password", self._password)
        authority.sign(names, self.folder / "server.pem", self.folder / "server.key")
        for name in ("server.pem", "server.key"):
            programs.hand_over(self.folder / name)
        self.configure(settings or {}, force_tls=force_tls)
        self._guard = self._guarded()

    def start(self) -> None:
        """Start it and wait until it takes connections; raises DatabaseFailed when it does not."""
        if not self._order("start"):
            raise DatabaseFailed(self._complaint())

    def stop(self) -> None:
        """End it, with its connections; it can be started again."""
        self._order("stop")

    def remove(self) -> None:
        """End it at once, and remove all that it has on this machine."""
        with self._orders:
            cast("IO[bytes]", self._guard.stdin).close()
        self._guard.wait()
        cast("IO[bytes]", self._guard.stdout).close()

    def configure(self, settings: Mapping[str, str], *, force_tls: bool) -> None:
        """Write other settings; they hold from :meth:`reload` or the next start on."""
        own = {
            "listen_addresses": self.address,
            "port": str(self.port),
            "unix_socket_directories": "",
            # What is in shared memory would stay behind when it is killed.
            "dynamic_shared_memory_type": "mmap",
            # Its data need not outlive this machine.
            "fsync": "off",
            "ssl": "on",
            "ssl_cert_file": str(self.folder / "server.pem"),
            "ssl_key_file": str(self.folder / "server.key"),
            "hba_file": str(self.folder / "pg_hba.conf"),
            "ident_file": str(self.folder / "pg_ident.conf"),
        }
        lines = [f"{name} = {_quoted(value)}\n" for name, value in {**settings, **own}.items()]
        self._write("postgresql.conf", "".join(lines))
        kinds = ["hostssl"] if force_tls else ["hostssl", "hostnossl"]
        rules = [f"{kind} all all all scram-sha-256\n" for kind in kinds]
        self._write("pg_hba.conf", "".join(rules))
        self._write("pg_ident.conf", "")

    def reload(self) -> None:
        """Let the settings hold that can change while it runs."""
        self.sql("SELECT pg_reload_conf()")

    def sql(
        self,
        statement: str,
        database: str = "postgres",
        *,
        user: str = _ADMIN,
        password: str | None = None,
    ) -> str:
        """What `psql` prints of statements' results, by default to the superuser.

        Raises DatabaseFailed for an error.
        """
        command = [
            *(self._programs / "psql", "-X", "-qAt", "-v", "ON_ERROR_STOP=1"),
            *("-h", self.address, "-p", str(self.port), "-U", user, "-d", database),
        ]
        # Without what the user's environment says of other servers.
        environment = {n: value for n, value in os.environ.items() if not n.startswith("PG")}
        done = subprocess.run(
            command,
            # Statements hold passwords, and others may see a command.
            input=statement,
            env=environment | {"PGPASSWORD": password or self._password, "PGSSLMODE": "require"},
            capture_output=True,
            text=True,
            check=False,
        )
        if done.returncode:
            raise DatabaseFailed(f"PostgreSQL: {done.stderr.strip()}")
        return done.stdout.strip()

    def version(self) -> str:
        """PostgreSQL's version, such as `17.10`."""
        return self.sql("SHOW server_version").split()[0]

    def create_user(self, user: str, password: str) -> None:
        """Create a user with the rights of RDS's master user, or give that user a password."""
        name, word = _identifier(user), _literal(password)
        question = f"SELECT 1 FROM pg_roles WHERE rolname = {_literal(user)}"  # noqa: S608 - quoted
        if self.sql(question):
            self.sql(f"ALTER ROLE {name} PASSWORD {word}")
        else:
            self.sql(
                "CREATE ROLE rds_superuser;"
                "GRANT pg_monitor, pg_signal_backend TO rds_superuser WITH ADMIN OPTION;"
                f"CREATE ROLE {name} LOGIN CREATEDB CREATEROLE PASSWORD {word}"
                " IN ROLE rds_superuser"
            )

    def create_database(self, name: str, owner: str) -> None:
        """Create a database of a user's."""
        self.sql(f"CREATE DATABASE {_identifier(name)} OWNER {_identifier(owner)}")

    def _guarded(self) -> subprocess.Popen[bytes]:
        data = str(self.folder / "data")
        specification = {
            "folder": str(self.folder),
            "account": programs.account(),
            "initdb": [
                *(str(self._programs / "initdb"), "-D", data, "-U", _ADMIN),
                *("--pwfile", str(self.folder / "password"), "--auth=scram-sha-256"),
                *("--encoding=UTF8", "--no-locale", "--no-sync", "--no-instructions"),
            ],
            "postgres": [
                *(str(self._programs / "postgres"), "-D", data),
                *("-c", f"config_file={self.folder / 'postgresql.conf'}"),
            ],
        }
        with self.log.open("ab") as log:
            return subprocess.Popen(
                [sys.executable, "-I", "-S", _GUARD_PROGRAM, json.dumps(specification)],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=log,
                # Whoever stops this program with Ctrl-C does not stop the server on the way.
                start_new_session=True,
            )

    def _order(self, order: str) -> bool:
        with self._orders:
            orders = cast("IO[bytes]", self._guard.stdin)
            orders.write(f"{order}\n".encode())
            orders.flush()
            return cast("IO[bytes]", self._guard.stdout).readline() == b"done\n"

    def _complaint(self) -> str:
        said = self.log.read_text(errors="replace").splitlines()
        # Without time and process: what was said last is why.
        lines = [each.rpartition("] ")[2].strip() for each in said if each.strip()]
        return "PostgreSQL does not start: " + (" | ".join(lines[-3:]) or "it said nothing")

    def _write(self, name: str, content: str) -> None:
        file = self.folder / name
        with os.fdopen(os.open(file, os.O_CREAT | os.O_WRONLY | os.O_TRUNC, 0o600), "w") as opened:
            opened.write(content)
        programs.hand_over(file)


def _quoted(value: str) -> str:
    escaped = value.replace("\\", "\\\\").replace("'", "''")
    return f"'{escaped}'"


def _identifier(name: str) -> str:
    escaped = name.replace('"', '""')
    return f'"{escaped}"'


def _literal(text: str) -> str:
    # Backslashes stand for themselves, as standard_conforming_strings is on.
    escaped = text.replace("'", "''")
    return f"'{escaped}'"
