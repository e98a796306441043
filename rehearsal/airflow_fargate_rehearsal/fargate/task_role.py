"""The role of a task's own programs: taken on when it starts, and how they get its credentials."""

from __future__ import annotations

from airflow_fargate_rehearsal.fargate.errors import CannotInitialize
from airflow_fargate_rehearsal.fargate.order import Order, Place
from airflow_fargate_rehearsal.fargate.roles import CannotAssume


def take_on(order: Order, place: Place) -> None:
    """Take the role on, and look what it lacks; raises CannotInitialize when it cannot be."""
    if order.task_role_arn is None or place.roles is None:
        return
    try:
        place.roles.credentials(
            order.task_role_arn,
            session_name=order.task_id,
            subject=order.subject,
            region=order.region,
        )
    except CannotAssume as error:
        raise CannotInitialize(str(error)) from error
    place.roles.look_ahead(order)


def variables(order: Order) -> dict[str, str]:
    """Environment variables by which the AWS SDKs find the role's credentials.

    A task without a role has none, as on Fargate.
    """
    if order.task_role_arn is None or not order.agent_url:
        return {}
    # Fargate gives a path on 169.254.170.2, which no process here can have.
    return {"AWS_CONTAINER_CREDENTIALS_FULL_URI": f"{order.agent_url}/credentials"}
