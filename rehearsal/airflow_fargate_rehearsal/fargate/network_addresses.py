"""Addresses of loopback: 127.X.0.0/16 belongs to one embedded AWS of this machine."""

from __future__ import annotations

import contextlib
import itertools
import socket
import threading
from collections.abc import Iterator

_FIRST_NETWORK = 1
_LAST_NETWORK = 254


class Addresses:
    """Loopback addresses, none of which is given twice; safe in threads.

    The first one reserves a network for as long as this program runs. Raises OSError when this
    machine has none left.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._left: Iterator[str] | None = None

    def new(self) -> str:
        """An address that nobody has."""
        with self._lock:
            if self._left is None:
                self._reserved, network = _reserve()
                self._left = itertools.cycle(
                    f"{network}.{third}.{fourth}"
                    for third in range(256)
                    for fourth in range(2, 255)
                )
            return next(self._left)


def _reserve() -> tuple[socket.socket, str]:
    for second in range(_FIRST_NETWORK, _LAST_NETWORK + 1):
        network = f"127.{second}"
        # A name that the kernel forgets when this program ends, however it ends. It is known
        # where loopback is known: in one network namespace.
        reserved = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        with contextlib.suppress(OSError):
            reserved.bind(f"\0airflow-fargate-rehearsal-{network}")
            return reserved, network
        reserved.close()
    raise OSError("every network 127.X.0.0/16 is in use by another rehearsal")
