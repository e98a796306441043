"""What is no synthesized stack, or cannot be looked into, is told."""

from pathlib import Path

import pytest
from tests.policies.written import ReadStack

from airflow_fargate_policies.reading import read_synthesized
from airflow_fargate_policies.resource import UnreadableError


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("{", "cannot be read as JSON"),
        ("[]", "its JSON is a list, not an object"),
        ('"x"', "its JSON is a str, not an object"),
        ('{"resource": {"aws_x": {}}, "resource": {}}', '"resource" stands twice in one object'),
        ('{"resource": "x"}', "stands where blocks should be"),
        ('{"resource": {"aws_x": [1]}}', "stands where blocks should be"),
        ('{"resource": {"aws_x": {"a": "x"}}}', r"resource aws_x\.a is no object"),
    ],
)
def test_a_file_that_is_no_terraform_json_is_refused_by_name(
    tmp_path: Path, text: str, why: str
) -> None:
    (tmp_path / "cdk.tf.json").write_text(text)

    with pytest.raises(UnreadableError, match=why) as raised:
        read_synthesized(tmp_path)

    assert "cdk.tf.json" in str(raised.value)


def test_an_empty_folder_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UnreadableError, match="no file"):
        read_synthesized(tmp_path)


def test_a_file_that_is_not_there_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UnreadableError, match=r"cannot be read as JSON"):
        read_synthesized(tmp_path / "cdk.tf.json")


def test_hcl_beside_json_is_refused_as_only_one_would_be_looked_at(tmp_path: Path) -> None:
    (tmp_path / "cdk.tf.json").write_text("{}")
    (tmp_path / "main.tf").write_text("")

    with pytest.raises(UnreadableError, match=r"there are \*\.tf and \*\.tf\.json in it"):
        read_synthesized(tmp_path)


def test_calls_of_modules_are_told_as_nobody_looks_into_them(read_stack: ReadStack) -> None:
    calls = {
        "vpc": {"source": "terraform-aws-modules/vpc/aws", "//": {"metadata": {"path": "dev/vpc"}}},
        "bare": {"source": "./assets/bare"},
    }
    assert read_stack({}, module=calls).unseen == {"module.vpc": "dev/vpc", "module.bare": ""}
    assert read_stack({}).unseen == {}


def test_what_terraform_puts_over_other_files_is_refused(
    read_stack: ReadStack, tmp_path: Path
) -> None:
    read_stack({})
    (tmp_path / "stack/cdk_override.tf.json").write_text("{}")
    with pytest.raises(UnreadableError, match=r"cdk_override\.tf\.json: Terraform puts"):
        read_synthesized(tmp_path / "stack")
