"""LoadBalancer: who may reach it, whom it reaches, and by which address."""

import dataclasses
import re
import textwrap
from pathlib import Path
from typing import Any

from airflow_fargate import ExistingNetwork, Network, NetworkProps
from airflow_fargate.load_balancer import LoadBalancer, LoadBalancerProps

import pytest
from cdktf import TerraformOutput, TerraformVariable

CERTIFICATE = "arn:aws:acm:eu-west-1:123456789012:certificate/0"


def balanced(stack: Any, **settings: Any) -> LoadBalancer:
    network = Network(stack, "network", NetworkProps(name="demo"))
    props = LoadBalancerProps(**{"name": "demo", **settings})
    return LoadBalancer(stack, "load_balancer", props, network=network)


@pytest.fixture
def found(synth: Any) -> Any:
    """Synthesize a load balancer, and give the resources."""
    return lambda **settings: synth(lambda stack: balanced(stack, **settings))["resource"]


def test_an_internal_one_lets_the_vpc_in_unless_networks_are_named(found: Any) -> None:
    rules = found(certificate_arn=CERTIFICATE)["aws_vpc_security_group_ingress_rule"]
    assert rules["load_balancer_https_from_vpc"]["cidr_ipv4"] == "${aws_vpc.network.cidr_block}"

    named = ["10.8.0.0/16", "192.168.1.0/24"]
    rules = found(certificate_arn=CERTIFICATE, allowed_cidr_blocks=named)[
        "aws_vpc_security_group_ingress_rule"
    ]
    assert list(rules) == ["load_balancer_https_from_networks"]
    rule = rules["load_balancer_https_from_networks"]
    assert all(network in rule["for_each"] for network in named)
    assert rule["cidr_ipv4"] == "${each.key}"


def test_an_internet_facing_one_is_public_to_those_named_only(found: Any) -> None:
    resources = found(
        scheme="internet-facing",
        certificate_arn=CERTIFICATE,
        allowed_cidr_blocks=["203.0.113.0/24"],
    )
    balancer = resources["aws_lb"]["load_balancer"]
    assert balancer["internal"] is False
    assert balancer["subnets"] == "${aws_subnet.network_public[*].id}"
    assert balancer["depends_on"] == ["aws_internet_gateway.network"]
    assert list(resources["aws_vpc_security_group_ingress_rule"]) == [
        "load_balancer_https_from_networks"
    ]


def test_it_reaches_nobody_until_told(synth: Any) -> None:
    def build(stack: Any, *, told: bool) -> None:
        balancer = balanced(stack, certificate_arn=CERTIFICATE)
        if told:
            balancer.allow_to("api_server", "sg-00000001", 8080)

    closed = synth(lambda stack: build(stack, told=False))["resource"]
    assert "aws_vpc_security_group_egress_rule" not in closed
    rules = synth(lambda stack: build(stack, told=True))["resource"][
        "aws_vpc_security_group_egress_rule"
    ]
    (rule,) = rules.values()
    assert list(rules) == ["load_balancer_to_api_server"]
    assert (rule["from_port"], rule["to_port"]) == (8080, 8080)
    assert rule["referenced_security_group_id"] == "sg-00000001"


@pytest.mark.parametrize(
    ("settings", "port"), [({"certificate_arn": CERTIFICATE}, 443), ({"plain_http": True}, 80)]
)
def test_a_security_group_is_let_in_where_it_listens(
    synth: Any, settings: dict[str, Any], port: int
) -> None:
    def build(stack: Any) -> None:
        balanced(stack, **settings).allow_from("bastion", "sg-00000001")

    rule = synth(build)["resource"]["aws_vpc_security_group_ingress_rule"][
        "load_balancer_from_bastion"
    ]
    assert (rule["from_port"], rule["to_port"]) == (port, port)


def test_in_a_vpc_that_is_only_known_after_apply_no_key_is_unknown(synth: Any) -> None:
    # for_each refuses keys that are known after apply only, as an existing VPC's network may be.
    def build(stack: Any) -> None:
        vpc = TerraformVariable(stack, "vpc_id", type="string").string_value
        subnets = ["subnet-00000001", "subnet-00000002"]
        existing = ExistingNetwork(vpc_id=vpc, private_subnet_ids=subnets)
        network = Network(stack, "network", NetworkProps(name="demo", existing=existing))
        props = LoadBalancerProps(name="demo", certificate_arn=CERTIFICATE)
        LoadBalancer(stack, "load_balancer", props, network=network)

    resources = synth(build)["resource"]
    assert list(resources["aws_vpc_security_group_ingress_rule"]) == [
        "load_balancer_https_from_vpc"
    ]
    rule = resources["aws_vpc_security_group_ingress_rule"]["load_balancer_https_from_vpc"]
    assert not {"for_each", "count"} & set(rule)


@pytest.mark.parametrize(
    ("settings", "url"),
    [
        ({"plain_http": True}, "http://${aws_lb.load_balancer.dns_name}"),
        ({"certificate_arn": CERTIFICATE}, "https://${aws_lb.load_balancer.dns_name}"),
        (
            {"certificate_arn": CERTIFICATE, "domain_name": "airflow.example.com"},
            "https://airflow.example.com",
        ),
    ],
)
def test_the_url_is_what_people_open(synth: Any, settings: dict[str, Any], url: str) -> None:
    def build(stack: Any) -> None:
        TerraformOutput(stack, "url", value=balanced(stack, **settings).url)

    assert synth(build)["output"]["url"]["value"] == url


def test_the_programs_in_the_documentation_are_right(synth: Any) -> None:
    text = (Path(__file__).parents[2] / "docs/https.md").read_text()
    first, second = re.findall(r"^( *)```python\n(.*?)^\1```", text, re.MULTILINE | re.DOTALL)
    told = textwrap.dedent(first[1]).replace("LoadBalancerProps(", "props = LoadBalancerProps(")

    def build(stack: Any) -> None:
        known: dict[str, Any] = {"stack": stack}
        exec(told, known)  # noqa: S102  it is the program that the documentation shows
        props = dataclasses.replace(known["props"], name="demo")
        network = Network(stack, "network", NetworkProps(name="demo"))
        known["load_balancer"] = LoadBalancer(stack, "load_balancer", props, network=network)
        exec(textwrap.dedent(second[1]), known)  # noqa: S102  as above

    record = synth(build)["resource"]["aws_route53_record"]["airflow"]
    assert record["alias"]["zone_id"] == "${aws_lb.load_balancer.zone_id}"
