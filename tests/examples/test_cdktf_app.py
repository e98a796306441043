"""examples/cdktf-app: a user's own program, run as its README says."""

import json
import os
import re
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).parents[2]
EXAMPLE = ROOT / "examples/cdktf-app"
AIRFLOW = ROOT / ".tools/venvs/airflow/bin/python"
DAGS_AS_AIRFLOW_READS_THEM = """
import json, sys
from airflow.dag_processing.dagbag import DagBag
bag = DagBag(sys.argv[1])
tasks = [task for dag in bag.dags.values() for task in dag.tasks]
queues = sorted({task.queue for task in tasks})
containers = sorted({task.task for task in tasks if hasattr(task, "task")})
print(json.dumps([bag.import_errors, sorted(bag.dags), queues, containers]))
"""


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The example where a user has copied it to."""
    copy = tmp_path_factory.mktemp("example") / "orders"
    ignored = shutil.ignore_patterns("cdktf.out", ".venv", ".tools", "*.tfstate*", "__pycache__")
    shutil.copytree(EXAMPLE, copy, ignore=ignored)
    return copy


@pytest.fixture(scope="module")
def stack(folder: Path) -> dict[str, Any]:
    subprocess.run([sys.executable, "main.py"], cwd=folder, check=True)
    return json.loads((folder / "cdktf.out/stacks/orders/cdk.tf.json").read_text())


def test_everything_is_in_the_vpc_that_is_there(stack: dict[str, Any]) -> None:
    resources, data = stack["resource"], stack["data"]
    assert list(resources["aws_vpc"]) == ["company"]
    assert list(resources["aws_nat_gateway"]) == ["company"]
    assert data["aws_vpc"]["network_existing"]["id"] == "${aws_vpc.company.id}"
    for group in resources["aws_security_group"].values():
        assert group["vpc_id"] == "${aws_vpc.company.id}"
    for service in resources["aws_ecs_service"].values():
        subnets = service["network_configuration"]["subnets"]
        assert subnets == "${data.aws_subnet.network_existing_private[*].id}"


def test_containers_wait_for_the_way_out_of_their_subnets(stack: dict[str, Any]) -> None:
    subnets = stack["data"]["aws_subnet"]["network_existing_private"]["id"]
    associations = re.findall(r"aws_route_table_association\.(\w+)\.subnet_id", subnets)
    assert len(associations) == 2
    for name in associations:
        association = stack["resource"]["aws_route_table_association"][name]
        assert association["depends_on"] == ["aws_route.company_private"]
    route = stack["resource"]["aws_route"]["company_private"]
    assert route["nat_gateway_id"] == "${aws_nat_gateway.company.id}"


def test_its_folders_and_settings_are_in_what_is_deployed(
    folder: Path, stack: dict[str, Any]
) -> None:
    resources = stack["resource"]
    [build] = resources["terraform_data"]["airflow_build"]["provisioner"]
    source = json.loads(build["local-exec"]["command"])
    dags = folder / "cdktf.out/stacks/orders" / source["contexts"]["dags"]
    assert dags.resolve() == (folder / "dags").resolve()
    assert source["build_arguments"] == {"EXTRA_REQUIREMENTS": "openpyxl==3.1.5"}
    definitions = resources["aws_ecs_task_definition"]
    for name in ("scheduler", "worker_default", "worker_reports"):
        assert "AIRFLOW__CORE__PARALLELISM" in json.dumps(definitions[name])
    assert "task_greet" in definitions


@pytest.mark.real
def test_its_dags_load_in_airflow_and_ask_for_pools_and_tasks_that_there_are(
    stack: dict[str, Any], tmp_path: Path
) -> None:
    environment = os.environ | {
        "AIRFLOW_HOME": str(tmp_path),
        "PYTHONPATH": str(ROOT / "airflow_image"),
        "PYTHONDONTWRITEBYTECODE": "1",
    }
    command = [AIRFLOW, "-c", DAGS_AS_AIRFLOW_READS_THEM, EXAMPLE / "dags"]
    said = subprocess.run(command, env=environment, check=True, capture_output=True, text=True)
    errors, dags, queues, containers = json.loads(said.stdout.splitlines()[-1])
    assert (errors, dags) == ({}, ["order_report"])
    pools = {name.removeprefix("worker_") for name in stack["resource"]["aws_ecs_service"]}
    assert set(queues) <= pools
    defined = stack["resource"]["aws_ssm_parameter"]
    assert [f"task_{name}" for name in containers] == list(defined) == ["task_greet"]


def test_its_task_says_what_it_is_told() -> None:
    task = EXAMPLE / "task_images/greet"
    settings = tomllib.loads((task / "task.toml").read_text())
    said = subprocess.run(
        [sys.executable, task / "greet.py", "Ada"],
        env=os.environ | settings["environment"],
        check=True,
        capture_output=True,
        text=True,
    )
    assert said.stdout == "Hello, Ada!\n"


def test_its_readme_names_what_there_is() -> None:
    text = (EXAMPLE / "README.md").read_text()
    linked = re.findall(r"\]\((?!https?:|#)([^)#]+)", text)
    named = re.findall(r"^\| `([^`]+)`", text, re.MULTILINE)
    assert len(linked) >= 4
    assert len(named) >= 5
    for target in (*linked, *named):
        assert (EXAMPLE / target).exists(), target
