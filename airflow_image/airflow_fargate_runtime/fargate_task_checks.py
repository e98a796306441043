"""What is checked of a FargateTaskOperator while a DAG is parsed."""

import dataclasses
import difflib
import inspect
import re
from typing import Any

from airflow.providers.amazon.aws.operators.base_aws import AwsBaseOperator
from airflow.providers.amazon.aws.operators.ecs import EcsRunTaskOperator

from .fargate_task_arguments import FargateTaskArguments
from .fargate_task_given import check_exit_codes
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


_OWN = sorted(_ARGUMENTS | _SHARED | {"task"})

_OF_EVERY_OPERATOR = frozenset(
    name
    for operator in EcsRunTaskOperator.__mro__
    for name in inspect.signature(operator.__init__).parameters
)

# As task folders are named; a part of a repository's name in ECR.
_TASK = re.compile(r"(?=.{1,24}\Z)[a-z][a-z0-9]*(_[a-z0-9]+)*")


def check_arguments(**given: Any) -> None:
    """Refuse arguments of a FargateTaskOperator, or of its `partial`, that cannot be.

    Raises:
        ValueError: There is no such task, or a value cannot be.
        TypeError: An argument is EcsRunTaskOperator's, and has no meaning here, or is misspelt.
    """
    for name in given:
        if name in _INSTEAD:
            raise TypeError(f"FargateTaskOperator takes no {name}; give {_INSTEAD[name]}")
        if name in _ONLY_ELSEWHERE:
            raise TypeError(
                f"FargateTaskOperator takes no {name}: how a task is started and watched comes "
                "with the deployment. For other ECS tasks there is EcsRunTaskOperator"
            )
        _check_spelling(name)
    FargateTaskArguments(**{name: given[name] for name in given if name in _ARGUMENTS})
    check_exit_codes(given.get("skip_on_exit_code"))
    if "task" in given:
        _check_task(given["task"])
        FargateTaskParameters.of_this_airflow().check_name(given["task"])


def _check_spelling(name: str) -> None:
    """Refuse what looks like another argument; all else that is unknown is for Airflow to say."""
    if name in _OWN or name in _OF_EVERY_OPERATOR:
        return
    near = [own for own in _OWN if own.startswith(name)]
    near += difflib.get_close_matches(name, _OWN, n=1)
    near += difflib.get_close_matches(name, _OF_EVERY_OPERATOR, n=1)
    if near:
        raise TypeError(f'FargateTaskOperator takes no {name}. Did you mean "{near[0]}"?')


def _check_task(task: Any) -> None:
    if isinstance(task, str) and _TASK.fullmatch(task):
        return
    better = re.sub(r"[^a-z0-9]+", "_", task.lower()).strip("_") if isinstance(task, str) else ""
    meant = f'. Did you mean "{better}"?' if _TASK.fullmatch(better) else ""
    raise ValueError(
        "FargateTaskOperator.task must be the name of a folder in task_images/: 1 to 24 lower-case "
        "letters, digits and single underscores, beginning with a letter; "
        f"got {task!r}{meant}"
    )
