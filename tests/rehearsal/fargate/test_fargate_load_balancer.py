"""Load balancers of the embedded AWS: they answer, check their targets, and are told no."""

import http.client
import urllib.error
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from tests.surroundings.balanced import Balanced, eventually


@pytest.fixture
def balanced(fargate: Any) -> Iterator[Callable[..., Balanced]]:
    made: list[Balanced] = []

    def make(kind: str = "network", **health_check: Any) -> Balanced:
        made.append(Balanced(fargate, kind, **health_check))
        return made[-1]

    yield make
    for each in made:
        each.end()


def kinds(network: Balanced) -> set[str]:
    return {each["kind"] for each in network.findings()}


def test_a_network_load_balancer_passes_on_to_a_target_that_is_well(
    balanced: Callable[..., Balanced],
) -> None:
    network = balanced()
    network.let_in()
    network.start_server()
    network.becomes("healthy")
    assert "Host: 127." in network.get()
    assert kinds(network) == {"unchecked"}  # nobody knows whether a browser may come in
    server = network.tasks[0]
    network.elb.delete_listener(ListenerArn=network.listener)
    with pytest.raises(urllib.error.URLError):
        network.get()
    assert network.fargate.describe(server)["lastStatus"] == "RUNNING"


def test_an_application_load_balancer_says_who_asked(balanced: Callable[..., Balanced]) -> None:
    application = balanced("application")
    with pytest.raises(urllib.error.HTTPError, match="503"):
        application.get()
    application.let_in()
    application.start_server()
    application.becomes("healthy")
    said = application.get("/", **{"X-Forwarded-For": "192.0.2.7"})
    assert "X-Forwarded-For: 192.0.2.7, 127." in said
    assert "X-Forwarded-Proto: http" in said


@pytest.mark.real  # it waits for intervals of a health check, of which 5 s is the shortest
def test_who_lacks_the_ingress_rule_is_not_reached_and_named(
    balanced: Callable[..., Balanced],
) -> None:
    network = balanced()
    network.start_server()
    (refused,) = eventually(lambda: [f for f in network.findings() if f["kind"] == "refused"])
    with pytest.raises((http.client.HTTPException, OSError)):
        network.get()
    assert "task server" in refused["message"]
    assert f"server ({network.group_of_server})" in refused["message"]
    assert "no ingress rule for TCP port 8080" in refused["message"]
    network.let_in()
    network.becomes("healthy")
    network.get()


@pytest.mark.real  # as above
def test_a_health_check_that_cannot_succeed_is_told(balanced: Callable[..., Balanced]) -> None:
    other_port = balanced(HealthCheckPort="8081")
    other_port.let_in(8081)
    other_path = balanced(HealthCheckPath="/elsewhere")
    for network in (other_port, other_path):
        network.let_in()
        network.start_server()
    assert other_port.becomes("unhealthy")["Reason"] == "Target.FailedHealthChecks"
    (failed,) = eventually(lambda: [f for f in other_port.findings() if f["kind"] == "failed"])
    assert "task server (HTTP on port 8081, path /well)" in failed["message"]
    assert "The target listens on port 8080." in failed["message"]
    health = other_path.becomes("unhealthy")
    assert health["Description"] == "Health checks failed with these codes: [404]"
    (failed,) = eventually(lambda: [f for f in other_path.findings() if f["kind"] == "failed"])
    assert "path /elsewhere): the answer was 404, expected is 200." in failed["message"]
    other_path.elb.modify_target_group(
        TargetGroupArn=other_path.target_group, HealthCheckPath="/well"
    )
    other_path.becomes("healthy")


def test_a_target_that_leaves_is_gone_when_its_connections_are(
    balanced: Callable[..., Balanced],
) -> None:
    network = balanced()
    network.let_in()
    target = network.start_server()
    network.becomes("healthy")
    connection = http.client.HTTPConnection(network.url.removeprefix("http://"), timeout=10)
    connection.connect()
    connection.request("GET", "/", headers={"Connection": "keep-alive"})
    assert connection.getresponse().status == 200
    network.elb.deregister_targets(TargetGroupArn=network.target_group, Targets=[target])
    assert network.health()[0]["State"] == "draining"
    connection.close()
    eventually(lambda: network.health() == [])
    asked = {"TargetGroupArn": network.target_group, "Targets": [target]}
    answer = network.elb.describe_target_health(**asked)["TargetHealthDescriptions"]
    assert answer[0]["TargetHealth"]["Reason"] == "Target.NotRegistered"


def test_a_target_of_a_group_without_listener_is_unused(
    balanced: Callable[..., Balanced],
) -> None:
    network = balanced()
    network.let_in()
    network.elb.delete_listener(ListenerArn=network.listener)
    network.start_server()
    assert network.health()[0]["Reason"] == "Target.NotInUse"
    assert kinds(network) == set()


def test_an_application_load_balancer_redirects_and_answers_itself(
    balanced: Callable[..., Balanced],
) -> None:
    application = balanced("application")
    redirect = {"Protocol": "HTTPS", "Port": "443", "StatusCode": "HTTP_301"}
    application.elb.modify_listener(
        ListenerArn=application.listener,
        DefaultActions=[{"Type": "redirect", "RedirectConfig": redirect}],
    )
    host = application.url.removeprefix("http://")
    connection = http.client.HTTPConnection(host, timeout=10)
    connection.request("GET", "/dags?tag=a")
    answer = connection.getresponse()
    assert answer.status == 301
    assert answer.headers["Location"] == f"https://{host.split(':')[0]}:443/dags?tag=a"
    fixed = {"StatusCode": "403", "ContentType": "text/plain", "MessageBody": "not you"}
    application.elb.modify_listener(
        ListenerArn=application.listener,
        DefaultActions=[{"Type": "fixed-response", "FixedResponseConfig": fixed}],
    )
    with pytest.raises(urllib.error.HTTPError) as refused:
        application.get()
    assert refused.value.read() == b"not you"


def test_a_listener_that_needs_a_certificate_is_named_and_not_open(
    fargate: Any, balanced: Callable[..., Balanced]
) -> None:
    application = balanced("application")
    certificate = fargate.client("acm").request_certificate(DomainName="airflow.example.com")
    application.elb.create_listener(
        LoadBalancerArn=application.arn,
        Protocol="HTTPS",
        Port=443,
        Certificates=[{"CertificateArn": certificate["CertificateArn"]}],
        DefaultActions=[{"Type": "forward", "TargetGroupArn": application.target_group}],
    )
    (unchecked,) = application.findings()
    assert "HTTPS on port 443 is not open" in unchecked["message"]
