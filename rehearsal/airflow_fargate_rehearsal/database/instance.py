"""A database instance as RDS gives it: a server behind its endpoint, and a gate before it."""

from __future__ import annotations

import threading
from collections.abc import Mapping
from dataclasses import dataclass, field

from airflow_fargate_rehearsal.database.certificates import CertificateAuthority
from airflow_fargate_rehearsal.database.server import PostgresServer
from airflow_fargate_rehearsal.fargate.gate import Gate
from airflow_fargate_rehearsal.fargate.interface import Interface
from airflow_fargate_rehearsal.fargate.network import Network

_OF_THE_MACHINE = frozenset(
    {"effective_cache_size", "huge_pages", "maintenance_work_mem", "shared_buffers"}
)
"""Settings that fit the size of a machine on AWS, and not this one."""
_TLS_ONLY = "rds.force_ssl"
_FIRST_WITH_TLS_ONLY = 15
"""PostgreSQL from which on `rds.force_ssl` is 1 by default
(docs.aws.amazon.com/AmazonRDS/latest/UserGuide/PostgreSQL.Concepts.General.SSL.html)."""


@dataclass(frozen=True, kw_only=True)
class Wanted:
    """What CreateDBInstance asks for.

    `version` is EngineVersion, such as `17` or `17.4`; `database` is None for no further one;
    `parameters` are those of the parameter group that someone set, by name.
    """

    version: str
    user: str
    password: str = field(repr=False)
    database: str | None
    port: int
    parameters: Mapping[str, str]


class Instance:
    """A running PostgreSQL with an address of its own on loopback.

    Raises DatabaseFailed where no PostgreSQL is, OSError where no address is left.
    """

    def __init__(
        self, wanted: Wanted, network: Network, authority: CertificateAuthority, owner: Interface
    ) -> None:
        self.wanted = wanted
        self.address = network.new_address()
        self._network = network
        self._owner = owner
        self._gate: Gate | None = None
        self._lock = threading.RLock()
        self._runs = self._removed = False
        self.server = PostgresServer(
            address=network.new_address(),
            port=wanted.port,
            authority=authority,
            names=[self.address],
            settings=_settings(wanted.parameters),
            force_tls=_tls_only(wanted),
        )

    def start(self) -> None:
        """Start it with the user and the database; raises DatabaseFailed or OSError.

        Does nothing once it was removed.
        """
        with self._lock:
            if self._removed:
                return
            self.server.start()
            self._runs = True
            self.server.create_user(self.wanted.user, self.wanted.password)
            if self.wanted.database is not None:
                self.server.create_database(self.wanted.database, self.wanted.user)
            self.move(self._owner)

    def move(self, owner: Interface) -> None:
        """Let in whoever may reach this interface from now on; who is connected is cut off."""
        with self._lock:
            self._owner = owner
            self._close_gate()
            if self._runs:
                visible = (self.address, self.wanted.port)
                hidden = (self.server.address, self.wanted.port)
                self._gate = self._network.open_gate(visible, hidden, owner)

    def set_password(self, password: str) -> None:
        """Give the master user another password; who is connected stays so."""
        with self._lock:
            if self._runs:
                self.server.create_user(self.wanted.user, password)

    def set_parameters(self, parameters: Mapping[str, str]) -> None:
        """Take over parameters; those that want a restart hold from the next one on."""
        with self._lock:
            if self._removed:
                return
            force_tls = _tls_only(self.wanted, parameters)
            self.server.configure(_settings(parameters), force_tls=force_tls)
            if self._runs:
                self.server.reload()

    def stop(self) -> None:
        """End it with all connections; :meth:`resume` starts it again, with all its data."""
        with self._lock:
            self._runs = False
            self._close_gate()
            self.server.stop()

    def resume(self) -> None:
        """Start it again; raises DatabaseFailed."""
        with self._lock:
            self.server.start()
            self._runs = True
            self.move(self._owner)

    def restart(self) -> None:
        """End all connections and start again; raises DatabaseFailed."""
        with self._lock:
            self.stop()
            self.resume()

    def remove(self) -> None:
        """End it, and remove its data; once is enough."""
        with self._lock:
            if not self._removed:
                self._removed, self._runs = True, False
                self._close_gate()
                self.server.remove()

    def _close_gate(self) -> None:
        gate, self._gate = self._gate, None
        if gate is not None:
            gate.close()


def _settings(parameters: Mapping[str, str]) -> dict[str, str]:
    # RDS has parameters of its own (rds....), and values that are formulas ({DBInstanceClassMemory/
    # 9531392}); neither is PostgreSQL's.
    return {
        name: value
        for name, value in parameters.items()
        if not name.startswith("rds.") and "{" not in value and name not in _OF_THE_MACHINE
    }


def _tls_only(wanted: Wanted, parameters: Mapping[str, str] | None = None) -> bool:
    given = (wanted.parameters if parameters is None else parameters).get(_TLS_ONLY)
    if given is not None:
        return given == "1"
    return int(wanted.version.split(".")[0]) >= _FIRST_WITH_TLS_ONLY
