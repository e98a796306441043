"""What runs inside Airflow's containers; imports Airflow and boto3, never the constructs.

    from airflow_fargate_runtime import FargateTaskOperator

This file imports nothing by itself: a health check runs every half minute and starts with it.
"""

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from .fargate_task_operator import FargateTaskOperator

__all__ = ["FargateTaskOperator"]


def __getattr__(name: str) -> Any:
    if name == "FargateTaskOperator":
        from .fargate_task_operator import FargateTaskOperator  # noqa: PLC0415

        return FargateTaskOperator
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
