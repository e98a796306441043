"""Rules about what can be reached: what passes, what fails, what cannot be read."""

from typing import Any

import pytest
from tests.policies.rules.resources import findings, resource

from airflow_fargate_policies.finding import Outcome
from airflow_fargate_policies.resource import Resource, Template

TCP = {"ip_protocol": "tcp", "from_port": 443, "to_port": 443}
OLD = {"type": "ingress", "protocol": "tcp", "from_port": 443, "to_port": 443}
LB = resource("aws_lb.it", {"security_groups": ("aws_security_group.lb",)})


def rule(references: dict[str, tuple[str, ...]] | None = None, **values: Any) -> Resource:
    return resource("aws_vpc_security_group_ingress_rule.it", references, **(TCP | values))


def old(**values: Any) -> Resource:
    return resource("aws_security_group_rule.it", **(OLD | values))


def group(*ingress: dict[str, Any]) -> Resource:
    return resource("aws_security_group.it", ingress=list(ingress))


INLINE = {"protocol": "tcp", "from_port": 443, "to_port": 443}
OF_LB = {"security_group_id": ("aws_security_group.lb",)}


@pytest.mark.parametrize(
    ("it", "outcome"),
    [
        (rule(referenced_security_group_id="sg-1"), Outcome.PASSED),
        (rule(cidr_ipv4="10.0.0.0/16"), Outcome.PASSED),
        (rule(cidr_ipv6="fd00::/64"), Outcome.PASSED),
        (rule(cidr_ipv4=Template("${aws_vpc.it.cidr_block}")), Outcome.PASSED),
        (rule(OF_LB, cidr_ipv4="203.0.113.0/24"), Outcome.PASSED),
        (rule(OF_LB, cidr_ipv4="52.1.0.0/16"), Outcome.PASSED),
        (rule(cidr_ipv4="52.1.0.0/16"), Outcome.FAILED),
        (rule(cidr_ipv4="0.0.0.0/0"), Outcome.FAILED),
        (rule(cidr_ipv4="0.0.0.0/1"), Outcome.FAILED),
        (rule(cidr_ipv6="::/0"), Outcome.FAILED),
        (rule(OF_LB, cidr_ipv4="0.0.0.0/0"), Outcome.FAILED),
        (rule(OF_LB, cidr_ipv6="2000::/3"), Outcome.FAILED),
        (old(cidr_blocks=["10.0.0.0/8", "0.0.0.0/0"]), Outcome.FAILED),
        (old(cidr_blocks=["10.0.0.0/8"]), Outcome.PASSED),
        (old(type="egress", cidr_blocks=["0.0.0.0/0"]), Outcome.PASSED),
        (group(INLINE | {"ipv6_cidr_blocks": ["::/0"]}), Outcome.FAILED),
        (group(INLINE | {"security_groups": ["sg-1"]}), Outcome.PASSED),
        (group(), Outcome.PASSED),
        (rule(cidr_ipv4=Template("${var.cidr}")), Outcome.NOT_EVALUATED),
        (rule(cidr_ipv4="nonsense"), Outcome.NOT_EVALUATED),
        (old(type=Template("${var.type}")), Outcome.NOT_EVALUATED),
        (resource("aws_security_group.it", ingress=Template("${var.it}")), Outcome.NOT_EVALUATED),
    ],
)
def test_nothing_is_let_in_from_the_world(it: Resource, outcome: Outcome) -> None:
    (found,) = findings("AF_PUBLIC_INGRESS", it, LB)
    assert found.outcome is outcome, found.message


