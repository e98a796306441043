"""Operators of the task `even_odd`, as a DAG file and a worker have them."""

from typing import Any

import pytest
from airflow.sdk.exceptions import TaskDeferred
from airflow_fargate_runtime import FargateTaskOperator

from .deployment import Try

PROGRAM = """\
import os, sys, time
print("run", os.environ["AIRFLOW_CTX_DAG_RUN_ID"], *sys.argv[1:])
if sys.argv[1:] == ["wait"]:
    time.sleep(60)
print("ERROR: the last line")
sys.exit(int(os.environ.get("CODE", 0)))
"""


def operator(**arguments: Any) -> Any:
    options: dict[str, Any] = {"deferrable": False, "waiter_delay": 0.2, **arguments}
    return FargateTaskOperator(task_id="odd_task", task="even_odd", **options)


def waiting(**arguments: Any) -> Any:
    return operator(command=["wait"], **arguments)


def deferred(attempt: Try, **arguments: Any) -> TaskDeferred:
    with pytest.raises(TaskDeferred) as raised:
        operator(deferrable=True, **arguments).execute(attempt.context)
    return raised.value


def running(tasks: list[dict[str, Any]]) -> bool:
    return any(task["lastStatus"] == "RUNNING" for task in tasks)
