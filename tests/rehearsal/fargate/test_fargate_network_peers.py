"""Who connects: found by the process that has the socket, whatever program it is."""

import contextlib
import os
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator

import pytest

from airflow_fargate_rehearsal.fargate import connections
from airflow_fargate_rehearsal.fargate import peers as peers_module
from airflow_fargate_rehearsal.fargate.interface import Interface
from airflow_fargate_rehearsal.fargate.peers import Gone, Outside, Peers

SECONDS = 30
CONNECT = """
import socket, sys
connection = socket.create_connection(("127.0.0.1", int(sys.argv[1])))
connection.recv(1)
"""
WORKER = Interface(
    name="service worker",
    region="eu-west-1",
    subnet_id="subnet-1",
    private_ip="10.0.0.9",
    security_group_ids=["sg-1"],
)


@pytest.fixture(params=["asked", "read"])
def peers(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Peers:
    """Peers, with a kernel that answers, and with one that does not let us ask."""
    if request.param == "read":

        def forbidden(*_: object) -> str:
            raise PermissionError

        monkeypatch.setattr(connections, "_asked", forbidden)
    return Peers()


@pytest.fixture
def server() -> Iterator[socket.socket]:
    """A server on loopback."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        listening.settimeout(SECONDS)
        yield listening


@contextlib.contextmanager
def client(command: list[str], server: socket.socket) -> Iterator[int]:
    """A process that connects to a server; gives its id."""
    port = str(server.getsockname()[1])
    with subprocess.Popen([*command, port]) as process:
        yield process.pid
        process.kill()


def test_a_process_that_a_container_started_is_the_containers(
    peers: Peers, server: socket.socket
) -> None:
    # In a session of its own, with a parent between.
    command = ["setsid", sys.executable, "-c", CONNECT]
    between = ["sh", "-c", '"$@" & wait', "sh", *command]
    with client(between, server) as pid:
        peers.note(pid, WORKER)
        connection, peer = server.accept()
        with connection:
            assert peers.find(peer, server.getsockname()) == WORKER


def test_a_process_may_connect_before_anyone_has_noted_it(
    peers: Peers, server: socket.socket
) -> None:
    with client([sys.executable, "-c", CONNECT], server) as pid:
        connection, peer = server.accept()
        threading.Timer(0.2, peers.note, (pid, WORKER)).start()
        with connection:
            assert peers.find(peer, server.getsockname()) == WORKER


def test_a_process_that_nobody_notes_is_outside(
    peers: Peers, server: socket.socket, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(peers_module, "_PATIENCE_SECONDS", 0.1)
    with client([sys.executable, "-c", CONNECT], server):
        connection, peer = server.accept()
        with connection:
            assert peers.find(peer, server.getsockname()) == Outside(is_own=False)


def test_this_program_is_told_from_others(peers: Peers, server: socket.socket) -> None:
    peers.note(os.getpid(), WORKER)
    with socket.create_connection(server.getsockname()):
        connection, peer = server.accept()
        with connection:
            assert peers.find(peer, server.getsockname()) == Outside(is_own=True)


def test_a_connection_that_ended_is_nobodys(peers: Peers, server: socket.socket) -> None:
    socket.create_connection(server.getsockname()).close()
    connection, peer = server.accept()
    with connection:
        assert peers.find(peer, server.getsockname()) == Gone()
