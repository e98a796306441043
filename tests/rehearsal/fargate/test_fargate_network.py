"""Tasks in a VPC: who reaches whom at which address, and what the security groups refuse."""

import socket
import time
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from .vpc import PORT, Vpc, address, ask, findings, known_as, program, serve, stop, url

Serve = Callable[..., dict[str, Any]]
EVERY = "0.0.0.0"  # noqa: S104 - a container's
PYTHON = "FROM python:3.13-slim\n"


@pytest.fixture(scope="module")
def vpc(fargate: Any) -> Vpc:
    """A VPC for the tests of this file."""
    return Vpc(fargate, "10.20")


@pytest.fixture
def served(fargate: Any, vpc: Vpc) -> Iterator[Serve]:
    """Start a task in the VPC that answers at port 8080; it ends with the test."""
    started = []

    def start(*groups: str, **more: Any) -> dict[str, Any]:
        started.append(serve(fargate, "server", **vpc.within(*groups), **more))
        return started[-1]

    yield start
    for task in started:
        stop(fargate, task)


def test_a_task_reaches_another_that_lets_it_in(fargate: Any, vpc: Vpc, served: Serve) -> None:
    callers, servers = vpc.group("a-callers"), vpc.group("a-servers")
    vpc.allow(callers, servers)
    said = ask(fargate, url(served(servers)), **vpc.within(callers))
    # The address of the caller's own, and neither the gate's nor 127.0.0.1.
    assert said.startswith("got server saw 127."), said
    assert "127.0.0.1" not in said


def test_a_missing_ingress_rule_is_named(fargate: Any, vpc: Vpc, served: Serve) -> None:
    callers, servers = vpc.group("b-callers"), vpc.group("b-servers")
    vpc.let_out(callers, UserIdGroupPairs=[{"GroupId": servers}])
    assert "failed" in ask(fargate, url(served(servers)), "b-client", **vpc.within(callers))
    [found] = findings(fargate, f"({callers})")
    assert (found["kind"], found["subject"]) == ("refused", "task b-client")
    assert found["message"].startswith(
        f"task b-client cannot connect to task server: security group b-servers ({servers}) of "
        "task server has no ingress rule for TCP port 8080 from security group b-callers "
        f"({callers}) of task b-client, nor from its address 10.20.1."
    )


def test_a_missing_egress_rule_is_named(fargate: Any, vpc: Vpc, served: Serve) -> None:
    callers, servers = vpc.group("c-callers"), vpc.group("c-servers")
    vpc.let_in(servers, UserIdGroupPairs=[{"GroupId": callers}])
    assert "failed" in ask(fargate, url(served(servers)), **vpc.within(callers))
    [found] = findings(fargate, f"({callers})")
    assert (
        f"security group c-callers ({callers}) of task client has no egress rule for TCP port 8080 "
        f"to security group c-servers ({servers}) of task server" in found["message"]
    )


@pytest.mark.parametrize("allowed", [True, False])
def test_a_program_without_the_hook_is_checked_too(
    fargate: Any, vpc: Vpc, served: Serve, *, allowed: bool
) -> None:
    # As libpq does: it connects in C, to an address of loopback.
    callers, servers = vpc.group(f"d-callers-{allowed}"), vpc.group(f"d-servers-{allowed}")
    vpc.let_out(callers, UserIdGroupPairs=[{"GroupId": servers}])
    if allowed:
        vpc.let_in(servers, UserIdGroupPairs=[{"GroupId": callers}])
    _, place = known_as(fargate, served(servers))
    command = (
        f"exec 3<>/dev/tcp/{place}/{PORT}; printf 'GET / HTTP/1.0\\r\\n\\r\\n' >&3; "
        "echo it answers: $(cat <&3)"
    )
    definition = fargate.define(
        fargate.container(fargate.image(PYTHON), command=["bash", "-c", command])
    )
    task = fargate.ends(definition, **vpc.within(callers))
    said = "".join(fargate.said(task["taskArn"]))
    refusals = findings(fargate, f"({callers})")
    assert ("server saw 127." in said, len(refusals)) == ((True, 0) if allowed else (False, 1))


def test_what_listens_on_loopback_is_the_tasks_own(fargate: Any, vpc: Vpc, served: Serve) -> None:
    own = vpc.group("e")
    vpc.allow(own, own)
    task = served(own, listens_on="127.0.0.1")
    assert "serves at 127.0.0.1 8080" in fargate.said(task["taskArn"])
    assert "Connection refused" in ask(fargate, url(task), **vpc.within(own))


