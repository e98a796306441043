"""The credentials of a task's role, as Fargate's agent gives them to its containers."""

from __future__ import annotations

from typing import Any

from airflow_fargate_rehearsal.aws import agent
from airflow_fargate_rehearsal.aws.place import here
from airflow_fargate_rehearsal.fargate.roles import CannotAssume


@agent.page("credentials")
def _credentials(request: agent.Request) -> tuple[int, Any]:
    order = request.task.fargate.order
    roles = here().roles
    if order.task_role_arn is None or roles is None:
        return 404, {"code": "NoIdInRequest", "message": "The task has no role of its own."}
    try:
        return 200, roles.credentials(
            order.task_role_arn,
            session_name=order.task_id,
            subject=order.subject,
            region=order.region,
        )
    except CannotAssume as error:
        return 400, {"code": "AccessDenied", "message": str(error)}
