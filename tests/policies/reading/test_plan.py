"""Plans read into the model."""

from typing import Any

import pytest
from tests.policies.written import ReadHcl, ReadPlanned, ReadStack

from airflow_fargate_policies.reading import decoded, is_known

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
