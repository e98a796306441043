"""What is as wide as the world, or as all of a kind, though it is written otherwise."""

from typing import Any

import pytest
from tests.policies.rules.resources import findings, policy, resource, task

from airflow_fargate_policies.finding import Outcome
from airflow_fargate_policies.resource import Resource, Template

PASSED, FAILED, NOT_EVALUATED = Outcome.PASSED, Outcome.FAILED, Outcome.NOT_EVALUATED
_LIST = "aws_ec2_managed_prefix_list.it"
_WORLD_IN_PIECES = [f"{each}.0.0.0/8" for each in range(256)]


def _outcome(rule: str, *resources: Resource) -> Outcome:
    return findings(rule, *resources)[0].outcome


def _into_load_balancer(cidrs: list[str]) -> Resource:
    return resource(
        "aws_security_group_rule.it",
        {"security_group_id": ("aws_security_group.lb",)},
        type="ingress",
        protocol="tcp",
        from_port=443,
        to_port=443,
        cidr_blocks=cidrs,
    )


@pytest.mark.parametrize(
    ("cidrs", "outcome"),
    [(_WORLD_IN_PIECES, FAILED), (["52.0.0.0/8", "203.0.113.0/24"], PASSED)],
)
def test_the_world_in_pieces_is_the_world(cidrs: list[str], outcome: Outcome) -> None:
    lb = resource("aws_lb.it", {"security_groups": ("aws_security_group.lb",)})

    assert _outcome("AF_PUBLIC_INGRESS", _into_load_balancer(cidrs), lb) is outcome


@pytest.mark.parametrize(
    ("it", "outcome"),
    [
        (resource(_LIST, entry=[{"cidr": "10.0.0.0/8"}, {"cidr": "0.0.0.0/0"}]), FAILED),
        (resource(_LIST, entry=[{"cidr": "203.0.113.0/24"}]), PASSED),
        (resource(_LIST), PASSED),
        (resource(_LIST, entry=Template("${dynamic.entry}")), NOT_EVALUATED),
        (resource("aws_ec2_managed_prefix_list_entry.it", cidr="::/0"), FAILED),
        (
            resource("aws_ec2_managed_prefix_list_entry.it", cidr=Template("${var.it}")),
            NOT_EVALUATED,
        ),
    ],
)
def test_a_list_of_networks_does_not_hold_the_world(it: Resource, outcome: Outcome) -> None:
    assert _outcome("AF_PUBLIC_INGRESS", it) is outcome


@pytest.mark.parametrize("protocol", ["ALL", "all", "-1"])
def test_all_protocols_are_seen_in_any_spelling(protocol: str) -> None:
    it = resource(
        "aws_vpc_security_group_ingress_rule.it",
        ip_protocol=protocol,
        from_port=0,
        to_port=0,
        cidr_ipv4="10.0.0.0/16",
    )

    assert _outcome("AF_UNNAMED_INGRESS", it) is FAILED


@pytest.mark.parametrize(
    ("on", "outcome"), [(True, FAILED), (False, PASSED), (Template("${var.it}"), NOT_EVALUATED)]
)
def test_tasks_by_schedule_and_task_sets_get_no_public_address(on: Any, outcome: Outcome) -> None:
    network = [{"assign_public_ip": on}]
    parameters = [{"ecs_parameters": [{"network_configuration": network}]}]
    schedule = resource("aws_scheduler_schedule.it", target=parameters)
    task_set = resource("aws_ecs_task_set.it", network_configuration=network)

    assert _outcome("AF_PUBLIC_IP", schedule) is outcome
    assert _outcome("AF_PUBLIC_IP", task_set) is outcome


@pytest.mark.parametrize(
    ("action", "arn", "outcome"),
    [
        ("s3:GetObject", "arn:aws:s3:::*/*", FAILED),
        ("s3:GetObject", "arn:aws:s3:::files/*", PASSED),
        ("iam:PassRole", "arn:aws:iam::123456789012:role/*", FAILED),
        ("iam:PassRole", "arn:aws:iam::123456789012:role/airflow/*", PASSED),
        ("secretsmanager:GetSecretValue", "arn:aws:secretsmanager:*:*:secret:*", FAILED),
        ("secretsmanager:GetSecretValue", "arn:aws:secretsmanager:*:*:secret:airflow-*", PASSED),
        ("execute-api:Invoke", "arn:aws:execute-api:eu-west-1:123456789012:abc/*", PASSED),
    ],
)
def test_all_of_a_type_is_named_by_nothing(action: str, arn: str, outcome: Outcome) -> None:
    it = resource("aws_iam_role_policy.it", policy=policy(Action=action, Resource=arn))

    assert _outcome("AF_IAM_WILDCARD", it) is outcome


def test_a_policy_of_aws_that_allows_too_much_is_seen_in_every_attachment() -> None:
    arn = "arn:aws:iam::aws:policy/PowerUserAccess"
    it = resource("aws_iam_policy_attachment.it", policy_arn=arn)

    assert _outcome("AF_IAM_WILDCARD", it) is FAILED


@pytest.mark.parametrize(
    ("principal", "outcome"),
    [("*", FAILED), ({"Service": "es.amazonaws.com"}, PASSED)],
)
def test_policies_of_logs_and_registries_let_in_nobody_unnamed(
    principal: Any, outcome: Outcome
) -> None:
    said = policy(Principal=principal, Action="logs:PutLogEvents", Resource="*")
    logs = resource("aws_cloudwatch_log_resource_policy.it", policy_document=said)
    registry = resource("aws_ecr_registry_policy.it", policy=said)

    assert _outcome("AF_ANYBODY", logs) is outcome
    assert _outcome("AF_ANYBODY", registry) is outcome


@pytest.mark.parametrize(
    ("tag", "outcome"),
    [
        ("latest-python3.12", FAILED),
        ("slim-latest", FAILED),
        ("3.3.2-python3.12", PASSED),
        ("knowledge-1", PASSED),
    ],
)
def test_latest_of_something_is_moved_on_too(tag: str, outcome: Outcome) -> None:
    assert _outcome("AF_MOVING_IMAGE", task(image=f"registry.example/it:{tag}")) is outcome
