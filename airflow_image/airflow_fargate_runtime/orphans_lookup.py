"""What Airflow's database says of tasks."""

from collections.abc import Collection

from airflow.models.taskinstance import TaskInstance as Row
from airflow.utils.session import create_session
from sqlalchemy import select, tuple_

from .orphans_verdict import Owner, TaskInstance

_AT_ONCE = 500
"""Owners in one query."""


def task_instances(owners: Collection[Owner]) -> dict[Owner, TaskInstance]:
    """Look tasks up in the database; those that it does not hold are left out."""
    key = (Row.dag_id, Row.run_id, Row.task_id, Row.map_index)
    columns = (*key, Row.state, Row.max_tries)
    wanted = [(owner.dag_id, owner.run_id, owner.task_id, owner.map_index) for owner in owners]
    found: dict[Owner, TaskInstance] = {}
    with create_session() as session:
        for start in range(0, len(wanted), _AT_ONCE):
            some = wanted[start : start + _AT_ONCE]
            query = select(*columns).where(tuple_(*key).in_(some))
            for dag, run, task, index, state, max_tries in session.execute(query):
                owner = Owner(dag, run, task, index)
                found[owner] = TaskInstance(state, max_tries)
    return found
