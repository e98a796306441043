"""LoadBalancer: what the real Terraform makes of it, with settings by value and by variable."""

from typing import Any

from airflow_fargate import Network, NetworkProps
from airflow_fargate.load_balancer import LoadBalancer, LoadBalancerProps

import pytest
from cdktf import TerraformVariable, Token

from airflow_fargate_rehearsal.errors import TerraformError

CERTIFICATE = "arn:aws:acm:eu-west-1:123456789012:certificate/0"
TYPES = {
    "name": "string",
    "kind": "string",
    "scheme": "string",
    "certificate_arn": "string",
    "plain_http": "bool",
    "domain_name": "string",
    "allowed_cidr_blocks": "list(string)",
    "deletion_protection": "bool",
    "tags": "map(string)",
}
SETTINGS = [
    {"plain_http": True},
    {"kind": "application", "plain_http": True, "deletion_protection": False},
    {"certificate_arn": CERTIFICATE, "domain_name": "airflow.example.com"},
    {
        "kind": "application",
        "scheme": "internet-facing",
        "certificate_arn": CERTIFICATE,
        "allowed_cidr_blocks": ["203.0.113.0/24", "198.51.100.0/24"],
        "tags": {"team": "data"},
    },
]
DEFAULTS = {
    name: getattr(LoadBalancerProps(name="demo", plain_http=True), name) for name in TYPES
} | {"plain_http": False, "allowed_cidr_blocks": []}


def balanced(stack: Any, settings: dict[str, Any]) -> None:
    network = Network(stack, "network", NetworkProps(name="demo", flow_logs=False))
    props = LoadBalancerProps(**{"name": "demo", **settings})
    balancer = LoadBalancer(stack, "load_balancer", props, network=network)
    balancer.allow_to("api_server", "sg-00000001", 8080)
    balancer.allow_from("bastion", "sg-00000002")


def variables(stack: Any) -> None:
    def value(name: str, type_: str) -> Any:
        variable = TerraformVariable(stack, name, type=type_, nullable=True)
        return {
            "string": lambda: variable.string_value,
            "bool": lambda: variable.boolean_value,
            "list(string)": lambda: variable.list_value,
            "map(string)": lambda: Token.as_string_map(variable.value),
        }[type_]()

    balanced(stack, {name: value(name, type_) for name, type_ in TYPES.items()})


def as_module(config: dict[str, Any]) -> dict[str, Any]:
    """A synthesized stack as a module: the caller brings provider and state."""
    terraform = {k: v for k, v in config["terraform"].items() if k != "backend"}
    return {k: v for k, v in config.items() if k != "provider"} | {"terraform": terraform}


def of_module(plan: dict[str, Any], module: str) -> dict[str, Any]:
    """What a plan makes of a module's load balancer, by address, optional parts without index."""
    found = {}
    for change in plan["resource_changes"]:
        if change.get("module_address") == f"module.{module}" and "load_bal" in change["address"]:
            address = change["address"].removeprefix(f"module.{module}.").removesuffix("[0]")
            made = change["change"]
            found[address] = (made["after"], made["after_unknown"])
    return found


@pytest.mark.slow  # test_values_or_variables.py holds it for a whole deployment in `make test`
@pytest.mark.real
def test_a_stack_with_values_and_a_module_with_variables_plan_the_same(
    synth: Any, terraform: Any, subtests: pytest.Subtests
) -> None:
    modules = {"variables": as_module(synth(variables))}
    calls: dict[str, Any] = {}
    for number, settings in enumerate(SETTINGS):
        modules[f"literals_{number}"] = as_module(
            synth(lambda stack, settings=settings: balanced(stack, settings))
        )
        calls[f"variables_{number}"] = {"source": "./variables"} | DEFAULTS | settings
        calls[f"literals_{number}"] = {"source": f"./literals_{number}"}

    runner = terraform(synth(lambda _: None) | {"module": calls}, modules)
    runner.plan(out=runner.folder / "plan")
    plan = runner.show(runner.folder / "plan")

    for number, settings in enumerate(SETTINGS):
        with subtests.test(str(settings)):
            from_stack = of_module(plan, f"literals_{number}")
            assert len(from_stack) >= 6
            assert of_module(plan, f"variables_{number}") == from_stack


@pytest.mark.real
def test_terraform_refuses_when_it_plans_what_python_could_not_know(
    synth: Any, terraform: Any
) -> None:
    contradictions = {
        "neither": {},
        "both": {"certificate_arn": CERTIFICATE, "plain_http": True},
        "everybody": {"certificate_arn": CERTIFICATE, "scheme": "internet-facing"},
    }
    calls = {
        name: {"source": "./variables"} | DEFAULTS | settings
        for name, settings in contradictions.items()
    }
    modules = {"variables": as_module(synth(variables))}
    runner = terraform(synth(lambda _: None) | {"module": calls}, modules)
    with pytest.raises(TerraformError) as refused:
        runner.plan()
    told = str(refused.value)
    assert told.count("Either certificate_arn must be given, for HTTPS") == 2
    assert told.count("allowed_cidr_blocks must name the networks that may reach") == 1
