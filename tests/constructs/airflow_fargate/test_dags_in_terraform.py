"""DAGs that are fetched, by the real Terraform: from values and from variables the same."""

import json
from typing import Any

from airflow_fargate.containers import pairs
from airflow_fargate.dag_bundle import FetchedDags, bundle_environment, read_dags_statements
from airflow_fargate.git_dags import GitDags
from airflow_fargate.iam import policy
from airflow_fargate.s3_dags import S3Dags
from airflow_fargate.values import json_text

import pytest
from cdktf import TerraformOutput, TerraformVariable

KEY = "arn:aws:kms:eu-west-1:123456789012:key/mine"
# A quote, as JSON must escape it, also where a variable holds it.
GIT: dict[str, Any] = {
    "repo_url": "https://git.example.com/acme/dags.git",
    "tracking_ref": 'a"quoted"branch',
    "subdir": "airflow/dags",
    "git_conn_id": "dags_repository",
    "refresh_interval_seconds": 30,
}
S3: dict[str, Any] = {
    "bucket_name": "acme-dags",
    "prefix": "airflow/dags",
    "kms_key_arn": KEY,
    "refresh_interval_seconds": 45,
}
SETTINGS: dict[str, tuple[type[FetchedDags], dict[str, Any]]] = {
    "git": (GitDags, GIT),
    "git_of_a_public_repository": (GitDags, GIT | {"subdir": None, "git_conn_id": None}),
    "s3": (S3Dags, S3),
    "s3_without_prefix_and_key": (S3Dags, S3 | {"prefix": "", "kms_key_arn": None}),
}


def from_variables(stack: Any, name: str, settings: dict[str, Any]) -> dict[str, Any]:
    """The settings as variables of Terraform, with these values for defaults."""

    def token(field: str, value: Any) -> Any:
        number = isinstance(value, int)
        made = TerraformVariable(
            stack, f"{name}_{field}", type="number" if number else "string", nullable=True
        )
        made.add_override("default", value)
        return made.number_value if number else made.string_value

    return {field: token(field, value) for field, value in settings.items()}


def tell(stack: Any, name: str, dags: FetchedDags) -> None:
    said = {
        # As a task definition has them.
        "environment": json_text(pairs(bundle_environment(dags), "value")),
        "may": policy(read_dags_statements(stack, dags)),
    }
    TerraformOutput(stack, name, value=said)


def bundles(said: dict[str, Any]) -> list[dict[str, Any]]:
    (variable,) = json.loads(said["environment"])
    assert variable["name"] == "AIRFLOW__DAG_PROCESSOR__DAG_BUNDLE_CONFIG_LIST"
    return json.loads(variable["value"])


@pytest.mark.real
def test_values_and_variables_say_the_same(synth: Any, terraform: Any) -> None:
    def build(stack: Any) -> None:
        for name, (class_, settings) in SETTINGS.items():
            tell(stack, f"value_{name}", class_(**settings))
            tell(stack, f"variable_{name}", class_(**from_variables(stack, name, settings)))

    config = synth(build)
    for variable in config["variable"].values():
        variable.setdefault("default", None)  # cdktf leaves null out
    runner = terraform(config)
    runner.apply()
    told = {name: output.value for name, output in runner.outputs().items()}
    for name in SETTINGS:
        value, variable = told[f"value_{name}"], told[f"variable_{name}"]
        assert bundles(variable) == bundles(value), name
        # Where the variable is null, there is no statement about the key.
        assert json.loads(variable["may"]) == json.loads(value["may"]), name
    (bundle,) = bundles(told["variable_git"])
    assert bundle["kwargs"]["tracking_ref"] == GIT["tracking_ref"]
    assert bundle["kwargs"]["refresh_interval"] == 30
