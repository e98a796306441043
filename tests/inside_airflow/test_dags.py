"""The sample DAGs, as Airflow reads them: names, order, templates, and what their own code does."""

import json
import subprocess
import sys
import tempfile
import warnings
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import boto3
import pytest
from airflow.dag_processing.dagbag import DagBag
from airflow.sdk.exceptions import ParamValidationError

ROOT = Path(__file__).parents[2]
SAMPLES = ("even_odd", "primes", "sales_report")  # others may stand beside them
TASKS = {folder.name for folder in (ROOT / "task_images").iterdir() if folder.is_dir()}
PATH = "/airflow-fargate/samples/tasks"


@pytest.fixture
def known_tasks(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """The infrastructure says that there is a Fargate task for each folder in task_images."""
    ssm = boto3.client("ssm")
    example = json.loads((ROOT / "docs/examples/task-parameter.v1.json").read_text())
    for task in TASKS:
        value = json.dumps(example | {"task": task, "container": task})
        ssm.put_parameter(Name=f"{PATH}/{task}", Type="String", Value=value, Overwrite=True)
    monkeypatch.setenv("AIRFLOW_FARGATE_TASKS_PATH", PATH)
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))  # what is read is kept there


@pytest.fixture
def dags(known_tasks: None) -> Mapping[str, Any]:
    return {name: dag for bag in bags() for name, dag in bag.dags.items()}


def bags() -> list[DagBag]:
    """The project's own DAGs, a bag for each file, all of them without an error."""
    folder = ROOT / "dags"
    files = [folder / f"{name}.py" for name in SAMPLES]
    found = [DagBag(file, bundle_path=folder, bundle_name="dags-folder") for file in files]
    assert [bag.import_errors for bag in found] == [{} for _ in SAMPLES]
    return found


def order(dag: Any) -> dict[str, set[str]]:
    return {task.task_id: set(task.downstream_task_ids) for task in dag.tasks}


def rendered(task: Any, **params: Any) -> list[str]:
    return task.render_template(task.command, {"params": params}, task.get_template_env())


def test_there_is_a_dag_for_each_file_and_none_warns(known_tasks: None) -> None:
    with warnings.catch_warnings(record=True) as warned:
        warnings.simplefilter("always")
        found = bags()
    assert [bag.captured_warnings for bag in found] == [{} for _ in SAMPLES]
    assert [each for each in warned if str(ROOT / "dags") in each.filename] == []
    assert [list(bag.dags) for bag in found] == [[name] for name in SAMPLES]


def test_they_load_where_no_infrastructure_says_which_tasks_there_are(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.delenv("AIRFLOW_FARGATE_TASKS_PATH", raising=False)
    assert [list(bag.dags) for bag in bags()] == [[name] for name in SAMPLES]


def test_each_tells_what_it_does_runs_when_triggered_and_can_be_done_again(
    dags: Mapping[str, Any],
) -> None:
    for dag in dags.values():
        assert dag.doc_md, dag.dag_id
        assert not dag.timetable.can_be_scheduled, dag.dag_id
        assert all(task.retries >= 1 for task in dag.tasks), dag.dag_id


def test_even_odd_has_the_tasks_of_the_article(dags: Mapping[str, Any]) -> None:
    dag = dags["even_odd"]
    assert order(dag) == {
        "start_process": {"odd_task", "even_task"},
        "odd_task": {"numbers_task"},
        "even_task": {"numbers_task"},
        "numbers_task": {"on_worker_task"},
        "on_worker_task": set(),
    }
    images = {task.task_id: task.task for task in dag.tasks if hasattr(task, "command")}
    assert images == {"odd_task": "even_odd", "even_task": "even_odd", "numbers_task": "numbers"}


def test_even_odd_looks_at_ten_integers_unless_told_otherwise(dags: Mapping[str, Any]) -> None:
    dag = dags["even_odd"]
    assert dag.params["count"] == 10
    for kind in ("odd", "even"):
        assert rendered(dag.get_task(f"{kind}_task"), count=7) == [kind, "--count", "7"]
    add_up = dag.get_task("on_worker_task").python_callable
    assert add_up("[1, 2, 3]") == 6


def test_even_odd_gives_each_program_what_it_takes(dags: Mapping[str, Any], tmp_path: Path) -> None:
    run = {"AIRFLOW_CTX_DAG_ID": "even_odd", "AIRFLOW_CTX_DAG_RUN_ID": "manual"}
    said = {}
    for task_id in ("odd_task", "even_task", "numbers_task"):
        task = dags["even_odd"].get_task(task_id)
        [program] = (ROOT / "task_images" / task.task).glob("*.py")
        command = [sys.executable, program, *(rendered(task, count=10) if task.command else [])]
        environment = {"SHARED_FOLDER": str(tmp_path), **run}
        said[task_id] = subprocess.run(
            command, env=environment, check=True, capture_output=True, text=True
        ).stdout
    add_up = dags["even_odd"].get_task("on_worker_task").python_callable
    assert add_up(said["numbers_task"].splitlines()[-1]) == 55


@pytest.mark.parametrize(
    ("dag_id", "params"),
    [
        ("even_odd", {"count": 0}),
        ("even_odd", {"count": 1_001}),
        ("even_odd", {"count": "ten"}),
        ("primes", {"slices": 0}),
        ("primes", {"slices": 101}),
        ("primes", {"limit": 99}),
        ("sales_report", {"sales": "reports/a.csv"}),
        ("sales_report", {"sales": "sales/"}),
    ],
)
def test_params_that_cannot_be_are_refused_before_a_run(
    dags: Mapping[str, Any], dag_id: str, params: dict[str, Any]
) -> None:
    with pytest.raises(ParamValidationError):
        dags[dag_id].params.update(params)


@pytest.mark.parametrize(("limit", "slices"), [(1_000_000, 5), (100, 100), (101, 7), (100, 1)])
def test_primes_divides_all_integers_into_slices_that_touch(
    dags: Mapping[str, Any], limit: int, slices: int
) -> None:
    divide = dags["primes"].get_task("divide").python_callable
    commands = divide(params={"limit": limit, "slices": slices})
    assert len(commands) == slices
    covered = [number for first, last in commands for number in range(first, last + 1)]
    assert covered == list(range(1, limit + 1))


def test_primes_maps_one_container_over_the_slices_and_adds_up(dags: Mapping[str, Any]) -> None:
    dag = dags["primes"]
    assert order(dag) == {"divide": {"count"}, "count": {"add_up"}, "add_up": set()}
    assert dag.get_task("count").is_mapped
    add_up = dag.get_task("add_up").python_callable
    assert add_up(["168", "135"], params={"limit": 2_000}) == 303


def test_sales_report_names_the_report_after_the_file(dags: Mapping[str, Any]) -> None:
    dag = dags["sales_report"]
    assert order(dag) == {"add_up": {"tell"}, "tell": set()}
    command = rendered(dag.get_task("add_up"), sales="sales/of/sales/a.csv")
    assert command == ["sales/of/sales/a.csv", "reports/of/sales/a.csv"]
