"""Everything that the gate looks at, read into one model."""

from airflow_fargate_policies.reading.decoding import NotKnownError, decoded
from airflow_fargate_policies.reading.module import read_module
from airflow_fargate_policies.reading.plan import read_plan
from airflow_fargate_policies.reading.synthesized import read_synthesized
from airflow_fargate_policies.reading.templates import is_known

__all__ = [
    "NotKnownError",
    "decoded",
    "is_known",
    "read_module",
    "read_plan",
    "read_synthesized",
]
