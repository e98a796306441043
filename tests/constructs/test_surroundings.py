"""Account, region and partition: asked of Terraform once in each stack."""

import json

from airflow_fargate import Stack
from airflow_fargate.surroundings import account_id, partition, region

import cdktf
from cdktf import App, TerraformOutput
from constructs import Construct


def test_a_stack_has_each_data_source_once_however_many_constructs_ask() -> None:
    stack = Stack(App(), "test", region="eu-west-1")
    for name in ("one", "two"):
        part = Construct(stack, name)
        value = [account_id(part), region(part), partition(part)]
        TerraformOutput(part, "out", value=value)

    config = json.loads(cdktf.Testing.synth(stack))
    expected = [
        "${data.aws_caller_identity.current.account_id}",
        "${data.aws_region.current.id}",
        "${data.aws_partition.current.partition}",
    ]
    assert [output["value"] for output in config["output"].values()] == [expected, expected]
    assert {kind: list(named) for kind, named in config["data"].items()} == {
        "aws_caller_identity": ["current"],
        "aws_region": ["current"],
        "aws_partition": ["current"],
    }


def test_every_stack_asks_for_itself() -> None:
    app = App()
    for name in ("one", "two"):
        stack = Stack(app, name, region="eu-west-1")
        TerraformOutput(stack, "out", value=region(stack))

        config = json.loads(cdktf.Testing.synth(stack))
        assert list(config["data"]["aws_region"]) == ["current"]
        assert config["output"]["out"]["value"] == "${data.aws_region.current.id}"
