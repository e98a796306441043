"""A task in the network: its addresses, and the ports at which others come in."""

from __future__ import annotations

import threading
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from airflow_fargate_rehearsal.fargate import network_hook
from airflow_fargate_rehearsal.fargate.gate import Gate
from airflow_fargate_rehearsal.fargate.interface import Interface

if TYPE_CHECKING:
    from airflow_fargate_rehearsal.fargate.network import Network


class Membership:
    """A task's addresses: `visible` to others, `hidden` where its containers listen for them.

    `variables` are the environment that its containers need for it.
    """

    def __init__(self, network: Network, interface: Interface, agent_url: str) -> None:
        self.interface = interface
        self.visible = network.new_address()
        self.hidden = network.new_address()
        self.variables: Mapping[str, str] = network_hook.variables(
            visible=self.visible,
            hidden=self.hidden,
            loopback=network.new_address(),
            host_name=_host_name(interface),
            agent_url=agent_url,
        )
        self._network = network
        self._lock = threading.Lock()
        self._is_open = True
        self._gates: dict[int, Gate] = {}

    def prepare(self, programs: Path) -> None:
        """Let a container's Python be in this network; `programs` is its folder `bin`."""
        network_hook.put_into(programs)

    def note_process(self, pid: int) -> None:
        """Say that a process is one of the task's containers."""
        self._network.note_process(pid, self.interface)

    def open(self, port: int) -> None:
        """Let others come to a port, for a container listens there."""
        with self._lock:
            known = self._gates.get(port)
            if not self._is_open or (known is not None and known.is_open):
                return
            try:
                self._gates[port] = self._network.open_gate(
                    (self.visible, port), (self.hidden, port), self.interface, for_ever=False
                )
            except OSError as error:
                self._network.complain(
                    self.interface,
                    f"nobody can reach it on port {port}: {self.visible}:{port} of this machine "
                    f"cannot be listened on ({error.strerror}). Another program has taken the port "
                    "on all addresses; stop it, or let it listen on 127.0.0.1 only",
                )

    def resolve(self, name: str) -> list[str] | None:
        """Where a name leads from here; None for what is not in private DNS."""
        return self._network.resolve(name, self.interface)

    def close(self) -> None:
        """Let nobody in any more, and give the addresses back."""
        with self._lock:
            self._is_open = False
            gates = list(self._gates.values())
        for gate in gates:
            gate.close()
        self._network.leave(self.interface)


def _host_name(interface: Interface) -> str:
    # As Fargate names a task's host.
    dashes = interface.private_ip.replace(".", "-")
    return f"ip-{dashes}.{interface.region}.compute.internal"
