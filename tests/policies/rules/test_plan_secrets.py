"""The rule about secrets in plans, and what holds of every rule."""

from typing import Any

import pytest
from tests.policies.rules.resources import configuration, findings, resource

from airflow_fargate_policies.finding import Outcome
from airflow_fargate_policies.resource import Resource, Template
from airflow_fargate_policies.rules import RULES, check_own

PASSED, FAILED, UNREADABLE = Outcome.PASSED, Outcome.FAILED, Outcome.NOT_EVALUATED
BLOCK = "aws_s3_bucket_public_access_block.it"
BUCKET = resource("aws_s3_bucket.it")
OF_BUCKET = {"bucket": ("aws_s3_bucket.it",)}
ALL_FOUR = dict.fromkeys(
    ("block_public_acls", "block_public_policy", "ignore_public_acls", "restrict_public_buckets"),
    True,
)


VERSION = "aws_secretsmanager_secret_version.it"


@pytest.mark.parametrize(
    ("it", "outcome"),
    [
        (resource(VERSION, secret_string_wo=Template("${ephemeral.x.y.z}")), PASSED),
        (resource(VERSION, secret_string=""), PASSED),
        (resource(VERSION, secret_string="made-up"), FAILED),
        (resource(VERSION, secret_string=Template("${random_password.it.result}")), FAILED),
        (resource("aws_db_instance.it", password="made-up"), FAILED),
        (resource("aws_db_instance.it", manage_master_user_password=True), PASSED),
        (resource("random_password.it", length=20), FAILED),
        (resource("aws_ssm_parameter.it", type="String", value="x"), PASSED),
        (resource("aws_ssm_parameter.it", type="SecureString", value="x"), FAILED),
        (resource("aws_ssm_parameter.it", type=Template("${var.t}"), value="x"), UNREADABLE),
        (
            resource("aws_ssm_parameter.it", type="String", name="/a/password", value="made-up"),
            FAILED,
        ),
        (resource("aws_instance.it", user_data="export DB_PASSWORD=made-up"), FAILED),
        (resource("aws_instance.it", user_data="export DB_PASSWORD=$(cat secret)"), PASSED),
        (resource("aws_lambda_function.it", code="-----BEGIN PRIVATE" + " KEY-----"), FAILED),
    ],
)
def test_no_secret_stands_in_a_plan(it: Resource, outcome: Outcome) -> None:
    (found,) = findings("AF_SECRET_IN_PLAN", it)
    assert found.outcome is outcome, found.message
    assert "made-up" not in found.message


@pytest.mark.parametrize(
    ("outputs", "outcome"),
    [
        ({"url": "http://airflow.example"}, PASSED),
        ({"password_arn": "arn:aws:secretsmanager:x"}, PASSED),
        ({"password": "made-up"}, FAILED),
        ({"database": {"host": "x", "master_password": "made-up"}}, FAILED),
        ({"url": "http://me:made" + "-up@airflow.example"}, FAILED),
        ({"it": Template("${random_password.it.result}")}, FAILED),
        ({"password": Template("${aws_secretsmanager_secret.it.arn}")}, PASSED),
    ],
)
def test_no_secret_stands_in_an_output(outputs: dict[str, Any], outcome: Outcome) -> None:
    _, found = findings("AF_SECRET_IN_PLAN", resource("aws_vpc.it"), **outputs)
    assert found.outcome is outcome, found.message


def test_what_may_not_be_there_at_all_is_not_counted_as_there() -> None:
    import dataclasses  # noqa: PLC0415

    perhaps = dataclasses.replace(resource(BLOCK, OF_BUCKET, **ALL_FOUR), optional=True)
    (found,) = findings("AF_BUCKET_PUBLIC_ACCESS", BUCKET, perhaps)
    assert found.outcome is UNREADABLE


def test_every_rule_has_an_id_of_its_own_and_says_what_has_to_hold() -> None:
    assert len({each.id for each in RULES}) == len(RULES)
    for rule in RULES:
        assert rule.id.startswith("AF_")
        assert rule.title.endswith(".")


@pytest.mark.parametrize("rule", [each for each in RULES if each.types], ids=lambda it: it.id)
def test_a_resource_of_an_unexpected_shape_does_not_break_a_rule(rule: Any) -> None:
    """It may pass or fail; the other rules and resources are looked at all the same."""
    odd = [
        resource(
            f"{type_}.it", **{name: ["odd", 1, None, {"a": []}] for name in ("policy", "ingress")}
        )
        for type_ in rule.types
    ]
    found = list(check_own(configuration(*odd)))
    assert {each.address for each in found if each.rule == rule.id} == {it.address for it in odd}
