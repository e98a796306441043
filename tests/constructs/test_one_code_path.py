"""The spike: one construct, once with Python values in a stack, once with variables as a module.

For each setting of each variable the real Terraform plans both against the embedded AWS; what they
would make must be the same, but for the address: an optional part that a variable decides has an
index, a plain one has none.
"""

import json
from typing import Any

from airflow_fargate import Network, NetworkProps

import pytest
from cdktf import TerraformVariable, Token

TYPES = {
    "cidr_block": "string",
    "az_count": "number",
    "nat": "string",
    "flow_logs": "bool",
    "log_retention_days": "number",
    "kms_key_arn": "string",
    "permissions_boundary_arn": "string",
    "tags": "map(string)",
}
SETTINGS = [
    {},
    {"az_count": 3},
    {"az_count": 2, "nat": "per_az"},
    {"nat": "none"},
    {"flow_logs": False},
    {"cidr_block": "172.16.0.0/21"},
    {"log_retention_days": 90},
    {"kms_key_arn": "arn:aws:kms:eu-west-1:123456789012:key/mine"},
    {"permissions_boundary_arn": "arn:aws:iam::123456789012:policy/boundary"},
    {"tags": {"team": "data"}},
]


def literals(settings: dict[str, Any]) -> Any:
    return lambda stack: Network(stack, "_network", NetworkProps(name="demo", **settings))


def variables(stack: Any) -> None:
    values: dict[str, Any] = {}
    for name, type_ in TYPES.items():
        variable = TerraformVariable(stack, name, type=type_, nullable=True)
        values[name] = {
            "string": lambda v: v.string_value,
            "number": lambda v: v.number_value,
            "bool": lambda v: v.boolean_value,
            "map(string)": lambda v: Token.as_string_map(v.value),
        }[type_](variable)
    Network(stack, "_network", NetworkProps(name="demo", **values))


OPTIONAL_TYPES = (
    "aws_cloudwatch_log_group",
    "aws_flow_log",
    "aws_iam_role",
    "aws_iam_role_policy",
    "aws_security_group",
)


def as_module(config: dict[str, Any]) -> dict[str, Any]:
    """A synthesized stack as a module: the caller brings provider and state."""
    terraform = {k: v for k, v in config["terraform"].items() if k != "backend"}
    return {k: v for k, v in config.items() if k != "provider"} | {"terraform": terraform}


def of_module(plan: dict[str, Any], module: str) -> dict[str, Any]:
    """What a plan makes in a module: address to attributes and to what is known after apply."""
    found = {}
    for change in plan["resource_changes"]:
        if change["mode"] == "managed" and change["module_address"] == f"module.{module}":
            address = change["address"].removeprefix(f"module.{module}.")
            if change["type"] in OPTIONAL_TYPES:
                address = address.removesuffix("[0]")
            found[address] = (change["change"]["after"], change["change"]["after_unknown"])
    return found


@pytest.mark.slow  # test_values_or_variables.py holds it for a whole deployment in `make test`
@pytest.mark.real
def test_a_stack_with_values_and_a_module_with_variables_plan_the_same(
    synth: Any, terraform: Any, subtests: pytest.Subtests
) -> None:
    # One plan for all: the module called once for each setting, and a stack made for each.
    defaults = {name: getattr(NetworkProps(name="demo"), name) for name in TYPES}
    modules = {"variables": as_module(synth(variables))}
    calls: dict[str, Any] = {}
    for number, settings in enumerate(SETTINGS):
        modules[f"literals_{number}"] = as_module(synth(literals(settings)))
        calls[f"variables_{number}"] = {"source": "./variables"} | defaults | settings
        calls[f"literals_{number}"] = {"source": f"./literals_{number}"}
    root = synth(lambda _: None) | {"module": calls}

    runner = terraform(root, modules)
    runner.plan(out=runner.folder / "plan")
    plan = runner.show(runner.folder / "plan")

    for number, settings in enumerate(SETTINGS):
        with subtests.test(json.dumps(settings)):
            from_module = of_module(plan, f"variables_{number}")
            from_stack = of_module(plan, f"literals_{number}")
            assert len(from_stack) > 10
            assert from_module.keys() == from_stack.keys()
            assert from_module == from_stack


def test_the_module_really_has_variables_and_no_value_of_one(synth: Any) -> None:
    config = synth(variables)
    text = json.dumps(config["resource"])
    for name in TYPES:
        assert f"var.{name}" in text
