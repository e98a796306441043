"""The components of Airflow."""

from typing import Literal, TypeAlias

Component: TypeAlias = Literal["api-server", "scheduler", "dag-processor", "triggerer", "worker"]
"""One of Airflow's components."""
