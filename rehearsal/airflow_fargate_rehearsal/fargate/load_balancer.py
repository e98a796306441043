"""A load balancer: listens, and passes on what comes to a target that is well."""

from __future__ import annotations

import asyncio
import contextlib
import threading
from collections.abc import Callable, Coroutine
from dataclasses import dataclass
from typing import Any

from airflow_fargate_rehearsal.fargate.gate import Gate
from airflow_fargate_rehearsal.fargate.interface import Interface
from airflow_fargate_rehearsal.fargate.load_balancer_http import Reply, forwarded, read_head
from airflow_fargate_rehearsal.fargate.network import Network
from airflow_fargate_rehearsal.fargate.target_health import Target, Unreachable, Way

_PORTION = 65_536


@dataclass(frozen=True)
class Forward:
    """Pass it on to one of these targets, the first that can be reached."""

    targets: list[Target]
    way: Way


Action = Callable[[], Forward | Reply]
"""What a listener does with a connection, asked anew for each."""


class LoadBalancer:
    """The listeners of one load balancer, at one address of loopback, in a thread of its own.

    A gate stands before each of them, which asks the security groups who may come in.
    """

    def __init__(self, network: Network, interface: Interface, address: str) -> None:
        self.address = address
        self.interface = interface
        self._network = network
        self._hidden = network.new_address()
        self._open: dict[str, tuple[Gate, asyncio.Server]] = {}
        self._loop = asyncio.new_event_loop()
        name = interface.name
        threading.Thread(target=self._loop.run_forever, name=name, daemon=True).start()

    def listen(self, key: str, port: int, *, http: bool, action: Action) -> None:
        """Open a listener, which `key` names; raises OSError when its port is taken."""

        async def attend(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            with contextlib.suppress(OSError, asyncio.IncompleteReadError):
                await (self._attend_http if http else self._attend_tcp)(
                    reader, writer, port, action
                )
            writer.transport.abort()

        server = self._run(asyncio.start_server(attend, self._hidden, 0, limit=_PORTION))
        inside = (self._hidden, server.sockets[0].getsockname()[1])
        gate = self._network.open_gate((self.address, port), inside, self.interface)
        self._open[key] = gate, server

    def unlisten(self, key: str) -> None:
        """Close a listener; one that is not open is closed already."""
        if key in self._open:
            gate, server = self._open.pop(key)
            gate.close()
            self._loop.call_soon_threadsafe(server.close)

    def close(self) -> None:
        """Close all listeners; connections that are open end with their gates."""
        for key in list(self._open):
            self.unlisten(key)

    def _run(self, coroutine: Coroutine[Any, Any, asyncio.Server]) -> asyncio.Server:
        return asyncio.run_coroutine_threadsafe(coroutine, self._loop).result()

    async def _attend_tcp(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, _port: int, action: Action
    ) -> None:
        done = await asyncio.to_thread(action)
        if isinstance(done, Forward):
            await self._pass_on(done, reader, writer, b"")

    async def _attend_http(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, port: int, action: Action
    ) -> None:
        head = await read_head(reader)
        done = await asyncio.to_thread(action)
        if isinstance(done, Forward):
            client: str = writer.get_extra_info("peername")[0]
            begun = forwarded(head, client=client, port=port)
            if done.targets and await self._pass_on(done, reader, writer, begun):
                return
            done = Reply(503 if not done.targets else 502)
        writer.write(done.to(head))
        await writer.drain()
        writer.close()
        await writer.wait_closed()

    async def _pass_on(
        self,
        forward: Forward,
        reader: asyncio.StreamReader,
        writer: asyncio.StreamWriter,
        begun: bytes,
    ) -> bool:
        """Connect to a target and pass on until both are done; False when none could be reached."""
        for target in forward.targets:
            try:
                address = await asyncio.to_thread(forward.way, target.ip, target.port)
                inner = await asyncio.open_connection(
                    address, target.port, limit=_PORTION, local_addr=(self.address, 0)
                )
            except (Unreachable, OSError):
                continue
            inner_reader, inner_writer = inner
            target.connections += 1
            try:
                inner_writer.write(begun)
                await asyncio.gather(_forward(reader, inner_writer), _forward(inner_reader, writer))
            finally:
                target.connections -= 1
                inner_writer.transport.abort()
            return True
        return False


async def _forward(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    while portion := await reader.read(_PORTION):
        writer.write(portion)
        await writer.drain()
    if writer.can_write_eof():
        writer.write_eof()
