"""Plans read into the model."""

import json
import time
from pathlib import Path
from typing import Any

import pytest
from tests.policies.written import ReadHcl, ReadPlanned, ReadStack, plan_of

from airflow_fargate_policies.reading import decoded, is_known, read_plan
from airflow_fargate_policies.resource import UnreadableError

BUCKET = {"type": "aws_s3_bucket", "name": "logs"}


def test_planned_values_are_the_values_without_what_is_null(read_planned: ReadPlanned) -> None:
    configuration = read_planned(
        {**BUCKET, "values": {"bucket": "x", "acl": None, "rule": [{"id": "r", "n": None}]}}
    )

    (bucket,) = configuration.resources
    assert bucket.values == {"bucket": "x", "rule": [{"id": "r"}]}
    assert is_known(bucket.values)
    assert bucket.where == "aws_s3_bucket.logs"
    assert configuration.kind == "plan"
    assert configuration.name == "plan"


def test_what_the_provider_will_compute_is_left_out(read_planned: ReadPlanned) -> None:
    (bucket,) = read_planned(
        {**BUCKET, "values": {"bucket": "x", "tags_all": {}}, "after_unknown": {"arn": True}}
    ).resources

    assert bucket.values == {"bucket": "x", "tags_all": {}}


@pytest.mark.parametrize(
    ("expression", "symbol"),
    [
        ({"references": ["aws_kms_key.k.arn", "aws_kms_key.k"]}, "${aws_kms_key.k.arn}"),
        (
            {"references": ["aws_kms_key.k[0].arn", "aws_kms_key.k[0]", "aws_kms_key.k"]},
            "${aws_kms_key.k.arn}",
        ),
        ({"references": ["aws_kms_key.k.arn", "aws_kms_key.k", "var.x"]}, "${unknown}"),
        ({}, "${unknown}"),
    ],
)
def test_what_is_written_and_not_known_yet_is_a_symbol(
    read_planned: ReadPlanned, expression: dict[str, Any], symbol: str
) -> None:
    (bucket,) = read_planned(
        {**BUCKET, "after_unknown": {"key": True}, "expressions": {"key": expression}}
    ).resources

    assert bucket.values == {"key": symbol}
    assert not is_known(bucket.values)


def test_a_block_keeps_what_is_known_of_it(read_planned: ReadPlanned) -> None:
    (group,) = read_planned(
        {
            "type": "aws_security_group",
            "name": "g",
            "values": {"ingress": [{"from_port": 443, "security_groups": None}]},
            "after_unknown": {"ingress": [{"security_groups": True, "id": True}]},
            "expressions": {
                "ingress": [
                    {
                        "from_port": {"constant_value": 443},
                        "security_groups": {"references": ["aws_security_group.alb.id"]},
                    }
                ]
            },
        }
    ).resources

    assert group.values == {
        "ingress": [{"from_port": 443, "security_groups": "${aws_security_group.alb.id}"}]
    }
    assert group.references == {"ingress": ("aws_security_group.alb",)}


def test_of_several_blocks_of_a_set_no_value_is_taken_for_anothers(
    read_planned: ReadPlanned,
) -> None:
    (group,) = read_planned(
        {
            "type": "aws_security_group",
            "name": "g",
            "values": {"ingress": [{"from_port": 2}, {"from_port": 1}]},
            "after_unknown": {"ingress": [{"groups": True}, {"groups": True}]},
            "expressions": {
                "ingress": [
                    {"from_port": {"constant_value": 1}, "groups": {"references": ["a_b.c.id"]}},
                    {"from_port": {"constant_value": 2}, "groups": {"references": ["d_e.f.id"]}},
                ]
            },
        }
    ).resources

    assert group.values["ingress"] == [
        {"from_port": 2, "groups": "${unknown}"},
        {"from_port": 1, "groups": "${unknown}"},
    ]


def test_what_is_not_known_yet_is_taken_from_what_was_planned(
    read_planned: ReadPlanned, read_stack: ReadStack
) -> None:
    policy = '{"Statement": [{"Effect": "Deny", "Resource": "${aws_s3_bucket.logs.arn}"}]}'
    source = read_stack(
        {
            "aws_s3_bucket_policy": {
                "p": {
                    "//": {
                        "metadata": {"path": "dev/p"},
                        "policy_exceptions": {"CKV_X": "Because."},
                    },
                    "policy": policy,
                    "bucket": "${aws_s3_bucket.logs.id}",
                }
            }
        }
    )

    (found,) = read_planned(
        {
            "type": "aws_s3_bucket_policy",
            "name": "p",
            "values": {"bucket": "logs"},
            "after_unknown": {"policy": True, "id": True},
            "expressions": {"policy": {"references": ["aws_s3_bucket.logs.arn"]}},
        },
        source=source,
    ).resources

    assert found.values["bucket"] == "logs"
    assert decoded(found.values["policy"])["Statement"][0]["Effect"] == "Deny"
    assert found.references == {
        "policy": ("aws_s3_bucket.logs",),
        "bucket": ("aws_s3_bucket.logs",),
    }
    assert [each.rule for each in found.exceptions] == ["CKV_X"]
    assert found.where == "dev/p"


