"""Images, applied by the real Terraform: what is built when, and what a missing builder stops."""

import dataclasses
import json
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

from airflow_fargate.airflow_image import AirflowImage, AirflowImageProps
from airflow_fargate.iam import policy
from airflow_fargate.task_image import TaskImage, TaskImageProps

import pytest
from cdktf import TerraformOutput, TerraformVariable, Token
from cdktf_cdktf_provider_aws.ssm_parameter import SsmParameter

from airflow_fargate_rehearsal.errors import TerraformError

pytestmark = pytest.mark.real
VARIABLE = "AIRFLOW_FARGATE_IMAGE_BUILDER"
ECR = "123456789012.dkr.ecr.eu-west-1.amazonaws.com"


@pytest.fixture
def folders(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("folders")
    (folder / "dags").mkdir()
    for name in ("airflow", "even", "odd"):
        (folder / name).mkdir()
        (folder / name / "Dockerfile").write_text("FROM a\nCOPY --from=dags . /dags\n")
    return folder


@pytest.fixture
def images(folders: Path) -> Callable[[Any], None]:
    def build(stack: Any) -> None:
        props = AirflowImageProps(
            name="imaged", folder=folders / "airflow", dags_folder=folders / "dags"
        )
        uris = {"airflow": AirflowImage(stack, "airflow", props).uri}
        for name in ("even", "odd"):
            settings = TaskImageProps(name="imaged", task=name, folder=folders / name)
            uris[name] = TaskImage(stack, name, settings).uri
        # Something that has nothing to do with images.
        SsmParameter(stack, "parameter", name="imaged", type="String", value="x")
        for name, uri in uris.items():
            TerraformOutput(stack, f"{name}_uri", value=uri)

    return build


@pytest.fixture
def started(synth: Any, terraform: Any) -> Callable[..., Any]:
    """Terraform over a stack, with more variables in its environment."""

    def start(build: Any, **environment: str) -> Any:
        runner = terraform(synth(build))
        return dataclasses.replace(runner, environment={**runner.environment, **environment})

    return start


def recorded(record: Path) -> dict[str, Any]:
    lines = (
        [json.loads(line) for line in record.read_text().splitlines()] if record.exists() else []
    )
    record.unlink(missing_ok=True)
    return {line["uri"].partition("/")[2]: line for line in lines}


def test_an_image_is_built_when_its_folder_changes_and_only_then(
    synth: Any, started: Any, images: Any, folders: Path, tmp_path: Path
) -> None:
    record = tmp_path / "record"
    runner = started(images, **{VARIABLE: f"record:{record}"})
    runner.apply()
    first = {name: output.value for name, output in runner.outputs().items()}
    built = recorded(record)
    assert {f"{ECR}/{uri}" for uri in built} == set(first.values())
    airflow = built[first["airflow_uri"].partition("/")[2]]
    assert airflow["folder"] == str(folders / "airflow")
    assert airflow["contexts"] == {"dags": str(folders / "dags")}
    assert runner.plan() == {}

    (folders / "even/run.py").write_text("print(2)\n")
    runner.write(synth(images))
    assert runner.plan() == {
        "terraform_data.image_builder": "replace",
        "terraform_data.even_build": "replace",
        "output.even_uri": "update",
    }
    runner.apply()
    second = {name: output.value for name, output in runner.outputs().items()}
    assert set(recorded(record)) == {second["even_uri"].partition("/")[2]}
    assert {name for name in first if first[name] != second[name]} == {"even_uri"}

    runner.destroy()
    assert recorded(record) == {}


def test_without_a_builder_nothing_at_all_is_made(
    started: Any, images: Any, tmp_path: Path
) -> None:
    # A machine with Python and nothing else.
    (tmp_path / "bin").mkdir()
    (tmp_path / "bin/python3").symlink_to(sys.executable)
    runner = started(images, PATH=str(tmp_path / "bin"), **{VARIABLE: ""})
    with pytest.raises(TerraformError, match=r"(?s)docker is not installed.*Install one of them"):
        runner.apply()
    # Of what failed Terraform keeps that it has to run it again.
    assert runner.resource_types() == ["terraform_data"]


def test_terraform_accepts_variables_for_all_that_python_need_not_know(
    validate: Any, folders: Path
) -> None:
    def build(stack: Any) -> None:
        def variable(name: str, type_: str) -> Any:
            return TerraformVariable(stack, name, type=type_, nullable=True)

        common: Any = {
            "name": variable("name", "string").string_value,
            "deletion_protection": variable("deletion_protection", "bool").boolean_value,
            "retained_images": variable("retained_images", "number").number_value,
            "kms_key_arn": variable("kms_key_arn", "string").string_value,
            "tags": Token.as_string_map(variable("tags", "map(string)").value),
        }
        TaskImage(stack, "built", TaskImageProps(task="it", folder=folders / "odd", **common))
        given = AirflowImage(
            stack,
            "given",
            AirflowImageProps(
                uri=variable("uri", "string").string_value,
                architecture=variable("architecture", "string").string_value,
                **common,
            ),
        )
        TerraformOutput(stack, "pull", value=policy(given.pull_statements))

    validate(build)


def test_who_pulls_an_image_that_a_variable_names_may_pull_that_one(
    synth: Any, terraform: Any
) -> None:
    # Local values stand for the variable, and for what AWS tells of the account.
    given = {"ours": f"{ECR}/tools/odd:2026-11", "public": "python:3.13-slim"}

    def build(stack: Any) -> None:
        for name in given:
            props = TaskImageProps(name="demo", task=name, uri=f"${{local.{name}}}")
            image = TaskImage(stack, f"{name}_image", props)
            TerraformOutput(stack, name, value=policy(image.pull_statements))

    written = json.dumps(synth(build)["output"])
    outputs = json.loads(written.replace("data.aws_partition.current.partition", "local.here"))
    config = synth(lambda _: None) | {"locals": {**given, "here": "aws"}, "output": outputs}
    runner = terraform(config)
    runner.plan(out=runner.folder / "plan")
    planned = runner.show(runner.folder / "plan")["planned_values"]["outputs"]
    pulled = {
        name: json.loads(output["value"])["Statement"][1]["Resource"]
        for name, output in planned.items()
    }
    assert pulled == {
        "ours": ["arn:aws:ecr:eu-west-1:123456789012:repository/tools/odd"],
        "public": ["arn:aws:ecr:*:*:repository/_"],
    }
