"""Policies that are written as data sources stand where these are referred to."""

from pathlib import Path
from typing import Any

import pytest
from tests.policies.written import ReadStack

from airflow_fargate_policies.finding import Outcome
from airflow_fargate_policies.reading import is_known, read_module
from airflow_fargate_policies.resource import Resource
from airflow_fargate_policies.rules import check_own

STATEMENT = {
    "sid": "Read",
    "actions": ["s3:GetObject"],
    "resources": ["arn:aws:s3:::orders/*"],
    "principals": [{"type": "AWS", "identifiers": ["arn:aws:iam::111122223333:root"]}],
    "condition": [
        {"test": "StringEquals", "variable": "aws:SourceAccount", "values": ["111122223333"]}
    ],
}
REFERENCE = "${data.aws_iam_policy_document.it.json}"


def policy(read_stack: ReadStack, document: dict[str, Any], **about: Any) -> Any:
    configuration = read_stack(
        {"aws_iam_policy": {"a": {"policy": REFERENCE}}},
        data={"aws_iam_policy_document": {"it": document | about}},
    )
    (found,) = configuration.of_type("aws_iam_policy")
    return found.values["policy"]


def test_a_document_becomes_a_policy(read_stack: ReadStack) -> None:
    assert policy(read_stack, {"statement": [STATEMENT]}) == {
        "Version": "2012-10-17",
        "Statement": [
            {
                "Sid": "Read",
                "Effect": "Allow",
                "Action": ["s3:GetObject"],
                "Resource": ["arn:aws:s3:::orders/*"],
                "Principal": {"AWS": ["arn:aws:iam::111122223333:root"]},
                "Condition": {"StringEquals": {"aws:SourceAccount": ["111122223333"]}},
            }
        ],
    }


def test_what_is_left_out_and_what_is_denied(read_stack: ReadStack) -> None:
    everybody = {"type": "*", "identifiers": ["*"]}
    statement = {
        "effect": "Deny",
        "not_actions": ["s3:GetObject"],
        "not_resources": ["arn:aws:s3:::orders/*"],
        "not_principals": everybody,
    }
    (found,) = policy(read_stack, {"statement": statement})["Statement"]
    assert found == {
        "Effect": "Deny",
        "NotAction": ["s3:GetObject"],
        "NotResource": ["arn:aws:s3:::orders/*"],
        "NotPrincipal": "*",
    }


@pytest.mark.parametrize(
    "document",
    [
        {"statement": [STATEMENT], "source_policy_documents": ["{}"]},
        {"statement": [STATEMENT], "override_policy_documents": ["${var.more}"]},
        {"statement": "${var.statements}"},
        {"statement": [STATEMENT, "${var.statement}"]},
        {"dynamic": {"statement": {"for_each": "${var.all}", "content": STATEMENT}}},
        {"statement": [STATEMENT | {"principals": "${var.principals}"}]},
        {"statement": [STATEMENT | {"condition": "${var.conditions}"}]},
        {"statement": [STATEMENT], "count": 2},
        {"statement": [STATEMENT], "count": "${var.some}"},
    ],
)
def test_a_document_that_is_not_written_out_is_not_known(
    read_stack: ReadStack, document: dict[str, Any]
) -> None:
    assert policy(read_stack, document) == REFERENCE
    assert not is_known(policy(read_stack, document))


HCL = """
data "aws_iam_policy_document" "it" {
  statement {
    actions   = [%s]
    resources = [%s]
  }
}
resource "aws_iam_role_policy" "it" {
  role   = "it"
  policy = data.aws_iam_policy_document.it.json
}
"""


@pytest.mark.parametrize(
    ("action", "named", "outcome"),
    [
        ('"s3:GetObject"', '"arn:aws:s3:::orders/*"', Outcome.PASSED),
        ('"s3:GetObject"', '"${aws_s3_bucket.orders.arn}/*"', Outcome.PASSED),
        ('"s3:*"', '"${aws_s3_bucket.orders.arn}/*"', Outcome.FAILED),
        ('"s3:GetObject"', '"*"', Outcome.FAILED),
        ("var.action", '"arn:aws:s3:::orders/*"', Outcome.NOT_EVALUATED),
    ],
)
def test_what_rules_say_of_a_document_in_a_module_that_is_called(
    tmp_path: Path, action: str, named: str, outcome: Outcome
) -> None:
    (tmp_path / "main.tf").write_text('module "roles" {\n  source = "./roles"\n}\n')
    (tmp_path / "roles").mkdir()
    (tmp_path / "roles/main.tf").write_text(HCL % (action, named))

    found = {
        each.address: each.outcome
        for each in check_own(read_module(tmp_path))
        if each.rule == "AF_IAM_WILDCARD"
    }

    assert found == {"module.roles.aws_iam_role_policy.it": outcome}


def test_a_document_of_another_module_is_another(tmp_path: Path) -> None:
    wide, narrow = HCL % ('"s3:*"', '"*"'), HCL % ('"s3:GetObject"', '"arn:aws:s3:::orders/*"')
    (tmp_path / "main.tf").write_text(f'module "roles" {{\n  source = "./roles"\n}}\n{narrow}')
    (tmp_path / "roles").mkdir()
    (tmp_path / "roles/main.tf").write_text(wide)

    found: dict[str, Resource] = {
        each.address: each for each in read_module(tmp_path).of_type("aws_iam_role_policy")
    }

    assert found["aws_iam_role_policy.it"].values["policy"]["Statement"][0]["Resource"] != ["*"]
    inner = found["module.roles.aws_iam_role_policy.it"].values["policy"]["Statement"]
    assert inner[0]["Resource"] == ["*"]
