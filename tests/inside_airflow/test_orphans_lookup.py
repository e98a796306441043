"""What the sweeper reads in Airflow's own tables, and when the triggerer begins to sweep."""

import uuid
from typing import Any

import pytest
import sqlalchemy as sa
from airflow import models, settings
from airflow.models.dagrun import DagRun
from airflow.models.taskinstance import TaskInstance as Row
from airflow_fargate_runtime import orphans_plugin
from airflow_fargate_runtime.orphans_lookup import task_instances
from airflow_fargate_runtime.orphans_verdict import Owner, TaskInstance
from sqlalchemy.orm import scoped_session, sessionmaker


@pytest.fixture
def tables(monkeypatch: pytest.MonkeyPatch) -> sa.Engine:
    """All of Airflow's tables, empty."""
    models.import_all_models()  # as a triggerer has; tables refer to others
    engine = sa.create_engine("sqlite://", poolclass=sa.StaticPool)
    Row.metadata.create_all(engine)
    monkeypatch.setattr(settings, "Session", scoped_session(sessionmaker(engine)))
    return engine


def insert(tables: sa.Engine, run_id: str, rows: list[dict[str, Any]]) -> None:
    now = sa.func.now()
    run = {"dag_id": "dag", "run_id": run_id, "run_type": "manual", "run_after": now}
    instance = {"dag_id": "dag", "run_id": run_id, "pool": "default_pool"}
    with tables.begin() as connection:
        connection.execute(sa.insert(DagRun.__table__).values(**run, state="running"))
        for row in rows:
            values = {"id": uuid.uuid4(), **instance, **row}
            connection.execute(sa.insert(Row.__table__).values(**values))


def test_tasks_are_found_by_dag_run_task_and_map_index(tables: sa.Engine) -> None:
    mapped = [
        {"task_id": "mapped", "map_index": index, "state": state, "max_tries": index}
        for index, state in enumerate(["running", "failed"])
    ]
    insert(tables, "first", [{"task_id": "one", "state": "deferred", "max_tries": 2}])
    insert(tables, "second", [{"task_id": "one", "state": None, "max_tries": 0}, *mapped])

    asked = {
        Owner("dag", "first", "one", -1): TaskInstance("deferred", max_tries=2),
        Owner("dag", "second", "one", -1): TaskInstance(None, max_tries=0),
        Owner("dag", "second", "mapped", 0): TaskInstance("running", max_tries=0),
        Owner("dag", "second", "mapped", 1): TaskInstance("failed", max_tries=1),
    }
    missing = Owner("dag", "deleted", "one", -1)
    assert task_instances({*asked, missing}) == asked


def test_more_than_fit_into_one_query_are_found(tables: sa.Engine) -> None:
    rows = [{"task_id": "mapped", "map_index": index, "state": "running"} for index in range(1100)]
    insert(tables, "run", rows)
    owners = [Owner("dag", "run", "mapped", index) for index in range(1100)]
    assert len(task_instances(owners)) == 1100


class Job:
    """As much of a component of Airflow as its listeners see."""

    job_type: str | None = None

    def __init__(self) -> None:
        self.heartbeats = 0

    def heartbeat(self) -> None:
        self.heartbeats += 1


@pytest.fixture
def begun(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    begun: list[str] = []
    monkeypatch.setattr(orphans_plugin, "begin", lambda: begun.append("begun"))
    return begun


@pytest.mark.parametrize(
    ("job_type", "times"), [("TriggererJob", 1), ("SchedulerJob", 0), ("DagProcessorJob", 0)]
)
def test_only_a_triggerer_sweeps_and_only_once_its_other_process_is_forked(
    begun: list[str], job_type: str, times: int
) -> None:
    job = Job()
    orphans_plugin.OrphansPlugin.listeners[0].on_starting(component=job)
    job.job_type = job_type  # Airflow tells it after its listeners were called
    assert not begun
    for _ in range(3):
        job.heartbeat()
    assert len(begun) == times
    assert job.heartbeats == 3


def test_a_task_that_starts_is_no_job(begun: list[str]) -> None:
    orphans_plugin.OrphansPlugin.listeners[0].on_starting(component=object())
    assert not begun
