"""The parameter that tells DAGs how to start a task (docs/task-folders.md)."""

from collections.abc import Sequence
from typing import Any

VERSION = 1
"""Changes when a reader of the last version would go wrong. New keys alone do not change it."""


def task_parameter(
    *,
    task: str,
    cluster_arn: str,
    task_definition_arn: str,
    subnet_ids: Sequence[str],
    security_group_ids: Sequence[str],
    capacity_provider: str,
    log_group_name: str,
    log_region: str,
    log_stream_prefix: str,
) -> dict[str, Any]:
    """What a DAG needs to start a task and to read its output. The container has the task's name.

    Args:
        task: Name of the task.
        cluster_arn: Where it runs.
        task_definition_arn: With its revision.
        subnet_ids: Subnets, without public addresses.
        security_group_ids: Security groups.
        capacity_provider: `FARGATE` or `FARGATE_SPOT`.
        log_group_name: Where its output goes.
        log_region: Region of that.
        log_stream_prefix: What the names of log streams begin with.
    """
    return {
        "version": VERSION,
        "task": task,
        "cluster": cluster_arn,
        "task_definition": task_definition_arn,
        "container": task,
        "subnets": subnet_ids,
        "security_groups": security_group_ids,
        "capacity_provider_strategy": [{"capacityProvider": capacity_provider, "weight": 1}],
        "propagate_tags": "TASK_DEFINITION",
        "logs": {
            "group": log_group_name,
            "region": log_region,
            "stream_prefix": log_stream_prefix,
        },
    }
