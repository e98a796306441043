"""What Airflow's database says of tasks."""

from collections.abc import Collection

from airflow.models.dagrun import DagRun
from airflow.models.taskinstance import TaskInstance as Row
from airflow.utils.session import create_session
from sqlalchemy import and_, select, tuple_

from .orphans_verdict import Owner, TaskInstance

_AT_ONCE = 500
"""Owners in one query."""


def task_instances(owners: Collection[Owner]) -> dict[Owner, TaskInstance]:
    """Look tasks up in the database; those that it does not hold are left out."""
    key = (Row.dag_id, Row.run_id, Row.task_id, Row.map_index)
    same_run = and_(DagRun.dag_id == Row.dag_id, DagRun.run_id == Row.run_id)
    columns = (*key, Row.state, Row.next_method, DagRun.clear_number)
    wanted = [(owner.dag_id, owner.run_id, owner.task_id, owner.map_index) for owner in owners]
    found: dict[Owner, TaskInstance] = {}
    with create_session() as session:
        for start in range(0, len(wanted), _AT_ONCE):
            some = wanted[start : start + _AT_ONCE]
            query = select(*columns).join(DagRun, same_run).where(tuple_(*key).in_(some))
            for dag, run, task, index, state, next_method, clear_number in session.execute(query):
                owner = Owner(dag, run, task, index)
                found[owner] = TaskInstance(state, next_method is not None, clear_number)
    return found