def test_instances_take_what_is_theirs_from_what_was_planned(
    read_planned: ReadPlanned, read_hcl: ReadHcl
) -> None:
    source = read_hcl(
        """
resource "aws_x" "r" {
  for_each = { a = aws_y.first.id, b = aws_y.second.id }
  to       = each.value
  # checkov:skip=CKV_X:Of all of them.
}
resource "aws_x" "many" {
  for_each = var.all
  to       = aws_y.first.id
  # checkov:skip=CKV_Y:Of all of them.
}
"""
    )

    found = read_planned(
        *(
            {
                "type": "aws_x",
                "name": name,
                "address": f'aws_x.{name}["{key}"]',
                "after_unknown": {"to": True},
            }
            for name in ("r", "many")
            for key in ("a", "b")
        ),
        source=source,
    )

    assert {each.address: each.values["to"] for each in found.resources} == {
        'aws_x.r["a"]': "${aws_y.first.id}",
        'aws_x.r["b"]': "${aws_y.second.id}",
        'aws_x.many["a"]': "${aws_y.first.id}",
        'aws_x.many["b"]': "${aws_y.first.id}",
    }
    assert all(each.exceptions for each in found.resources)
    assert not any(each.optional for each in found.resources), "a plan knows what there is"


def test_dynamic_blocks_of_a_plan_are_known_but_for_what_is_not(
    read_planned: ReadPlanned, read_hcl: ReadHcl
) -> None:
    source = read_hcl(
        """
resource "aws_security_group" "g" {
  dynamic "ingress" {
    for_each = var.all
    content {
      security_groups = [aws_security_group.alb.id]
    }
  }
}
"""
    )

    (group,) = read_planned(
        {
            "type": "aws_security_group",
            "name": "g",
            "values": {"ingress": [{"from_port": 443}]},
            "after_unknown": {"ingress": [{"security_groups": True}]},
        },
        source=source,
    ).resources

    assert group.values["ingress"] == [{"from_port": 443, "security_groups": "${unknown}"}]
    assert group.references == {"ingress": ("aws_security_group.alb",)}


def test_what_goes_is_not_there(read_planned: ReadPlanned) -> None:
    found = read_planned(
        {**BUCKET, "name": "kept", "actions": ["no-op"]},
        {**BUCKET, "name": "replaced", "actions": ["delete", "create"]},
        {**BUCKET, "name": "gone", "actions": ["delete"]},
        {**BUCKET, "name": "forgotten", "actions": ["forget"]},
    )

    assert [each.name for each in found.resources] == ["kept", "replaced"]


def test_what_is_left_of_a_replaced_resource_does_not_hide_the_new_one(tmp_path: Path) -> None:
    plan = plan_of({**BUCKET, "values": {"acl": "public-read"}})
    (change,) = plan["resource_changes"]
    deposed = {**change, "deposed": "00000000", "change": {"actions": ["delete"]}}
    plan["resource_changes"].append(deposed)
    file = tmp_path / "plan.json"
    file.write_text(json.dumps(plan))

    assert [each.values for each in read_plan(file).resources] == [{"acl": "public-read"}]


def test_data_sources_that_were_read_are_there(read_planned: ReadPlanned) -> None:
    found = read_planned(
        prior_state={
            "values": {
                "root_module": {
                    "resources": [
                        {
                            "address": "data.aws_iam_policy_document.d",
                            "mode": "data",
                            "type": "aws_iam_policy_document",
                            "name": "d",
                            "values": {"version": "2012-10-17"},
                        },
                        {**BUCKET, "address": "aws_s3_bucket.logs", "mode": "managed"},
                    ]
                }
            }
        }
    )

    assert [(each.address, each.mode) for each in found.resources] == [
        ("data.aws_iam_policy_document.d", "data")
    ]


def test_outputs_and_variables_are_kept_as_they_stand_in_the_plan(tmp_path: Path) -> None:
    plan = plan_of(variables={"password": {"value": "p"}, "none": {}})
    plan["planned_values"]["outputs"] = {
        "url": {"value": "https://x", "sensitive": False},
        "later": {"sensitive": True},
    }
    file = tmp_path / "plan.json"
    file.write_text(json.dumps(plan))

    assert read_plan(file, name="mine").outside == {
        "output.url": "https://x",
        "output.later": None,
        "var.password": "p",
        "var.none": None,
    }


@pytest.mark.parametrize(
    ("content", "why"),
    [
        ({"format_version": "1.0", "values": {"root_module": {}}}, "terraform plan -out=plan"),
        ({"planned_values": {}}, "terraform plan -out=plan"),
        ([], "its JSON is a list"),
        (plan_of(errored=True), "not the whole"),
        (plan_of(complete=False), "not the whole"),
    ],
)
def test_what_is_no_whole_plan_is_refused(tmp_path: Path, content: Any, why: str) -> None:
    file = tmp_path / "plan.json"
    file.write_text(json.dumps(content))

    with pytest.raises(UnreadableError, match=why) as raised:
        read_plan(file)

    assert str(file) in str(raised.value)


def test_the_binary_form_of_a_plan_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "plan.json"
    file.write_bytes(b"PK\x03\x04\x14\x00\x08\x00\x08\x00\xff\xfe")

    with pytest.raises(UnreadableError, match="cannot be read as JSON"):
        read_plan(file)


def test_a_plan_of_thousands_of_resources_is_read_in_seconds(tmp_path: Path) -> None:
    # A whole Airflow has two hundred.
    values = {"policy": json.dumps({"Statement": [{"Action": "s3:*"}] * 20}), "tags": {"a": "b"}}
    expressions = {"policy": {"references": ["aws_kms_key.k.arn", "aws_kms_key.k"]}}
    file = tmp_path / "plan.json"
    file.write_text(
        json.dumps(
            plan_of(
                *(
                    {**BUCKET, "name": f"b{n}", "values": values, "expressions": expressions}
                    for n in range(2000)
                )
            )
        )
    )
    before = time.process_time()

    assert len(read_plan(file).resources) == 2000
    assert time.process_time() - before < 5
