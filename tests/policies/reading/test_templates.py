"""Text with `${...}` in it: what stands there, and what is known later."""

import pytest

from airflow_fargate_policies.reading.templates import (
    address_of,
    expression_of,
    is_known,
    read_text,
    read_value,
    references,
    split,
    template,
)
from airflow_fargate_policies.resource import Template


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("plain", [(False, "plain")]),
        ("${var.x}", [(True, "var.x")]),
        ("a${ var.x }b", [(False, "a"), (True, "var.x"), (False, "b")]),
        ('${f("}", {a = "${b}"})}!', [(True, 'f("}", {a = "${b}"})'), (False, "!")]),
        ('${f("\\"}")}', [(True, 'f("\\"}")')]),
        ('${f("$${x}")}', [(True, 'f("$${x}")')]),
        ("$${aws:username}", [(False, "${aws:username}")]),
        ("100%%{x} $${a} ${b.c}", [(False, "100%{x} ${a} "), (True, "b.c")]),
        ("%{ if var.x }a%{ endif }", [(True, "if var.x"), (False, "a"), (True, "endif")]),
        ("{ $ } % {", [(False, "{ $ } % {")]),
        ("${never closed", [(True, "never closed")]),
    ],
)
def test_text_is_split_into_what_stands_there_and_expressions(
    text: str, parts: list[tuple[bool, str]]
) -> None:
    assert list(split(text)) == parts


@pytest.mark.parametrize(
    "text", ["", "plain", "${var.x}", "a${b.c}d", "$${aws:username}/${var.x}", "%%{x}${y.z}"]
)
def test_a_text_put_together_from_its_parts_says_the_same(text: str) -> None:
    assert template(split(text)) == text


def test_what_is_escaped_is_known_and_what_is_open_is_not() -> None:
    assert read_text("$${aws:username}") == "${aws:username}"
    assert is_known(read_text("$${aws:username}"))
    assert read_text("a${var.x}") == "a${var.x}"
    assert not is_known(read_text("a${var.x}"))


def test_a_value_is_read_however_deep_and_loses_what_is_null() -> None:
    value = read_value({"a": None, "b": [{"c": "${x.y}", "d": None}, None], "e": {"f": False}})

    assert value == {"b": [{"c": "${x.y}"}], "e": {"f": False}}
    assert isinstance(value["b"][0]["c"], Template)
    assert not is_known(value)
    assert is_known(value["e"])


def test_an_expression_with_text_around_it_is_not_the_expression() -> None:
    assert expression_of(Template("${aws_kms_key.key.arn}")) == "aws_kms_key.key.arn"
    assert expression_of(Template("${aws_kms_key.key.arn}/*")) is None
    assert expression_of("${known_text_of_a_plan}") is None


@pytest.mark.parametrize(
    ("expression", "found"),
    [
        ("aws_kms_key.key.arn", ["aws_kms_key.key.arn"]),
        ("aws_subnet.public[0].id", ["aws_subnet.public.id"]),
        ("aws_subnet.public.0.id", ["aws_subnet.public.id"]),
        ("aws_subnet.public[*].id", ["aws_subnet.public.id"]),
        ('aws_subnet.public["a.b"].id', ["aws_subnet.public.id"]),
        ("var.a ? b_c.d.e : data.f_g.h.i", ["var.a", "b_c.d.e", "data.f_g.h.i"]),
        ('"ecs.amazonaws.com"', []),
        ('join(",", ["a.b", "x${c_d.e.f}"])', ["c_d.e.f"]),
        ("1.5 + length(var.x)", ["var.x"]),
    ],
)
def test_references_are_found_in_code_and_not_in_texts(expression: str, found: list[str]) -> None:
    assert sorted(references(Template(f"${{{expression}}}"))) == sorted(found)


def test_an_address_is_a_reference_without_attributes() -> None:
    assert address_of("aws_kms_key.key.arn") == "aws_kms_key.key"
    assert address_of("data.aws_vpc.main.id") == "data.aws_vpc.main"
    assert address_of("ephemeral.random_password.p.result") == "ephemeral.random_password.p"
    assert address_of("module.network.vpc_id") == "module.network"
