"""What is checked of a FargateTaskOperator while a DAG is parsed."""

import dataclasses
from typing import Any

from .fargate_task_arguments import FargateTaskArguments
from .fargate_task_parameters import FargateTaskParameters

FROM_INFRASTRUCTURE = frozenset(
    {
        "awslogs_group",
        "awslogs_region",
        "awslogs_stream_prefix",
        "cluster",
        "container_name",
        "launch_type",
        "network_configuration",
        "propagate_tags",
        "region_name",
        "task_definition",
    }
)
"""Arguments of EcsRunTaskOperator that say what the task's parameter says."""

_INSTEAD = {
    "capacity_provider_strategy": 'capacity_provider="FARGATE_SPOT", for example',
    "overrides": "command, environment, cpu, memory_mib and ephemeral_storage_gib",
}

_ARGUMENTS = frozenset(field.name for field in dataclasses.fields(FargateTaskArguments))


def check_arguments(**given: Any) -> None:
    """Refuse arguments of a FargateTaskOperator, or of its `partial`, that cannot be.

    Raises:
        ValueError: There is no such task, or a value cannot be.
        TypeError: An argument is EcsRunTaskOperator's, and has no meaning here.
    """
    for name in given:
        if name in FROM_INFRASTRUCTURE:
            raise TypeError(
                f"FargateTaskOperator takes no {name}: it comes with the task. For ECS tasks that "
                "are not this deployment's there is EcsRunTaskOperator"
            )
        if name in _INSTEAD:
            raise TypeError(f"FargateTaskOperator takes no {name}; give {_INSTEAD[name]}")
    FargateTaskArguments(**{name: given[name] for name in given if name in _ARGUMENTS})
    if "task" in given:
        FargateTaskParameters.of_this_airflow().check_name(given["task"])
