"""What a load balancer is made of: counting of checks, headers, and its address."""

import http.server
import socket
import threading
import time
from collections.abc import Callable, Iterator

import pytest

from airflow_fargate_rehearsal.fargate.clients import Clients
from airflow_fargate_rehearsal.fargate.findings import Findings
from airflow_fargate_rehearsal.fargate.load_balancer_address import BalancerAddress, address_for
from airflow_fargate_rehearsal.fargate.load_balancer_http import Reply, forwarded
from airflow_fargate_rehearsal.fargate.network import Network
from airflow_fargate_rehearsal.fargate.target_check import Failure, HealthCheck, probe
from airflow_fargate_rehearsal.fargate.target_health import HEALTHY, Target


class Server(http.server.ThreadingHTTPServer):
    """Answers every request with `status`; `asked` are the Host headers."""

    status = 200
    asked: list[str]


class Handler(http.server.BaseHTTPRequestHandler):
    server: Server  # type: ignore[assignment]

    def do_GET(self) -> None:
        self.server.asked.append(self.headers["Host"])
        self.send_response(self.server.status)
        self.end_headers()

    def log_request(self, code: int | str = "-", size: int | str = "-") -> None:
        """Nothing."""


@pytest.fixture
def server() -> Iterator[Server]:
    with Server(("127.0.0.1", 0), Handler) as server:
        server.asked = []
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield server
        server.shutdown()


def check(protocol: str = "HTTP", codes: str = "200", interval: float = 0.05) -> HealthCheck:
    return HealthCheck(
        enabled=True,
        protocol=protocol,
        port="traffic-port",
        path="/",
        codes=codes,
        interval_seconds=interval,
        timeout_seconds=2,
        healthy_threshold=2,
        unhealthy_threshold=3,
    )


def eventually(look: Callable[[], bool]) -> None:
    end = time.monotonic() + 20
    while not look():
        assert time.monotonic() < end
        time.sleep(0.01)


def test_a_target_becomes_unhealthy_at_its_threshold_and_well_again(server: Server) -> None:
    failures: list[tuple[str, Failure]] = []
    target = Target(
        "10.0.0.5",
        server.server_port,
        check=check,
        way=lambda _ip, _port: "127.0.0.1",
        on_failure=lambda target, failure: failures.append((target.health.state, failure)),
    )
    eventually(lambda: target.health == HEALTHY)
    assert server.asked[0] == f"10.0.0.5:{server.server_port}"
    server.status = 503
    eventually(lambda: len(failures) >= 3)
    assert [state for state, _ in failures[:3]] == ["healthy", "healthy", "unhealthy"]
    assert target.health.description == "Health checks failed with these codes: [503]"
    server.status = 200
    eventually(lambda: target.health == HEALTHY)
    target.deregister(60)
    assert target.drained


def test_a_target_with_connections_drains_until_the_delay_is_over(server: Server) -> None:
    target = Target(
        "10.0.0.5",
        server.server_port,
        check=check,
        way=lambda _ip, _port: "127.0.0.1",
        on_failure=lambda _target, _failure: None,
    )
    target.connections = 1
    target.deregister(0.2)
    assert target.health.state == "draining"
    assert not target.drained
    eventually(lambda: target.drained)


@pytest.mark.parametrize(
    ("codes", "well"), [("200", False), ("200,404", True), ("400-499", True), ("200-299", False)]
)
def test_codes_are_lists_and_ranges(server: Server, codes: str, *, well: bool) -> None:
    server.status = 404
    failure = probe(check(codes=codes), "127.0.0.1", server.server_port, host="x")
    assert (failure is None) == well


def test_a_tcp_check_wants_somebody_to_listen(server: Server) -> None:
    port = server.server_port
    assert probe(check("TCP"), "127.0.0.1", port, host="x") is None
    server.shutdown()
    server.server_close()
    failure = probe(check("TCP"), "127.0.0.1", port, host="x")
    assert failure is not None
    assert failure.reason == "Target.FailedHealthChecks"


def test_one_connection_carries_one_request() -> None:
    head = (
        b"GET /a HTTP/1.1\r\nHost: x\r\nConnection: keep-alive\r\nX-Forwarded-Proto: https\r\n\r\n"
    )
    lines = forwarded(head, client="127.0.0.9", port=80).decode().split("\r\n")
    assert lines[0] == "GET /a HTTP/1.1"
    assert sorted(lines[1:-2]) == [
        "Connection: close",
        "Host: x",
        "X-Forwarded-For: 127.0.0.9",
        "X-Forwarded-Port: 80",
        "X-Forwarded-Proto: http",
    ]


def test_a_redirect_without_a_query_has_no_question_mark() -> None:
    reply = Reply(302, location="https://#{host}:443/#{path}?#{query}")
    assert b"Location: https://x:443/dags\r\n" in reply.to(
        b"GET /dags HTTP/1.1\r\nHost: x:80\r\n\r\n"
    )


def test_who_cannot_have_port_80_gets_a_name_with_a_port() -> None:
    assert BalancerAddress("127.9.0.4", 80).name == "127.9.0.4"
    without = BalancerAddress("127.9.0.4", 8080)
    assert without.name == "127.9.0.4:8080"
    assert (without.port(80), without.port(81), without.port(9000)) == (8080, 8081, 9000)


def test_a_port_that_another_program_has_is_passed_by(monkeypatch: pytest.MonkeyPatch) -> None:
    network = Network(Clients("http://127.0.0.1:9"), Findings())
    ip = network.new_address()
    monkeypatch.setattr(network, "new_address", lambda: ip)
    first = address_for(network)
    with socket.create_server((ip, first.http_port)):
        second = address_for(network)
    assert second.http_port >= 8080
    assert second.http_port != first.http_port
    assert second.name == f"{ip}:{second.http_port}"
