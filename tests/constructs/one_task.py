"""One task, synthesized: what tests of FargateTask share."""

import json
from pathlib import Path
from typing import Any

from airflow_fargate.fargate_task import FargateTask, FargateTaskProps
from airflow_fargate.task_host import TaskHost

ACCOUNT = "123456789012"
CLUSTER = f"arn:aws:ecs:eu-west-1:{ACCOUNT}:cluster/demo"
FILE_SYSTEM = f"arn:aws:elasticfilesystem:eu-west-1:{ACCOUNT}:file-system/fs-00000001"
ACCESS_POINT = f"arn:aws:elasticfilesystem:eu-west-1:{ACCOUNT}:access-point/fsap-00000001"
SECRET = f"arn:aws:secretsmanager:eu-west-1:{ACCOUNT}:secret:db-AbCdEf"
KEY = f"arn:aws:kms:eu-west-1:{ACCOUNT}:key/mine"


def host(**settings: Any) -> TaskHost:
    place = {
        "name": "demo",
        "cluster_arn": CLUSTER,
        "private_subnet_ids": ["subnet-00000001", "subnet-00000002"],
        "security_group_ids": ["sg-00000001"],
    }
    return TaskHost(**(place | settings))


STORAGE = {
    "file_system_id": "fs-00000001",
    "file_system_arn": FILE_SYSTEM,
    "access_point_id": "fsap-00000001",
    "access_point_arn": ACCESS_POINT,
}


def given(synth: Any, at: TaskHost | None = None, **settings: Any) -> Any:
    """Synthesize one task of an image from elsewhere; resources by type, then by name."""
    props = FargateTaskProps(task="report", image_uri="example.com/report:1", **settings)
    return synth(lambda stack: FargateTask(stack, "report", props, host=at or host()))["resource"]


def built(synth: Any, folder: Path, at: TaskHost | None = None, **settings: Any) -> Any:
    """Synthesize one task of a folder; resources by type, then by name."""
    props = FargateTaskProps(folder=folder, **settings)
    return synth(lambda stack: FargateTask(stack, "report", props, host=at or host()))["resource"]


def container(resources: Any) -> dict[str, Any]:
    text = resources["aws_ecs_task_definition"]["report"]["container_definitions"]
    (only,) = json.loads(text)
    return only


def statements(resources: Any, role: str) -> dict[str, Any]:
    policy = resources["aws_iam_role_policy"][f"report_{role}"]["policy"]
    return {statement["Sid"]: statement for statement in json.loads(policy)["Statement"]}
