"""Small configurations for the tests of rules."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from airflow_fargate_policies.finding import Finding
from airflow_fargate_policies.resource import Configuration, Resource
from airflow_fargate_policies.rules import check_own


def resource(
    address: str, references: Mapping[str, tuple[str, ...]] | None = None, /, **values: Any
) -> Resource:
    """A resource by its address."""
    type_, name = address.split(".")[-2:]
    return Resource(
        address=address, type=type_, name=name, values=values, references=references or {}
    )


def task(**container: Any) -> Resource:
    """A task definition with one container, which is as it should be but for what is said."""
    good = {
        "name": "it",
        "image": "registry.example/it:1.0",
        "user": "50000",
        "readonlyRootFilesystem": True,
        "logConfiguration": {"logDriver": "awslogs", "options": {"awslogs-group": "/it"}},
    }
    told = {key: value for key, value in (good | container).items() if value is not None}
    return resource("aws_ecs_task_definition.it", container_definitions=json.dumps([told]))


def configuration(*resources: Resource, **outside: Any) -> Configuration:
    """A plan with some resources, and with outputs."""
    return Configuration(
        name="it",
        kind="plan",
        path=Path("plan.json"),
        resources=resources,
        outside={f"output.{name}": value for name, value in outside.items()},
    )


def findings(rule: str, *resources: Resource, **outside: Any) -> list[Finding]:
    """What a rule says of them."""
    return [each for each in check_own(configuration(*resources, **outside)) if each.rule == rule]


def policy(**statement: Any) -> str:
    """A policy with one statement."""
    return json.dumps({"Version": "2012-10-17", "Statement": [{"Effect": "Allow"} | statement]})
