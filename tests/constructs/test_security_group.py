"""SecurityGroup: nothing passes that was not named, in either direction."""

from typing import Any

from airflow_fargate import InvalidValue
from airflow_fargate.security_group import SecurityGroup

import pytest
from cdktf import TerraformVariable


def group(stack: Any, **settings: Any) -> SecurityGroup:
    base: dict[str, Any] = {"name": "demo-api", "description": "API of demo", "port": 8080}
    return SecurityGroup(stack, "api", vpc_id="vpc-00000001", **base | settings)


def rules(config: Any, direction: str) -> dict[str, Any]:
    return config["resource"].get(f"aws_vpc_security_group_{direction}_rule", {})


def ports(rule: Any) -> tuple[int, int, str]:
    return (rule["from_port"], rule["to_port"], rule["ip_protocol"])


def test_nothing_passes_by_itself(synth: Any) -> None:
    config = synth(group)
    assert list(config["resource"]) == ["aws_security_group"]
    made = config["resource"]["aws_security_group"]["api"]
    assert not {"ingress", "egress"} & set(made)


def test_it_lets_in_a_group_on_its_own_port_or_on_another(synth: Any) -> None:
    def build(stack: Any) -> None:
        api = group(stack)
        api.allow_from("worker", "sg-00000001")
        api.allow_from("monitor", "sg-00000002", port=9102)

    found = rules(synth(build), "ingress")
    assert {name: ports(rule) for name, rule in found.items()} == {
        "api_from_worker": (8080, 8080, "tcp"),
        "api_from_monitor": (9102, 9102, "tcp"),
    }
    assert found["api_from_worker"]["referenced_security_group_id"] == "sg-00000001"
    assert found["api_from_worker"]["description"] == "API of demo, from worker"


def test_it_reaches_a_group_a_network_and_https(synth: Any) -> None:
    def build(stack: Any) -> None:
        api = group(stack)
        api.allow_to("database", "sg-00000001", 5432)
        api.allow_to_cidr_block("proxy", "10.9.0.0/24", 3128)
        api.allow_https()

    found = rules(synth(build), "egress")
    assert {name: ports(rule) for name, rule in found.items()} == {
        "api_to_database": (5432, 5432, "tcp"),
        "api_to_proxy": (3128, 3128, "tcp"),
        "api_to_https": (443, 443, "tcp"),
    }
    targets = ("referenced_security_group_id", "cidr_ipv4")
    assert {name: [rule.get(target) for target in targets] for name, rule in found.items()} == {
        "api_to_database": ["sg-00000001", None],
        "api_to_proxy": [None, "10.9.0.0/24"],
        "api_to_https": [None, "0.0.0.0/0"],
    }
    assert not rules(synth(build), "ingress")


def test_a_group_that_a_variable_decides_has_rules_that_it_decides(synth: Any) -> None:
    def build(stack: Any) -> None:
        when = TerraformVariable(stack, "wanted", type="bool").boolean_value
        api = group(stack, when=when)
        api.allow_from("worker", "sg-00000001")
        api.allow_to("database", "sg-00000002", 5432)

    config = synth(build)
    assert config["resource"]["aws_security_group"]["api"]["count"] == "${var.wanted ? 1 : 0}"
    found = rules(config, "ingress") | rules(config, "egress")
    assert found["api_from_worker"]["count"] == found["api_to_database"]["count"]
    assert all(
        rule["security_group_id"] == "${one(aws_security_group.api[*].id)}"
        for rule in found.values()
    )


def test_a_group_that_is_left_out_makes_nothing(synth: Any) -> None:
    def build(stack: Any) -> None:
        api = group(stack, when=False)
        api.allow_from("worker", "sg-00000001")
        api.allow_https()

    assert "resource" not in synth(build)


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (
            lambda api: api.allow_from("worker", "worker"),
            r"allow_from\(security_group_id\) must be a security group's id.*got 'worker'",
        ),
        (
            lambda api: api.allow_to("database", "database", 5432),
            r"allow_to\(security_group_id\) must be a security group's id.*got 'database'",
        ),
        (
            lambda api: api.allow_to_cidr_block("proxy", "10.9.0.1/24", 3128),
            r"allow_to_cidr_block\(cidr_block\) must be an IPv4 network.*got '10\.9\.0\.1/24'",
        ),
    ],
)
def test_what_is_no_group_and_no_network_is_refused(synth: Any, call: Any, message: str) -> None:
    with pytest.raises(InvalidValue, match=message):
        synth(lambda stack: call(group(stack)))


def test_a_group_without_a_port_lets_in_by_a_named_port_only(synth: Any) -> None:
    def build(stack: Any) -> None:
        group(stack, port=None).allow_from("worker", "sg-00000001")

    with pytest.raises(InvalidValue, match=r"SecurityGroup\.port must be given"):
        synth(build)
