"""What our own rules could be fooled by, each with what it is told apart from."""

from dataclasses import replace
from typing import Any

import pytest
from tests.policies.rules.resources import findings, policy, resource, task

from airflow_fargate_policies.finding import Outcome
from airflow_fargate_policies.resource import Resource, Template

PASSED, FAILED, NOT_EVALUATED = Outcome.PASSED, Outcome.FAILED, Outcome.NOT_EVALUATED


def _outcome(rule: str, *resources: Resource) -> Outcome:
    (found,) = findings(rule, *resources)
    return found.outcome


@pytest.mark.parametrize(
    ("cidr", "outcome"),
    [
        ("${aws_vpc.main.cidr_block}", PASSED),
        ("${data.aws_subnet.private[0].cidr_block}", PASSED),
        ('${aws_vpc.main.cidr_block == "" ? "0.0.0.0/0" : "10.0.0.0/8"}', NOT_EVALUATED),
        ("${aws_vpc.main.open ? var.world : var.office}", NOT_EVALUATED),
        ("${var.cidr}", NOT_EVALUATED),
    ],
)
def test_a_condition_on_a_vpc_is_not_the_vpcs_network(cidr: str, outcome: Outcome) -> None:
    rule = resource(
        "aws_vpc_security_group_ingress_rule.in",
        ip_protocol="tcp",
        from_port=443,
        to_port=443,
        cidr_ipv4=Template(cidr),
    )

    assert _outcome("AF_PUBLIC_INGRESS", rule) is outcome


@pytest.mark.parametrize(
    ("ports", "outcome"), [("${var.port}", PASSED), ("${unknown}", NOT_EVALUATED)]
)
def test_two_ports_of_which_nothing_is_known_are_not_the_same(ports: str, outcome: Outcome) -> None:
    rule = resource(
        "aws_vpc_security_group_ingress_rule.in",
        ip_protocol="tcp",
        from_port=Template(ports),
        to_port=Template(ports),
        referenced_security_group_id="sg-12345678",
    )

    assert _outcome("AF_UNNAMED_INGRESS", rule) is outcome


@pytest.mark.parametrize(
    ("principal", "outcome"),
    [
        ("*", FAILED),
        (["*"], FAILED),
        ({"AWS": ["arn:aws:iam::123456789012:root", "*"]}, FAILED),
        ({"AWS": "arn:aws:iam::123456789012:root"}, PASSED),
        ({"AWS": "${var.principal}"}, NOT_EVALUATED),
        ({"AWS": ["${var.principal}"]}, NOT_EVALUATED),
        ("${var.principal}", NOT_EVALUATED),
        ({"AWS": "${aws_iam_role.r.arn}"}, PASSED),
        ({"AWS": "arn:aws:iam::${var.account}:root"}, PASSED),
    ],
)
def test_whoever_may_be_anybody_is_not_known(principal: Any, outcome: Outcome) -> None:
    text = policy(Principal=principal, Action="sqs:SendMessage", Resource="x")
    queue = resource("aws_sqs_queue_policy.p", policy=Template(text))

    assert _outcome("AF_ANYBODY", queue) is outcome


ACCOUNT = "123456789012"


@pytest.mark.parametrize(
    ("condition", "outcome"),
    [
        ({"StringEquals": {"aws:SourceAccount": ACCOUNT}}, PASSED),
        ({"ForAnyValue:StringEquals": {"aws:PrincipalOrgID": "o-1"}}, PASSED),
        ({"ArnLike": {"aws:SourceArn": "arn:aws:sns:*:123456789012:*"}}, PASSED),
        ({"ArnLike": {"aws:SourceArn": "*"}}, FAILED),
        ({"ArnLike": {"aws:SourceArn": "arn:aws:*:*:*:*"}}, FAILED),
        ({"StringLike": {"aws:PrincipalArn": ["arn:aws:iam::1:role/a", "*"]}}, FAILED),
        ({"ForAllValues:StringEquals": {"aws:PrincipalOrgID": "o-1"}}, FAILED),
        ({"ForAnyValue:StringNotEquals": {"aws:SourceAccount": ACCOUNT}}, FAILED),
        ({"StringEqualsIfExists": {"aws:SourceAccount": ACCOUNT}}, FAILED),
        ({"Null": {"aws:SourceArn": "false"}}, FAILED),
        ({"StringLike": {"aws:SourceArn": "${var.arn}"}}, NOT_EVALUATED),
    ],
)
def test_a_condition_that_everybody_meets_limits_nobody(
    condition: dict[str, Any], outcome: Outcome
) -> None:
    text = policy(Principal="*", Action="sqs:SendMessage", Resource="x", Condition=condition)
    queue = resource("aws_sqs_queue_policy.p", policy=Template(text))

    assert _outcome("AF_ANYBODY", queue) is outcome


@pytest.mark.parametrize("everything", ["*", "**", "arn:aws:s3:::*", "arn:aws:sqs:*:*:*"])
def test_every_way_to_write_all_resources_is_seen(everything: str) -> None:
    role = resource(
        "aws_iam_role_policy.p",
        policy=policy(Action=["sqs:SendMessage"], Resource=[everything]),
    )

    assert _outcome("AF_IAM_WILDCARD", role) is FAILED


def _bucket_with(*resources: str) -> tuple[Resource, Resource]:
    text = policy(
        Effect="Deny",
        Principal="*",
        Action="s3:*",
        Resource=list(resources),
        Condition={"Bool": {"aws:SecureTransport": "false"}},
    )
    bucket = resource("aws_s3_bucket.b", bucket="data")
    held = resource(
        "aws_s3_bucket_policy.b",
        {"bucket": ("aws_s3_bucket.b",)},
        policy=Template(text) if "${" in text else text,
    )
    return bucket, held


