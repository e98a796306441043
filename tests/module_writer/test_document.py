"""A whole configuration: which file a block stands in, its order, headings, names of locals."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from module_writer.hcl.headings import headings_of_constructs
from module_writer.hcl.schemas import Schemas
from module_writer.hcl.write import write, write_files
from tests.module_writer.rare import CONFIG

Fmt = Callable[[str], str]


@pytest.fixture
def rare(schemas: Schemas, fmt: Fmt) -> str:
    return fmt(write(CONFIG, schemas))


def block(text: str, head: str) -> str:
    found = re.search(rf"^{re.escape(head)} \{{.*?^\}}$", text, re.DOTALL | re.MULTILINE)
    assert found, head
    return found.group()


def test_each_kind_of_block_stands_in_its_file(schemas: Schemas) -> None:
    files = write_files(CONFIG, schemas)
    assert list(files) == ["versions.tf", "variables.tf", "main.tf", "outputs.tf"]
    assert files["versions.tf"].startswith("terraform {")
    assert set(re.findall(r"^(\w+) ", files["variables.tf"], re.MULTILINE)) == {"variable"}
    assert set(re.findall(r"^(\w+) ", files["outputs.tf"], re.MULTILINE)) == {"output"}


def test_what_is_not_written_is_refused(schemas: Schemas) -> None:
    with pytest.raises(ValueError, match="No HCL is written for store"):
        write({"store": {}}, schemas)
    with pytest.raises(ValueError, match=r"No HCL is written for terraform\.experiments"):
        write({"terraform": {"experiments": ["x"]}}, schemas)
    with pytest.raises(ValueError, match='No provider has resource "aws_nothing"'):
        write({"resource": {"aws_nothing": {"x": {}}}}, schemas)


def test_literal_strings_are_no_templates(rare: str) -> None:
    assert r'description = "Name, such as \"demo\" or $${name}."' in rare
    assert 'description = "Its $${id}."' in rare


def test_types_references_and_keywords_have_no_quotes(rare: str) -> None:
    for line in (
        "configuration_aliases = [aws.replica]",
        "type        = string",
        "type = object({ size = optional(number, 2), tags = optional(map(string), {}) })",
        "provider = aws.replica",
        "iterator = rule",
        "when    = destroy",
        "on_failure = continue",
        "ignore_changes        = [tags, tags_all]",
        "ignore_changes       = all",
        "replace_triggered_by = [terraform_data.script, terraform_data.empty.id]",
        "depends_on = [aws_security_group.blocks, aws_security_group.dynamic]",
        'to   = aws_security_group.dynamic["a"]',
        "from = aws_instance.old",
    ):
        assert f"  {line}\n" in rare


def test_an_argument_of_the_provider_is_none_of_terraform(rare: str) -> None:
    written = block(rare, 'resource "aws_codepipeline" "own_words"')
    assert re.search(r'^      provider += "S3"$', written, re.MULTILINE)


def test_lists_of_objects_of_the_old_kind_are_blocks_but_not_when_empty(rare: str) -> None:
    written = block(rare, 'resource "aws_security_group" "blocks"')
    assert "  ingress {\n" in written
    assert "  egress = []\n" in written


def test_arguments_stand_in_the_order_of_people(rare: str) -> None:
    written = block(rare, 'resource "aws_instance" "nested"')
    order = ["count", "ami", "user_data", "root_block_device", "tags", "depends_on", "lifecycle"]
    assert re.findall(rf"^  ({'|'.join(order)})\b", written, re.MULTILINE) == order
    assert written.startswith('resource "aws_instance" "nested" {\n  count = 2\n\n  ami')


def test_nulls_and_comments_are_dropped_and_an_empty_block_is_one_line(
    rare: str, schemas: Schemas
) -> None:
    assert 'resource "terraform_data" "empty" {}\n' in rare
    assert "tags = null" not in rare
    metadata = {"metadata": {"path": "a/b"}}
    config = {"//": metadata, "resource": {"terraform_data": {"x": {"//": metadata}}}}
    assert write(config, schemas) == 'resource "terraform_data" "x" {}\n'


def test_headings_group_resources_in_the_order_of_the_constructs(schemas: Schemas) -> None:
    def made_by(path: str, **arguments: Any) -> dict[str, Any]:
        return {"//": {"metadata": {"path": f"stack/{path}"}}, **arguments}

    config = {
        "resource": {
            "terraform_data": {
                "service": made_by("_airflow/scheduler/data"),
                "vpc": made_by("_airflow/network/vpc"),
                "other": made_by("other"),
            }
        },
        "ephemeral": {"aws_secretsmanager_random_password": {"scheduler_key": {}}},
    }
    headings = headings_of_constructs(config, {"network": "Network", "scheduler": "Scheduler"})
    assert headings == {
        "terraform_data.vpc": "Network",
        "terraform_data.service": "Scheduler",
        "ephemeral.aws_secretsmanager_random_password.scheduler_key": "Scheduler",
    }
    rule = "#" * 80
    assert write(config, schemas, headings=headings) == (
        'resource "terraform_data" "other" {}\n\n'
        f"{rule}\n# Network\n{rule}\n\n"
        'resource "terraform_data" "vpc" {}\n\n'
        f"{rule}\n# Scheduler\n{rule}\n\n"
        'resource "terraform_data" "service" {}\n\n'
        'ephemeral "aws_secretsmanager_random_password" "scheduler_key" {}\n'
    )


def test_names_become_locals_and_stand_wherever_the_expression_was(
    schemas: Schemas, fmt: Fmt
) -> None:
    config = {
        "output": {
            "key": {"value": "${(var.key == null) ? one(aws_kms_key.a[*].arn) : var.key}"},
            "words": {"value": "is ${var.key == null ? one(aws_kms_key.a[*].arn) : var.key}"},
            "policy": {"value": '{"a":"${data.aws_caller_identity.now.account_id}"}'},
            "more": {"value": {"A": "1", "B": "${var.b}", "C": "3"}},
        },
        "locals": {"own": "${var.b}"},
    }
    names = {
        "account_id": "${data.aws_caller_identity.now.account_id}",
        "key_arn": "${var.key == null ? one(aws_kms_key.a[*].arn) : var.key}",
        "common": {"A": "1", "B": "${var.b}"},
        "unused": "${var.nothing}",
    }
    written = fmt(write(config, schemas, names=names))
    assert block(written, "locals").splitlines() == [
        "locals {",
        "  account_id = data.aws_caller_identity.now.account_id",
        "  key_arn    = var.key == null ? one(aws_kms_key.a[*].arn) : var.key",
        "",
        "  common = {",
        '    A = "1"',
        "    B = var.b",
        "  }",
        "",
        "  own = var.b",
        "}",
    ]
    assert "value = local.key_arn\n" in written
    assert 'value = "is ${local.key_arn}"\n' in written
    # An account id is a string, and so is the local of that name: tostring is not needed.
    assert "value = jsonencode({ a = local.account_id })\n" in written
    assert 'value = merge(local.common, { C = "3" })\n' in written
