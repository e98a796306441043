"""Network: subnets, ways out, endpoints, logs; or a VPC that is there already."""

from typing import Any

from airflow_fargate import ExistingNetwork, InvalidValue, Network, NetworkProps

import pytest

SUBNETS = ["subnet-00000001", "subnet-00000002"]


def network(**settings: Any) -> Any:
    return lambda stack: Network(stack, "network", NetworkProps(name="demo", **settings))


def test_each_zone_has_a_private_and_a_public_subnet(synth: Any) -> None:
    subnets = synth(network(az_count=3))["resource"]["aws_subnet"]
    assert subnets["network_private"]["count"] == subnets["network_public"]["count"] == 3
    assert "map_public_ip_on_launch" not in subnets["network_public"]


def test_the_default_security_group_lets_nothing_through(synth: Any) -> None:
    closed = synth(network())["resource"]["aws_default_security_group"]["network"]
    assert not {"ingress", "egress"} & set(closed)


@pytest.mark.parametrize(("nat", "count"), [("single", 1), ("per_az", 3)])
def test_nat_gateways_are_one_or_one_in_each_zone(synth: Any, nat: str, count: int) -> None:
    resources = synth(network(nat=nat, az_count=3))["resource"]
    assert resources["aws_nat_gateway"]["network"]["count"] == count
    assert resources["aws_eip"]["network_nat"]["count"] == count
    assert resources["aws_route"]["network_private_nat"]["count"] == 3
    assert list(resources["aws_vpc_endpoint"]) == ["network_s3"]


def test_nat_gateways_wait_for_the_way_out(synth: Any) -> None:
    resources = synth(network())["resource"]
    for resource in (resources["aws_nat_gateway"]["network"], resources["aws_eip"]["network_nat"]):
        assert resource["depends_on"] == ["aws_internet_gateway.network"]


def test_without_nat_aws_is_reached_by_endpoints_and_nothing_else_is(synth: Any) -> None:
    resources = synth(network(nat="none"))["resource"]
    assert not {"aws_nat_gateway", "aws_eip"} & set(resources)
    assert list(resources["aws_route"]) == ["network_public_internet"]
    interface = resources["aws_vpc_endpoint"]["network_interface"]
    for service in ("ecr.api", "ecr.dkr", "logs", "secretsmanager", "sqs", "ecs"):
        assert f'"{service}"' in interface["for_each"]
    assert "aws_vpc_security_group_ingress_rule" not in resources


def test_endpoints_admit_only_who_is_named(synth: Any) -> None:
    def build(stack: Any) -> None:
        network(nat="none")(stack).allow_endpoints_from("scheduler", "sg-00000001")

    rules = synth(build)["resource"]["aws_vpc_security_group_ingress_rule"]
    assert list(rules) == ["network_endpoints_from_scheduler"]
    rule = rules["network_endpoints_from_scheduler"]
    assert (rule["from_port"], rule["to_port"]) == (443, 443)
    assert rule["referenced_security_group_id"] == "sg-00000001"


def test_flow_logs_can_be_left_out(synth: Any) -> None:
    resources = synth(network(flow_logs=False))["resource"]
    assert not {"aws_flow_log", "aws_cloudwatch_log_group", "aws_iam_role"} & set(resources)


def test_flow_logs_keep_the_users_retention_key_and_boundary(synth: Any) -> None:
    key = "arn:aws:kms:eu-west-1:123456789012:key/mine"
    boundary = "arn:aws:iam::123456789012:policy/boundary"
    resources = synth(
        network(log_retention_days=90, kms_key_arn=key, permissions_boundary_arn=boundary)
    )["resource"]
    group = resources["aws_cloudwatch_log_group"]["network_flow_logs"]
    assert (group["retention_in_days"], group["kms_key_id"]) == (90, key)
    assert resources["aws_iam_role"]["network_flow_logs"]["permissions_boundary"] == boundary


def test_an_existing_network_makes_nothing_and_gives_the_same_interface(synth: Any) -> None:
    def build(stack: Any) -> None:
        existing = ExistingNetwork(vpc_id="vpc-00000001", private_subnet_ids=SUBNETS)
        made = Network(stack, "network", NetworkProps(name="demo", existing=existing))
        assert made.vpc_id == "vpc-00000001"
        assert made.az_count == 2
        assert made.public_subnet_ids == []
        made.allow_endpoints_from("scheduler", "sg-00000001")

    assert "resource" not in synth(build)


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"az_count": 1}, r"NetworkProps\.az_count must be from 2 to 6 .*got 1"),
        ({"cidr_block": "10.0.0.0/24"}, r"NetworkProps\.cidr_block must be .*/16 to /21"),
        ({"nat": "two"}, r"NetworkProps\.nat must be one of 'single', 'per_az', 'none'"),
        ({"name": "Demo"}, r"NetworkProps\.name must be 1 to 24 lower-case"),
        ({"name": "sg-0000000a"}, "not beginning with sg, sthree, amzn-s3-demo, internal"),
        ({"tags": {"aws:team": "data"}}, "keys of 1 to 128 characters that do not begin with aws:"),
        ({"tags": {"Name": "mine"}}, "are not Name"),
        ({"tags": {"team": "d" * 257}}, "values of at most 256"),
        ({"log_retention_days": 2}, r"NetworkProps\.log_retention_days must be one of"),
        ({"permissions_boundary_arn": "boundary"}, "must be an ARN of the form arn:aws:iam"),
        (
            {"az_count": 3, "existing": {"private_subnet_ids": SUBNETS}},
            r"NetworkProps\.az_count must be left out when `existing` is given",
        ),
        ({"existing": {"vpc_id": "vpc"}}, r"ExistingNetwork\.vpc_id must be a VPC's id"),
        (
            {"existing": {"private_subnet_ids": SUBNETS[:1]}},
            r"ExistingNetwork\.private_subnet_ids must be a list of at least 2",
        ),
        (
            {"existing": {"public_subnet_ids": SUBNETS}},
            r"ExistingNetwork\.public_subnet_ids must be other subnets than private_subnet_ids",
        ),
    ],
)
def test_bad_input_is_refused_before_terraform(settings: dict[str, Any], message: str) -> None:
    with pytest.raises(InvalidValue, match=message):
        made_with(settings)


def made_with(settings: dict[str, Any]) -> NetworkProps:
    if "existing" in settings:
        base = {"vpc_id": "vpc-00000001", "private_subnet_ids": SUBNETS}
        settings = settings | {"existing": ExistingNetwork(**base | settings["existing"])}
    return NetworkProps(**{"name": "demo", **settings})
