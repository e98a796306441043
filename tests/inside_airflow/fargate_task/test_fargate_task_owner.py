"""By what an ECS task is found again."""

import pytest
from airflow_fargate_runtime.fargate_task_owner import FargateTaskOwner

OWNER = FargateTaskOwner("dag", "run", "task", map_index=-1, try_number=1, max_tries=0)


def test_two_deployments_with_the_same_dag_do_not_take_each_others_ecs_tasks(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    found = set()
    for name in ("staging", "production", "staging"):
        monkeypatch.setenv("AIRFLOW_FARGATE_TASKS_PATH", f"/airflow-fargate/{name}/tasks")
        found.add(OWNER.started_by)
    assert len(found) == 2
