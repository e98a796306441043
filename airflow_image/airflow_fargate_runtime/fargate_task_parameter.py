"""How one Fargate task is started, as the infrastructure wrote it (docs/task-folders.md)."""

import json
from dataclasses import dataclass
from typing import Any, Self

from airflow.sdk.exceptions import AirflowException

VERSION = 1
"""The newest form of the parameter that this package reads."""


@dataclass(frozen=True)
class FargateTaskParameter:
    """The content of a task's parameter in SSM Parameter Store."""

    task: str
    cluster: str
    """ARN of the ECS cluster."""
    task_definition: str
    """ARN with its revision."""
    container: str
    """The container whose command a DAG gives."""
    subnets: list[str]
    security_groups: list[str]
    capacity_provider_strategy: list[dict[str, Any]]
    propagate_tags: str
    log_group: str
    log_region: str
    log_stream_prefix: str

    @property
    def region(self) -> str:
        """Region of the cluster."""
        return self.cluster.split(":")[3]

    def log_stream(self, task_arn: str) -> str:
        """Name of the log stream that an ECS task's output goes to."""
        return f"{self.log_stream_prefix}/{self.container}/{task_arn.rsplit('/', 1)[-1]}"

    @classmethod
    def read(cls, task: str, value: str) -> Self:
        """Read the parameter's value; keys that are not known are passed over.

        Args:
            task: Name of the task, for the message.
            value: JSON.

        Raises:
            AirflowException: The value is of a newer version than this package knows, or is none.
        """
        try:
            content = json.loads(value)
            version = int(content["version"])
            if version <= VERSION:
                return cls._of(task, content)
        except (ValueError, KeyError, TypeError):
            raise AirflowException(
                f'The SSM parameter of the Fargate task "{task}" is not what a deploy writes: '
                f"{value[:200]!r}. Deploy the task again."
            ) from None
        raise AirflowException(
            f'The SSM parameter of the Fargate task "{task}" has version {version}, and this '
            f"Airflow's airflow-fargate-runtime reads versions up to {VERSION}. Deploy Airflow "
            "with an image that holds the runtime of the release that deployed the task."
        )

    @classmethod
    def _of(cls, task: str, content: dict[str, Any]) -> Self:
        logs = content["logs"]
        return cls(
            task=task,
            cluster=content["cluster"],
            task_definition=content["task_definition"],
            container=content["container"],
            subnets=content["subnets"],
            security_groups=content["security_groups"],
            capacity_provider_strategy=content["capacity_provider_strategy"],
            propagate_tags=content["propagate_tags"],
            log_group=logs["group"],
            log_region=logs["region"],
            log_stream_prefix=logs["stream_prefix"],
        )
