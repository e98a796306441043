"""LoadBalancer: what is refused, in Python, and by Terraform where only that knows."""

from typing import Any

from airflow_fargate import ExistingNetwork, InvalidValue, Network, NetworkProps
from airflow_fargate.load_balancer import LoadBalancer, LoadBalancerProps

import pytest
from cdktf import TerraformVariable

CERTIFICATE = "arn:aws:acm:eu-west-1:123456789012:certificate/0"
PUBLIC: dict[str, Any] = {"scheme": "internet-facing", "certificate_arn": CERTIFICATE}
SUBNETS = ["subnet-00000001", "subnet-00000002"]


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        (
            {"certificate_arn": None},
            r"LoadBalancerProps\.certificate_arn must be the ARN .*got None\. .*plain_http=True",
        ),
        (
            {"plain_http": True},
            r"LoadBalancerProps\.plain_http must be False when certificate_arn is given; got True",
        ),
        (
            {"certificate_arn": "arn:aws:iam::123456789012:server-certificate/old"},
            r"certificate_arn must be an ARN of the form arn:aws:acm:.*got 'arn:aws:iam",
        ),
        (
            PUBLIC,
            r'allowed_cidr_blocks must be the networks that may .*got \(\)\. .*"0\.0\.0\.0/0"',
        ),
        (
            PUBLIC | {"allowed_cidr_blocks": ["203.0.113.1/24"]},
            r"allowed_cidr_blocks must be a list of .*with no host bits set; got \['203",
        ),
        ({"allowed_cidr_blocks": "10.0.0.0/8"}, "allowed_cidr_blocks must be a list.*got '10"),
        ({"kind": "gateway"}, r"\.kind must be one of 'network', 'application'; got 'gateway'"),
        ({"scheme": "public"}, r"\.scheme must be one of 'internal', 'internet-facing'; got 'pub"),
        (
            {"domain_name": "https://airflow.example.com"},
            r"\.domain_name must be a host name in lower case, without protocol.*got 'https:",
        ),
        ({"domain_name": "localhost"}, r"\.domain_name must be a host name .*got 'localhost'"),
        ({"name": "internal-airflow"}, r"LoadBalancerProps\.name must be 1 to 24 lower-case"),
    ],
)
def test_bad_input_is_refused_before_terraform(settings: dict[str, Any], message: str) -> None:
    with pytest.raises(InvalidValue, match=message):
        LoadBalancerProps(**{"name": "demo", "certificate_arn": CERTIFICATE, **settings})


def test_everybody_may_reach_it_if_that_is_written_down() -> None:
    assert LoadBalancerProps(name="demo", **PUBLIC, allowed_cidr_blocks=["0.0.0.0/0"])


def test_a_certificate_of_another_region_is_refused(synth: Any) -> None:
    def build(stack: Any) -> None:
        network = Network(stack, "network", NetworkProps(name="demo"))
        elsewhere = CERTIFICATE.replace("eu-west-1", "us-east-1")
        props = LoadBalancerProps(name="demo", certificate_arn=elsewhere)
        LoadBalancer(stack, "load_balancer", props, network=network)

    with pytest.raises(InvalidValue, match=r"certificate_arn must be in the stack's region, eu-"):
        synth(build)


def in_existing(stack: Any, *, public: list[str], **settings: Any) -> None:
    existing = ExistingNetwork(
        vpc_id="vpc-00000001", private_subnet_ids=SUBNETS, public_subnet_ids=public
    )
    network = Network(stack, "network", NetworkProps(name="demo", existing=existing))
    props = LoadBalancerProps(name="demo", allowed_cidr_blocks=["203.0.113.0/24"], **settings)
    LoadBalancer(stack, "load_balancer", props, network=network)


def test_a_public_one_needs_public_subnets(synth: Any) -> None:
    with pytest.raises(InvalidValue, match=r"one with public subnets.*ExistingNetwork\.public_"):
        synth(lambda stack: in_existing(stack, public=[], **PUBLIC))


def conditions(config: Any) -> list[str]:
    checks = config["resource"]["aws_lb"]["load_balancer"]["lifecycle"]["precondition"]
    assert all(len(check["error_message"]) > 50 for check in checks)
    return [check["condition"] for check in checks]


def test_terraform_counts_the_subnets_that_were_there_already(synth: Any) -> None:
    config = synth(lambda stack: in_existing(stack, public=["subnet-00000003"], **PUBLIC))
    (condition,) = conditions(config)
    assert "length(data.aws_subnet.network_existing_public[*].id) >=" in condition


def test_terraform_checks_what_variables_decide(synth: Any) -> None:
    def build(stack: Any) -> None:
        def variable(name: str, type_: str) -> TerraformVariable:
            return TerraformVariable(stack, name, type=type_, nullable=True)

        network = Network(stack, "network", NetworkProps(name="demo"))
        props = LoadBalancerProps(
            name="demo",
            scheme=variable("scheme", "string").string_value,  # type: ignore[arg-type]
            certificate_arn=variable("certificate_arn", "string").string_value,
            plain_http=variable("plain_http", "bool").boolean_value,  # type: ignore[arg-type]
            allowed_cidr_blocks=variable("allowed", "list(string)").list_value,
        )
        LoadBalancer(stack, "load_balancer", props, network=network)

    assert conditions(synth(build)) == [
        "${(var.certificate_arn == null) == var.plain_http}",
        '${var.scheme == "internal" || length(var.allowed) > 0}',
    ]


@pytest.mark.real
def test_terraform_accepts_it_in_an_existing_network(validate: Any) -> None:
    validate(lambda stack: in_existing(stack, public=["subnet-00000003"], **PUBLIC))
