"""A configuration in the form that checkov is given."""

import json
from pathlib import Path
from typing import Any

import pytest
from tests.policies.written import ReadHcl, ReadPlanned, ReadStack

from airflow_fargate_policies.builtin.flattened import Flattened
from airflow_fargate_policies.builtin.taken import Taken
from airflow_fargate_policies.resource import Configuration, Resource, Template, without_keys

KEY = Resource(address="aws_kms_key.key", type="aws_kms_key", name="key", values={})


def _configuration(*resources: Resource) -> Configuration:
    return Configuration(name="x", kind="synthesized", path=Path("x"), resources=resources)


def _planned(flattened: Flattened, taken: Taken | None = None) -> dict[str, dict[str, Any]]:
    root = flattened.plan(taken or Taken())["planned_values"]["root_module"]
    return {each["address"]: each["values"] for each in root["resources"]}


def _referred(flattened: Flattened) -> dict[str, Any]:
    root = flattened.plan(Taken())["configuration"]["root_module"]
    return {
        each["address"]: {name: said["references"] for name, said in each["expressions"].items()}
        for each in root["resources"]
    }


def _resource(address: str = "aws_x.r", **values: Any) -> Resource:
    type_, name = without_keys(address).rsplit(".", 2)[-2:]
    return Resource(address=address, type=type_, name=name, values=values)


def _written(*others: Resource, **values: Any) -> tuple[Any, bool]:
    """How values of a resource are written, and whether that has met what is not known."""
    flattened = Flattened(_configuration(_resource(**values), *others))
    return _planned(flattened)["aws_x.r_0"], bool(flattened.unknown["aws_x.r_0"])


def test_every_instance_has_a_name_of_its_own_and_is_found_again() -> None:
    instances = [
        _resource('aws_x.r["a.b"]', n=1),
        _resource('aws_x.r["c"]', n=2),
        _resource("module.m[0].aws_x.r", n=3),
        Resource(address="data.aws_y.d", mode="data", type="aws_y", name="d", values={"n": 4}),
    ]

    flattened = Flattened(_configuration(*instances))

    assert _planned(flattened) == {
        "aws_x.r_0": {"n": 1},
        "aws_x.r_1": {"n": 2},
        "aws_x.r_2": {"n": 3},
        "data.aws_y.d_3": {"n": 4},
    }
    assert list(flattened.resources.values()) == instances


def test_ephemeral_resources_are_none_that_checkov_knows(read_stack: ReadStack) -> None:
    configuration = read_stack({"aws_x": {"r": {}}}, ephemeral={"random_password": {"p": {}}})

    assert list(Flattened(configuration).resources) == ["aws_x.r_0"]


@pytest.mark.parametrize(
    ("expression", "written"),
    [
        ("aws_kms_key.key.arn", "aws_kms_key.key_1.arn"),
        ("aws_kms_key.key[0].arn", "aws_kms_key.key_1.arn"),
        ('aws_kms_key.key["a"].arn', "aws_kms_key.key_1.arn"),
        ("element(aws_kms_key.key[*].arn, count.index)", "aws_kms_key.key_1.arn"),
        ("one(aws_kms_key.key[*].arn)", "aws_kms_key.key_1.arn"),
        ("aws_kms_key.key", "aws_kms_key.key_1"),
    ],
)
def test_a_reference_names_the_resource_as_it_is_called_here(expression: str, written: str) -> None:
    assert _written(KEY, key=Template(f"${{{expression}}}")) == ({"key": written}, False)


def test_a_text_with_references_keeps_them() -> None:
    found = _written(KEY, text=Template("${aws_kms_key.key.arn}/*"))

    assert found == ({"text": "aws_kms_key.key_1.arn/*"}, False)


def test_a_reference_in_a_module_is_to_its_own_resource_first() -> None:
    resources = [
        _resource("aws_kms_key.key"),
        _resource("module.a.aws_kms_key.key"),
        _resource('module.a["x"].aws_x.own', key=Template("${aws_kms_key.key.arn}")),
        _resource("module.b.aws_x.root", key=Template("${aws_kms_key.key.arn}")),
        _resource("module.b.aws_x.other", key=Template("${module.a.aws_kms_key.key.arn}")),
    ]

    planned = _planned(Flattened(_configuration(*resources)))

    assert planned["aws_x.own_2"] == {"key": "aws_kms_key.key_1.arn"}
    assert planned["aws_x.root_3"] == {"key": "aws_kms_key.key_0.arn"}
    assert planned["aws_x.other_4"] == {"key": "aws_kms_key.key_1.arn"}


