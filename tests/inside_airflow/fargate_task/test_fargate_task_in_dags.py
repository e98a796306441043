"""FargateTaskOperator in DAG files: parsed, serialized, templated, mapped."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from airflow.dag_processing.dagbag import DagBag
from airflow.sdk import DAG
from airflow.serialization.serialized_objects import DagSerialization
from airflow_fargate_runtime import FargateTaskOperator

from .deployment import Deployment, Try

ARN = "arn:aws:ecs:eu-west-1:123456789012:task-definition/airflow-dev_task_even_odd:7"

DAG_FILE = """
from airflow.sdk import DAG
from airflow_fargate_runtime import FargateTaskOperator

with DAG("article", schedule=None):
    odd = FargateTaskOperator(
        task_id="odd_task", task="{task}", command=["odd", "--run", "{{{{ run_id }}}}"]
    )
    FargateTaskOperator.partial(
        task_id="each", task="even_odd", environment={{"OUT": "{{{{ run_id }}}}"}}
    ).expand(command=[["a"], ["b", "2"]])
"""


@pytest.fixture(autouse=True)
def even_odd(deployment: Deployment) -> None:
    deployment.write_parameter("even_odd", ARN)


def parsed(folder: Path, task: str = "even_odd") -> DagBag:
    (folder / "article.py").write_text(DAG_FILE.format(task=task))
    return DagBag(folder / "article.py", collect_dags=True)


def dag_of(folder: Path) -> DAG:
    bag = parsed(folder)
    assert bag.import_errors == {}
    return bag.dags["article"]


def test_an_unknown_name_is_an_import_error_with_what_there_is(tmp_path: Path) -> None:
    (error,) = parsed(tmp_path, task="even_od").import_errors.values()
    assert 'There is no Fargate task "even_od". Did you mean "even_odd"?' in error


@pytest.mark.parametrize("task", ["even_od", "nowhere"])
def test_partial_refuses_an_unknown_name_too(task: str) -> None:
    with pytest.raises(ValueError, match="There is no Fargate task"):
        FargateTaskOperator.partial(task_id="each", task=task)


def test_a_serialized_dag_holds_nothing_of_a_deploy(tmp_path: Path) -> None:
    dag = dag_of(tmp_path)
    serialized = DagSerialization.to_dict(dag)
    text = json.dumps(serialized)
    assert "arn:" not in text
    assert "subnet" not in text
    back = DagSerialization.from_dict(serialized)
    odd: Any = back.get_task("odd_task")
    assert odd.command == ["odd", "--run", "{{ run_id }}"]
    assert odd.task_type == "FargateTaskOperator"
    assert back.get_task("each").partial_kwargs["task"] == "even_odd"


def test_a_deploy_is_no_new_version_of_a_dag(tmp_path: Path, deployment: Deployment) -> None:
    before = DagSerialization.to_dict(dag_of(tmp_path))
    deployment.write_parameter("even_odd", ARN.replace(":7", ":8"))
    assert DagSerialization.to_dict(dag_of(tmp_path)) == before


def test_command_and_environment_are_templates(tmp_path: Path) -> None:
    task: Any = dag_of(tmp_path).get_task("odd_task")
    task.environment = {"OUT": "{{ run_id }}/out"}
    task.render_template_fields({**Try().context, "run_id": "manual__1"})
    assert task.command == ["odd", "--run", "manual__1"]
    assert task.environment == {"OUT": "manual__1/out"}


def test_a_mapped_task_becomes_one_for_each_command(tmp_path: Path) -> None:
    mapped: Any = dag_of(tmp_path).get_task("each")
    one = mapped.unmap({"command": ["b", "2"]})
    assert (one.task, one.command, one.deferrable) == ("even_odd", ["b", "2"], True)


def test_default_args_of_a_dag_hold() -> None:
    with DAG(
        "d", schedule=None, default_args={"deferrable": False, "cpu": 512, "aws_conn_id": "mine"}
    ):
        task = FargateTaskOperator(task_id="odd", task="even_odd")
    # Connections are for those who ask AWS by one; Fargate tasks are the deployment's own.
    assert (task.deferrable, task.cpu, task.aws_conn_id) == (False, 512, None)


def test_an_xcom_in_a_command_makes_its_task_one_before() -> None:
    with DAG("d", schedule=None):
        first = FargateTaskOperator(task_id="first", task="even_odd")
        then = FargateTaskOperator(task_id="then", task="even_odd", command=["--of", first.output])
    assert then.upstream_task_ids == {"first"}


def test_parsing_goes_on_where_no_deployment_is(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("AIRFLOW_FARGATE_TASKS_PATH")
    assert parsed(tmp_path, task="anything").import_errors == {}


def test_the_package_alone_imports_nothing(tmp_path: Path) -> None:
    program = "import airflow_fargate_runtime, sys; print({'airflow', 'boto3'} & {*sys.modules})"
    command = [sys.executable, "-c", program]
    assert subprocess.check_output(command, text=True) == "set()\n"
