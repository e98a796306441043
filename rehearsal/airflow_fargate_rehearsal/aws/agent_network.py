"""A task's page for its own network: names of private DNS, and ports that others may come to."""

from __future__ import annotations

from typing import Any

from airflow_fargate_rehearsal.aws.agent import Request, page

_NOT_KNOWN = {"message": "There is no such name."}


@page("network")
def _network(request: Request) -> tuple[int, Any]:
    membership = request.task.fargate.membership
    kind, _, what = request.rest.partition("/")
    if membership is None:
        return 404, {"message": "The task has this machine's network."}
    if (request.method, kind) == ("POST", "ports"):
        membership.open(int(what))
        return 200, ""
    if (request.method, kind) == ("GET", "names"):
        found = membership.resolve(what)
        return (404, _NOT_KNOWN) if found is None else (200, " ".join(found))
    return 404, {"message": "There is no such page."}
