"""Security group rules, one at a time: which connections they let through."""

from typing import Any

import pytest

from airflow_fargate_rehearsal.fargate.clients import Clients
from airflow_fargate_rehearsal.fargate.interface import Interface
from airflow_fargate_rehearsal.fargate.security_groups import SecurityGroups

from .conftest import REGION
from .vpc import Vpc

PORT = 5432
EVERYBODY = [{"CidrIp": "0.0.0.0/0"}]


@pytest.fixture(scope="module")
def vpc(fargate: Any) -> Vpc:
    """A VPC for the tests of this file."""
    return Vpc(fargate, "10.40")


@pytest.fixture
def rules(fargate: Any) -> SecurityGroups:
    """The rules as they are when the test asks first."""
    return SecurityGroups(Clients(fargate.endpoint_url))


def interface(vpc: Vpc, name: str, *group_ids: str, ip: str) -> Interface:
    return Interface(
        name=name,
        region=REGION,
        subnet_id=vpc.subnet,
        private_ip=ip,
        security_group_ids=group_ids,
    )


@pytest.fixture
def source(vpc: Vpc, request: pytest.FixtureRequest) -> Interface:
    """A worker whose group lets out everything."""
    group = vpc.group(f"from-{request.node.name}")
    vpc.let_out(group, IpRanges=EVERYBODY, port=PORT)
    return interface(vpc, "worker", group, ip="10.40.1.9")


@pytest.fixture
def target(vpc: Vpc, request: pytest.FixtureRequest) -> Interface:
    """A database whose group lets in nobody."""
    group = vpc.group(f"to-{request.node.name}")
    return interface(vpc, "database", group, ip="10.40.1.200")


def only(target: Interface) -> str:
    return target.security_group_ids[0]


@pytest.mark.parametrize(
    ("network", "allowed"),
    [("10.40.1.9/32", True), ("10.40.0.0/16", True), ("10.40.1.10/32", False)],
)
def test_a_network_is_that_of_the_sources_address(
    vpc: Vpc,
    rules: SecurityGroups,
    source: Interface,
    target: Interface,
    *,
    network: str,
    allowed: bool,
) -> None:
    vpc.let_in(only(target), IpRanges=[{"CidrIp": network}], port=PORT)
    assert (rules.why_refused(source, target, PORT) is None) == allowed


@pytest.mark.parametrize(
    ("rule", "allowed"),
    [
        ({"IpProtocol": "-1"}, True),
        ({"IpProtocol": "tcp", "FromPort": 5000, "ToPort": 6000}, True),
        ({"IpProtocol": "tcp", "FromPort": 5433, "ToPort": 6000}, False),
        ({"IpProtocol": "udp", "FromPort": 5432, "ToPort": 5432}, False),
    ],
)
def test_a_rule_is_for_its_protocol_and_ports(
    fargate: Any,
    rules: SecurityGroups,
    source: Interface,
    target: Interface,
    *,
    rule: dict[str, Any],
    allowed: bool,
) -> None:
    fargate.client("ec2").authorize_security_group_ingress(
        GroupId=only(target), IpPermissions=[{**rule, "IpRanges": EVERYBODY}]
    )
    assert (rules.why_refused(source, target, PORT) is None) == allowed


def test_one_of_several_groups_is_enough(
    vpc: Vpc, rules: SecurityGroups, source: Interface, target: Interface
) -> None:
    second = vpc.group("second")
    vpc.let_in(second, UserIdGroupPairs=[{"GroupId": only(source)}], port=PORT)
    both = interface(vpc, "database", only(target), second, ip="10.40.1.200")
    assert rules.why_refused(source, both, PORT) is None
    assert f"second ({second})" not in str(rules.why_refused(source, target, PORT))


def test_a_group_that_lets_its_own_members_in(vpc: Vpc, rules: SecurityGroups) -> None:
    own = vpc.group("members")
    vpc.allow(own, own, port=PORT)
    first, second = (interface(vpc, name, own, ip=f"10.40.1.{name}") for name in ("21", "22"))
    assert rules.why_refused(first, second, PORT) is None
    assert rules.why_refused(first, second, PORT + 1) is not None


def test_a_prefix_list_holds_networks(
    fargate: Any, vpc: Vpc, rules: SecurityGroups, source: Interface, target: Interface
) -> None:
    ec2 = fargate.client("ec2")
    lists = [
        ec2.create_managed_prefix_list(
            PrefixListName=f"list-{cidr}",
            AddressFamily="IPv4",
            MaxEntries=3,
            Entries=[{"Cidr": cidr}],
        )["PrefixList"]["PrefixListId"]
        for cidr in ("10.40.2.0/24", "10.40.1.0/24")
    ]
    vpc.let_in(only(target), PrefixListIds=[{"PrefixListId": lists[0]}], port=PORT)
    assert rules.why_refused(source, target, PORT) is not None
    other = interface(vpc, "other", vpc.group("other"), ip="10.40.1.201")
    vpc.let_in(only(other), PrefixListIds=[{"PrefixListId": lists[1]}], port=PORT)
    assert rules.why_refused(source, other, PORT) is None


def test_another_vpc_is_not_reached(fargate: Any, rules: SecurityGroups, source: Interface) -> None:
    far = Vpc(fargate, "10.41")
    group = far.group("far")
    far.let_in(group, IpRanges=EVERYBODY, port=PORT)
    reason = rules.why_refused(source, interface(far, "database", group, ip="10.41.1.9"), PORT)
    assert reason is not None
    assert f"database in {far.id}, and no way leads" in reason


def test_the_default_group_of_a_vpc_lets_its_members_in(
    fargate: Any, vpc: Vpc, rules: SecurityGroups
) -> None:
    own = [{"Name": "vpc-id", "Values": [vpc.id]}, {"Name": "group-name", "Values": ["default"]}]
    [found] = fargate.client("ec2").describe_security_groups(Filters=own)["SecurityGroups"]
    first, second = (
        interface(vpc, name, found["GroupId"], ip=f"10.40.1.{name}") for name in ("31", "32")
    )
    assert rules.why_refused(first, second, PORT) is None


def test_a_rule_that_comes_late_is_followed_at_once(
    vpc: Vpc, rules: SecurityGroups, source: Interface, target: Interface
) -> None:
    assert "no ingress rule for TCP port 5432" in (rules.why_refused(source, target, PORT) or "")
    vpc.let_in(only(target), IpRanges=EVERYBODY, port=PORT)
    assert rules.why_refused(source, target, PORT) is None


def test_a_network_load_balancer_without_groups_is_held_back_by_the_target_alone(
    vpc: Vpc, rules: SecurityGroups, target: Interface
) -> None:
    balancer = interface(vpc, "load balancer lb", ip="10.40.1.250")
    assert "no ingress rule" in (rules.why_refused(balancer, target, PORT) or "")
    vpc.let_in(only(target), IpRanges=[{"CidrIp": "10.40.1.0/24"}], port=PORT)
    assert rules.why_refused(balancer, target, PORT) is None
