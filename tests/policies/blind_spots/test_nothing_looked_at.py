"""checkov is content where it has looked at nothing; the gate is not."""

from pathlib import Path

import pytest
from tests.policies.blind_spots.both import (
    checkov_exits,
    checkov_says,
    gate_exits,
    gate_findings,
    gate_says,
    write_stack,
)

from airflow_fargate_policies.judging import NOTHING, UNREADABLE

OPEN_QUEUE = {"aws_sqs_queue": {"q": {"name": "x"}}}
UNENCRYPTED = ("aws_sqs_queue.q", "CKV_AWS_27")


def test_terraform_json_looked_at_as_hcl(tmp_path: Path) -> None:
    stack = write_stack(tmp_path, OPEN_QUEUE)

    assert checkov_exits("-d", str(stack), "--framework", "terraform") == 0
    assert checkov_says("terraform", stack) == {}
    assert UNENCRYPTED in gate_says(stack)


def test_an_empty_folder(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert checkov_exits("-d", str(tmp_path)) == 0
    assert gate_exits(tmp_path) == 2
    assert "there is nothing in it that can be looked at" in capsys.readouterr().err


def test_a_folder_that_is_not_there(tmp_path: Path) -> None:
    missing = tmp_path / "cdktf.out"

    assert checkov_exits("-d", str(missing)) == 0
    assert gate_exits(missing) == 2


def test_json_that_cannot_be_read(tmp_path: Path) -> None:
    (tmp_path / "cdk.tf.json").write_text('{"resource": {')

    assert checkov_exits("-d", str(tmp_path), "--framework", "terraform_json") == 0
    assert {rule for _, rule in gate_says(tmp_path)} == {UNREADABLE}
    assert gate_exits(tmp_path) == 1


def test_a_stack_that_says_which_terraform_it_needs(tmp_path: Path) -> None:
    stack = write_stack(tmp_path, OPEN_QUEUE, terraform={"required_version": ">= 1.11.0"})

    assert checkov_exits("-d", str(stack), "--framework", "terraform_json") == 0
    assert checkov_says("terraform_json", stack) == {}
    assert UNENCRYPTED in gate_says(stack)


def test_a_stack_without_resources(tmp_path: Path) -> None:
    stack = write_stack(tmp_path, {}, output={"name": {"value": "x"}})

    assert checkov_exits("-d", str(stack), "--framework", "terraform_json") == 0
    assert {rule for _, rule in gate_says(stack)} == {NOTHING}
    assert gate_exits(stack) == 1


def test_failures_that_have_no_severity(tmp_path: Path) -> None:
    stack = write_stack(tmp_path, OPEN_QUEUE)
    command = ("-d", str(stack), "--framework", "terraform_json")

    assert checkov_exits(*command) == 1
    assert checkov_exits(*command, "--hard-fail-on", "HIGH") == 0
    assert gate_exits(stack) == 1, "it knows no severities: a failure is one"


def test_hcl_that_cannot_be_read(tmp_path: Path) -> None:
    (tmp_path / "main.tf").write_text('resource "aws_sqs_queue" "q" {\n  name = "x"\n')

    assert checkov_exits("-d", str(tmp_path), "--framework", "terraform") == 0
    assert {rule for _, rule in gate_says(tmp_path)} == {UNREADABLE}


def test_a_module_that_is_not_where_it_is_called(tmp_path: Path) -> None:
    (tmp_path / "main.tf").write_text('module "m" {\n  source = "./m"\n}\n')

    assert checkov_exits("-d", str(tmp_path), "--framework", "terraform") == 0
    assert {rule for _, rule in gate_says(tmp_path)} == {UNREADABLE}


def test_a_rule_of_the_gate_is_evaluated_whatever_checkov_says(tmp_path: Path) -> None:
    stack = write_stack(tmp_path, OPEN_QUEUE)

    assert gate_findings(stack)["aws_sqs_queue.q", "AF_QUEUE_ENCRYPTION"] == "failed"
