"""The task definition of a DAG task."""

from collections.abc import Mapping
from typing import Any

from cdktf import TerraformResourceLifecycle
from cdktf_cdktf_provider_aws.ecs_task_definition import (
    EcsTaskDefinition,
    EcsTaskDefinitionEphemeralStorage,
    EcsTaskDefinitionRuntimePlatform,
)
from constructs import Construct

from .containers import Container
from .fargate_size import check_size
from .nulls import is_null
from .policy_exceptions import except_policy
from .rules import InvalidValue
from .task_image import TaskImage
from .task_volumes import TaskVolumes
from .values import expression, is_token, json_text, source

_LARGEST_TASK_DEFINITION = 65_536


def task_definition(
    scope: Construct,
    container: Container,
    *,
    family: str,
    cpu: float,
    memory_mib: float,
    ephemeral_storage_gib: float | None,
    image: TaskImage,
    volumes: TaskVolumes,
    task_role_arn: str,
    execution_role_arn: str,
    tags: Mapping[str, str],
) -> EcsTaskDefinition:
    """Make the definition of a task with one container.

    Args:
        scope: The task.
        container: What runs in it; `volumes` say what it mounts.
        family: The family of its revisions.
        cpu: CPU units.
        memory_mib: Memory in MiB.
        ephemeral_storage_gib: Disk in GiB; what Fargate gives when left out.
        image: The container's image.
        volumes: Where it may write.
        task_role_arn: Role of the program.
        execution_role_arn: Role with which ECS starts it.
        tags: Its tags, which its tasks get too.

    Raises:
        InvalidValue: Fargate has no such size, or ECS takes less than all this.
    """
    check_size(f'FargateTask("{container.name}")', cpu, memory_mib)
    default_storage = is_null(scope, ephemeral_storage_gib)
    definition = EcsTaskDefinition(
        scope,
        "ecs_task_definition",
        family=family,
        container_definitions=container_definitions(container, volumes),
        cpu=_text(cpu),
        memory=_text(memory_mib),
        requires_compatibilities=["FARGATE"],
        network_mode="awsvpc",
        runtime_platform=EcsTaskDefinitionRuntimePlatform(
            operating_system_family="LINUX", cpu_architecture=image.architecture
        ),
        task_role_arn=task_role_arn,
        execution_role_arn=execution_role_arn,
        volume=volumes.blocks or None,
        ephemeral_storage=(
            None
            if is_token(default_storage) or ephemeral_storage_gib is None
            else EcsTaskDefinitionEphemeralStorage(size_in_gib=ephemeral_storage_gib)
        ),
        depends_on=image.depends_on or None,
        # The old revision goes last, when the parameter names the new one: DAGs that have just
        # read it can still start it.
        lifecycle=TerraformResourceLifecycle(create_before_destroy=True),
        tags=tags,
    )
    except_policy(
        definition,
        "AF_ROOT_USER",
        "Its image is built elsewhere and names the user itself, one other than root "
        "(docs/task-folders.md).",
        when=container.user is None,
    )
    volumes.add_to(definition)
    if is_token(default_storage):
        sizes = f"{source(default_storage)} ? [] : [{source(ephemeral_storage_gib)}]"
        _add_storage(definition, expression(sizes))
    return definition


def _add_storage(definition: EcsTaskDefinition, sizes: str) -> None:
    block = {"for_each": sizes, "content": {"size_in_gib": "${ephemeral_storage.value}"}}
    definition.add_override("dynamic.ephemeral_storage", block)


def container_definitions(container: Container, volumes: TaskVolumes) -> str:
    """The container of a task as the JSON of its definition.

    Raises:
        InvalidValue: ECS takes less.
    """
    written: dict[str, Any] = container.document()
    if mount_points := volumes.mount_points:
        written["mountPoints"] = mount_points
    text = json_text([written])
    if len(text) > _LARGEST_TASK_DEFINITION:
        raise InvalidValue(
            f"The task definition of task {container.name}",
            f"at most {_LARGEST_TASK_DEFINITION} characters (ECS)",
            len(text),
            "Give the program less environment, and what is long in a file.",
        )
    return text


def _text(number: float) -> str:
    return expression(source(number)) if is_token(number) else str(number)
