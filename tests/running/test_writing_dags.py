"""docs/writing-dags.md: its program and its DAG, run by a whole Airflow."""

from pathlib import Path

import pytest
from tests.documents import write_files
from tests.running.aws import NAME
from tests.running.running_airflow import RunningAirflow

pytestmark = pytest.mark.real


def test_the_document_leads_to_a_task_that_runs(airflow: RunningAirflow, tmp_path: Path) -> None:
    write_files("writing-dags.md", tmp_path)
    airflow.register_tasks(tmp_path / "task_images/word_count")
    airflow.add_dags([tmp_path / "dags/word_count.py"], "word_count")
    run = airflow.trigger("word_count", conf={"text": "Row, row, row your boat"})
    airflow.wait_for("word_count", run)
    assert airflow.xcom("word_count", run, "most_frequent") == "row"
    # What it says about logs.
    log = airflow.log_text("word_count", run, "count")
    assert "5 words, 3 of them different." in log
    [ecs_task] = airflow.ecs_tasks(family=f"{NAME}_task_word_count")
    arn = airflow.xcom("word_count", run, "count", key="ecs_task_arn")
    assert arn == ecs_task["taskArn"]
    assert arn.split("/")[-1] in log
