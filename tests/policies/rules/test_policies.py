"""Rules about IAM, queues, buckets, log groups, secrets: what passes, fails, cannot be read."""

from typing import Any

import pytest
from tests.policies.rules.resources import findings, policy, resource

from airflow_fargate_policies.finding import Outcome
from airflow_fargate_policies.resource import Template

PASSED, FAILED, UNREADABLE = Outcome.PASSED, Outcome.FAILED, Outcome.NOT_EVALUATED
ARN = "arn:aws:s3:::orders/*"


def limited(action: str, key: str, value: str) -> dict[str, Any]:
    """A statement for everything, with a condition."""
    condition = {"StringEquals": {key: value}}
    return {"Action": action, "Resource": "*", "Condition": condition}


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
        *(
            ({"Action": action, "Resource": f"arn:aws:{named}"}, FAILED)
            for action, named in (
                ("s3:GetObject", "s3:::**"),
                ("s3:GetObject", "s3:::?*/*"),
                ("iam:PassRole", "iam::123456789012:role/**"),
                ("ecs:StopTask", "ecs:*:*:task/*/*"),
                ("ssm:GetParameter", "ssm:*:*:parameter*"),
                ("logs:GetLogEvents", "logs:*:*:log-group:*:*"),
                ("secretsmanager:GetSecretValue", "secretsmanager:x:1:secret:*-??????"),
            )
        ),
        ({"Action": "sqs:SendMessage", "Resource": "arn:aws:sqs:x:1:orders*"}, PASSED),
        ({"Action": "iam:PassRole", "Resource": "arn:aws:iam::1:role/team/*"}, PASSED),
        ({"Action": "s3:GetObject", "Resource": "arn:aws:s3:::${var.bucket}"}, UNREADABLE),
        ({"Action": "logs:DescribeLogGroups", "Resource":
          "arn:${data.aws_partition.p.partition}:logs:x:1:log-group:*"}, PASSED),
        (limited("s3:ListBucket", "s3:prefix", "a/*"), FAILED),
        (limited("iam:PassRole", "iam:PassedToService", "ecs-tasks.amazonaws.com"), FAILED),
        (limited("ecs:ListTasks", "aws:ResourceTag/team", "data"), PASSED),
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


@pytest.mark.parametrize(
    ("arn", "outcome"),
    [
        ("arn:aws:iam::aws:policy/ReadOnlyAccess", PASSED),
        ("arn:aws:iam::aws:policy/AdministratorAccess", FAILED),
        ("arn:${data.aws_partition.p.partition}:iam::aws:policy/IAMFullAccess", FAILED),
        ("arn:${data.aws_partition.p.partition}:iam::aws:policy/service-role/Small", PASSED),
        ("${aws_iam_policy.own.arn}", PASSED),
        ("arn:aws:iam::aws:policy/${var.policy}", UNREADABLE),
        ("${data.aws_iam_policy.p.arn}", UNREADABLE),
        ('${format("arn:aws:iam::aws:policy/%s", "AdministratorAccess")}', UNREADABLE),
    ],
)
def test_a_policy_of_aws_that_is_attached_is_named(arn: str, outcome: Outcome) -> None:
    named = Template(arn) if "${" in arn else arn
    it = resource("aws_iam_role_policy_attachment.it", role="x", policy_arn=named)
    (found,) = findings("AF_IAM_WILDCARD", it)
    assert found.outcome is outcome, found.message


GRANT = {"grantee": [{"uri": "http://acs.amazonaws.com/groups/global/AllUsers"}]}


@pytest.mark.parametrize(
    ("values", "outcome"),
    [
        ({"acl": "private"}, PASSED),
        ({"acl": "public-read"}, FAILED),
        ({"acl": "authenticated-read"}, FAILED),
        ({"acl": Template("${var.acl}")}, UNREADABLE),
        ({"access_control_policy": [{"grant": [GRANT]}]}, FAILED),
        ({"access_control_policy": [{"grant": [{"grantee": [{"id": "x"}]}]}]}, PASSED),
    ],
)
def test_an_access_control_list_lets_in_not_everybody(
    values: dict[str, Any], outcome: Outcome
) -> None:
    (found,) = findings("AF_PUBLIC_ACL", resource("aws_s3_bucket_acl.it", **values))
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
