"""Statements for the role of a task: what is refused, and what was probably meant."""

from typing import Any

from airflow_fargate import InvalidValue, Statement
from airflow_fargate.iam import check_statements

import pytest
from cdktf import TerraformVariable, Token


def check(**changes: Any) -> None:
    statement = {"sid": "A", "actions": ["s3:GetObject"], "resources": ["arn:aws:s3:::a"]}
    check_statements("task report", [Statement(**(statement | changes))])


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        (
            {"actions": ["S3:getobject"]},
            r"the service in lower case; got 'S3:g.*Did you mean \"s3:getobject\"\?",
        ),
        ({"actions": ["GetObject"]}, r"the service in lower case; got 'GetObject'\.$"),
        (
            {"resources": ["s3://b/x"]},
            r"resources of .* ARNs, .*; got 's3://b/x'\. Did you mean \"arn:aws:s3:::b/x\"\?",
        ),
        ({"resources": ["arn:aws:s3:::b", "b"]}, r"begin with \"arn:\", or \"\*\"; got 'b'\.$"),
        ({"resources": ["s3://"]}, r"must be ARNs, .*; got 's3://'\.$"),
    ],
)
def test_what_iam_would_refuse_is_refused_with_what_was_meant(
    changes: dict[str, Any], message: str
) -> None:
    with pytest.raises(InvalidValue, match=message):
        check(**changes)


def test_arns_all_and_what_terraform_knows_are_resources(synth: Any) -> None:
    def build(stack: Any) -> None:
        variable = TerraformVariable(stack, "bucket", type="string").string_value
        arns = Token.as_list(TerraformVariable(stack, "arns", type="list(string)").list_value)
        for resources in (
            ["*"],
            ["arn:aws-cn:s3:::a/*"],
            ["arn:${Token[x]}:s3:::a"],
            [variable],
            [f"{variable}/*"],
            ["${aws_s3_bucket.a.arn}/*"],
            arns,
        ):
            check(resources=resources)

    synth(build)
