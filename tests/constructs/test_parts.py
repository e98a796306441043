"""Optional and repeated parts: one way to write them for values and for variables."""

from typing import Any

from airflow_fargate.parts import for_each, optional, repeated

import pytest
from cdktf import TerraformOutput, TerraformVariable
from cdktf_cdktf_provider_aws.sqs_queue import SqsQueue


def queue(stack: Any, count: Any = None) -> SqsQueue:
    return SqsQueue(stack, "work_queue", name="work", count=count)


def test_an_optional_part_is_plain_or_absent_when_python_knows(synth: Any) -> None:
    def build(stack: Any) -> None:
        there = optional(True, lambda count: queue(stack, count))
        absent = optional(False, lambda count: SqsQueue(stack, "other_queue", count=count))
        TerraformOutput(stack, "there", value=there.get("arn"))
        assert absent.get("arn") is None

    config = synth(build)
    assert config["output"]["there"]["value"] == "${aws_sqs_queue.work.arn}"
    assert list(config["resource"]["aws_sqs_queue"]) == ["work"]
    assert "count" not in config["resource"]["aws_sqs_queue"]["work"]


def test_an_optional_part_has_a_count_when_a_variable_decides(synth: Any) -> None:
    def build(stack: Any) -> None:
        wanted = TerraformVariable(stack, "wanted", type="bool").boolean_value
        part = optional(wanted, lambda count: queue(stack, count))
        TerraformOutput(stack, "arn", value=part.get("arn"))

    config = synth(build)
    assert config["resource"]["aws_sqs_queue"]["work"]["count"] == "${var.wanted ? 1 : 0}"
    assert config["output"]["arn"]["value"] == "${one(aws_sqs_queue.work[*].arn)}"


def test_a_repeated_part_says_count_for_values_and_variables_alike(synth: Any) -> None:
    def build(stack: Any, number: Any) -> None:
        part = repeated(number, lambda count: queue(stack, count))
        TerraformOutput(stack, "all", value=part.all("arn"))
        TerraformOutput(stack, "one", value=part.at("count.index", "arn"))

    literal = synth(lambda stack: build(stack, 3))
    token = synth(
        lambda stack: build(stack, TerraformVariable(stack, "n", type="number").number_value)
    )
    assert literal["resource"]["aws_sqs_queue"]["work"]["count"] == 3
    assert token["resource"]["aws_sqs_queue"]["work"]["count"] == "${var.n}"
    assert literal["output"] == token["output"]
    assert literal["output"]["all"]["value"] == "${aws_sqs_queue.work[*].arn}"


def test_a_part_repeated_no_times_is_absent(synth: Any) -> None:
    def build(stack: Any) -> None:
        assert repeated(0, lambda count: queue(stack, count)).all("arn") == []

    assert "resource" not in synth(build)


def test_for_each_has_a_key_for_each(synth: Any) -> None:
    def build(stack: Any) -> None:
        wanted = TerraformVariable(stack, "wanted", type="bool").boolean_value
        for_each(["a", "b"], lambda: queue(stack))
        for_each(["c"], lambda: SqsQueue(stack, "if_queue"), when=wanted)
        for_each(["d"], lambda: SqsQueue(stack, "no_queue"), when=False)

    queues = synth(build)["resource"]["aws_sqs_queue"]
    assert queues["work"]["for_each"] == '${toset(["a", "b"])}'
    assert queues["if"]["for_each"] == '${toset(var.wanted ? ["c"] : [])}'
    assert "no" not in queues


@pytest.mark.parametrize("kind", ["literal", "variable"])
def test_parts_of_for_each_are_referred_to_by_their_keys(synth: Any, kind: str) -> None:
    def build(stack: Any) -> None:
        keys = TerraformVariable(stack, "pools", type="list(string)").list_value
        part = for_each(keys if kind == "variable" else ["a", "b"], lambda: queue(stack))
        key = TerraformVariable(stack, "pool", type="string").string_value
        TerraformOutput(stack, "literal", value=part.of("a", "arn"))
        TerraformOutput(stack, "variable", value=part.of(key, "arn"))
        TerraformOutput(stack, "paired", value=part.of("${each.key}", "arn"))
        TerraformOutput(stack, "all", value=part.all("arn"))
        TerraformOutput(stack, "keys", value=part.keys())

    config = synth(build)
    for_each_of = {"literal": '${toset(["a", "b"])}', "variable": "${toset(var.pools)}"}
    assert config["resource"]["aws_sqs_queue"]["work"]["for_each"] == for_each_of[kind]
    assert {name: found["value"] for name, found in config["output"].items()} == {
        "literal": '${aws_sqs_queue.work["a"].arn}',
        "variable": "${aws_sqs_queue.work[var.pool].arn}",
        "paired": "${aws_sqs_queue.work[each.key].arn}",
        # Not aws_sqs_queue.work[*].arn: that takes the map for one object, and finds no arn in it.
        "all": "${values(aws_sqs_queue.work)[*].arn}",
        "keys": "${keys(aws_sqs_queue.work)}",
    }


def test_keys_are_for_parts_of_for_each_and_numbers_for_parts_of_count(synth: Any) -> None:
    def build(stack: Any) -> None:
        keyed = for_each(["a"], lambda: queue(stack))
        with pytest.raises(TypeError, match=r"made by for_each has no number 0: .* with of\(\)"):
            keyed.at(0, "arn")
        counted = repeated(1, lambda count: SqsQueue(stack, "other_queue", count=count))
        with pytest.raises(TypeError, match=r"made by count has no key 'a': .* to at\(\)"):
            counted.of("a", "arn")
        assert counted.keys() == []

    synth(build)


def test_a_part_that_is_left_out_has_no_attributes(synth: Any) -> None:
    def build(stack: Any) -> None:
        absent = for_each([], lambda: queue(stack))
        assert (absent.all("arn"), absent.keys()) == ([], [])
        with pytest.raises(IndexError, match="no part 'a': the part is left out"):
            absent.of("a", "arn")
        with pytest.raises(IndexError, match="no part 0: the part is left out"):
            repeated(0, lambda count: queue(stack, count)).at(0, "arn")

    synth(build)
