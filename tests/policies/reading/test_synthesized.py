"""Terraform's JSON as CDKTF writes it, read into the model."""

import json
from pathlib import Path
from typing import Any

import pytest
from tests.policies.written import ReadStack

from airflow_fargate_policies.reading import is_known, read_synthesized
from airflow_fargate_policies.resource import DynamicBlocks, Resource


def test_a_stack_is_called_as_its_folder(tmp_path: Path) -> None:
    file = tmp_path / "airflow-dev/cdk.tf.json"
    file.parent.mkdir()
    file.write_text(json.dumps({"resource": {"aws_sqs_queue": {"a": {}}}}))

    assert read_synthesized(file.parent).name == "airflow-dev"
    assert read_synthesized(file).name == "airflow-dev"
    assert read_synthesized(file, "mine").name == "mine"
    assert read_synthesized(file).kind == "synthesized"


def test_resources_data_sources_and_ephemeral_resources_are_told_apart(
    read_stack: ReadStack,
) -> None:
    configuration = read_stack(
        {"aws_sqs_queue": {"a": {"name": "x"}}},
        data={"aws_caller_identity": {"current": {"provider": "aws"}}},
        ephemeral={"random_password": {"p": {"length": 32}}},
        output={"x": {"value": "y"}},
        variable={"v": {"type": "string"}},
        terraform={"required_version": ">=1.11"},
        provider={"aws": [{"region": "eu-central-1"}]},
    )

    assert {each.address: each.mode for each in configuration.resources} == {
        "aws_sqs_queue.a": "managed",
        "data.aws_caller_identity.current": "data",
        "ephemeral.random_password.p": "ephemeral",
    }
    assert [each.address for each in configuration.of_type("aws_sqs_queue")] == ["aws_sqs_queue.a"]
    assert all(each.module == "" for each in configuration.resources)


def _one(configuration: Any) -> Resource:
    (resource,) = configuration.resources
    return resource


def test_what_is_about_a_resource_is_none_of_its_values(read_stack: ReadStack) -> None:
    resource = _one(
        read_stack(
            {
                "aws_sqs_queue": {
                    "a": {
                        "//": {"metadata": {"path": "airflow-dev/broker/queue", "uniqueId": "a"}},
                        "count": "${var.n}",
                        "depends_on": ["aws_iam_role.r"],
                        "for_each": "${var.all}",
                        "lifecycle": {"prevent_destroy": True},
                        "name": "x",
                        "provider": "aws.other",
                        "kms_master_key_id": None,
                    }
                }
            }
        )
    )

    assert resource.values == {"name": "x"}
    assert resource.references == {}
    assert resource.where == "airflow-dev/broker/queue"


def test_what_refers_to_what_is_found_in_texts_and_blocks_and_through_locals(
    read_stack: ReadStack,
) -> None:
    resource = _one(
        read_stack(
            {
                "aws_x": {
                    "a": {
                        "key": "${aws_kms_key.key.arn}",
                        "policy": '{"Resource": ["${aws_s3_bucket.b.arn}/*", "${var.x}"]}',
                        "ingress": [
                            {"security_groups": ["${aws_security_group.alb.id}"]},
                            {"nested": {"x": "${data.aws_vpc.main.id}"}},
                        ],
                        "through": "${local.keys[0]}",
                        "tags": {"Name": "plain"},
                        "each": "${each.value.id}-${path.module}",
                    }
                }
            },
            locals={
                "keys": ["${local.key}"],
                "key": "${aws_kms_key.other.arn}",
            },
        )
    )

    assert resource.references == {
        "key": ("aws_kms_key.key",),
        "policy": ("aws_s3_bucket.b",),
        "ingress": ("aws_security_group.alb", "data.aws_vpc.main"),
        "through": ("aws_kms_key.other",),
    }


def test_locals_that_refer_to_each_other_come_to_an_end(read_stack: ReadStack) -> None:
    resource = _one(
        read_stack(
            {"aws_x": {"a": {"key": "${local.a}"}}}, locals={"a": "${local.b}", "b": "${local.a}"}
        )
    )

    assert resource.references == {}


@pytest.mark.parametrize(
    "dynamic",
    [
        {"ingress": {"for_each": "${var.all}", "content": {"groups": ["${a_b.c.id}"]}}},
        {"ingress": [{"for_each": "${var.all}", "content": {"groups": ["${a_b.c.id}"]}}]},
        [{"ingress": {"for_each": "${var.all}", "content": [{"groups": ["${a_b.c.id}"]}]}}],
    ],
)
def test_of_dynamic_blocks_it_is_not_known_how_many_there_are(
    read_stack: ReadStack, dynamic: Any
) -> None:
    resource = _one(
        read_stack(
            {"aws_security_group": {"g": {"ingress": [{"from_port": 1}], "dynamic": dynamic}}}
        )
    )

    ingress = resource.values["ingress"]
    assert isinstance(ingress, DynamicBlocks)
    assert ingress.made == [{"from_port": 1}, {"groups": ["${a_b.c.id}"]}]
    assert not is_known(resource.values)
    assert resource.references == {"ingress": ("a_b.c",)}


def test_a_dynamic_block_in_a_block_is_not_known_either(read_stack: ReadStack) -> None:
    resource = _one(
        read_stack(
            {
                "aws_x": {
                    "a": {
                        "rule": [
                            {"id": "r", "dynamic": {"filter": {"for_each": [1], "content": {}}}}
                        ],
                        "tags": {"dynamic": "a tag of that name"},
                    }
                }
            }
        )
    )

    assert resource.values["rule"] == [{"id": "r", "filter": "${dynamic.filter}"}]
    assert resource.values["tags"] == {"dynamic": "a tag of that name"}


def test_exceptions_are_read_with_the_path_of_the_construct(read_stack: ReadStack) -> None:
    resource = _one(
        read_stack(
            {
                "aws_lb": {
                    "alb": {
                        "//": {
                            "metadata": {"path": "dev/alb"},
                            "policy_exceptions": {"CKV_AWS_91": "A reason.", "AF_X": 3},
                        }
                    }
                }
            }
        )
    )

    assert [(each.rule, each.reason, each.where) for each in resource.exceptions] == [
        ("CKV_AWS_91", "A reason.", "dev/alb"),
        ("AF_X", "", "dev/alb"),
    ]


@pytest.mark.parametrize("comment", ["a plain comment", ["a", "list"], {"metadata": "text"}, None])
def test_other_comments_are_none_of_the_gates_business(read_stack: ReadStack, comment: Any) -> None:
    assert _one(read_stack({"aws_lb": {"alb": {"//": comment}}})).exceptions == ()


def test_all_files_of_a_stack_are_read_and_lists_of_blocks_too(tmp_path: Path) -> None:
    (tmp_path / "a.tf.json").write_text('{"resource": [{"aws_x": {"a": [{"n": 1}]}}]}')
    (tmp_path / "b.tf.json").write_text('{"resource": {"aws_x": [{"b": {}}, {"c": {}}]}}')

    found = [each.address for each in read_synthesized(tmp_path).resources]

    assert found == ["aws_x.a", "aws_x.b", "aws_x.c"]
