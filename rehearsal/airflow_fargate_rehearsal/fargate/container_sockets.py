"""Sockets of a container's Python: they behave as in a network of the task's own.

Every Python of a container runs this when it starts, if
:mod:`airflow_fargate_rehearsal.fargate.network_hook` was told so. It uses the standard library
only, and imports no more than `socket`. A task has three addresses of loopback: `visible`, where
gates let others in; `hidden`, where its containers listen for others; `loopback`, where they listen
for themselves.
"""

from __future__ import annotations

import os
import socket
import sys
from typing import Any

_VARIABLE = "AIRFLOW_FARGATE_REHEARSAL_NETWORK"
_EVERY = ("", "0.0.0.0", "::")  # noqa: S104 - recognized, not bound
_LOOPBACK = ("127.0.0.1", "localhost", "::1")
_PRIVATE = ("10.", "172.", "192.168.")
_AGENT_SECONDS = 10.0
_C = socket.socket.__mro__[1]  # the socket in C, whose methods know nothing of this
_MAPPED = "::ffff:"  # IPv4 addresses of sockets for IPv6

Address = Any
"""Host and port, and more for IPv6."""


class _Task:
    """This task's addresses, and what the agent knows about others."""

    def __init__(self, settings: str) -> None:
        given = dict(part.split("=", 1) for part in settings.split())
        self.visible, self.hidden = given["visible"], given["hidden"]
        self.loopback, self.host_name = given["loopback"], given["host_name"]
        address, _, self._path = given["agent"].partition("/")
        host, _, port = address.partition(":")
        self.agent = (host, int(port))

    def inward(self, family: int, address: Address) -> Address:
        """Where a container listens, when it says that it listens at an address."""
        host, port, *rest = address
        if host in _LOOPBACK:
            return _written(family, self.loopback, port, rest)
        if host in (*_EVERY, self.visible, self.host_name):
            return _written(family, self.hidden, port, rest)
        return address

    def outward(self, family: int, address: Address) -> Address:
        """Where a container is led, when it connects to an address."""
        host, port, *rest = address
        if host in (*_EVERY, *_LOOPBACK):
            if port == self.agent[1]:
                return _written(family, self.agent[0], port, rest)
            found = self.loopback if _listens(self.loopback, port) else self.hidden
            return _written(family, found, port, rest)
        if host in (self.visible, self.host_name):
            return _written(family, self.hidden, port, rest)  # no network is between
        if host.startswith(_PRIVATE) or not _is_address(host):
            found = self.addresses(host)
            return _written(family, found[0], port, rest) if found else address
        return address

    def shown(self, address: Address, *, connected: bool) -> Address:
        """An address of the container's own, as the container knows it."""
        if not isinstance(address, tuple) or not isinstance(address[0], str):
            return address
        host, *rest = address
        of_ipv6, bare = len(rest) > 1, host.removeprefix(_MAPPED)
        if bare == self.loopback:
            return ("::1" if of_ipv6 else "127.0.0.1", *rest)
        if bare == self.hidden:
            every = "::" if of_ipv6 else "0.0.0.0"  # noqa: S104 - shown, not bound
            mapped = f"{_MAPPED}{self.visible}" if of_ipv6 else self.visible
            return (mapped if connected else every, *rest)
        return address

    def addresses(self, name: str) -> list[str] | None:
        """Where private DNS leads from here; None for a name that it does not know."""
        if not name.isascii() or not name.replace("-", "").replace(".", "").isalnum():
            return None
        answer = self._ask("GET", f"names/{name}")
        return answer.split() if answer is not None else None

    def announce(self, port: int) -> None:
        """Say that others may come to a port from now on."""
        self._ask("POST", f"ports/{port}")

    def _ask(self, method: str, page: str) -> str | None:
        request = f"{method} /{self._path}/network/{page} HTTP/1.0\r\nContent-Length: 0\r\n\r\n"
        asking = _C(socket.AF_INET, socket.SOCK_STREAM)
        try:
            asking.settimeout(_AGENT_SECONDS)
            asking.connect(self.agent)
            asking.sendall(request.encode())
            answer = b""
            while portion := asking.recv(65_536):
                answer += portion
        except OSError:
            return None  # without the embedded AWS, nobody is there to be reached
        finally:
            asking.close()
        head, _, body = answer.partition(b"\r\n\r\n")
        return body.decode().strip().strip('"') if b" 200 " in head.partition(b"\r\n")[0] else None


def _written(family: int, host: str, port: int, rest: list[Any]) -> Address:
    return (f"{_MAPPED}{host}", port, *rest) if family == socket.AF_INET6 else (host, port)


def _is_address(host: str) -> bool:
    return ":" in host or host.replace(".", "").isdigit()


