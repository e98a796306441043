"""What checkov's rules say of resources that belong together, and of what may not be there."""

import json
from types import SimpleNamespace
from typing import Any

import pytest
from tests.policies.builtin.said import FAILED, NOT_EVALUATED, PASSED, outcomes
from tests.policies.written import ReadHcl, ReadPlanned, ReadStack

from airflow_fargate_policies.builtin import check_builtin
from airflow_fargate_policies.builtin.scan import scan
from airflow_fargate_policies.resource import UnreadableError

BLOCKED = dict.fromkeys(
    ("block_public_acls", "block_public_policy", "ignore_public_acls", "restrict_public_buckets"),
    True,
)


def test_two_calls_of_one_module_are_not_mixed_up(read_hcl: ReadHcl, tmp_path: Any) -> None:
    bucket = 'resource "aws_s3_bucket" "b" {}\n'
    settings = "".join(f"  {name} = true\n" for name in BLOCKED)
    block = (
        'resource "aws_s3_bucket_public_access_block" "b" {\n'
        f"  bucket = aws_s3_bucket.b.id\n{settings}}}\n"
    )
    for name, text in (("closed", bucket + block), ("open", bucket)):
        (tmp_path / name).mkdir()
        (tmp_path / name / "main.tf").write_text(text)

    configuration = read_hcl(
        'module "closed" {\n  source = "../closed"\n}\nmodule "open" {\n  source = "../open"\n}\n'
    )

    assert outcomes(configuration, "CKV2_AWS_6") == {
        "module.closed.aws_s3_bucket.b": PASSED,
        "module.open.aws_s3_bucket.b": FAILED,
    }


def test_a_policy_of_one_stack_is_not_taken_for_that_of_another(read_stack: ReadStack) -> None:
    """checkov keeps policies by the names of a file and of a resource."""

    def policy(action: str) -> str:
        statement = {"Effect": "Allow", "Action": action, "Resource": "*"}
        return json.dumps({"Statement": [statement]})

    for action, outcome in (
        ("ec2:DescribeVpcs", PASSED),
        ("*", FAILED),
        ("s3:ListBuckets", PASSED),
    ):
        configuration = read_stack({"aws_iam_policy": {"p": {"policy": policy(action)}}})
        assert outcomes(configuration, "CKV_AWS_289") == {"aws_iam_policy.p": outcome}, action


def test_a_policy_that_is_known_in_part_is_tried_with_the_worst(read_stack: ReadStack) -> None:
    policy = '{"Statement":[{"Effect":"Allow","Action":"iam:PassRole","Resource":"%s"}]}'
    found = {
        name: outcomes(
            read_stack({"aws_iam_policy": {"p": {"policy": policy % named}}}), "CKV_AWS_289"
        )["aws_iam_policy.p"]
        for name, named in (
            ("variable", "${var.role}"),
            ("role", "${aws_iam_role.task.arn}"),
            ("roles", "${jsonencode(values(aws_iam_role.tasks)[*].arn)}"),
        )
    }
    assert found == {"variable": NOT_EVALUATED, "role": PASSED, "roles": PASSED}


@pytest.mark.parametrize("applied", [False, True])
def test_what_belongs_together_is_seen_before_and_after_an_apply(
    read_planned: ReadPlanned, *, applied: bool
) -> None:
    bucket = {"type": "aws_s3_bucket", "name": "b", "values": {"bucket": "x"}}
    block = {
        "type": "aws_s3_bucket_public_access_block",
        "name": "b",
        "values": {**BLOCKED, **({"bucket": "x"} if applied else {})},
        "after_unknown": {} if applied else {"bucket": True},
        "expressions": {"bucket": {"references": ["aws_s3_bucket.b.id", "aws_s3_bucket.b"]}},
    }

    assert outcomes(read_planned(bucket, block), "CKV2_AWS_6") == {"aws_s3_bucket.b": PASSED}


def test_a_resource_that_may_not_be_there_saves_nothing(read_hcl: ReadHcl) -> None:
    settings = "".join(f"  {name} = true\n" for name in BLOCKED)
    configuration = read_hcl(
        'resource "aws_s3_bucket" "b" {}\n'
        'resource "aws_s3_bucket_public_access_block" "b" {\n  count = var.closed ? 1 : 0\n'
        f"  bucket = aws_s3_bucket.b.id\n{settings}}}\n"
    )

    assert outcomes(configuration, "CKV2_AWS_6") == {"aws_s3_bucket.b": NOT_EVALUATED}
    found = outcomes(configuration, "CKV_AWS_53")
    assert found == {"aws_s3_bucket_public_access_block.b": PASSED}


def test_a_dynamic_block_is_neither_there_nor_not(read_hcl: ReadHcl) -> None:
    configuration = read_hcl(
        'resource "aws_lb" "alb" {\n  dynamic "access_logs" {\n    for_each = var.logs\n'
        "    content {\n      bucket = access_logs.value\n      enabled = true\n    }\n  }\n}\n"
    )

    assert outcomes(configuration, "CKV_AWS_91") == {"aws_lb.alb": NOT_EVALUATED}


def test_what_checkov_cannot_read_is_no_green(
    read_stack: ReadStack, monkeypatch: pytest.MonkeyPatch
) -> None:
    report = SimpleNamespace(parsing_errors=["plan.json"], passed_checks=[], failed_checks=[])
    monkeypatch.setattr("checkov.terraform.plan_runner.Runner.run", lambda *_, **__: report)

    with pytest.raises(UnreadableError, match="stack: checkov cannot read"):
        list(scan(read_stack({"aws_sqs_queue": {"q": {}}})))


def test_a_rule_that_breaks_is_not_evaluated(
    read_stack: ReadStack, monkeypatch: pytest.MonkeyPatch
) -> None:
    from checkov.terraform.checks.resource.aws.SQSQueueEncryption import check  # noqa: PLC0415

    def broken(_: object) -> None:
        raise KeyError("a shape that nobody thought of")

    configuration = read_stack({"aws_sqs_queue": {"q": {"kms_master_key_id": "x"}}})
    before = {each.outcome for each in check_builtin(configuration) if each.rule == check.id}
    monkeypatch.setattr(check, "scan_resource_conf", broken)
    after = [each for each in check_builtin(configuration) if each.rule == check.id]

    assert before == {PASSED}
    assert [each.outcome for each in after] == [NOT_EVALUATED]
    assert "says nothing about it" in after[0].message
