"""DAGs from where only Terraform knows: the same option of Airflow as with values of Python."""

import json
from typing import Any

import airflow_fargate as af
from airflow_fargate.dag_bundle import ChosenDags, bundle_environment
from airflow_fargate.values import boolean, expression, number, source

import pytest
from tests.constructs.terraform_outputs import outputs_by_call

TYPE = (
    'object({git = optional(object({repo_url = string, tracking_ref = optional(string, "main"), '
    "subdir = optional(string), git_conn_id = optional(string), "
    "refresh_interval_seconds = optional(number, 60)})), "
    's3 = optional(object({bucket_name = string, prefix = optional(string, ""), '
    "kms_key_arn = optional(string), refresh_interval_seconds = optional(number, 60)}))})"
)
REPOSITORY = "https://github.com/acme/dags.git"
CALLS: dict[str, dict[str, Any]] = {
    "image": {},
    "git": {"git": {"repo_url": REPOSITORY, "subdir": "airflow"}},
    "s3": {"s3": {"bucket_name": "acme-dags", "refresh_interval_seconds": 30}},
}
EXPECTED: dict[str, Any] = {
    "image": None,
    "git": af.GitDags(repo_url=REPOSITORY, subdir="airflow"),
    "s3": af.S3Dags(bucket_name="acme-dags", refresh_interval_seconds=30),
}


def fields(place: str, *names: str) -> dict[str, Any]:
    """Variables in the place of what Python would say."""
    texts = {name: expression(f"var.dags.{place}.{name}") for name in names}
    seconds = number(f"var.dags.{place}.refresh_interval_seconds")
    return {**texts, "refresh_interval_seconds": seconds}


@pytest.fixture(scope="module")
def told(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    dags = ChosenDags(
        git=af.GitDags(**fields("git", "repo_url", "tracking_ref", "subdir", "git_conn_id")),
        from_git=boolean("var.dags.git != null"),
        s3=af.S3Dags(**fields("s3", "bucket_name", "prefix", "kms_key_arn")),
        from_s3=boolean("var.dags.s3 != null"),
    )
    environment = expression(f"jsonencode({source(bundle_environment(dags))})")
    calls = {name: {"dags": call} for name, call in CALLS.items()}
    folder = tmp_path_factory.mktemp("dags")
    return outputs_by_call(folder, {"dags": TYPE}, {"environment": environment}, calls)


def read(environment: Any) -> dict[str, Any]:
    return {name: json.loads(value) for name, value in environment.items()}


@pytest.mark.parametrize("call", CALLS)
def test_airflow_is_told_of_the_bundle_that_a_variable_chooses(
    told: dict[str, Any], call: str
) -> None:
    environment = json.loads(told[call]["environment"])
    assert read(environment) == read(bundle_environment(EXPECTED[call]))
