"""The sample DAGs, from the REST API through everything to the end, and what is left of them."""

import json
from pathlib import Path

import pytest
from tests.running.aws import NAME
from tests.running.running_airflow import RunningAirflow

pytestmark = pytest.mark.real

ROOT = Path(__file__).parents[2]
DAGS = sorted((ROOT / "dags").glob("*.py"))
SALES = "product,pieces,price\ncoffee,3,2.40\ntea,1,1.90\ncoffee,2,2.40\n"
REPORT = "product,total\ncoffee,12.00\ntea,1.90\n(all),13.90\n"
BUCKET = f"{NAME}-sales"


@pytest.fixture(scope="module")
def runs(airflow: RunningAirflow) -> dict[str, str]:
    """A successful run of each DAG; the worker that ran them is gone."""
    s3 = airflow.aws.client("s3")
    place = {"LocationConstraint": s3.meta.region_name}
    s3.create_bucket(Bucket=BUCKET, CreateBucketConfiguration=place)
    s3.put_object(Bucket=BUCKET, Key="sales/2026-11-22.csv", Body=SALES.encode())
    folders = [toml.parent for toml in (ROOT / "task_images").glob("*/task.toml")]
    airflow.register_tasks(*folders, environment={"BUCKET": BUCKET})
    dag_ids = [file.stem for file in DAGS]
    airflow.add_dags(DAGS, *dag_ids)
    runs = {dag_id: airflow.trigger(dag_id) for dag_id in dag_ids}
    for dag_id, run in runs.items():
        airflow.wait_for(dag_id, run, timeout_seconds=240)
    # A log is in S3 some moments after its task has ended, so the worker may end in order.
    assert airflow.running("worker").stop() == 0
    airflow.start("worker")
    return runs


def test_no_dag_has_import_errors_or_warnings(
    airflow: RunningAirflow, runs: dict[str, str]
) -> None:
    assert airflow.import_errors() == {}
    assert airflow.api.get("dagWarnings")["dag_warnings"] == []


def test_every_task_succeeds_at_the_first_try(
    airflow: RunningAirflow, runs: dict[str, str]
) -> None:
    for dag_id, run in runs.items():
        tasks = airflow.tasks(dag_id, run)
        assert {(each["state"], each["try_number"]) for each in tasks} == {("success", 1)}, dag_id


def test_each_fargate_task_ran_once_as_a_container(
    airflow: RunningAirflow, runs: dict[str, str]
) -> None:
    expected = {"even_odd": 2, "numbers": 1, "count_primes": 5, "sales_report": 1}
    for task, count in expected.items():
        ecs_tasks = airflow.ecs_tasks(family=f"{NAME}_task_{task}")
        exit_codes = [each["containers"][0]["exitCode"] for each in ecs_tasks]
        assert exit_codes == [0] * count, task


def test_the_output_of_containers_is_in_the_task_logs(
    airflow: RunningAirflow, runs: dict[str, str]
) -> None:
    even_odd, primes, sales = (runs[each] for each in ("even_odd", "primes", "sales_report"))
    odd = airflow.log_text("even_odd", even_odd, "odd_task")
    assert "5 of the integers from 1 to 10 are odd: /" in odd
    assert "even: 2, 4, 6, 8, 10" in airflow.log_text("even_odd", even_odd, "numbers_task")
    assert "Their sum is 55." in airflow.log_text("even_odd", even_odd, "on_worker_task")
    slices = "Looking for primes from 600001 to 800000."
    assert slices in airflow.log_text("primes", primes, "count", map_index=3)
    assert "There are 78498 primes" in airflow.log_text("primes", primes, "add_up")
    assert "coffee: 12.00" in airflow.log_text("sales_report", sales, "add_up")


def test_worker_and_triggerer_each_kept_their_part_of_a_log_in_s3(
    airflow: RunningAirflow, runs: dict[str, str]
) -> None:
    listed = airflow.aws.client("s3").list_objects_v2(
        Bucket=airflow.aws.log_bucket,
        Prefix=f"dag_id=even_odd/run_id={runs['even_odd']}/task_id=odd_task/",
    )
    names = sorted(Path(each["Key"]).name for each in listed["Contents"])
    assert len(names) == 2, names
    assert names[0] == "attempt=1.log"
    assert names[1].startswith("attempt=1.log.trigger.")


def test_results_are_where_they_should_be(
    airflow: RunningAirflow, runs: dict[str, str], fargate_folder: Path
) -> None:
    assert airflow.xcom("even_odd", runs["even_odd"], "on_worker_task") == 55
    assert airflow.xcom("primes", runs["primes"], "add_up") == 78_498
    report = airflow.xcom("sales_report", runs["sales_report"], "tell")
    assert report == f"s3://{BUCKET}/reports/2026-11-22.csv"
    body = airflow.aws.client("s3").get_object(Bucket=BUCKET, Key="reports/2026-11-22.csv")["Body"]
    assert body.read().decode() == REPORT
    shared = fargate_folder / "efs" / str(airflow.aws.task_host.file_system_id) / "tasks"
    (odd,) = shared.rglob("odd.json")
    assert json.loads(odd.read_text()) == {"count": 10, "numbers": [1, 3, 5, 7, 9]}
