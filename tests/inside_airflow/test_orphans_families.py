"""Where the sweeper looks: what the tasks' parameters name."""

import json
import uuid
from pathlib import Path
from typing import Any

import boto3
import pytest
from airflow.sdk.exceptions import AirflowException
from airflow_fargate_runtime.fargate_task_parameters_file import FargateTaskParametersFile, Kept
from airflow_fargate_runtime.orphans_families import families

EXAMPLE = Path(__file__).parents[2] / "docs/examples/task-parameter.v1.json"


@pytest.fixture
def path() -> str:
    return f"/airflow-fargate/{uuid.uuid4()}/tasks"


@pytest.fixture(autouse=True)
def kept_here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))


def put(path: str, name: str, content: dict[str, Any]) -> None:
    value = json.dumps(content)
    boto3.client("ssm").put_parameter(Name=f"{path}/{name}", Type="String", Value=value)


def test_every_parameter_names_a_cluster_and_a_family(path: str) -> None:
    example = json.loads(EXAMPLE.read_text())
    other = example["task_definition"].replace("_numbers:7", "_even_odd:12")
    put(path, "numbers", example)
    put(path, "even_odd", example | {"task": "even_odd", "task_definition": other})
    assert families(f"{path}/") == {
        (example["cluster"], "airflow-dev_task_numbers"),
        (example["cluster"], "airflow-dev_task_even_odd"),
    }


@pytest.mark.parametrize("content", [{"version": 2}, {"version": 1}, {}])
def test_a_parameter_that_cannot_be_read_hides_no_other(path: str, content: dict) -> None:
    example = json.loads(EXAMPLE.read_text())
    put(path, "numbers", example)
    put(path, "other", content)
    assert families(path) == {(example["cluster"], "airflow-dev_task_numbers")}


def test_parameters_that_cannot_be_read_are_an_error(
    path: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    nothing = Kept(tried_at=1.0, read_at=0.0, values=None, error="throttled")
    monkeypatch.setattr(FargateTaskParametersFile, "read", lambda *_: nothing)
    with pytest.raises(AirflowException, match="cannot be read: throttled"):
        families(path)