@pytest.mark.parametrize(
    ("it", "outcome"),
    [
        (rule(cidr_ipv4="10.0.0.0/16"), Outcome.PASSED),
        (rule(referenced_security_group_id=Template("${aws_security_group.a.id}")), Outcome.PASSED),
        (rule(prefix_list_id="pl-1", to_port=444), Outcome.PASSED),
        (
            rule(
                cidr_ipv4="10.0.0.0/16",
                from_port=Template("${var.p}"),
                to_port=Template("${var.p}"),
            ),
            Outcome.PASSED,
        ),
        (old(self=True), Outcome.PASSED),
        (
            rule(ip_protocol="icmp", cidr_ipv4="10.0.0.0/8", from_port=-1, to_port=-1),
            Outcome.PASSED,
        ),
        (rule(), Outcome.FAILED),
        (old(cidr_blocks=[]), Outcome.FAILED),
        (rule(cidr_ipv4="10.0.0.0/16", ip_protocol="-1"), Outcome.FAILED),
        (rule(cidr_ipv4="10.0.0.0/16", to_port=65535), Outcome.FAILED),
        (rule(cidr_ipv4="10.0.0.0/16", from_port=None), Outcome.FAILED),
        (group(INLINE | {"protocol": "-1", "security_groups": ["sg-1"]}), Outcome.FAILED),
        (rule(cidr_ipv4="10.0.0.0/16", to_port=Template("${var.p}")), Outcome.NOT_EVALUATED),
        (
            rule(cidr_ipv4="10.0.0.0/16", ip_protocol=Template("${var.p}")),
            Outcome.NOT_EVALUATED,
        ),
    ],
)
def test_what_is_let_in_has_a_port_and_a_source(it: Resource, outcome: Outcome) -> None:
    (found,) = findings("AF_UNNAMED_INGRESS", it)
    assert found.outcome is outcome, found.message


def service(**values: Any) -> Resource:
    return resource("aws_ecs_service.it", network_configuration=[values])


@pytest.mark.parametrize(
    ("it", "outcome"),
    [
        (service(assign_public_ip=False), Outcome.PASSED),
        (service(), Outcome.PASSED),
        (service(assign_public_ip=True), Outcome.FAILED),
        (service(assign_public_ip=Template("${var.it}")), Outcome.NOT_EVALUATED),
        (
            resource("aws_ecs_service.it", network_configuration=Template("${dynamic.it}")),
            Outcome.NOT_EVALUATED,
        ),
        (resource("aws_subnet.it"), Outcome.PASSED),
        (resource("aws_subnet.it", map_public_ip_on_launch=True), Outcome.FAILED),
        (resource("aws_instance.it", associate_public_ip_address=True), Outcome.FAILED),
        (
            resource(
                "aws_cloudwatch_event_target.it",
                ecs_target=[{"network_configuration": [{"assign_public_ip": True}]}],
            ),
            Outcome.FAILED,
        ),
    ],
)
def test_nothing_gets_a_public_address(it: Resource, outcome: Outcome) -> None:
    (found,) = findings("AF_PUBLIC_IP", it)
    assert found.outcome is outcome, found.message


DATABASE = resource(
    "aws_db_instance.it",
    {"vpc_security_group_ids": ("aws_security_group.database",)},
    vpc_security_group_ids=["sg-0123456789abcdef0"],
)
PARAMETER = resource(
    "aws_ssm_parameter.task",
    {"insecure_value": ("aws_ecs_task_definition.task", "aws_security_group.tasks")},
    insecure_value='{"task_definition": "x", "security_groups": ["sg-0aaaaaaaaaaaaaaa0"]}',
)
TO_DATABASE = {"security_group_id": ("aws_security_group.database",)}


@pytest.mark.parametrize(
    ("others", "outcome"),
    [
        (
            [rule(TO_DATABASE | {"referenced_security_group_id": ("aws_security_group.worker",)})],
            Outcome.PASSED,
        ),
        (
            [rule(TO_DATABASE | {"referenced_security_group_id": ("aws_security_group.tasks",)})],
            Outcome.FAILED,
        ),
        (
            [
                rule(
                    security_group_id="sg-0123456789abcdef0",
                    referenced_security_group_id="sg-0aaaaaaaaaaaaaaa0",
                )
            ],
            Outcome.FAILED,
        ),
        ([rule(TO_DATABASE, cidr_ipv4="10.0.0.0/16")], Outcome.FAILED),
        ([rule({"security_group_id": ("aws_security_group.x",)}, cidr_ipv4="10.0.0.0/16")],
         Outcome.PASSED),
        (
            [rule(TO_DATABASE, referenced_security_group_id=Template("${var.group}"))],
            Outcome.NOT_EVALUATED,
        ),
    ],
)  # fmt: skip
def test_tasks_do_not_reach_the_database(others: list[Resource], outcome: Outcome) -> None:
    (found,) = findings("AF_DATABASE_FROM_TASKS", DATABASE, PARAMETER, *others)
    assert found.outcome is outcome, found.message


def test_a_database_whose_groups_are_not_known_is_not_evaluated() -> None:
    (found,) = findings("AF_DATABASE_FROM_TASKS", resource("aws_db_instance.it"))
    assert found.outcome is Outcome.NOT_EVALUATED
