"""Who is at the other end of a connection on this machine, found in Linux's `/proc`."""

from __future__ import annotations

import contextlib
import os
import threading
import time
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from airflow_fargate_rehearsal.fargate.connections import Address, inode_of
from airflow_fargate_rehearsal.fargate.interface import Interface

_PROC = Path("/proc")
_PATIENCE_SECONDS = 2.0
"""How long a process that this program started may be nobody's: it may connect before it is noted,
or be on its way from a parent that ended to another."""


@dataclass(frozen=True)
class Gone:
    """The other end closed its socket before anyone could look."""


@dataclass(frozen=True)
class Outside:
    """A process that belongs to no container; `is_own` for this program itself."""

    is_own: bool


class Peers:
    """Processes of containers, by their first process; safe in threads."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._interfaces: dict[tuple[int, str], Interface] = {}

    def note(self, pid: int, interface: Interface) -> None:
        """Say that a process, with all that it starts, is behind an interface."""
        with contextlib.suppress(OSError):
            key = (pid, _stat(pid)[1])
            with self._lock:
                self._interfaces[key] = interface

    def find(self, peer: Address, here: Address) -> Interface | Outside | Gone:
        """Who has the socket that is bound to `peer` and connected to `here`."""
        own = os.getpid()
        end = time.monotonic() + _PATIENCE_SECONDS
        while inode := inode_of(peer, here):
            wanted = f"socket:[{inode}]"
            if _holds(own, wanted):
                return Outside(is_own=True)
            with self._lock:
                known = dict(self._interfaces)
            children, starts = _processes()
            if found := self._container(wanted, known, children, starts):
                return found
            ours = any(_holds(each, wanted) for each in _with_descendants(own, children))
            if not ours or time.monotonic() > end:
                return Outside(is_own=False)
            time.sleep(0.01)
        return Gone()

    def _container(
        self,
        wanted: str,
        known: Mapping[tuple[int, str], Interface],
        children: Mapping[int, list[int]],
        starts: Mapping[int, str],
    ) -> Interface | None:
        for (pid, start), interface in known.items():
            if starts.get(pid) != start:
                with self._lock:  # it ended, and its number may be another's
                    self._interfaces.pop((pid, start), None)
            elif any(_holds(each, wanted) for each in _with_descendants(pid, children)):
                return interface
        return None


def _processes() -> tuple[dict[int, list[int]], dict[int, str]]:
    """Children by their parents, and when each process started."""
    children: dict[int, list[int]] = {}
    starts: dict[int, str] = {}
    for name in os.listdir(_PROC):  # noqa: PTH208 - as strings, for each connection comes here
        if name.isdigit():
            with contextlib.suppress(OSError):
                pid = int(name)
                parent, starts[pid] = _stat(pid)
                children.setdefault(parent, []).append(pid)
    return children, starts


def _stat(pid: int) -> tuple[int, str]:
    # "pid (any name) state parent ...": the name may hold anything, blanks and ")" too.
    fields = (_PROC / str(pid) / "stat").read_bytes().rpartition(b")")[2].split()
    return int(fields[1]), fields[19].decode()


def _with_descendants(pid: int, children: Mapping[int, list[int]]) -> Iterable[int]:
    waiting = [pid]
    while waiting:
        found = waiting.pop()
        yield found
        waiting.extend(children.get(found, ()))


def _holds(pid: int, wanted: str) -> bool:
    folder = f"/proc/{pid}/fd"
    with contextlib.suppress(OSError):
        for name in os.listdir(folder):  # noqa: PTH208 - see above
            with contextlib.suppress(OSError):
                if os.readlink(f"{folder}/{name}") == wanted:  # noqa: PTH115 - see above
                    return True
    return False
