"""A gate: what it forwards, whom it turns away, and when it closes."""

import contextlib
import socket
import threading
from collections.abc import Iterator

import pytest

from airflow_fargate_rehearsal.fargate.gate import Address, Admission, Gates
from airflow_fargate_rehearsal.fargate.network_addresses import Addresses

SECONDS = 20
ALLOWED = Admission(allowed=True)


@pytest.fixture(scope="module")
def addresses() -> Addresses:
    """Addresses of loopback that nobody else has."""
    return Addresses()


@pytest.fixture
def server(addresses: Addresses) -> Iterator[socket.socket]:
    """A server at a hidden address."""
    with socket.create_server((addresses.new(), 0)) as listening:
        listening.settimeout(SECONDS)
        yield listening


def opened(
    gates: Gates,
    addresses: Addresses,
    hidden: Address,
    admission: Admission = ALLOWED,
    *,
    for_ever: bool = True,
) -> Address:
    visible = (addresses.new(), hidden[1])
    gates.open(visible, hidden, lambda _peer: admission, for_ever=for_ever)
    return visible


def assert_disconnected(end: socket.socket) -> None:
    with contextlib.suppress(ConnectionResetError):  # as good
        assert end.recv(1) == b""


def connected(visible: Address) -> socket.socket:
    return socket.create_connection(visible, timeout=SECONDS)


@pytest.fixture(scope="module")
def gates() -> Gates:
    """Gates with a thread of their own."""
    return Gates()


def test_it_forwards_both_ways_and_the_end_of_each(
    gates: Gates, addresses: Addresses, server: socket.socket
) -> None:
    with connected(opened(gates, addresses, server.getsockname())) as client:
        inside, _ = server.accept()
        client.sendall(b"question")
        client.shutdown(socket.SHUT_WR)
        assert b"".join(iter(lambda: inside.recv(4096), b"")) == b"question"
        inside.sendall(b"answer")
        inside.close()
        assert b"".join(iter(lambda: client.recv(4096), b"")) == b"answer"


def test_what_is_long_arrives_complete(
    gates: Gates, addresses: Addresses, server: socket.socket
) -> None:
    sent = bytes(range(256)) * 40_000
    with connected(opened(gates, addresses, server.getsockname())) as client:
        inside, _ = server.accept()
        threading.Thread(target=lambda: (client.sendall(sent), client.shutdown(1))).start()
        assert b"".join(iter(lambda: inside.recv(65_536), b"")) == sent
        inside.close()


def test_the_other_side_sees_the_address_of_who_connects(
    gates: Gates, addresses: Addresses, server: socket.socket
) -> None:
    seen = addresses.new()
    admission = Admission(allowed=True, source_address=seen)
    with connected(opened(gates, addresses, server.getsockname(), admission)):
        assert server.accept()[1][0] == seen


def test_whom_it_turns_away_is_disconnected_and_never_reaches_the_server(
    gates: Gates, addresses: Addresses, server: socket.socket
) -> None:
    visible = opened(gates, addresses, server.getsockname(), Admission(allowed=False))
    with connected(visible) as client:
        assert_disconnected(client)
    server.settimeout(0.2)
    with pytest.raises(TimeoutError):
        server.accept()


def test_it_closes_with_its_connections(
    gates: Gates, addresses: Addresses, server: socket.socket
) -> None:
    hidden = server.getsockname()
    visible = (addresses.new(), hidden[1])
    gate = gates.open(visible, hidden, lambda _peer: Admission(allowed=True), for_ever=True)
    with connected(visible) as client:
        inside, _ = server.accept()
        assert gate.is_open
        gate.close()
        assert not gate.is_open
        for end in (client, inside):
            assert_disconnected(end)
    with pytest.raises(ConnectionRefusedError):
        connected(visible)


@pytest.mark.parametrize("for_ever", [True, False])
def test_it_stays_without_a_server_only_when_it_shall(
    gates: Gates, addresses: Addresses, server: socket.socket, *, for_ever: bool
) -> None:
    hidden = server.getsockname()
    visible = opened(gates, addresses, hidden, for_ever=for_ever)
    server.close()
    with connected(visible) as client:
        assert_disconnected(client)
    if for_ever:
        with socket.create_server(hidden) as again, connected(visible):
            again.settimeout(SECONDS)
            again.accept()
    else:
        with pytest.raises(ConnectionRefusedError):
            connected(visible)


def test_two_of_them_have_no_address_in_common() -> None:
    first, second = Addresses(), Addresses()
    networks = {each.new().split(".")[1] for each in (first, second) for _ in range(3)}
    assert len(networks) == 2
