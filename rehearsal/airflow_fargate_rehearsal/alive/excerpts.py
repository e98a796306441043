"""Excerpts of logs for the report."""

from __future__ import annotations

from airflow_fargate_rehearsal.alive.applied import Deployment
from airflow_fargate_rehearsal.alive.dag_run import DagRun
from airflow_fargate_rehearsal.alive.ecs import Described, family_of, id_of, log_events, of_service
from airflow_fargate_rehearsal.alive.lines import TaskLines
from airflow_fargate_rehearsal.alive.log_checks import airflow_logs
from airflow_fargate_rehearsal.fargate.clients import Clients

_LAST_LINES = 40


def service_excerpts(
    clients: Clients, deployment: Deployment, tasks: list[Described]
) -> dict[str, str]:
    """The last lines of each service's containers, by service and container."""
    found: dict[str, list[str]] = {}
    for service in deployment.services:
        group = deployment.log_groups.get(service.task_family)
        for task in of_service(tasks, service.name) if group else ():
            events = log_events(clients, service.region, group or "", id_of(task), _LAST_LINES)
            for container, event in events:
                title = f"service {service.name}, container {container}, {id_of(task)[:8]}"
                found.setdefault(title, []).append(event["message"])
    return {title: "\n".join(lines) for title, lines in found.items()}


def task_excerpts(lines: TaskLines) -> dict[str, str]:
    """The last lines of each Fargate task."""
    return {
        f"Fargate task {family_of(lines.tasks[task_id])} {task_id[:8]}": _end(said)
        for task_id, said in lines.said.items()
    }


def airflow_excerpts(run: DagRun) -> dict[str, str]:
    """The end of the log of each task instance."""
    return {f"Airflow task {n}": _end(log.splitlines()) for n, log in airflow_logs(run).items()}


def _end(lines: list[str]) -> str:
    return "\n".join(lines[-_LAST_LINES:])
