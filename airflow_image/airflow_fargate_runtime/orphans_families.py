"""Which ECS tasks are this deployment's: clusters, and families of task definitions."""

import contextlib

from airflow.sdk.exceptions import AirflowException

from .fargate_task_parameter import FargateTaskParameter
from .fargate_task_parameters_file import FargateTaskParametersFile


def families(path: str) -> set[tuple[str, str]]:
    """Each cluster's ARN with each family in it, as the tasks' parameters say.

    Args:
        path: Path in SSM Parameter Store below which they are.

    Raises:
        AirflowException: They could never be read.
    """
    kept = FargateTaskParametersFile(path.rstrip("/")).read("")
    if kept.values is None:
        raise AirflowException(f"the tasks below {path} in SSM cannot be read: {kept.error}")
    found = set()
    for name, value in kept.values.items():
        # One that cannot be read starts nothing either, and keeps no other from being read.
        with contextlib.suppress(AirflowException):
            task = FargateTaskParameter.read(name, value)
            found.add((task.cluster, family_of(task.task_definition)))
    return found


def family_of(task_definition_arn: str) -> str:
    """Family in the ARN of a task definition."""
    return task_definition_arn.rpartition("/")[2].rpartition(":")[0]
