"""Rules about IAM, queues, buckets, log groups, secrets: what passes, fails, cannot be read."""

import json
from typing import Any

import pytest
from tests.policies.rules.resources import configuration, findings, policy, resource

from airflow_fargate_policies.finding import Outcome
from airflow_fargate_policies.resource import Resource, Template
from airflow_fargate_policies.rules import RULES, check_own

PASSED, FAILED, UNREADABLE = Outcome.PASSED, Outcome.FAILED, Outcome.NOT_EVALUATED
ARN = "arn:aws:s3:::orders/*"
TLS = {
    "Effect": "Deny",
    "Principal": "*",
    "Resource": "x",
    "Condition": {"Bool": {"aws:SecureTransport": "false"}},
}


@pytest.mark.parametrize(
    ("statement", "outcome"),
    [
        ({"Action": "s3:GetObject", "Resource": ARN}, PASSED),
        ({"Action": ["ecr:GetAuthorizationToken"], "Resource": "*"}, PASSED),
        ({"Effect": "Deny", "Action": "*", "Resource": "*"}, PASSED),
        (
            {
                "Action": "ecs:ListTasks",
                "Resource": "*",
                "Condition": {"ArnEquals": {"ecs:cluster": "arn:aws:ecs:x:1:cluster/a"}},
            },
            PASSED,
        ),
        ({"Action": "s3:GetObject", "Resource": "${aws_s3_bucket.it.arn}/*"}, PASSED),
        ({"Action": "s3:GetObject", "Resource": "${aws_s3_bucket.it.arn}"}, PASSED),
        ({"Action": "*", "Resource": ARN}, FAILED),
        ({"Action": "s3:*", "Resource": ARN}, FAILED),
        ({"Action": ["s3:Get*"], "Resource": ARN}, FAILED),
        ({"Action": "s3:GetObject", "Resource": "*"}, FAILED),
        ({"Action": "sqs:SendMessage", "Resource": "arn:aws:sqs:eu-west-1:1:*"}, FAILED),
        ({"Action": ["ecr:GetAuthorizationToken", "s3:GetObject"], "Resource": "*"}, FAILED),
        ({"Action": "made:Up", "Resource": "*"}, FAILED),
        (
            {
                "Action": "ecs:ListTasks",
                "Resource": "*",
                "Condition": {"ArnLike": {"ecs:cluster": "*"}},
            },
            FAILED,
        ),
        ({"NotAction": "iam:*", "Resource": ARN}, FAILED),
        ({"Action": "s3:GetObject", "NotResource": ARN}, FAILED),
        ({"Action": "${var.action}", "Resource": ARN}, UNREADABLE),
        ({"Action": "s3:GetObject", "Resource": "${var.arn}"}, UNREADABLE),
        ({"Effect": "${var.effect}", "Action": "s3:GetObject", "Resource": ARN}, UNREADABLE),
        ({"Action": "s3:GetObject", "Resource": '${var.all ? "*" : aws_s3_bucket.it.arn}'},
         UNREADABLE),
    ],
)  # fmt: skip
def test_a_policy_names_what_it_allows(statement: dict[str, Any], outcome: Outcome) -> None:
    text = policy(**statement)
    it = resource("aws_iam_role_policy.it", policy=Template(text) if "${" in text else text)
    (found,) = findings("AF_IAM_WILDCARD", it)
    assert found.outcome is outcome, found.message


@pytest.mark.parametrize("text", [None, "", "{}", "no JSON", Template("${var.policy}")])
def test_a_policy_that_cannot_be_read_does_not_pass(text: str | None) -> None:
    values = {} if text is None else {"policy": text}
    (found,) = findings("AF_IAM_WILDCARD", resource("aws_iam_policy.it", **values))
    assert found.outcome is UNREADABLE


