"""A deployment whose Fargate tasks run, for tests of what starts and watches them."""

import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path

import boto3
import pytest
from airflow_fargate_runtime import (
    ecs_task_descriptions,
    ecs_task_follower,
    ecs_tasks,
)

from .deployment import PATH, Deployment
from .operators import PROGRAM

ROOT = Path(__file__).parents[3]


@pytest.fixture(scope="session")
def fargate_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("fargate")


@pytest.fixture(scope="session")
def embedded_aws(fargate_folder: Path) -> Iterator[str]:
    """Address of an embedded AWS of these tests' own, whose ECS tasks are processes."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("AWS_")}
    access = {"AWS_ACCESS_KEY_ID": "testing", "AWS_SECRET_ACCESS_KEY": "testing"}
    with (
        (fargate_folder / "log").open("w") as log,
        subprocess.Popen(
            [
                ROOT / ".tools/venvs/develop/bin/python",
                "-m",
                "airflow_fargate_rehearsal.aws",
                "--fargate",
                fargate_folder,
            ],
            cwd=fargate_folder,
            env=kept | access,
            stdout=subprocess.PIPE,
            stderr=log,
            text=True,
        ) as process,
    ):
        assert process.stdout
        address = process.stdout.readline().strip()
        assert address, (fargate_folder / "log").read_text()
        yield address
        process.terminate()


@pytest.fixture
def temporary_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A container's /tmp, in which nothing is kept yet."""
    folder = tmp_path / "tmp"
    folder.mkdir()
    monkeypatch.setenv("TMPDIR", str(folder))
    monkeypatch.setattr(tempfile, "tempdir", None)
    return folder


@pytest.fixture(scope="session")
def subnet(embedded_aws: str) -> str:
    ec2 = boto3.client(
        "ec2",
        endpoint_url=embedded_aws,
        region_name="eu-west-1",
        aws_access_key_id="testing",
        aws_secret_access_key="testing",
    )
    vpc = ec2.create_vpc(CidrBlock="10.0.0.0/16")["Vpc"]["VpcId"]
    ec2.modify_vpc_attribute(VpcId=vpc, EnableDnsHostnames={"Value": True})
    return ec2.create_subnet(VpcId=vpc, CidrBlock="10.0.0.0/24")["Subnet"]["SubnetId"]


@pytest.fixture
def deployment(
    fargate_folder: Path,
    subnet: str,
    aws_access: None,
    temporary_folder: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> Iterator[Deployment]:
    """A deployment without tasks."""
    monkeypatch.setenv("AIRFLOW_FARGATE_TASKS_PATH", PATH)
    monkeypatch.setattr(ecs_task_follower, "SETTLE_SECONDS", 0.2)
    monkeypatch.setattr(ecs_task_descriptions, "SECONDS_GATHERED", 0.05)
    monkeypatch.setattr(ecs_tasks, "SECONDS_BETWEEN_LOOKS", 0.2)
    deployment = Deployment(fargate_folder, subnet)
    yield deployment
    for task in deployment.tasks():
        if task["lastStatus"] != "STOPPED":
            deployment.ecs.stop_task(cluster=deployment.cluster, task=task["taskArn"])
    (fargate_folder / "images.jsonl").unlink(missing_ok=True)
    shutil.rmtree(fargate_folder / "task_images", ignore_errors=True)


@pytest.fixture
def even_odd(deployment: Deployment) -> Deployment:
    deployment.add_task("even_odd", PROGRAM)
    return deployment
