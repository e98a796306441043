"""JSON in attributes: read, with what is known later as symbols in it."""

import json
from typing import Any

import pytest

from airflow_fargate_policies.reading import NotKnownError, decoded, is_known
from airflow_fargate_policies.resource import Template


def test_known_json_is_what_it_says() -> None:
    policy = {"Statement": [{"Resource": "arn:aws:iam::*:user/${aws:username}", "N": 1.5}]}

    found = decoded(json.dumps(policy))

    assert found == policy
    assert is_known(found), "a variable of IAM is none of Terraform's"


def test_a_structure_is_itself() -> None:
    assert decoded([{"a": 1}]) == [{"a": 1}]
    assert decoded(None) is None


@pytest.mark.parametrize("text", ["", " \n"])
def test_empty_text_as_a_provider_computes_it_says_nothing(text: str) -> None:
    assert decoded(text) is None


def test_symbols_stay_in_texts_numbers_lists_and_keys() -> None:
    found = decoded(
        Template(
            '{"arn": "${a_b.c.arn}/*", "port": ${var.port}, "all": ${jsonencode(var.list)},'
            ' "${a_b.c.issuer}:sub": ["x", ${d_e.f.id}], "quoted": "\\"${g_h.i.id}\\""}'
        )
    )

    assert found == {
        "arn": "${a_b.c.arn}/*",
        "port": "${var.port}",
        "all": "${jsonencode(var.list)}",
        "${a_b.c.issuer}:sub": ["x", "${d_e.f.id}"],
        "quoted": '"${g_h.i.id}"',
    }
    assert all(isinstance(found[key], Template) for key in ("arn", "port", "all", "quoted"))
    assert not isinstance(found["${a_b.c.issuer}:sub"][0], Template)


def test_an_escaped_variable_of_iam_beside_a_symbol_stays_escaped() -> None:
    found = decoded(Template('{"Resource": "${a_b.c.arn}/$${aws:username}/*"}'))

    assert found == {"Resource": "${a_b.c.arn}/$${aws:username}/*"}


def test_jsonencode_is_read_as_far_as_it_is_written_out() -> None:
    found = decoded(
        Template(
            """${jsonencode({
              Version = "2012-10-17" # the only one
              "Statement" : [
                {
                  Effect = "Allow", Action = ["s3:Get*", "s3:List*"]
                  Resource = "${aws_s3_bucket.logs.arn}/*" // what is in it
                  Principal = { AWS = var.principal }
                },
              ]
              Size = 1.5, Yes = true, None = null,
              Later = [for each in var.names : upper(each)]
            })}"""
        )
    )

    assert found == {
        "Version": "2012-10-17",
        "Statement": [
            {
                "Effect": "Allow",
                "Action": ["s3:Get*", "s3:List*"],
                "Resource": "${aws_s3_bucket.logs.arn}/*",
                "Principal": {"AWS": "${var.principal}"},
            }
        ],
        "Size": 1.5,
        "Yes": True,
        "None": None,
        "Later": "${[for each in var.names : upper(each)]}",
    }
    assert not is_known(found["Later"])


@pytest.mark.parametrize(
    ("expression", "value"),
    [
        ('concat([{ a = 1 }], [{ "b" = [] }])', [{"a": 1}, {"b": []}]),
        ('merge({ a = "x", b = 1 }, { b = 2 })', {"a": "x", "b": 2}),
        ('[{ a = merge({ b = "${c_d.e.f}" }, {}) }]', [{"a": {"b": "${c_d.e.f}"}}]),
    ],
)
def test_what_joins_what_is_written_out_is_written_out_too(expression: str, value: Any) -> None:
    assert decoded(Template(f"${{jsonencode({expression})}}")) == value


@pytest.mark.parametrize(
    "text",
    [
        "${var.policy}",
        '${var.open ? jsonencode({ a = 1 }) : "{}"}',
        "${jsonencode(var.open ? { a = 1 } : { a = 2 })}",
        "${jsonencode(var.policy)}",
        "${jsonencode({ a = 1 }[var.key])}",
        "${jsonencode(concat([{ a = 1 }], var.more))}",
        "${jsonencode(merge({ a = 1 }, var.more))}",
        "${jsonencode([for each in var.all : each])}",
        "${jsonencode({ a = 1 })}${jsonencode({ b = 2 })}",
        "${data.aws_iam_policy_document.all.json}",
        "%{ if var.open }{}%{ endif }",
    ],
)
def test_what_depends_on_what_is_known_later_is_not_read(text: str) -> None:
    with pytest.raises(NotKnownError, match="cannot be read before Terraform knows it: "):
        decoded(Template(text))


def test_the_error_shows_in_one_short_line_what_stands_there() -> None:
    with pytest.raises(NotKnownError) as raised:
        decoded("no JSON,\n" + "but words " * 50)

    assert "\n" not in str(raised.value)
    assert "no JSON, but words" in str(raised.value)
    assert len(str(raised.value)) < 200


def test_a_document_with_a_key_twice_is_not_known() -> None:
    """Who reads it decides which of the two counts."""
    with pytest.raises(NotKnownError):
        decoded('{"Statement": [{"Effect": "Allow", "Effect": "Deny"}]}')
