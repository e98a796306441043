"""checkov's ways to leave a finding have no reasons, or hide what they should not."""

from collections.abc import Iterable
from pathlib import Path
from typing import Any

from tests.policies.blind_spots.both import (
    checkov_exits,
    checkov_says,
    gate_findings,
    gate_says,
    write_hcl,
    write_stack,
)

from airflow_fargate_policies.exceptions import NEEDLESS, NO_REASON

KEY = ("aws_kms_key.k", "CKV_AWS_7")
REASON = "The key is asymmetric, which AWS does not rotate."


def _key(comments: Any, **values: Any) -> dict[str, Any]:
    return {"aws_kms_key": {"k": {"//": comments, **values}}}


def _rules(problems: Iterable[tuple[str, str]]) -> set[str]:
    return {rule for _, rule in problems}


def test_checkov_has_no_exceptions_in_json_and_the_gate_has(tmp_path: Path) -> None:
    comments = {
        "checkov": {"skip": [{"id": "CKV_AWS_7", "comment": REASON}]},
        "policy_exceptions": {"CKV_AWS_7": REASON},
    }
    stack = write_stack(tmp_path, _key(comments))

    assert checkov_says("terraform_json", stack)["resource.k", "CKV_AWS_7"] == "failed"
    assert gate_findings(stack)[KEY] == "failed", "an exception does not hide the failure"
    assert KEY not in gate_says(stack)


def test_an_exception_without_a_reason(tmp_path: Path) -> None:
    module = write_hcl(
        tmp_path / "hcl", 'resource "aws_kms_key" "k" {\n  # checkov:skip=CKV_AWS_7\n}\n'
    )
    stack = write_stack(tmp_path / "json", _key({"policy_exceptions": {"CKV_AWS_7": "later"}}))

    assert ("aws_kms_key.k", "CKV_AWS_7") not in checkov_says("terraform", module)
    for path in (module, stack):
        assert {KEY, (KEY[0], NO_REASON)} <= gate_says(path)


def test_an_exception_that_nothing_needs_any_more(tmp_path: Path) -> None:
    comment = f"# checkov:skip=CKV_AWS_7:{REASON}"
    module = write_hcl(
        tmp_path / "hcl",
        f'resource "aws_kms_key" "k" {{\n  {comment}\n  enable_key_rotation = true\n}}\n',
    )
    stack = write_stack(
        tmp_path / "json",
        _key({"policy_exceptions": {"CKV_AWS_7": REASON}}, enable_key_rotation=True),
    )

    command = ("-d", str(module), "--framework", "terraform", "--check", "CKV_AWS_7")
    assert checkov_exits(*command) == 0
    for path in (module, stack):
        assert NEEDLESS in _rules(gate_says(path))


def test_an_exception_of_one_stack_says_nothing_of_another(tmp_path: Path) -> None:
    """checkov's baseline knows `resource.k` only: no type, and no file."""
    first = write_stack(tmp_path / "a", _key({"policy_exceptions": {"CKV_AWS_7": REASON}}))
    second = write_stack(tmp_path / "b", _key({}))

    named = {resource for resource, _ in checkov_says("terraform_json", second)}
    assert "resource.k" in named, "checkov leaves out the type"
    assert KEY not in gate_says(first)
    assert KEY in gate_says(first, second)


def test_resources_of_two_types_with_one_name(tmp_path: Path) -> None:
    stack = write_stack(
        tmp_path,
        {
            **_key({"policy_exceptions": {"CKV_AWS_7": REASON}}),
            "aws_sqs_queue": {"k": {"//": {"policy_exceptions": {"CKV_AWS_7": REASON}}}},
        },
    )

    assert ("aws_sqs_queue.k", "CKV_AWS_27") in gate_says(stack)
    assert KEY not in gate_says(stack)
