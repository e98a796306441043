"""Tasks of a living deployment: applied, changed, given another key and taken out again."""

import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

from airflow_fargate.fargate_task import FargateTask, FargateTaskProps
from airflow_fargate.task_host import TaskHost

import boto3
import pytest
from cdktf_cdktf_provider_aws.kms_key import KmsKey

pytestmark = pytest.mark.real
SAMPLE = Path(__file__).parents[2] / "task_images/numbers"
MANIFEST = "application/vnd.oci.image.manifest.v1+json"
REPOSITORY = "changing/tasks/{}"


@pytest.fixture
def folders(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("task_images")


@pytest.fixture
def config(folders: Path, synth: Any) -> Callable[..., Any]:
    """The synthesized stack of some tasks, as their folders are at that time."""

    def of(*tasks: str, own_key: bool = False) -> Any:
        def build(stack: Any) -> None:
            key = KmsKey(stack, "key", deletion_window_in_days=7) if own_key else None
            host = TaskHost(
                name="changing",
                cluster_arn="arn:aws:ecs:eu-west-1:123456789012:cluster/changing",
                private_subnet_ids=["subnet-00000001"],
                security_group_ids=["sg-00000001"],
                file_system_id="fs-00000001",
                file_system_arn="arn:aws:elasticfilesystem:eu-west-1:123456789012:file-system/fs-1",
                access_point_id="fsap-00000001",
                access_point_arn=(
                    "arn:aws:elasticfilesystem:eu-west-1:123456789012:access-point/fsap-1"
                ),
                kms_key_arn=key.arn if key else None,
            )
            for task in tasks:
                folder = folders / task
                if not folder.exists():
                    shutil.copytree(SAMPLE, folder)
                FargateTask(stack, f"task_{task}", FargateTaskProps(folder=folder), host=host)

        return synth(build)

    return of


@pytest.mark.slow  # one real thing more than a run of `make test` has time for
def test_tasks_are_changed_and_taken_out_while_their_images_are_there(
    config: Callable[..., Any], terraform: Any, embedded_aws: str, folders: Path
) -> None:
    ecr = boto3.client(
        "ecr",
        endpoint_url=embedded_aws,
        region_name="eu-west-1",
        aws_access_key_id="testing",
        aws_secret_access_key="testing",
    )
    runner = terraform(config("first", "second"))
    runner.apply()
    for task in ("first", "second"):
        ecr.put_image(
            repositoryName=REPOSITORY.format(task),
            imageManifest=json.dumps({"schemaVersion": 2, "mediaType": MANIFEST}),
            imageTag="pushed",
        )

    # Another image, and another key for all.
    (folders / "first/more.txt").write_text("more")
    runner.write(config("first", "second", own_key=True))
    runner.apply()
    kept = ecr.describe_repositories(repositoryNames=[REPOSITORY.format("first")])["repositories"]
    assert [each["encryptionConfiguration"]["encryptionType"] for each in kept] == ["AES256"]
    assert runner.plan() == {}

    # One is taken out, with the image in its repository.
    runner.write(config("first", own_key=True))
    runner.apply()
    with pytest.raises(ecr.exceptions.RepositoryNotFoundException):
        ecr.describe_repositories(repositoryNames=[REPOSITORY.format("second")])
    assert runner.plan() == {}

    runner.destroy()
