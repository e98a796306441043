"""Services whose settings come from Terraform variables, and what Terraform says to them."""

import dataclasses
from collections.abc import Callable
from typing import Any

import pytest
from cdktf import TerraformVariable, Token

TYPES = {"exec": "bool", "spot": "bool", "tags": "map(string)"}
KNOWN_IN_PYTHON = {"statements"}
TEXTS = {"name", "pool", "kms_key_arn", "permissions_boundary_arn"}


def variable_for(stack: Any, field: str) -> Any:
    """A field's value as a variable of Terraform; one variable for all services."""
    type_ = TYPES.get(field, "string" if field in TEXTS else "number")
    variable = stack.node.try_find_child(field) or TerraformVariable(
        stack, field, type=type_, nullable=True
    )
    if type_ == "map(string)":
        return Token.as_string_map(variable.value)
    kinds = {"string": "string_value", "number": "number_value", "bool": "boolean_value"}
    return getattr(variable, kinds[type_])


@pytest.fixture
def with_variables(deployment: Any) -> Callable[[Any], None]:
    """Build all services, with variables for all of their settings."""

    def build(stack: Any) -> None:
        parts = deployment(stack)
        kind = TerraformVariable(stack, "load_balancer_kind", type="string").string_value
        front = parts.load_balancer(kind=kind)
        for service, (_, props) in parts.kinds.items():
            fields = {field.name for field in dataclasses.fields(props)} - KNOWN_IN_PYTHON
            settings = {field: variable_for(stack, field) for field in sorted(fields)}
            own = {"load_balancer": front} if service == "api_server" else {}
            parts.add(service, **settings, **own)

    return build


@pytest.fixture
def with_literals(deployment: Any) -> Callable[[Any], None]:
    """Build all services, with an application load balancer in front of the api-server."""

    def build(stack: Any) -> None:
        parts = deployment(stack)
        front = parts.load_balancer(kind="application")
        for service in parts.kinds:
            own = {"load_balancer": front} if service == "api_server" else {}
            parts.add(service, desired_count=2, exec=True, **own)

    return build


def test_every_setting_can_be_a_variable(synth: Any, with_variables: Any) -> None:
    resources = synth(with_variables)["resource"]
    worker = resources["aws_ecs_service"]["worker_default"]
    assert worker["name"] == "worker-${var.pool}"
    assert worker["desired_count"] == "${var.desired_count}"
    (strategy,) = worker["capacity_provider_strategy"]
    assert strategy["capacity_provider"] == '${var.spot ? "FARGATE_SPOT" : "FARGATE"}'
    definition = resources["aws_ecs_task_definition"]["worker_default"]
    assert definition["cpu"] == "${tostring(var.cpu)}"
    assert definition["ephemeral_storage"] == {"size_in_gib": "${var.ephemeral_storage_gib}"}
    command = '"--queues","${var.pool}","--concurrency","${tostring(var.concurrency)}"'
    assert command in definition["container_definitions"]


def test_a_variable_decides_on_exec(synth: Any, with_variables: Any) -> None:
    resources = synth(with_variables)["resource"]
    assert resources["aws_ecs_service"]["scheduler"]["enable_execute_command"] == "${var.exec}"
    policy = resources["aws_iam_role_policy"]["scheduler_exec"]
    assert policy["count"] == "${var.exec ? 1 : 0}"
    # A container's mounts cannot depend on it: they are there for when it is on.
    definitions = resources["aws_ecs_task_definition"]["scheduler"]["container_definitions"]
    assert definitions.count("/var/lib/amazon") == 1


def test_a_variable_decides_whether_a_proxy_is_trusted(synth: Any, with_variables: Any) -> None:
    definitions = synth(with_variables)["resource"]["aws_ecs_task_definition"]["api_server"]
    condition = 'var.load_balancer_kind == "application"'
    assert f'"command":${{jsonencode(({condition}) ? [' in definitions["container_definitions"]


@pytest.mark.real
@pytest.mark.parametrize("settings", ["with_literals", "with_variables"])
def test_terraform_accepts_it(validate: Any, settings: str, request: pytest.FixtureRequest) -> None:
    validate(request.getfixturevalue(settings))
