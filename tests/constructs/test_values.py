"""Values: decided in Python when known, said in Terraform when not."""

import json
from typing import Any

from airflow_fargate.nulls import is_null
from airflow_fargate.values import (
    TokenNotAllowed,
    choose,
    equals,
    is_token,
    json_text,
    length,
    literal,
    merged,
    negate,
)

import pytest
from cdktf import TerraformOutput, TerraformVariable, Token
from cdktf_cdktf_provider_aws.kms_key import KmsKey


def outputs(synth: Any, build: Any) -> dict[str, Any]:
    """What a stack's outputs are in Terraform, for a function from stack to a dict of values."""

    def add(stack: Any) -> None:
        for name, value in build(stack).items():
            TerraformOutput(stack, name, value=value)

    return {name: found["value"] for name, found in synth(add)["output"].items()}


def variable(stack: Any, name: str, type_: str) -> TerraformVariable:
    return TerraformVariable(stack, name, type=type_)


@pytest.mark.parametrize("value", [None, True, False, 0, -5, 2.5, "text", "$x", [], ["a"], {}])
def test_python_values_are_no_tokens(value: object) -> None:
    assert not is_token(value)


def test_known_values_are_decided_in_python() -> None:
    assert choose(equals("none", "none"), 1, 2) == 1
    assert negate(equals(2, 3)) is True
    assert length(["a", "b"]) == 2
    assert merged({"a": "1"}, {"b": "2"}) == {"a": "1", "b": "2"}
    assert merged(None, {"b": "2"}) == {"b": "2"}


def test_variables_of_each_type_are_tokens_and_are_decided_by_terraform(synth: Any) -> None:
    def build(stack: Any) -> dict[str, Any]:
        nat = variable(stack, "nat", "string").string_value
        zones = variable(stack, "zones", "number").number_value
        logs = variable(stack, "logs", "bool").boolean_value
        subnets = variable(stack, "subnets", "list(string)").list_value
        tags = Token.as_string_map(variable(stack, "tags", "map(string)").value)
        assert all(is_token(value) for value in (nat, zones, logs, subnets, tags))
        return {
            "count": choose(equals(nat, "none"), 0, choose(equals(nat, "per_az"), zones, 1)),
            "not": negate(logs),
            "length": length(subnets),
            "text": choose(logs, f"{nat}-logs", "none"),
            "list": choose(logs, subnets, []),
            "merged": merged(tags, {"Name": "x"}),
        }

    assert outputs(synth, build) == {
        "count": '${(var.nat == "none") ? 0 : ((var.nat == "per_az") ? var.zones : 1)}',
        "not": "${!var.logs}",
        "length": "${length(var.subnets)}",
        "text": '${var.logs ? format("%s-logs", var.nat) : "none"}',
        "list": "${var.logs ? var.subnets : []}",
        "merged": '${merge(var.tags, {"Name" = "x"})}',
    }


def test_only_a_variable_can_be_null(synth: Any) -> None:
    def build(stack: Any) -> dict[str, Any]:
        given = variable(stack, "key_arn", "string").string_value
        assert is_null(stack, None) is True
        assert is_null(stack, "arn:aws:kms:x") is False
        assert is_null(stack, KmsKey(stack, "key").arn) is False
        return {"raw": is_null(stack, "${var.key_arn}"), "token": is_null(stack, given)}

    expected = "${var.key_arn == null}"
    assert outputs(synth, build) == {"raw": expected, "token": expected}


def test_text_with_braces_is_chosen_by_terraform_without_them() -> None:
    # cdktf would take them for the end of the expression.
    chosen = choose("${var.a}", '{"Resource": "${var.b}"}', "{}")
    text = r'format("\u007b\"Resource\": \"%s\"\u007d", var.b)'
    assert chosen == rf'${{var.a ? {text} : "\u007b\u007d"}}'


def test_a_value_that_decides_what_is_synthesized_must_be_known() -> None:
    assert literal("BrokerProps.pools", ["a"]) == ["a"]
    with pytest.raises(TokenNotAllowed, match=r"BrokerProps\.pools decides what is synthesized"):
        literal("BrokerProps.pools", "${var.pools}")


def test_json_of_known_values_is_what_json_says() -> None:
    value = {"a": [1, 2.5, None, True], "quote": 'say "no"', "path": "a\\b\n", "é": {}, "": ()}
    assert json.loads(json_text(value)) == {**value, "": []}


def test_json_keeps_expressions_and_escapes_what_is_around_them() -> None:
    assert json_text({"a": '"${x["k"].arn}:*"'}) == r"""{"a":"\"${x["k"].arn}:*\""}"""
    nested = '${merge({"a" = "b"}, {"c" = "d"})["a"]}'
    assert json_text([nested]) == f'["{nested}"]'


@pytest.mark.real
def test_terraform_reads_json_with_expressions_as_it_was_meant(synth: Any, terraform: Any) -> None:
    def build(stack: Any) -> None:
        def given(name: str, type_: str, default: Any) -> TerraformVariable:
            return TerraformVariable(stack, name, type=type_, default=default)

        given("queues", "map(string)", {"default": "arn:of:queue"})
        pools = given("pools", "list(string)", ["a", "b"]).list_value
        value = {
            "number": given("receives", "number", 3).number_value,
            "bool": given("wanted", "bool", default=False).boolean_value,
            "list": pools,
            "map": Token.as_string_map(given("tags", "map(string)", {"team": 'the "data"'}).value),
            "text": 'all of "${var.queues["default"]}:*"',
            "chosen": choose(equals(pools, []), "none", '${var.queues["default"]}'),
            "json in json": '${jsonencode({"url" = var.queues["default"]})}',
            '${var.queues["default"]}:sub': [{"nothing": None}, {"yes": True}],
        }
        TerraformOutput(stack, "json", value=json_text(value))

    runner = terraform(synth(build))
    runner.plan(out=runner.folder / "plan")
    found = json.loads(
        runner.show(runner.folder / "plan")["planned_values"]["outputs"]["json"]["value"]
    )
    assert found == {
        "number": 3,
        "bool": False,
        "list": ["a", "b"],
        "map": {"team": 'the "data"'},
        "text": 'all of "arn:of:queue:*"',
        "chosen": "arn:of:queue",
        "json in json": '{"url":"arn:of:queue"}',
        "arn:of:queue:sub": [{"nothing": None}, {"yes": True}],
    }


def test_a_list_from_terraform_inside_another_is_refused(synth: Any) -> None:
    def build(stack: Any) -> None:
        arns = variable(stack, "arns", "list(string)").list_value
        json_text([*arns, "arn:aws:sqs:eu-west-1:123456789012:mine"])

    with pytest.raises(TokenNotAllowed, match="stands as one item inside another list"):
        synth(build)
