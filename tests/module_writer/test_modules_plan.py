"""The published modules, planned by the real Terraform against the embedded AWS."""

import json
import shutil
from collections.abc import Mapping
from typing import Any

import pytest
from module_writer.publish import files_beside, made
from tests.conftest import ROOT
from tests.module_writer.known_values import read
from tests.module_writer.module_calls import CALLS, MADE_BESIDE

EACH = [(module, said) for module, settings in CALLS.items() for said in settings]


def changes(plan: Mapping[str, Any], call: str) -> dict[str, Any]:
    """What a plan does in a called module, JSON in strings read."""
    prefix = f"module.{call}"
    return {
        each["address"].removeprefix(f"{prefix}."): read(each["change"])
        for each in plan["resource_changes"]
        if each.get("module_address") == prefix
    }


@pytest.fixture(scope="module")
def plan(terraform: Any) -> dict[str, Any]:
    """One plan of all calls, each of the HCL that is published and of the JSON it is made from.

    It would fail where the number of something depends on what is made in the same apply.
    """
    root = {"terraform": {"required_providers": {"aws": {"source": "hashicorp/aws"}}}}
    runner = terraform(root)
    calls: dict[str, Any] = {}
    for module, settings in CALLS.items():
        as_json = runner.folder / f"{module}-json"
        as_json.mkdir()
        (as_json / "main.tf.json").write_text(json.dumps(made(module)[1].config))
        for name, text in files_beside(module).items():
            (as_json / name).write_text(text)
        as_hcl = runner.folder / f"{module}-hcl"
        shutil.copytree(
            ROOT / "modules" / module, as_hcl, ignore=shutil.ignore_patterns(".terraform*")
        )
        for said, inputs in settings.items():
            for form in (as_json, as_hcl):
                calls[f"{form.name}-{said}"] = {"source": f"./{form.name}"} | inputs
    beside = {"provider": {"aws": {"region": "eu-west-1"}}, "resource": MADE_BESIDE}
    runner.write(root | beside | {"module": calls})
    runner.init()
    runner.plan(out=runner.folder / "plan")
    return runner.show(runner.folder / "plan")


@pytest.mark.real
@pytest.mark.parametrize(("module", "said"), EACH)
def test_both_forms_of_a_module_plan_the_same(module: str, said: str, plan: dict[str, Any]) -> None:
    from_json = changes(plan, f"{module}-json-{said}")
    assert len(from_json) > 5
    assert changes(plan, f"{module}-hcl-{said}") == from_json