@pytest.mark.parametrize("listens_on", ["127.0.0.1", EVERY])
def test_localhost_is_the_tasks_own(fargate: Any, vpc: Vpc, served: Serve, listens_on: str) -> None:
    served(vpc.group(f"f-{listens_on}"))  # at the same port
    source = (
        "import urllib.request as r; "
        "assert b'server saw 127.0.0.1' == r.urlopen('http://127.0.0.1:8080').read() "
        "== r.urlopen('http://localhost:8080').read()"
    )
    check = {"command": ["CMD", "python", "-c", source]}
    task = served(
        vpc.group(f"f-other-{listens_on}"), listens_on=listens_on, container={"healthCheck": check}
    )
    end = time.monotonic() + 30
    while fargate.describe(task["taskArn"])["healthStatus"] != "HEALTHY":
        assert time.monotonic() < end
        time.sleep(0.05)


def test_a_task_knows_itself_by_a_name_and_an_address(
    fargate: Any, vpc: Vpc, served: Serve
) -> None:
    task = served(vpc.group("g"))
    name, place = known_as(fargate, task)
    dashes = address(task).replace(".", "-")
    assert name == f"ip-{dashes}.eu-west-1.compute.internal"
    assert place.startswith("127.")
    assert place != "127.0.0.1"


def test_what_a_container_starts_is_in_the_network_too(fargate: Any, vpc: Vpc) -> None:
    source = """
import multiprocessing, socket, subprocess, sys
def tell(queue=None):
    try:
        import uvloop
    except ImportError:
        print(socket.gethostname(), flush=True)
if __name__ == "__main__":
    subprocess.run([sys.executable, "-c", "import socket; print(socket.gethostname())"])
    for method in ("fork", "spawn"):
        process = multiprocessing.get_context(method).Process(target=tell)
        process.start()
        process.join()
"""
    task = fargate.ends(program(fargate, "starter", source), **vpc.within(vpc.group("h")))
    name = f"ip-{address(task).replace('.', '-')}.eu-west-1.compute.internal"
    assert fargate.said(task["taskArn"]) == [name] * 3


def test_the_own_address_needs_no_rule(fargate: Any, vpc: Vpc) -> None:
    source = """
import socket
with socket.create_server(("", 8080)) as server:
    own = socket.gethostbyname(socket.gethostname())
    socket.create_connection((own, 8080)).close()
    print("came", server.accept()[1][0])
"""
    task = fargate.ends(program(fargate, "self", source), **vpc.within(vpc.group("i")))
    assert fargate.said(task["taskArn"]) == ["came 127.0.0.1"]


def test_the_embedded_aws_is_reached_at_its_own_port(fargate: Any, vpc: Vpc) -> None:
    source = """
import os, socket, urllib.parse, urllib.request
print(urllib.request.urlopen(os.environ["AWS_ENDPOINT_URL"] + "/_rehearsal/findings").status)
"""
    task = fargate.ends(program(fargate, "aws", source), **vpc.within(vpc.group("j")))
    assert fargate.said(task["taskArn"]) == ["200"]


def test_a_port_that_is_listened_on_again_lets_others_in_again(
    fargate: Any, vpc: Vpc, served: Serve
) -> None:
    own = vpc.group("k")
    vpc.allow(own, own)
    source = """
import http.server, time
for number in range(2):
    class Handler(http.server.BaseHTTPRequestHandler):
        def do_GET(self):
            self.send_response(200)
            self.end_headers()
            self.wfile.write(b"time %d" % number)
    server = http.server.HTTPServer(("", 8080), Handler)
    print("serves at", number, flush=True)
    server.handle_request()
    server.server_close()
    time.sleep(1)
time.sleep(60)
"""
    asking = """
import sys, time, urllib.request
for number in range(2):
    while True:
        try:
            print(urllib.request.urlopen(sys.argv[1]).read().decode(), flush=True)
            break
        except OSError:
            time.sleep(0.1)
"""
    task = fargate.run(program(fargate, "twice", source), **vpc.within(own))
    fargate.says(task["taskArn"], "serves at 0")
    answers = fargate.ends(program(fargate, "asks-twice", asking, url(task)), **vpc.within(own))
    assert fargate.said(answers["taskArn"]) == ["time 0", "time 1"]
    stop(fargate, task)


def test_nobody_is_at_the_address_of_a_task_that_stopped(fargate: Any, vpc: Vpc) -> None:
    own = vpc.group("l")
    vpc.allow(own, own)
    task = serve(fargate, "server", **vpc.within(own))
    _, place = known_as(fargate, task)
    stop(fargate, task)
    assert "failed" in ask(fargate, url(task), **vpc.within(own))
    with pytest.raises(ConnectionRefusedError):
        socket.create_connection((place, PORT))
