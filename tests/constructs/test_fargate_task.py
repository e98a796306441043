"""`FargateTask`: what a folder, or an image from elsewhere, becomes."""

import json
from pathlib import Path
from typing import Any

from airflow_fargate.fargate_task import FargateTask, FargateTaskProps
from airflow_fargate.iam import Statement

import pytest
from tests.constructs.one_task import (
    ACCESS_POINT,
    FILE_SYSTEM,
    STORAGE,
    built,
    container,
    given,
    host,
    statements,
)

ROOT = Path(__file__).parent.parent.parent


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A task folder: a Dockerfile and a program."""
    made = tmp_path / "report"
    made.mkdir()
    (made / "Dockerfile").write_text('FROM x\nCOPY . .\nVOLUME ["/tmp", "/work"]\nUSER 50000\n')
    (made / "report.py").write_text("print()\n")
    return made


def test_a_folder_is_all_it_takes(synth: Any, folder: Path) -> None:
    resources = built(synth, folder)
    assert resources["aws_ecr_repository"]["report"]["name"] == "demo/tasks/report"
    definition = resources["aws_ecs_task_definition"]["report"]
    assert (definition["cpu"], definition["memory"]) == ("256", "512")
    assert definition["family"] == "demo_task_report"
    assert "ephemeral_storage" not in definition
    assert container(resources)["image"].startswith("${aws_ecr_repository.report.repository_url}:")
    assert resources["aws_ssm_parameter"]["report"]["name"] == "/airflow-fargate/demo/tasks/report"
    assert set(resources["aws_iam_role_policy"]) == {"report_execution"}


def test_the_task_waits_for_its_image(synth: Any, folder: Path) -> None:
    definition = built(synth, folder)["aws_ecs_task_definition"]["report"]
    assert definition["depends_on"] == ["terraform_data.report_build"]


def test_an_image_from_elsewhere_is_not_built(synth: Any) -> None:
    resources = given(synth)
    assert "aws_ecr_repository" not in resources
    assert "terraform_data" not in resources
    assert container(resources)["image"] == "example.com/report:1"


def test_a_folder_without_dockerfile_names_its_image_in_task_toml(synth: Any, folder: Path) -> None:
    (folder / "Dockerfile").unlink()
    (folder / "task.toml").write_text(
        'image_uri = "example.com/report:1"\nwritable_paths = ["/work"]'
    )
    resources = built(synth, folder)
    assert container(resources)["image"] == "example.com/report:1"
    assert [mount["containerPath"] for mount in container(resources)["mountPoints"]] == ["/work"]


def test_it_runs_as_the_user_of_its_dockerfile(synth: Any, folder: Path) -> None:
    resources = built(synth, folder)
    assert container(resources)["user"] == "50000"
    assert "AF_ROOT_USER" not in json.dumps(resources)


def test_the_user_of_an_image_from_elsewhere_is_its_own_and_policies_are_told(synth: Any) -> None:
    resources = given(synth)
    assert "user" not in container(resources)
    definition = resources["aws_ecs_task_definition"]["report"]
    assert list(definition["//"]["policy_exceptions"]) == ["AF_ROOT_USER"]


def test_the_root_is_read_only_and_volumes_can_be_written(synth: Any, folder: Path) -> None:
    resources = built(synth, folder)
    assert container(resources)["readonlyRootFilesystem"] is True
    mounts = container(resources)["mountPoints"]
    assert [mount["containerPath"] for mount in mounts] == ["/tmp", "/work"]
    assert not any(mount["readOnly"] for mount in mounts)
    volumes = resources["aws_ecs_task_definition"]["report"]["volume"]
    assert [volume["name"] for volume in volumes] == [mount["sourceVolume"] for mount in mounts]


def test_task_toml_sets_and_python_wins_or_adds(synth: Any, folder: Path) -> None:
    (folder / "task.toml").write_text("""
        cpu = 512
        memory_mib = 1024
        ephemeral_storage_gib = 30
        capacity_provider = "FARGATE_SPOT"
        environment = { A = "toml", B = "toml" }
        [[statements]]
        sid = "FromToml"
        actions = ["s3:GetObject"]
        resources = ["arn:aws:s3:::in/*"]
        """)
    resources = built(
        synth,
        folder,
        memory_mib=2048,
        environment={"B": "python", "C": "python"},
        statements=[
            Statement(sid="FromPython", actions=["s3:PutObject"], resources=["arn:aws:s3:::out/*"])
        ],
    )
    definition = resources["aws_ecs_task_definition"]["report"]
    assert (definition["cpu"], definition["memory"]) == ("512", "2048")
    assert definition["ephemeral_storage"] == {"size_in_gib": 30}
    environment = {pair["name"]: pair["value"] for pair in container(resources)["environment"]}
    assert environment == {"A": "toml", "B": "python", "C": "python"}
    assert list(statements(resources, "task")) == ["FromToml", "FromPython"]
    parameter = json.loads(resources["aws_ssm_parameter"]["report"]["insecure_value"])
    strategy = [{"capacityProvider": "FARGATE_SPOT", "weight": 1}]
    assert parameter["capacity_provider_strategy"] == strategy


def test_the_shared_storage_is_mounted_over_tls_as_the_role_and_nowhere_else(synth: Any) -> None:
    resources = given(synth, host(**STORAGE), shared_storage_path="/shared")
    (volume,) = resources["aws_ecs_task_definition"]["report"]["volume"]
    assert volume["efs_volume_configuration"] == {
        "file_system_id": "fs-00000001",
        "transit_encryption": "ENABLED",
        "authorization_config": {"access_point_id": "fsap-00000001", "iam": "ENABLED"},
    }
    (mount,) = container(resources)["mountPoints"]
    assert (mount["containerPath"], mount["readOnly"]) == ("/shared", False)
    permitted = statements(resources, "task")["MountSharedStorage"]
    assert permitted["Resource"] == [FILE_SYSTEM]
    assert permitted["Action"] == [
        "elasticfilesystem:ClientMount",
        "elasticfilesystem:ClientWrite",
    ]
    only = {"StringEquals": {"elasticfilesystem:AccessPointArn": ACCESS_POINT}}
    assert permitted["Condition"] == only


def test_read_only_storage_can_be_mounted_and_not_written(synth: Any) -> None:
    resources = given(
        synth, host(**STORAGE), shared_storage_path="/shared", shared_storage_read_only=True
    )
    assert container(resources)["mountPoints"][0]["readOnly"] is True
    permitted = statements(resources, "task")["MountSharedStorage"]["Action"]
    assert permitted == ["elasticfilesystem:ClientMount"]


@pytest.mark.parametrize("image", ["even_odd", "numbers"])
def test_the_samples_are_sized_as_in_the_article(synth: Any, image: str) -> None:
    props = FargateTaskProps(folder=ROOT / "task_images" / image)
    config = synth(lambda stack: FargateTask(stack, "x", props, host=host(**STORAGE)))
    definition = config["resource"]["aws_ecs_task_definition"]["x"]
    size = (definition["cpu"], definition["memory"])
    assert size == {"even_odd": ("512", "1024"), "numbers": ("256", "512")}[image]
    (only,) = json.loads(definition["container_definitions"])
    assert [mount["containerPath"] for mount in only["mountPoints"]] == ["/shared"]
