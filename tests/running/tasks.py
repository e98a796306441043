"""Tasks of DAGs, registered as Terraform would: task definition, parameter and log group."""

import contextlib
import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import airflow_fargate as af

from cdktf import App
from tests.running.aws import Aws
from tests.running.told import filled_in
from tests.surroundings.airflow_image import REGION

_ROLE = "arn:aws:iam::123456789012:role/airflow-fargate/tests/"


def register(
    aws: Aws,
    folders: Sequence[Path],
    *,
    environment: Mapping[str, str] | None,
    out: Path,
    images: Path,
) -> None:
    """Make the tasks of task folders known, to ECS, to DAGs and to the local Fargate.

    Args:
        aws: Where.
        folders: Task folders (docs/task-folders.md).
        environment: Further environment variables of all of them.
        out: Folder to synthesize into.
        images: File that says from which folder an image is built, a line each.
    """
    app = App(outdir=str(out))
    stack = af.Stack(app, "tasks", region=REGION, local_state=True)
    for folder in folders:
        props = af.FargateTaskProps(folder=folder, environment=environment)
        af.FargateTask(stack, folder.name, props, host=aws.task_host)
    app.synth()
    resources = json.loads((out / "stacks/tasks/cdk.tf.json").read_text())["resource"]
    for folder in folders:
        _register(aws, folder, resources, images)


def _register(aws: Aws, folder: Path, resources: dict[str, Any], images: Path) -> None:
    log_group = f"/airflow-fargate/{aws.task_host.name}/tasks/{folder.name}"
    repository = f"123456789012.dkr.ecr.{REGION}.amazonaws.com/{aws.task_host.name}/{folder.name}"
    known = {
        f"aws_cloudwatch_log_group.{folder.name}.name": log_group,
        f"aws_ecr_repository.{folder.name}.repository_url": repository,
        "data.aws_region.current.id": REGION,
    }
    _make_roles(aws, folder.name)
    definition = resources["aws_ecs_task_definition"][folder.name]
    containers = json.loads(filled_in(definition["container_definitions"], known))
    registered = aws.client("ecs").register_task_definition(
        family=definition["family"],
        containerDefinitions=containers,
        cpu=definition["cpu"],
        memory=definition["memory"],
        networkMode=definition["network_mode"],
        requiresCompatibilities=definition["requires_compatibilities"],
        taskRoleArn=_ROLE + folder.name,
        executionRoleArn=f"{_ROLE}{folder.name}-execution",
        volumes=[_camel_case(volume) for volume in definition.get("volume", [])],
    )
    arn = registered["taskDefinition"]["taskDefinitionArn"]
    known[f"aws_ecs_task_definition.{folder.name}.arn"] = arn
    parameter = resources["aws_ssm_parameter"][folder.name]
    aws.client("ssm").put_parameter(
        Name=parameter["name"],
        Type=parameter["type"],
        Value=filled_in(parameter["insecure_value"], known),
        Overwrite=True,
    )
    logs = aws.client("logs")
    if not logs.describe_log_groups(logGroupNamePrefix=log_group)["logGroups"]:
        logs.create_log_group(logGroupName=log_group)
    # As the image builder records what it would build.
    with images.open("a") as lines:
        line = {"uri": containers[0]["image"], "folder": str(folder.resolve())}
        lines.write(json.dumps(line) + "\n")


def _make_roles(aws: Aws, name: str) -> None:
    """Roles that may do all: what those of a deployment may is tested elsewhere."""
    trust = _policy(Principal={"Service": "ecs-tasks.amazonaws.com"}, Action="sts:AssumeRole")
    everything = _policy(Action="*", Resource="*")
    iam = aws.client("iam")
    for role in (name, f"{name}-execution"):
        with contextlib.suppress(iam.exceptions.EntityAlreadyExistsException):
            path = _ROLE.partition(":role")[2]
            iam.create_role(Path=path, RoleName=role, AssumeRolePolicyDocument=trust)
        iam.put_role_policy(RoleName=role, PolicyName="all", PolicyDocument=everything)


def _policy(**statement: Any) -> str:
    return json.dumps({"Version": "2012-10-17", "Statement": [{"Effect": "Allow", **statement}]})


def _camel_case(value: Any) -> Any:
    """Terraform's names as ECS writes them."""
    if not isinstance(value, dict):
        return value
    named = {}
    for key, inner in value.items():
        first, *more = key.split("_")
        named[first + "".join(word.title() for word in more)] = _camel_case(inner)
    return named
