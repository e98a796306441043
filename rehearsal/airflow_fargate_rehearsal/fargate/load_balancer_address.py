"""Where a load balancer answers on this machine."""

from __future__ import annotations

import contextlib
import errno
import socket
from dataclasses import dataclass

from airflow_fargate_rehearsal.fargate.network import Network

_HTTP = 80
_FIRST_OPEN_PORT = 1024
"""Ports below are root's, unless the machine is set up otherwise."""
_SHIFT = 8000
_INSTEAD = range(_HTTP + _SHIFT, _HTTP + _SHIFT + 100)


@dataclass(frozen=True)
class BalancerAddress:
    """A loopback address, and which of its ports stands for 80.

    That is 80 itself, if this user may listen there and nobody does on all addresses. Else it is
    one from 8080 upward, and `name`, which stands for the DNS name, says so: `http://<DNS name>`
    leads to it all the same.
    """

    ip: str
    http_port: int

    @property
    def name(self) -> str:
        """What is the load balancer's `DNSName`."""
        return self.ip if self.http_port == _HTTP else f"{self.ip}:{self.http_port}"

    def port(self, port: int) -> int:
        """Where a listener's port is on this machine."""
        if port == _HTTP:
            return self.http_port
        shifted = port < _FIRST_OPEN_PORT and self.http_port != _HTTP
        return port + _SHIFT if shifted else port


def address_for(network: Network) -> BalancerAddress:
    """An address for a new load balancer; raises OSError when there is none."""
    ip = network.new_address()
    for port in (_HTTP, *_INSTEAD):
        with socket.socket() as trial, contextlib.suppress(OSError):
            trial.bind((ip, port))
            return BalancerAddress(ip, port)
    raise OSError(errno.EADDRINUSE, f"No port from 80 or {_INSTEAD[0]} upward is free at {ip}")
