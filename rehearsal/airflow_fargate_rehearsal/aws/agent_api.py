"""`$ECS_AGENT_URI`: what a container asks ECS's agent for, which is its task's protection.

https://docs.aws.amazon.com/AmazonECS/latest/developerguide/task-scale-in-protection-endpoint.html
"""

from __future__ import annotations

import json
from typing import Any

from botocore.exceptions import ClientError

from airflow_fargate_rehearsal.aws.agent import Request, page
from airflow_fargate_rehearsal.aws.place import here
from airflow_fargate_rehearsal.fargate.clients import Clients
from airflow_fargate_rehearsal.fargate.roles import CannotAssume


@page("api")
def _answer(request: Request) -> tuple[int, Any]:
    if request.rest != "task-protection/v1/state" or request.method not in ("GET", "PUT"):
        return 404, {"message": f"The agent has no {request.method} {request.rest}."}
    arn = request.task.task_arn
    asked: dict[str, Any] = {"cluster": request.task.cluster_name, "tasks": [arn]}
    try:
        # The agent asks with the role of the task.
        ecs = _client(request.task)
        if request.method == "GET":
            answer = ecs.get_task_protection(**asked)
        else:
            answer = ecs.update_task_protection(**asked, **_wish(request.body))
    except ValueError as error:
        return 400, _error(arn, "BadRequestException", str(error))
    except CannotAssume as error:
        return 400, _error(arn, "AccessDeniedException", str(error))
    except ClientError as error:
        said, status = error.response["Error"], error.response["ResponseMetadata"]["HTTPStatusCode"]
        return status, _error(arn, said["Code"], said["Message"])
    if answer["failures"]:
        failure = answer["failures"][0]
        return 200, {"failure": {name.capitalize(): value for name, value in failure.items()}}
    protected = answer["protectedTasks"][0]
    shown = {"ProtectionEnabled": protected["protectionEnabled"], "TaskArn": arn}
    if end := protected.get("expirationDate"):
        shown["ExpirationDate"] = end.strftime("%Y-%m-%dT%H:%M:%SZ")
    return 200, {"protection": shown}


def _client(task: Any) -> Any:
    order, place = task.fargate.order, here()
    if order.task_role_arn is None or place.roles is None:
        return place.clients("ecs", order.region)
    credentials = place.roles.credentials(
        order.task_role_arn,
        session_name=order.task_id,
        subject=order.subject,
        region=order.region,
    )
    return Clients(place.clients.endpoint_url, credentials)("ecs", order.region)


def _wish(body: bytes) -> dict[str, Any]:
    given = json.loads(body or b"{}")
    if given.get("ProtectionEnabled") not in (True, False):
        raise ValueError("Invalid request: does not contain 'ProtectionEnabled' field")
    wish = {"protectionEnabled": given["ProtectionEnabled"]}
    if "ExpiresInMinutes" in given:
        wish["expiresInMinutes"] = given["ExpiresInMinutes"]
    return wish


def _error(arn: str, code: str, message: str) -> dict[str, Any]:
    return {"error": {"Arn": arn, "Code": code, "Message": message}}
