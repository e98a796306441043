"""Who may reach whom, by the rules of all security groups."""

from typing import Any

import airflow_fargate as af

import pytest

WORKERS = {"worker_default", "worker_big_memory"}
SERVICES = {"api_server", "scheduler", "dag_processor", "triggerer"} | WORKERS
CERTIFICATE = "arn:aws:acm:eu-west-1:123456789012:certificate/0"
NETWORKS = ["203.0.113.0/24", "198.51.100.7/32"]

Rules = set[tuple[str, str, int]]


def between_groups(deployed: Any, direction: str) -> Rules:
    groups = set(deployed.of("aws_security_group"))
    return {rule for rule in deployed.rules(direction) if {rule[0], rule[1]} <= groups}


def with_networks(deployed: Any, direction: str) -> Rules:
    return deployed.rules(direction) - between_groups(deployed, direction)


def test_each_part_reaches_what_it_needs_and_nothing_else(demo: Any) -> None:
    assert between_groups(demo, "egress") == {
        *((service, "database", 5432) for service in SERVICES),
        *((worker, "api_server", 8080) for worker in WORKERS),
        *(("api_server", worker, 8793) for worker in WORKERS),
        ("api_server", "triggerer", 8794),
        ("load_balancer", "api_server", 8080),
        ("tasks", "shared_storage", 2049),
    }


def test_what_one_side_may_send_the_other_side_lets_in(demo: Any) -> None:
    assert between_groups(demo, "ingress") == between_groups(demo, "egress")


def test_no_other_kind_of_rule_opens_a_way(demo: Any) -> None:
    inline = {"ingress", "egress"}
    assert not [name for name, group in demo.of("aws_security_group").items() if inline & {*group}]
    assert not inline & {*demo.of("aws_default_security_group")["network"]}
    assert "aws_security_group_rule" not in demo.resources


def test_out_of_the_vpc_goes_https_only_and_not_from_database_files_or_load_balancer(
    demo: Any,
) -> None:
    expected = {(source, "0.0.0.0/0", 443) for source in {*SERVICES, "tasks"}}
    assert with_networks(demo, "egress") == expected


def test_the_vpc_comes_in_at_the_load_balancer_only(demo: Any) -> None:
    assert with_networks(demo, "ingress") == {
        ("${aws_vpc.network.cidr_block}", "load_balancer", 80)
    }
    assert demo.of("aws_lb")["load_balancer"]["internal"] is True


@pytest.mark.parametrize(("kind", "ports"), [("network", {443}), ("application", {80, 443})])
def test_the_internet_comes_in_at_the_load_balancer_only_and_from_named_networks(
    deploy: Any, kind: str, ports: set[int]
) -> None:
    public = af.LoadBalancerProps(
        kind=kind,  # type: ignore[arg-type]
        scheme="internet-facing",
        certificate_arn=CERTIFICATE,
        allowed_cidr_blocks=NETWORKS,
    )
    found = deploy(load_balancer=public)
    assert with_networks(found, "ingress") == {("${each.key}", "load_balancer", p) for p in ports}
    rules = found.of("aws_vpc_security_group_ingress_rule").values()
    named = {rule["for_each"] for rule in rules if "cidr_ipv4" in rule}
    assert named == {'${toset(["203.0.113.0/24", "198.51.100.7/32"])}'}


def test_nothing_but_the_load_balancer_has_a_public_address(deploy: Any) -> None:
    public = af.LoadBalancerProps(
        scheme="internet-facing", certificate_arn=CERTIFICATE, allowed_cidr_blocks=NETWORKS
    )
    found = deploy(load_balancer=public)
    private = "${aws_subnet.network_private[*].id}"
    assert found.of("aws_lb")["load_balancer"]["subnets"] == "${aws_subnet.network_public[*].id}"
    for service in found.of("aws_ecs_service").values():
        assert service["network_configuration"]["assign_public_ip"] is False
        assert service["network_configuration"]["subnets"] == private
    assert found.of("aws_db_instance")["database"]["publicly_accessible"] is False
    assert found.of("aws_db_subnet_group")["database"]["subnet_ids"] == private
    public_subnet = found.of("aws_subnet")["network_public"]
    assert not public_subnet.get("map_public_ip_on_launch")


def test_without_nat_all_reach_the_endpoints(deploy: Any, tmp_path: Any, task_folder: Any) -> None:
    task_folder("report")
    pools = [af.WorkerPoolProps(), af.WorkerPoolProps(pool="big-memory")]
    found = deploy(
        network=af.NetworkProps(nat="none"), worker_pools=pools, tasks_folder=tmp_path / "tasks"
    )
    to_endpoints = {rule for rule in found.rules("ingress") if "endpoint" in rule[1]}
    assert to_endpoints == {
        (source, "network_endpoints", 443) for source in {*SERVICES, "tasks"}
    }  # fmt: skip
    assert "aws_nat_gateway" not in found.resources


def test_in_an_existing_network_the_same_rules_hold(deploy: Any, demo: Any) -> None:
    existing = af.ExistingNetwork(
        vpc_id="vpc-00000001", private_subnet_ids=["subnet-00000001", "subnet-00000002"]
    )
    pools = [af.WorkerPoolProps(), af.WorkerPoolProps(pool="big-memory")]
    found = deploy(network=af.NetworkProps(existing=existing), worker_pools=pools)
    for direction in ("ingress", "egress"):
        assert between_groups(found, direction) == between_groups(demo, direction)
    vpc = "${data.aws_vpc.network_existing.cidr_block}"
    assert with_networks(found, "ingress") == {(vpc, "load_balancer", 80)}


def test_a_database_that_was_there_already_lets_the_services_in(deploy: Any) -> None:
    existing = af.ExistingDatabase(
        host="db.example.com",
        port=6432,
        secret_arn="arn:aws:secretsmanager:eu-west-1:123456789012:secret:db-AbCdEf",
        security_group_id="sg-00000001",
    )
    found = deploy(database=af.MetadataDatabaseProps(existing=existing))
    expected = {(service, "sg-00000001", 6432) for service in SERVICES - {"worker_big_memory"}}
    for direction in ("ingress", "egress"):
        assert {rule for rule in found.rules(direction) if rule[1] == "sg-00000001"} == expected