@pytest.mark.parametrize(
    "expression",
    [
        "var.key_arn",
        'var.open ? "0.0.0.0/0" : "10.0.0.0/8"',
        "module.network.vpc_id",
        "aws_kms_key.missing.arn",
        "coalesce(aws_kms_key.key.arn, var.key)",
        "element(aws_kms_key.missing[*].arn, 0)",
    ],
)
def test_what_is_no_reference_to_a_resource_that_is_there_is_not_known(expression: str) -> None:
    _, unknown = _written(KEY, key=Template(f"${{{expression}}}"))
    _, in_text = _written(KEY, key=Template(f"a-${{{expression}}}"))
    _, deep = _written(KEY, block=[{"key": Template(f"${{{expression}}}")}])

    assert unknown
    assert in_text
    assert deep


def test_what_stands_in_a_plan_is_known_whatever_it_looks_like(read_planned: ReadPlanned) -> None:
    flattened = Flattened(
        read_planned({"type": "aws_x", "name": "r", "values": {"text": "${aws:username}"}})
    )

    assert flattened.unknown == {"aws_x.r_0": ()}
    assert _planned(flattened) == {"aws_x.r_0": {"text": "${aws:username}"}}


@pytest.mark.parametrize(
    "hcl",
    [
        'policy = jsonencode({ Statement = [{ Resource = "${aws_kms_key.key.arn}/*" }] })',
        'policy = "{\\"Statement\\": [{\\"Resource\\": \\"${aws_kms_key.key.arn}/*\\"}]}"',
        'policy = <<EOT\n{"Statement": [{"Resource": "${aws_kms_key.key.arn}/*"}]}\nEOT\n',
    ],
)
def test_a_document_is_json_text_with_names_as_they_are_here(read_hcl: ReadHcl, hcl: str) -> None:
    flattened = Flattened(
        read_hcl(f'resource "aws_x" "r" {{\n  {hcl}\n}}\nresource "aws_kms_key" "key" {{}}\n')
    )

    policy = _planned(flattened)["aws_x.r_1"]["policy"]
    assert json.loads(policy) == {"Statement": [{"Resource": "aws_kms_key.key_0.arn/*"}]}
    assert not any(flattened.unknown.values())


def test_an_unknown_part_of_a_document_is_seen() -> None:
    found, unknown = _written(
        container_definitions=Template('[{"name": "web", "privileged": ${var.privileged}}]')
    )

    assert json.loads(found["container_definitions"]) == [{"name": "web"}]
    assert unknown


@pytest.mark.parametrize(
    ("expression", "is_unknown"),
    [
        ("aws_x.other.policy", True),
        ("var.policy", True),
        ("data.aws_iam_policy_document.d.json", False),
    ],
)
def test_a_document_that_stands_elsewhere_is_known_where_checkov_reads_it(
    expression: str, *, is_unknown: bool
) -> None:
    document = Resource(
        address="data.aws_iam_policy_document.d",
        mode="data",
        type="aws_iam_policy_document",
        name="d",
        values={},
    )

    _, unknown = _written(document, _resource("aws_x.other"), policy=Template(f"${{{expression}}}"))

    assert unknown is is_unknown


def test_what_is_empty_is_left_out() -> None:
    found = _written(policy="", logging=[], tags={}, on=False, zero=0, block=[{"a": ""}])

    assert found == ({"on": False, "zero": 0, "block": [{}]}, False)


def test_references_are_written_down_by_the_names_of_all_instances() -> None:
    queue = Resource(
        address="aws_x.r",
        type="aws_x",
        name="r",
        values={"key": "arn:aws:kms:eu-central-1:123456789012:key/1"},
        references={
            "key": ("aws_kms_key.key", "aws_kms_key.missing"),
            "not_given": ("aws_kms_key.key",),
        },
    )
    keys = [_resource("aws_kms_key.key[0]"), _resource("aws_kms_key.key[1]")]

    found = _referred(Flattened(_configuration(queue, *keys)))

    assert found["aws_x.r_0"] == {"key": ["aws_kms_key.key_1", "aws_kms_key.key_2"]}


def test_resources_that_may_not_be_there_are_left_out_when_so_taken(read_hcl: ReadHcl) -> None:
    flattened = Flattened(
        read_hcl(
            'resource "aws_x" "sure" {}\nresource "aws_x" "maybe" {\n  count = var.on ? 1 : 0\n}\n'
        )
    )

    assert set(_planned(flattened)) == {"aws_x.maybe_0", "aws_x.sure_1"}
    assert set(_planned(flattened, Taken(optional=False))) == {"aws_x.sure_1"}