def _listens(host: str, port: int) -> bool:
    # The kernel writes the four bytes as a number of this machine, which is little-endian.
    number = int.from_bytes(socket.inet_aton(host), sys.byteorder)
    wanted = f"{number:08X}:{port:04X}".encode()
    for name in ("tcp", "tcp6"):
        try:
            with open(f"/proc/net/{name}", "rb") as table:  # noqa: PTH123 - pathlib costs time
                rows = [line.split() for line in table if wanted in line]
        except OSError:
            continue
        if any(row[1].endswith(wanted) and row[3] == b"0A" for row in rows):
            return True
    return False


_task: _Task


def _is_ours(self: Any) -> bool:
    return self.type == socket.SOCK_STREAM and self.family in (socket.AF_INET, socket.AF_INET6)


def bind(self: Any, address: Address) -> None:
    """Listen at the task's own address."""
    if _is_ours(self):
        address = _task.inward(self.family, address)
        if self.family == socket.AF_INET6 and str(address[0]).startswith(_MAPPED):
            _C.setsockopt(self, socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 0)
    _C.bind(self, address)


def listen(self: Any, *backlog: int) -> None:
    """Let others in, unless it is for the task itself only."""
    _C.listen(self, *backlog)
    if _is_ours(self):
        host, port = _C.getsockname(self)[:2]
        if host.removeprefix(_MAPPED) == _task.hidden:
            _task.announce(port)


def connect(self: Any, address: Address) -> None:
    """Connect to where an address leads from here."""
    _C.connect(self, _task.outward(self.family, address) if _is_ours(self) else address)


def connect_ex(self: Any, address: Address) -> int:
    """Connect to where an address leads from here."""
    return _C.connect_ex(self, _task.outward(self.family, address) if _is_ours(self) else address)


def getsockname(self: Any) -> Address:
    """Its own address, as the container knows it."""
    address = _C.getsockname(self)
    if not _is_ours(self):
        return address
    try:
        _C.getpeername(self)
    except OSError:
        return _task.shown(address, connected=False)
    return _task.shown(address, connected=True)


def getpeername(self: Any) -> Address:
    """The other side's address, as the container knows it."""
    return _task.shown(_C.getpeername(self), connected=True)


_real_getaddrinfo, _real_gethostbyaddr = socket.getaddrinfo, socket.gethostbyaddr


def getaddrinfo(host: Any, port: Any, family: int = 0, *more: int, **named: int) -> list[Any]:
    """Addresses of a name, as the resolver of the VPC knows them."""
    name = host.decode() if isinstance(host, bytes) else host
    if name is None:
        return _real_getaddrinfo(None, port, family or socket.AF_INET, *more, **named)
    if name == _task.host_name:
        found = _real_getaddrinfo(_task.visible, port, family, *more, **named)
        return [(*each[:3], name if each[3] else "", each[4]) for each in found]
    addresses = ["127.0.0.1"] if name == "localhost" else None
    if addresses is None and name and not _is_address(name):
        addresses = _task.addresses(name)
    if addresses is None:
        return _real_getaddrinfo(host, port, family, *more, **named)
    if not addresses:
        raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")
    return [
        entry
        for each in addresses
        for entry in _real_getaddrinfo(each, port, family, *more, **named)
    ]


def gethostbyname(hostname: str) -> str:
    """Address of a name."""
    return gethostbyname_ex(hostname)[2][0]


def gethostbyname_ex(hostname: str) -> tuple[str, list[str], list[str]]:
    """Name, no other names, addresses."""
    found = getaddrinfo(hostname or _EVERY[1], None, socket.AF_INET, socket.SOCK_STREAM)
    return hostname, [], [each[4][0] for each in found]


def gethostbyaddr(ip_address: str) -> tuple[str, list[str], list[str]]:
    """Name, no other names, addresses."""
    if ip_address in (_task.visible, _task.host_name):
        return _task.host_name, [], [_task.visible]
    if ip_address.startswith("127.") and ip_address != "127.0.0.1":
        raise socket.herror(1, "Unknown host")  # another task's; real DNS has nothing to say
    return _real_gethostbyaddr(ip_address)


def gethostname() -> str:
    """Name that the task has in its VPC."""
    return _task.host_name


def put_in(settings: str) -> None:
    """Let this process's sockets be the task's; `settings` are as the variable has them."""
    global _task  # noqa: PLW0603 - one process belongs to one task
    _task = _Task(settings)
    for method in (bind, listen, connect, connect_ex, getsockname, getpeername):
        setattr(socket.socket, method.__name__, method)
    for function in (getaddrinfo, gethostbyname, gethostbyname_ex, gethostbyaddr, gethostname):
        setattr(socket, function.__name__, function)
    socket.has_dualstack_ipv6 = lambda: False
    socket.has_ipv6 = False
    # It opens sockets in C, past all this. Whoever can use it can use asyncio.
    sys.modules.setdefault("uvloop", None)  # type: ignore[arg-type]


if __name__ == "airflow_fargate_rehearsal_sockets" and _VARIABLE in os.environ:
    put_in(os.environ[_VARIABLE])
