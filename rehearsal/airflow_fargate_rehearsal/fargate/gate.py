"""A gate: listens on a visible address and forwards to a hidden one whoever may come in."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable, Coroutine
from dataclasses import dataclass
from typing import Any, TypeVar

_PORTION = 65_536
_T = TypeVar("_T")

Address = tuple[str, int]


@dataclass(frozen=True)
class Admission:
    """Whether a connection may pass, and the address that the other side is to see, if any."""

    allowed: bool
    source_address: str | None = None


Doorkeeper = Callable[[Address], Admission]
"""Decides about a connection by the address that it comes from. It may block."""


class Gate:
    """A TCP forwarder; `close` ends it, with all connections that go through it."""

    def __init__(self, gates: Gates, server: asyncio.Server) -> None:
        self._gates = gates
        self._server = server

    @property
    def is_open(self) -> bool:
        """Whether it listens."""
        return self._server.is_serving()

    def close(self) -> None:
        """Let nobody in any more."""
        self._gates.run(self._gates.end(self._server))


class Gates:
    """All gates of this program, in one thread; they are gone when the program is."""

    def __init__(self) -> None:
        self._loop = asyncio.new_event_loop()
        self._connections: dict[asyncio.Server, set[asyncio.Task[None]]] = {}
        threading.Thread(target=self._loop.run_forever, name="gates", daemon=True).start()

    def open(
        self, visible: Address, hidden: Address, may_pass: Doorkeeper, *, for_ever: bool
    ) -> Gate:
        """Forward TCP connections from one address to another; raises OSError if it is taken.

        If not `for_ever`, only until nobody listens at the other address.
        """
        return Gate(self, self.run(self._open(visible, hidden, may_pass, for_ever=for_ever)))

    def run(self, coroutine: Coroutine[Any, Any, _T]) -> _T:
        """Run something in the gates' thread; gives its result."""
        return asyncio.run_coroutine_threadsafe(coroutine, self._loop).result()

    async def end(self, server: asyncio.Server) -> None:
        """Close a gate and its connections."""
        server.close()
        for each in self._connections.pop(server, ()):
            each.cancel()

    async def _open(
        self, visible: Address, hidden: Address, may_pass: Doorkeeper, *, for_ever: bool
    ) -> asyncio.Server:
        connections: set[asyncio.Task[None]] = set()

        async def attend(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            task = asyncio.current_task()
            assert task is not None  # noqa: S101 - this is a task
            connections.add(task)
            task.add_done_callback(connections.discard)
            try:
                await _attend(reader, writer, hidden, may_pass)
            except ConnectionRefusedError:
                if not for_ever:
                    server.close()  # so that others are refused as if there were no gate
            except (OSError, asyncio.CancelledError):
                pass
            finally:
                writer.transport.abort()

        server = await asyncio.start_server(attend, *visible, limit=_PORTION)
        self._connections[server] = connections
        return server


async def _attend(
    reader: asyncio.StreamReader,
    writer: asyncio.StreamWriter,
    hidden: Address,
    may_pass: Doorkeeper,
) -> None:
    peer = writer.get_extra_info("peername")
    admission = await asyncio.to_thread(may_pass, peer)
    if not admission.allowed:
        return
    seen = admission.source_address
    inner_reader, inner_writer = await asyncio.open_connection(
        *hidden, limit=_PORTION, local_addr=(seen, 0) if seen else None
    )
    try:
        await asyncio.gather(_forward(reader, inner_writer), _forward(inner_reader, writer))
    finally:
        inner_writer.transport.abort()


async def _forward(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    while portion := await reader.read(_PORTION):
        writer.write(portion)
        await writer.drain()
    if writer.can_write_eof():
        writer.write_eof()
