"""What a stack begins with comes before all that it manages."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

from airflow_fargate import InvalidValue, Stack
from airflow_fargate.begin_with import without_predecessor

import pytest
from cdktf import App, TerraformLocal, TerraformResource
from constructs import Construct

from airflow_fargate_rehearsal.errors import TerraformError
from airflow_fargate_rehearsal.terraform.binary import find_terraform
from airflow_fargate_rehearsal.terraform.driver import Terraform

ROOT = Path(__file__).parent.parent.parent
Synth = Callable[[Callable[[Stack], object]], dict[str, Any]]


def resources(**blocks: Any) -> dict[str, Any]:
    return {"resource": {"terraform_data": blocks}}


def test_what_depends_on_nothing_waits() -> None:
    config = resources(first={}, one={}, two={"input": "terraform_data.one.id"})
    assert without_predecessor(config, ["terraform_data.first"]) == [
        "terraform_data.one",
        "terraform_data.two",
    ]


@pytest.mark.parametrize(
    "reference",
    [
        {"input": "${terraform_data.one.id}"},
        {"input": "a ${upper(terraform_data.one[0].output)} z"},
        {"nested": [{"block": {"values": ["${terraform_data.one}"]}}]},
        {"depends_on": ["terraform_data.one"]},
        {"lifecycle": [{"replace_triggered_by": ["terraform_data.one"]}]},
        {"input": "${data.http.page.body}"},
        {"input": "${local.name}"},
    ],
)
def test_what_depends_on_another_waits_with_it(reference: dict[str, Any]) -> None:
    config = resources(first={}, one={}, two=reference)
    config["data"] = {"http": {"page": {"url": "${local.name}"}}}
    config["locals"] = {"name": "${terraform_data.one.id}"}
    assert without_predecessor(config, ["terraform_data.first"]) == ["terraform_data.one"]


def test_what_the_first_one_depends_on_does_not_wait_for_it() -> None:
    config = resources(
        first={"input": "${data.http.page.body}"},
        before={"depends_on": ["terraform_data.long_before"]},
        long_before={},
        one={},
    )
    config["data"] = {"http": {"page": {"url": "${terraform_data.before.id}"}}}
    assert without_predecessor(config, ["terraform_data.first"]) == ["terraform_data.one"]


def test_what_depends_only_on_what_comes_before_waits_for_the_first_one() -> None:
    config = resources(
        before={},
        first={"input": "${terraform_data.before.id}"},
        one={"input": "${terraform_data.before.id}"},
        two={"input": "${terraform_data.before.id}${terraform_data.first.id}"},
    )
    assert without_predecessor(config, ["terraform_data.first"]) == ["terraform_data.one"]


def test_metadata_and_text_that_looks_like_an_address_are_no_references() -> None:
    config = resources(
        first={},
        one={},
        two={"//": {"metadata": "${terraform_data.one.id}"}, "input": "terraform_data.one"},
        three={"input": "$${terraform_data.one.id}"},
        four={"input": "${data.terraform_data.one.id}"},
    )
    config["data"] = {"terraform_data": {"one": {}}}
    waiting = without_predecessor(config, ["terraform_data.first"])
    assert waiting == [f"terraform_data.{name}" for name in ("one", "two", "three", "four")]


def test_data_sources_and_modules_are_not_told_to_wait() -> None:
    config = resources(first={}, one={"input": "${module.part.id}"})
    config |= {"data": {"http": {"page": {}}}, "module": {"part": {"source": "./part"}}}
    assert without_predecessor(config, ["terraform_data.first"]) == ["terraform_data.one"]


def data(scope: Construct, id_: str, input_: str = "", **settings: Any) -> TerraformResource:
    """A resource that Terraform itself has: it needs no provider."""
    resource = TerraformResource(scope, id_, terraform_resource_type="terraform_data", **settings)
    resource.add_override("input", input_ or id_)
    return resource


def test_the_terraform_of_a_stack_says_who_waits(tmp_path: Path) -> None:
    app = App(outdir=str(tmp_path))
    stack = Stack(app, "test", region="eu-west-1", local_state=True)
    before = data(stack, "before")
    first = data(stack, "first", before.get_string_attribute("id"))
    one = data(Construct(stack, "part"), "one")
    data(stack, "two", TerraformLocal(stack, "name", one.get_string_attribute("id")).as_string)
    data(stack, "three", before.get_string_attribute("id"))
    stack.begin_with(first)
    stack.begin_with(data(stack, "second"))
    # Later in the program, and it has a depends_on of its own.
    data(stack, "late", depends_on=[before])
    both = ["terraform_data.first", "terraform_data.second"]

    for _ in range(2):
        app.synth()
        config = json.loads((tmp_path / "stacks/test/cdk.tf.json").read_text())
        blocks = config["resource"]["terraform_data"]
        assert {name: block.get("depends_on") for name, block in blocks.items()} == {
            "before": None,
            "first": None,
            "second": None,
            "part_one": both,
            "two": None,
            "three": both,
            "late": ["terraform_data.before", *both],
        }


def test_output_as_hcl_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    app = App(outdir=str(tmp_path), hcl_output=True)
    stack = Stack(app, "test", region="eu-west-1", local_state=True)
    stack.begin_with(data(stack, "first"))
    with pytest.raises(RuntimeError, match="SYNTH_HCL_OUTPUT must be unset"):
        app.synth()


def test_what_is_no_managed_resource_of_the_stack_is_refused() -> None:
    app = App()
    stack = Stack(app, "test", region="eu-west-1", local_state=True)
    other = data(Stack(app, "other", region="eu-west-1", local_state=True), "one")
    for wrong in (other, stack, "terraform_data.one"):
        with pytest.raises(InvalidValue, match="What stack test begins with must be one of its"):
            stack.begin_with(wrong)  # type: ignore[arg-type]


@pytest.mark.real
def test_terraform_applies_nothing_when_the_first_one_fails(synth: Synth, tmp_path: Path) -> None:
    def build(stack: Stack) -> None:
        data(stack, "two", data(stack, "one").get_string_attribute("id"))
        data(stack, "counted", count=2)
        first = data(stack, "first")
        first.add_override("provisioner", {"local-exec": {"command": "exit 1"}})
        stack.begin_with(first)

    config = synth(build)
    del config["provider"], config["terraform"]
    (tmp_path / "cdk.tf.json").write_text(json.dumps(config))
    terraform = Terraform(
        binary=find_terraform(ROOT, print), folder=tmp_path, environment={"CHECKPOINT_DISABLE": "1"}
    )
    terraform.init()
    with pytest.raises(TerraformError, match="exit 1"):
        terraform.apply()
    applied = terraform.show()["values"]["root_module"]["resources"]
    assert [resource["address"] for resource in applied] == ["terraform_data.first"]