@pytest.mark.parametrize(
    ("resources", "outcome"),
    [
        (("arn:aws:s3:::data", "arn:aws:s3:::data/*"), PASSED),
        (("${aws_s3_bucket.b.arn}", "${aws_s3_bucket.b.arn}/*"), PASSED),
        (("*",), PASSED),
        (("arn:aws:s3:::data",), FAILED),
        (("arn:aws:s3:::data/public/*",), FAILED),
        (("${aws_s3_bucket.b.arn}/public/*",), FAILED),
        ((), FAILED),
    ],
)
def test_a_deny_of_some_objects_is_no_deny_of_all(
    resources: tuple[str, ...], outcome: Outcome
) -> None:
    assert _outcome("AF_BUCKET_TLS", *_bucket_with(*resources)) is outcome


@pytest.mark.parametrize("user", ["0", "00", "0:1000", "root", " root:root "])
def test_every_way_to_write_root_is_seen(user: str) -> None:
    assert _outcome("AF_ROOT_USER", task(user=user)) is FAILED


@pytest.mark.parametrize(
    ("value", "outcome"),
    [
        ("${module.database.password}", NOT_EVALUATED),
        ("${var.password}", NOT_EVALUATED),
        ("${aws_secretsmanager_secret.s.arn}", PASSED),
        ("${aws_secretsmanager_secret_version.s.secret_string}", FAILED),
    ],
)
def test_the_output_of_a_module_may_be_a_password(value: str, outcome: Outcome) -> None:
    good = task(environment=[{"name": "DB_PASSWORD", "value": value}])
    text = Template(good.values["container_definitions"])
    definition = replace(good, values={"container_definitions": text})

    assert _outcome("AF_SECRET_IN_ENVIRONMENT", definition) is outcome


def test_a_secret_that_a_data_source_reads_stands_in_the_state() -> None:
    def read(type_: str, **values: Any) -> Resource:
        return replace(resource(f"{type_}.d", **values), mode="data", address=f"data.{type_}.d")

    assert _outcome("AF_SECRET_IN_PLAN", read("aws_secretsmanager_secret_version")) is FAILED
    assert _outcome("AF_SECRET_IN_PLAN", read("aws_ssm_parameter", type="SecureString")) is FAILED
    assert _outcome("AF_SECRET_IN_PLAN", read("aws_ssm_parameter", type="String")) is PASSED
    sealed = read("aws_ssm_parameter", type="SecureString", with_decryption=False)
    assert _outcome("AF_SECRET_IN_PLAN", sealed) is PASSED


@pytest.mark.parametrize(
    ("values", "outcome"),
    [
        ({"environment": [{"variables": {"DB_PASSWORD": "made-up"}}]}, FAILED),
        ({"environment": [{"variables": {"DB_PASSWORD_ARN": "made-up"}}]}, PASSED),
        ({"environment": [{"variables": {"DB_PASSWORD": "arn:aws:x"}}]}, PASSED),
        ({"master_password": "made-up"}, FAILED),
        ({"creation_token": "made-up"}, PASSED),
    ],
)
def test_a_secret_by_its_name_is_one_in_every_resource(
    values: dict[str, Any], outcome: Outcome
) -> None:
    assert _outcome("AF_SECRET_IN_PLAN", resource("aws_other_thing.it", **values)) is outcome


@pytest.mark.parametrize(
    ("arn", "outcome"),
    [
        ("arn:aws:iam::aws:policy/service-role/AmazonECSTaskExecutionRolePolicy", PASSED),
        ("arn:${data.aws_partition.here.partition}:iam::aws:policy/ReadOnlyAccess", PASSED),
        ("${aws_iam_policy.mine.arn}", PASSED),
        ("arn:aws:iam::aws:policy/AmazonS3FullAccess", FAILED),
        ("arn:${data.aws_partition.here.partition}:iam::aws:policy/PowerUserAccess", FAILED),
        ("arn:aws:iam::aws:policy/AdministratorAccess", FAILED),
        ("${var.policy_arn}", NOT_EVALUATED),
    ],
)
def test_a_policy_of_aws_may_allow_too_much(arn: str, outcome: Outcome) -> None:
    held = Template(arn) if "${" in arn else arn

    attached = resource("aws_iam_role_policy_attachment.a", policy_arn=held)
    role = resource("aws_iam_role.r", managed_policy_arns=[held])

    assert _outcome("AF_IAM_WILDCARD", attached) is outcome
    assert _outcome("AF_IAM_WILDCARD", role) is outcome


GITHUB = "token.actions.githubusercontent.com"


@pytest.mark.parametrize(
    ("condition", "outcome"),
    [
        ({"StringLike": {f"{GITHUB}:sub": "repo:me/mine:*"}}, PASSED),
        ({"StringEquals": {f"{GITHUB}:aud": "sts.amazonaws.com"}}, FAILED),
        ({"StringLike": {f"{GITHUB}:sub": "*"}}, FAILED),
        ({"StringNotLike": {f"{GITHUB}:sub": "repo:other/*"}}, FAILED),
        ({}, FAILED),
    ],
)
def test_a_role_for_every_token_of_a_provider_is_for_anybody(
    condition: dict[str, Any], outcome: Outcome
) -> None:
    trust = policy(
        Principal={"Federated": f"arn:aws:iam::{ACCOUNT}:oidc-provider/{GITHUB}"},
        Action="sts:AssumeRoleWithWebIdentity",
        Condition=condition,
    )

    assert _outcome("AF_ANYBODY", resource("aws_iam_role.r", assume_role_policy=trust)) is outcome
