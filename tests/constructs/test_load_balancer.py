"""LoadBalancer: listeners of each kind, their doors, and what stands behind."""

from typing import Any

from airflow_fargate import Network, NetworkProps
from airflow_fargate.load_balancer import LoadBalancer, LoadBalancerProps

import pytest
from cdktf_cdktf_provider_aws.acm_certificate import AcmCertificate

CERTIFICATE = "arn:aws:acm:eu-west-1:123456789012:certificate/0"
FORWARD = {"type": "forward", "target_group_arn": "${aws_lb_target_group.load_balancer.arn}"}


def balanced(stack: Any, **settings: Any) -> LoadBalancer:
    network = Network(stack, "network", NetworkProps(name="demo"))
    props = LoadBalancerProps(**{"name": "demo", **settings})
    return LoadBalancer(stack, "load_balancer", props, network=network)


@pytest.fixture
def found(synth: Any) -> Any:
    """Synthesize a load balancer, and give the resources."""
    return lambda **settings: synth(lambda stack: balanced(stack, **settings))["resource"]


def listeners(resources: Any) -> dict[str, tuple[int, str]]:
    return {
        name: (listener["port"], listener["protocol"])
        for name, listener in resources["aws_lb_listener"].items()
    }


def doors(resources: Any) -> dict[str, tuple[int, int]]:
    """Ports that each rule of the load balancer opens, by the rule's address."""
    return {
        name: (rule["from_port"], rule["to_port"])
        for name, rule in resources["aws_vpc_security_group_ingress_rule"].items()
    }


def test_by_default_it_is_an_internal_network_load_balancer(found: Any) -> None:
    balancer = found(certificate_arn=CERTIFICATE)["aws_lb"]["load_balancer"]
    assert (balancer["load_balancer_type"], balancer["internal"]) == ("network", True)
    assert balancer["subnets"] == "${aws_subnet.network_private[*].id}"
    assert balancer["security_groups"] == ["${aws_security_group.load_balancer.id}"]
    assert balancer["enable_deletion_protection"] is True


@pytest.mark.parametrize(("kind", "protocol"), [("network", "TLS"), ("application", "HTTPS")])
def test_a_certificate_means_https_by_a_policy_with_tls_1_3(
    found: Any, kind: str, protocol: str
) -> None:
    resources = found(kind=kind, certificate_arn=CERTIFICATE)
    https = resources["aws_lb_listener"]["load_balancer_https"]
    assert (https["port"], https["protocol"]) == (443, protocol)
    assert https["certificate_arn"] == CERTIFICATE
    assert https["ssl_policy"].startswith("ELBSecurityPolicy-TLS13-1-2")
    assert https["default_action"] == [FORWARD]


def test_with_a_certificate_nothing_listens_without_encryption(found: Any) -> None:
    resources = found(certificate_arn=CERTIFICATE)
    assert listeners(resources) == {"load_balancer_https": (443, "TLS")}
    assert doors(resources) == {"load_balancer_https_from_vpc": (443, 443)}


def test_an_application_load_balancer_redirects_http_and_forwards_none(found: Any) -> None:
    resources = found(kind="application", certificate_arn=CERTIFICATE)
    assert listeners(resources) == {
        "load_balancer_https": (443, "HTTPS"),
        "load_balancer_http": (80, "HTTP"),
    }
    (action,) = resources["aws_lb_listener"]["load_balancer_http"]["default_action"]
    assert action == {
        "type": "redirect",
        "redirect": {"port": "443", "protocol": "HTTPS", "status_code": "HTTP_301"},
    }
    assert set(doors(resources).values()) == {(443, 443), (80, 80)}


@pytest.mark.parametrize(("kind", "protocol"), [("network", "TCP"), ("application", "HTTP")])
def test_plain_http_is_there_when_asked_for(found: Any, kind: str, protocol: str) -> None:
    resources = found(kind=kind, plain_http=True)
    assert listeners(resources) == {"load_balancer_http": (80, protocol)}
    assert resources["aws_lb_listener"]["load_balancer_http"]["default_action"] == [FORWARD]
    assert doors(resources) == {"load_balancer_http_from_vpc": (80, 80)}


@pytest.mark.parametrize(("kind", "protocol"), [("network", "TCP"), ("application", "HTTP")])
def test_servers_are_addresses_that_answer_without_login(
    found: Any, kind: str, protocol: str
) -> None:
    group = found(kind=kind, plain_http=True)["aws_lb_target_group"]["load_balancer"]
    assert (group["port"], group["protocol"], group["target_type"]) == (8080, protocol, "ip")
    health = group["health_check"]
    assert (health["protocol"], health["path"], health["matcher"]) == (
        "HTTP",
        "/api/v2/version",
        "200",
    )
    assert health["timeout"] < health["interval"]


def test_listeners_are_given_to_wait_for(synth: Any) -> None:
    def build(stack: Any) -> None:
        balancer = balanced(stack, kind="application", certificate_arn=CERTIFICATE)
        AcmCertificate(stack, "after", domain_name="b.example.com", depends_on=balancer.listeners)

    waits = synth(build)["resource"]["aws_acm_certificate"]["after"]["depends_on"]
    assert sorted(waits) == [
        "aws_lb_listener.load_balancer_http",
        "aws_lb_listener.load_balancer_https",
    ]


def test_a_certificate_of_the_same_stack_leaves_nothing_to_terraform(synth: Any) -> None:
    def build(stack: Any) -> None:
        made = AcmCertificate(stack, "certificate", domain_name="a.example.com")
        balanced(stack, certificate_arn=made.arn)

    resources = synth(build)["resource"]
    assert "count" not in resources["aws_lb_listener"]["load_balancer_https"]
    assert "lifecycle" not in resources["aws_lb"]["load_balancer"]


def test_protection_can_be_taken_off(found: Any) -> None:
    balancer = found(plain_http=True, deletion_protection=False)["aws_lb"]["load_balancer"]
    assert balancer["enable_deletion_protection"] is False


def test_names_fit_for_the_longest_deployment_name(found: Any) -> None:
    resources = found(name="n" * 24, plain_http=True)
    for type_ in ("aws_lb", "aws_lb_target_group"):
        assert len(resources[type_]["load_balancer"]["name"]) <= 32


def test_every_resource_has_the_users_tags(found: Any) -> None:
    resources = found(
        kind="application",
        certificate_arn=CERTIFICATE,
        allowed_cidr_blocks=["10.8.0.0/16"],
        tags={"team": "data"},
    )
    own = [
        resource
        for type_, named in resources.items()
        for name, resource in named.items()
        if name.startswith("load_balancer")
    ]
    assert len(own) == 7
    assert all(resource["tags"]["team"] == "data" for resource in own)
