"""What stands outside resources: outputs, variables, and the settings of providers."""

from collections.abc import Iterator, Mapping
from typing import Any

from airflow_fargate_policies.reading.templates import read_value


def outside_of_plan(content: Mapping[str, Any]) -> dict[str, Any]:
    """By their names, `output.url` and `provider.aws.access_key`, what a plan says.

    Args:
        content: What `terraform show -json` printed.
    """
    outputs = content["planned_values"].get("outputs") or {}
    variables = content.get("variables") or {}
    return {
        **{f"output.{name}": said.get("value") for name, said in outputs.items()},
        **{f"var.{name}": said.get("value") for name, said in variables.items()},
        **{name: value for name, value in _of_providers(content) if value is not None},
    }


def _of_providers(content: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    for key, said in (content["configuration"].get("provider_config") or {}).items():
        for name, expression in (said.get("expressions") or {}).items():
            yield f"provider.{key}.{name}", _constants(expression)


def _constants(expression: Any) -> Any:
    if isinstance(expression, list):
        return [_constants(each) for each in expression]
    if isinstance(expression, dict):
        if "constant_value" in expression or "references" in expression:
            return expression.get("constant_value")
        return {name: _constants(each) for name, each in expression.items()}
    return None


def outside_of_json(content: Mapping[str, Any]) -> dict[str, Any]:
    """The same of what was synthesized: outputs, defaults of variables, providers.

    Args:
        content: Terraform's JSON.
    """
    found: dict[str, Any] = {}
    for name, body in _bodies(content.get("output")):
        found[f"output.{name}"] = read_value(body.get("value"))
    for name, body in _bodies(content.get("variable")):
        found[f"var.{name}"] = read_value(body.get("default"))
    for name, body in _bodies(content.get("provider")):
        alias = f".{body['alias']}" if isinstance(body.get("alias"), str) else ""
        for setting, value in body.items():
            if setting != "//":
                found[f"provider.{name}{alias}.{setting}"] = read_value(value)
    return {name: value for name, value in found.items() if value is not None}


def _bodies(blocks: Any) -> Iterator[tuple[str, Mapping[str, Any]]]:
    for each in blocks if isinstance(blocks, list) else [blocks or {}]:
        for name, bodies in each.items() if isinstance(each, dict) else ():
            for body in bodies if isinstance(bodies, list) else [bodies]:
                if isinstance(body, dict):
                    yield name, body
