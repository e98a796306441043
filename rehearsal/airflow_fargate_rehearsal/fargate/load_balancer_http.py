"""What an application load balancer does with HTTP: headers that it adds, answers that it gives.

Each connection carries one request: the load balancer says `Connection: close` to both ends, which
HTTP allows anybody between them to do, so that it need not know where a body ends.
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from http import HTTPStatus
from urllib.parse import urlsplit

_END = b"\r\n\r\n"
_OF_THE_BALANCER = {"connection", "keep-alive", "x-forwarded-port", "x-forwarded-proto"}


@dataclass(frozen=True)
class Reply:
    """An answer by the load balancer itself, as in a `fixed-response` or `redirect` action.

    `location` may hold ELB's `#{protocol}`, `#{host}`, `#{port}`, `#{path}` and `#{query}`.
    """

    status: int
    content_type: str = "text/plain"
    body: str = ""
    location: str = ""
    protocol: str = "HTTP"
    port: int = 80

    def to(self, head: bytes) -> bytes:
        """The answer to a request as bytes."""
        lines = [f"HTTP/1.1 {self.status} {HTTPStatus(self.status).phrase}", "Server: awselb/2.0"]
        if self.location:
            lines.append(f"Location: {self._location(head)}")
        body = self.body.encode()
        lines += [
            f"Content-Type: {self.content_type}",
            f"Content-Length: {len(body)}",
            "Connection: close",
        ]
        return "\r\n".join(lines).encode("latin-1") + _END + body

    def _location(self, head: bytes) -> str:
        target = urlsplit(head.split(b" ", 2)[1].decode("latin-1"))
        host = next((value for name, value in _headers(head) if name.lower() == "host"), "")
        values = {
            "protocol": self.protocol,
            "host": host.rsplit(":", 1)[0],
            "port": str(self.port),
            "path": target.path.removeprefix("/"),
            "query": target.query,
        }
        location = self.location
        for name, value in values.items():
            location = location.replace(f"#{{{name}}}", value)
        return location.removesuffix("?")


async def read_head(reader: asyncio.StreamReader) -> bytes:
    """Request line and headers, with the empty line; raises IncompleteReadError or OSError."""
    try:
        return await reader.readuntil(_END)
    except asyncio.LimitOverrunError as error:
        raise ConnectionAbortedError from error


def forwarded(head: bytes, *, client: str, port: int) -> bytes:
    """A request's head as the target gets it, with ELB's `X-Forwarded-*` headers."""
    request_line = head.split(b"\r\n", 1)[0].decode("latin-1")
    kept = [(name, value) for name, value in _headers(head) if name.lower() != "x-forwarded-for"]
    before = [value for name, value in _headers(head) if name.lower() == "x-forwarded-for"]
    kept = [(name, value) for name, value in kept if name.lower() not in _OF_THE_BALANCER]
    kept += [
        ("X-Forwarded-For", ", ".join([*before, client])),
        ("X-Forwarded-Proto", "http"),
        ("X-Forwarded-Port", str(port)),
        ("Connection", "close"),
    ]
    lines = [request_line, *(f"{name}: {value}" for name, value in kept)]
    return "\r\n".join(lines).encode("latin-1") + _END


def _headers(head: bytes) -> list[tuple[str, str]]:
    lines = head.decode("latin-1").split("\r\n")[1:]
    parts = (line.partition(":") for line in lines if line)
    return [(name, value.strip()) for name, _, value in parts]
