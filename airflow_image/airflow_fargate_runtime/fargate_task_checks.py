"""What is checked of a FargateTaskOperator while a DAG is parsed."""

import dataclasses
import inspect
from typing import Any

from airflow.providers.amazon.aws.operators.base_aws import AwsBaseOperator
from airflow.providers.amazon.aws.operators.ecs import EcsRunTaskOperator

from .fargate_task_arguments import FargateTaskArguments
from .fargate_task_parameters import FargateTaskParameters

_SHARED = {"deferrable", "number_logs_exception", "skip_on_exit_code", "waiter_delay"}
"""Arguments of EcsRunTaskOperator that mean the same here."""

_ONLY_ELSEWHERE = frozenset(
    name
    for operator in (EcsRunTaskOperator, AwsBaseOperator)
    for name, parameter in inspect.signature(operator.__init__).parameters.items()
    if parameter.kind is parameter.KEYWORD_ONLY and name not in _SHARED
)
"""Arguments of EcsRunTaskOperator that have no meaning here: infrastructure says it."""

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
        if name in _INSTEAD:
            raise TypeError(f"FargateTaskOperator takes no {name}; give {_INSTEAD[name]}")
        if name in _ONLY_ELSEWHERE:
            raise TypeError(
                f"FargateTaskOperator takes no {name}: how a task is started and watched comes "
                "with the deployment. For other ECS tasks there is EcsRunTaskOperator"
            )
    FargateTaskArguments(**{name: given[name] for name in given if name in _ARGUMENTS})
    if "task" in given:
        FargateTaskParameters.of_this_airflow().check_name(given["task"])
