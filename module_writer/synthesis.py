"""A module's Terraform JSON, from its definition."""

import json
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from airflow_fargate import Stack

from cdktf import App, TerraformLocal, TerraformOutput
from constructs import Construct

from module_writer.definition import Definition, Output
from module_writer.interface.variables import blocks

# A module is in the region of its caller's provider; that of the stack it is made in stays there.
_REGION = "eu-west-1"


NAMES = {
    "account_id": "${data.aws_caller_identity.current.account_id}",
    "partition": "${data.aws_partition.current.partition}",
    "region": "${data.aws_region.current.id}",
}
"""What stands in many places of each module, and what it is called in its HCL."""


@dataclass(frozen=True)
class Module:
    """A module as Terraform JSON, with what CDKTF says about each resource under ``//``.

    ``names`` are what its HCL calls by a name where the JSON says it in full.
    """

    config: dict[str, Any]
    names: Mapping[str, Any]


def synthesized(definition: Definition) -> Module:
    """The module of a definition."""
    with tempfile.TemporaryDirectory() as folder:
        app = App(outdir=folder)
        stack = Stack(app, "module", region=_REGION, local_state=True)
        made = definition.build(stack)
        for name, output in made.outputs.items():
            _add(stack, name, output)
        of_names = Construct(stack, "_names")
        for name, value in made.names.items():
            TerraformLocal(of_names, name, value)
        app.synth()
        config = json.loads((Path(folder) / "stacks/module/cdk.tf.json").read_text())
    written = config.pop("locals", {})
    names = NAMES | {name: written[name] for name in made.names}
    config = as_module(config) | {"variable": blocks(definition.variables)}
    config |= {"locals": dict(definition.locals)} if definition.locals else {}
    return Module(config, names)


def as_module(config: Mapping[str, Any]) -> dict[str, Any]:
    """A stack without what the caller of a module brings: provider and state."""
    terraform = {key: value for key, value in config["terraform"].items() if key != "backend"}
    rest = {key: value for key, value in config.items() if key not in ("provider", "//")}
    return rest | {"terraform": terraform}


def _add(stack: Stack, name: str, output: Output) -> None:
    added = TerraformOutput(stack, name, value=output.value, description=output.description)
    if output.depends_on:
        # CDKTF would write expressions, of which Terraform takes none here.
        needed = [f"{r.terraform_resource_type}.{r.friendly_unique_id}" for r in output.depends_on]
        added.add_override("depends_on", needed)
