"""What ECS is told of a deployment's containers: the constructs' task definitions, filled in.

What Terraform would know of resources is given by the caller. An environment variable that is made
of something else is an error: then the constructs say something new.
"""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import airflow_fargate as af

from cdktf import App

_EXPRESSION = re.compile(r"\$\{([^{}]*)\}")
_REFERENCE = re.compile(r"(?:data\.)?aws_\w+\.\w+(?:\.\w+)?")


@dataclass(frozen=True)
class Container:
    """What one container runs, and with which environment; secrets are in it too."""

    command: list[str]
    environment: dict[str, str]


def deployment(props: af.AirflowFargateProps, out: Path) -> dict[str, Any]:
    """The resources of a deployment, as synthesized, by type and name."""
    app = App(outdir=str(out))
    stack = af.Stack(app, props.name, region="eu-west-1", local_state=True)
    af.AirflowFargate(stack, "_airflow", props)
    app.synth()
    return json.loads((out / "stacks" / props.name / "cdk.tf.json").read_text())["resource"]


def containers(resource: Mapping[str, Any], known: Mapping[str, str]) -> dict[str, Container]:
    """The containers of a task definition, by name.

    Args:
        resource: The task definition, as synthesized.
        known: What Terraform would know, by the reference in the expression.

    Raises:
        KeyError: An environment variable is made of something else.
    """
    definitions = json.loads(filled_in(resource["container_definitions"], known))
    found = {}
    for definition in definitions:
        environment = {each["name"]: each["value"] for each in definition["environment"]}
        # ECS puts the secret's value there.
        environment |= {each["name"]: each["valueFrom"] for each in definition["secrets"]}
        if unknown := [value for value in environment.values() if _EXPRESSION.search(value)]:
            raise KeyError(f"the harness has no value for {unknown}")
        found[definition["name"]] = Container(definition["command"], environment)
    return found


def filled_in(text: str, known: Mapping[str, str]) -> str:
    """A text of Terraform's, with the known expressions replaced by what they stand for."""

    def value(match: re.Match[str]) -> str:
        reference = _REFERENCE.search(match[1])
        return known.get(reference[0], match[0]) if reference else match[0]

    return _EXPRESSION.sub(value, text)
