"""The Airflow task that an ECS task is started for, as the ECS task shows it."""

import os
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from airflow.providers.amazon.aws.utils.identifiers import generate_uuid
from airflow.sdk.execution_time.context import context_to_airflow_vars

MAP_INDEX_VARIABLE = "AIRFLOW_CTX_MAP_INDEX"
"""Index of a mapped task, -1 for others. Airflow's own variables do not have it."""

MAX_TRIES_VARIABLE = "AIRFLOW_FARGATE_MAX_TRIES"
"""The task's `max_tries`. Only what Airflow waits for has this variable.

Airflow sets it anew when the task is cleared. How often the DAG run was cleared
(`clear_number`) would not do: that counts for all its tasks, and not always.
"""

RESERVED_PREFIXES = ("AIRFLOW_CTX_", "AIRFLOW_FARGATE_")
"""What the names of these variables begin with."""


@dataclass(frozen=True)
class FargateTaskOwner:
    """One try of an Airflow task."""

    dag_id: str
    run_id: str
    task_id: str
    map_index: int
    try_number: int
    max_tries: int
    """Another one each time that the task is cleared."""

    @classmethod
    def of(cls, context: Mapping[str, Any]) -> "FargateTaskOwner":
        """The task that runs in this context."""
        ti = context["ti"]
        return cls(
            dag_id=ti.dag_id,
            run_id=ti.run_id,
            task_id=ti.task_id,
            map_index=-1 if ti.map_index is None else ti.map_index,
            try_number=ti.try_number,
            max_tries=ti.max_tries,
        )

    @property
    def started_by(self) -> str:
        """What ECS calls `startedBy`: the same for all tries of a task, here alone."""
        deployment = os.environ.get("AIRFLOW_FARGATE_TASKS_PATH", "")
        key = (deployment, self.dag_id, self.task_id, self.run_id, self.map_index)
        return generate_uuid(*map(str, key))

    def environment(self, context: Mapping[str, Any]) -> dict[str, str]:
        """What the container is told of its owner.

        These are Airflow's own variables and two more. Programs find their DAG run by them, and
        others find out by them whom an ECS task belongs to.
        """
        return {
            **context_to_airflow_vars(context, in_env_var_format=True),
            MAP_INDEX_VARIABLE: str(self.map_index),
            MAX_TRIES_VARIABLE: str(self.max_tries),
        }

    def may_join(self, ecs_task: Mapping[str, Any]) -> bool:
        """Whether an ECS task with the same `startedBy` is what an earlier try left running.

        If not, it is a left-over: the task was cleared since, or its DAG run deleted and made anew,
        and whoever did that wants it to run again from the beginning.
        """
        told = {
            pair["name"]: pair.get("value")
            for container in ecs_task.get("overrides", {}).get("containerOverrides", [])
            for pair in container.get("environment", [])
        }
        return self.try_number > 1 and told.get(MAX_TRIES_VARIABLE) == str(self.max_tries)