def test_a_policy_in_a_role_is_looked_at_and_not_its_copy_of_another_resources() -> None:
    wide = policy(Action="s3:*", Resource=ARN)
    inline = [{"name": "a", "policy": wide}]
    own = resource("aws_iam_role_policy.a", {"role": ("aws_iam_role.it",)}, name="a", policy=wide)
    alone = findings("AF_IAM_WILDCARD", resource("aws_iam_role.it", inline_policy=inline))
    both = findings("AF_IAM_WILDCARD", resource("aws_iam_role.it", inline_policy=inline), own)
    assert [each.outcome for each in alone] == [FAILED]
    assert {each.address: each.outcome for each in both} == {
        "aws_iam_role.it": PASSED,
        "aws_iam_role_policy.a": FAILED,
    }


@pytest.mark.parametrize(
    ("statement", "outcome"),
    [
        ({"Principal": {"Service": "ecs-tasks.amazonaws.com"}}, PASSED),
        ({"Principal": {"AWS": "arn:aws:iam::123456789012:root"}}, PASSED),
        ({"Effect": "Deny", "Principal": "*"}, PASSED),
        (
            {
                "Principal": "*",
                "Condition": {"StringEquals": {"aws:PrincipalOrgID": "o-1"}},
            },
            PASSED,
        ),
        ({"Principal": {"AWS": Template("${aws_iam_role.it.arn}")}}, PASSED),
        ({"Principal": "*"}, FAILED),
        ({"Principal": {"AWS": ["*"]}}, FAILED),
        ({"Principal": "*", "Condition": {"Bool": {"aws:SecureTransport": "true"}}}, FAILED),
        (
            {"Principal": "*", "Condition": {"StringNotEquals": {"aws:SourceAccount": "1"}}},
            FAILED,
        ),
        ({"NotPrincipal": {"AWS": "arn:aws:iam::123456789012:root"}}, FAILED),
        ({"Principal": "${var.who}"}, UNREADABLE),
    ],
)
@pytest.mark.parametrize(
    ("address", "attribute"),
    [("aws_iam_role.it", "assume_role_policy"), ("aws_sqs_queue_policy.it", "policy")],
)
def test_nobody_is_let_in_unnamed(
    address: str, attribute: str, statement: dict[str, Any], outcome: Outcome
) -> None:
    text = policy(Action="sts:AssumeRole", **statement)
    it = resource(address, **{attribute: Template(text) if "${" in text else text})
    (found,) = findings("AF_ANYBODY", it)
    assert found.outcome is outcome, found.message


def queue(**values: Any) -> Resource:
    return resource("aws_sqs_queue.it", arn="arn:aws:sqs:x:1:it", **values)


DEAD = resource(
    "aws_sqs_queue.other",
    {"redrive_policy": ("aws_sqs_queue.it",)},
    redrive_policy=Template('{"deadLetterTargetArn":"${aws_sqs_queue.it.arn}"}'),
)
DENIES = json.dumps({"Statement": [TLS | {"Action": "sqs:*"}]})
POLICY = resource(
    "aws_sqs_queue_policy.it", {"queue_url": ("aws_sqs_queue.it",)}, policy=DENIES
)  # fmt: skip


@pytest.mark.parametrize(
    ("rule", "it", "others", "outcome"),
    [
        ("DEAD_LETTERS", queue(redrive_policy='{"deadLetterTargetArn":"x"}'), [], PASSED),
        ("DEAD_LETTERS", queue(), [DEAD], PASSED),
        ("DEAD_LETTERS", queue(), [], FAILED),
        ("DEAD_LETTERS", queue(redrive_policy=Template("${var.it}")), [], UNREADABLE),
        ("ENCRYPTION", queue(sqs_managed_sse_enabled=True), [], PASSED),
        ("ENCRYPTION", queue(kms_master_key_id="alias/it"), [], PASSED),
        ("ENCRYPTION", queue(kms_master_key_id=Template("${aws_kms_key.it.arn}")), [], PASSED),
        ("ENCRYPTION", queue(), [], FAILED),
        ("ENCRYPTION", queue(sqs_managed_sse_enabled=False, kms_master_key_id=""), [], FAILED),
        ("ENCRYPTION", queue(kms_master_key_id=Template("${var.key}")), [], UNREADABLE),
        ("TLS", queue(policy=DENIES), [], PASSED),
        ("TLS", queue(), [POLICY], PASSED),
        ("TLS", queue(), [], FAILED),
        ("TLS", queue(policy=DENIES.replace("Deny", "Allow")), [], FAILED),
        ("TLS", queue(policy=DENIES.replace('"false"', '"true"')), [], FAILED),
        ("TLS", queue(policy=DENIES.replace("sqs:*", "sqs:SendMessage")), [], FAILED),
        ("TLS", queue(policy=Template("${var.policy}")), [], UNREADABLE),
    ],
)
def test_queues_are_as_they_should_be(
    rule: str, it: Resource, others: list[Resource], outcome: Outcome
) -> None:
    found = {each.address: each for each in findings(f"AF_QUEUE_{rule}", it, *others)}
    assert found["aws_sqs_queue.it"].outcome is outcome, found["aws_sqs_queue.it"].message


