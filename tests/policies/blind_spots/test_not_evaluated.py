"""checkov says nothing where it cannot read; the gate reads it, or says that it cannot."""

import json
from pathlib import Path

import pytest
from tests.policies.blind_spots.both import (
    checkov_exits,
    checkov_says,
    gate_exits,
    gate_findings,
    gate_says,
    write_hcl,
    write_plan,
    write_stack,
)
from tests.policies.written import plan_of

POLICY_RULES = [f"CKV_AWS_{number}" for number in (286, 287, 288, 289, 290, 355)]
EVERYTHING = json.dumps({"Statement": [{"Effect": "Allow", "Action": "*", "Resource": "*"}]})
FUNCTION = '${jsonencode({Statement = [{Effect = "Allow", Action = "*", Resource = "*"}]})}'


@pytest.mark.parametrize("policy", [EVERYTHING, FUNCTION], ids=["as text", "by a function"])
def test_a_policy_that_allows_everything(tmp_path: Path, policy: str) -> None:
    stack = write_stack(tmp_path, {"aws_iam_policy": {"p": {"name": "x", "policy": policy}}})

    said = checkov_says("terraform_json", stack)
    found = gate_findings(stack)

    for rule in POLICY_RULES:
        assert ("resource.p", rule) not in said, f"checkov reads policies by {rule} now"
        assert found["aws_iam_policy.p", rule] == "failed", rule
    assert found["aws_iam_policy.p", "AF_IAM_WILDCARD"] == "failed"


def test_a_value_that_is_a_variable(tmp_path: Path) -> None:
    stack = write_stack(
        tmp_path,
        {"aws_kms_key": {"k": {"enable_key_rotation": "${var.rotation}"}}},
        variable={"rotation": {"type": "bool", "default": False}},
    )

    assert not [rule for _, rule in checkov_says("terraform_json", stack) if rule == "CKV_AWS_7"]
    assert gate_findings(stack)["aws_kms_key.k", "CKV_AWS_7"] == "not evaluated"
    assert ("aws_kms_key.k", "CKV_AWS_7") in gate_says(stack)


PRIVILEGED_LATER = '[{"name":"web","image":"x:1","privileged":${var.privileged}}]'


def test_container_definitions_with_a_number_that_is_not_known(tmp_path: Path) -> None:
    task = {"family": "x", "container_definitions": PRIVILEGED_LATER}
    stack = write_stack(tmp_path, {"aws_ecs_task_definition": {"t": task}})

    found = gate_findings(stack)

    assert found["aws_ecs_task_definition.t", "AF_PRIVILEGED_CONTAINER"] == "not evaluated"
    assert found["aws_ecs_task_definition.t", "AF_WRITABLE_ROOT"] == "failed", "that is known"


def _plan_before_apply(tmp_path: Path) -> tuple[Path, Path]:
    """A stack, and its plan while nothing is there: the policy is not known, for a bucket's ARN."""
    policy = json.dumps(
        {"Statement": [{"Effect": "Allow", "Action": "*", "Resource": "${aws_s3_bucket.b.arn}"}]}
    )
    stack = write_stack(
        tmp_path / "stack",
        {
            "aws_iam_policy": {"p": {"name": "x", "policy": policy}},
            "aws_s3_bucket": {"b": {"bucket": "x"}},
        },
    )
    plan = plan_of(
        {
            "type": "aws_iam_policy",
            "name": "p",
            "values": {"name": "x"},
            "after_unknown": {"policy": True, "arn": True},
            "expressions": {
                "policy": {"references": ["aws_s3_bucket.b.arn", "aws_s3_bucket.b"]},
                "name": {"constant_value": "x"},
            },
        },
        {"type": "aws_s3_bucket", "name": "b", "values": {"bucket": "x"}},
    )
    return stack, write_plan(tmp_path / "plan.json", plan)


def test_a_policy_that_the_plan_does_not_know_before_an_apply(tmp_path: Path) -> None:
    stack, plan = _plan_before_apply(tmp_path)

    raw = checkov_says("plan", plan)
    problems = gate_says(stack, plans={stack.as_posix(): plan})

    failed = [rule for rule in POLICY_RULES if raw.get(("aws_iam_policy.p", rule)) == "failed"]
    assert failed == [], "checkov sees in a plan before an apply what it should"
    assert ("aws_iam_policy.p", "AF_IAM_WILDCARD") in problems


def test_a_policy_that_nobody_knows_before_an_apply(tmp_path: Path) -> None:
    _, plan = _plan_before_apply(tmp_path)

    found = gate_findings(plan)

    # Without the stack there is no policy to look at; what is not seen is not passed.
    for rule in (*POLICY_RULES, "AF_IAM_WILDCARD"):
        assert found["aws_iam_policy.p", rule] == "not evaluated", rule
    assert gate_exits(plan) == 1


def test_a_plan_in_its_binary_form(tmp_path: Path) -> None:
    (tmp_path / "plan.json").write_bytes(b"PK\x03\x04\x14\x00\xff\xfe")

    assert checkov_exits("-f", str(tmp_path / "plan.json"), "--framework", "terraform_plan") == 0
    assert gate_exits(tmp_path / "plan.json") == 1


def test_two_calls_of_one_module(tmp_path: Path) -> None:
    block = "".join(
        f"  {name} = true\n"
        for name in (
            "block_public_acls",
            "block_public_policy",
            "ignore_public_acls",
            "restrict_public_buckets",
        )
    )
    bucket = 'resource "aws_s3_bucket" "b" {}\n'
    write_hcl(
        tmp_path / "closed",
        f'{bucket}resource "aws_s3_bucket_public_access_block" "b" {{\n'
        f"  bucket = aws_s3_bucket.b.id\n{block}}}\n",
    )
    write_hcl(tmp_path / "open", bucket)
    root = write_hcl(
        tmp_path / "root",
        'module "closed" {\n  source = "../closed"\n}\nmodule "open" {\n  source = "../open"\n}\n',
    )

    found = gate_findings(root)

    assert found["module.closed.aws_s3_bucket.b", "CKV2_AWS_6"] == "passed"
    assert found["module.open.aws_s3_bucket.b", "CKV2_AWS_6"] == "failed"
