"""The HCL form of the real stacks plans what the JSON form plans, on the embedded AWS."""

import json
from collections.abc import Mapping
from typing import Any

import pytest
from module_writer.hcl.schemas import Schemas
from module_writer.hcl.write import write_files
from module_writer.synthesis import as_module
from tests.module_writer.conftest import SETTINGS
from tests.module_writer.known_values import read
from tests.module_writer.rare import CONFIG as RARE

CALLS: dict[str, tuple[str, dict[str, Any]]] = {
    "state": ("state", {}),
    "dev": ("airflow-dev", {}),
    "prod": ("airflow-prod", {}),
    "rare": (
        "rare",
        {
            "name": "demo",
            "password": "made-up",
            "providers": {"aws": "aws", "aws.replica": "aws.replica"},
        },
    ),
} | {f"variables_{name}": ("variables", values) for name, values in SETTINGS.items()}


def changes(plan: Mapping[str, Any], module: str) -> dict[str, Any]:
    """What a plan does in a module, JSON in strings read."""
    prefix = f"module.{module}"
    return {
        each["address"].removeprefix(f"{prefix}."): read(each["change"])
        for each in plan["resource_changes"]
        if each.get("module_address") == prefix
    }


def configured(plan: Mapping[str, Any], module: str) -> dict[str, Any]:
    """What Terraform read of a module: blocks, and which expression refers to what."""
    read_module = plan["configuration"]["root_module"]["module_calls"][module]["module"]
    return _comparable(read_module)


def _comparable(value: Any) -> Any:
    match value:
        case {"references": references}:
            return {"references": sorted(set(references))}
        case {"constant_value": None}:
            return {}  # to say null is to say nothing
        case {"constant_value": str(constant)} if constant.startswith(("{", "[")) or (
            "${" in constant
        ):
            # In JSON a call without references is told as its text, in HCL not at all.
            return {}
        case dict():
            inside = {name: _comparable(each) for name, each in value.items()}
            module = "provider_config_key"  # it has the module's name in it
            return {name: each for name, each in inside.items() if each != {} and name != module}
        case list():
            return [_comparable(each) for each in value]
    return value


@pytest.fixture(scope="module")
def plan(configurations: dict[str, Any], schemas: Schemas, terraform: Any) -> dict[str, Any]:
    """One plan of all stacks, each called as a module in both forms."""
    runner = terraform({"terraform": {"required_providers": {"aws": {"source": "hashicorp/aws"}}}})
    calls: dict[str, Any] = {}
    for name, (stack, variables) in CALLS.items():
        module = RARE if stack == "rare" else as_module(configurations[stack])
        for form in ("json", "hcl"):
            folder = runner.folder / f"{stack}-{form}"
            folder.mkdir(exist_ok=True)
            if form == "json":
                (folder / "main.tf.json").write_text(json.dumps(module))
            else:
                for file, text in write_files(module, schemas).items():
                    (folder / file).write_text(text)
            calls[f"{name}_{form}"] = {"source": f"./{folder.name}", **variables}
    runner.write(
        {
            "terraform": {"required_providers": {"aws": {"source": "hashicorp/aws"}}},
            "provider": {
                "aws": [{"region": "eu-west-1"}, {"region": "eu-west-2", "alias": "replica"}]
            },
            "module": calls,
        }
    )
    runner.init()
    runner.validate()
    runner.plan(out=runner.folder / "plan")
    return runner.show(runner.folder / "plan")


@pytest.mark.slow
@pytest.mark.real
@pytest.mark.parametrize("name", CALLS)
def test_both_forms_plan_the_same(name: str, plan: dict[str, Any]) -> None:
    from_json, from_hcl = changes(plan, f"{name}_json"), changes(plan, f"{name}_hcl")
    assert len(from_json) >= 6
    assert from_hcl == from_json


@pytest.mark.slow
@pytest.mark.real
@pytest.mark.parametrize("name", CALLS)
def test_terraform_reads_the_same_blocks_and_references_in_both_forms(
    name: str, plan: dict[str, Any]
) -> None:
    assert configured(plan, f"{name}_hcl") == configured(plan, f"{name}_json")
