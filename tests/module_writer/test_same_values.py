"""Every argument of the real stacks has the same value in the HCL form as in the JSON form."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from module_writer.hcl.schemas import Schemas
from module_writer.hcl.write import write_files
from tests.module_writer.conftest import SETTINGS, Run
from tests.module_writer.known_values import (
    arguments_as_outputs,
    known,
    read,
    with_known_references,
)


@pytest.fixture
def outputs(tmp_path: Path, run_terraform: Run) -> Callable[..., dict[str, Any]]:
    """What Terraform makes of files whose outputs are all that they have."""

    def run(name: str, files: dict[str, str], variables: dict[str, Any]) -> dict[str, Any]:
        folder = tmp_path / name
        folder.mkdir()
        for file, text in files.items():
            (folder / file).write_text(text)
        (folder / "terraform.tfvars.json").write_text(json.dumps(variables))
        run_terraform(folder, "init", "-input=false")
        run_terraform(folder, "plan", "-input=false", "-out=plan")
        plan = json.loads(run_terraform(folder, "show", "-json", "plan"))
        return {name: each["value"] for name, each in plan["planned_values"]["outputs"].items()}

    return run


# What a module may call by a name of its own; the last is a part of what containers get.
NAMES = {
    "account_id": "${data.aws_caller_identity.current.account_id}",
    "region": "${data.aws_region.current.id}",
    "kms_key_arn": "${(var.kms_key_arn == null) ? one(aws_kms_key.key[*].arn) : var.kms_key_arn}",
    "common": {
        "AIRFLOW__CELERY__BROKER_URL": "sqs://",
        "AIRFLOW__LOGGING__REMOTE_LOGGING": "True",
        "AIRFLOW__CORE__EXECUTOR": "CeleryExecutor",
    },
}


@pytest.mark.slow
@pytest.mark.real
@pytest.mark.parametrize(
    ("stack", "variables"),
    [
        ("state", {}),
        ("airflow-dev", {}),
        ("airflow-prod", {}),
        *(("variables", each) for each in SETTINGS.values()),
    ],
    ids=["state", "dev", "prod", *(f"variables, {name} said" for name in SETTINGS)],
)
def test_every_argument_has_the_same_value_in_both_forms(
    stack: str,
    variables: dict[str, Any],
    configurations: dict[str, Any],
    schemas: Schemas,
    outputs: Callable[..., dict[str, Any]],
) -> None:
    config = configurations[stack]
    arguments = arguments_as_outputs(config)
    values = json.dumps({"locals": known(config, schemas)})
    as_json = {"main.tf.json": with_known_references(json.dumps(arguments))}
    names = NAMES if stack == "variables" else {}
    as_hcl = {
        name: with_known_references(text)
        for name, text in write_files(arguments, schemas, names=names).items()
    }
    for name in names:
        assert f"local.{name}" in as_hcl["outputs.tf"]
    from_json = outputs("json", {"known.tf.json": values} | as_json, variables)
    from_hcl = outputs("hcl", {"known.tf.json": values} | as_hcl, variables)
    assert len(from_json) >= len(config["resource"])
    for name, value in from_json.items():
        assert read(from_hcl[name]) == read(value), name