BUCKET = resource("aws_s3_bucket.it")
OF_BUCKET = {"bucket": ("aws_s3_bucket.it",)}
ALL_FOUR = dict.fromkeys(
    ("block_public_acls", "block_public_policy", "ignore_public_acls", "restrict_public_buckets"),
    True,
)
S3 = json.dumps({"Statement": [TLS | {"Action": ["s3:*"], "Resource": ["arn:aws:s3:::it/*"]}]})
BLOCK = "aws_s3_bucket_public_access_block.it"
SSE = "aws_s3_bucket_server_side_encryption_configuration.it"


@pytest.mark.parametrize(
    ("rule", "others", "outcome"),
    [
        ("PUBLIC_ACCESS", [resource(BLOCK, OF_BUCKET, **ALL_FOUR)], PASSED),
        ("PUBLIC_ACCESS", [], FAILED),
        (
            "PUBLIC_ACCESS",
            [resource(BLOCK, OF_BUCKET, **(ALL_FOUR | {"block_public_acls": False}))],
            FAILED,
        ),
        ("PUBLIC_ACCESS", [resource(BLOCK, {"bucket": ("x.y",)}, **ALL_FOUR)], FAILED),
        (
            "PUBLIC_ACCESS",
            [
                resource(
                    BLOCK, OF_BUCKET, **(ALL_FOUR | {"block_public_acls": Template("${var.x}")})
                )
            ],
            UNREADABLE,
        ),
        ("TLS", [resource("aws_s3_bucket_policy.it", OF_BUCKET, policy=S3)], PASSED),
        ("TLS", [], FAILED),
        (
            "TLS",
            [resource("aws_s3_bucket_policy.it", OF_BUCKET, policy=Template("${var.p}"))],
            UNREADABLE,
        ),
        ("ENCRYPTION", [resource(SSE, OF_BUCKET)], PASSED),
        ("ENCRYPTION", [], FAILED),
    ],
)
def test_buckets_are_as_they_should_be(rule: str, others: list[Resource], outcome: Outcome) -> None:
    (found,) = findings(f"AF_BUCKET_{rule}", BUCKET, *others)
    assert found.outcome is outcome, found.message


@pytest.mark.parametrize(
    ("values", "outcome"),
    [
        ({"retention_in_days": 30, "kms_key_id": "arn:aws:kms:x"}, PASSED),
        ({"retention_in_days": 30, "kms_key_id": Template("${aws_kms_key.it.arn}")}, PASSED),
        ({"retention_in_days": 0, "kms_key_id": "arn:aws:kms:x"}, FAILED),
        ({"kms_key_id": "arn:aws:kms:x"}, FAILED),
        ({"retention_in_days": 30}, FAILED),
        ({"retention_in_days": 30, "kms_key_id": Template("${var.key}")}, UNREADABLE),
        ({"retention_in_days": Template("${var.days}"), "kms_key_id": "x"}, UNREADABLE),
    ],
)
def test_log_groups_have_retention_and_key(values: dict[str, Any], outcome: Outcome) -> None:
    (found,) = findings("AF_LOG_GROUP", resource("aws_cloudwatch_log_group.it", **values))
    assert found.outcome is outcome, found.message


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
