"""The bars of the timeline: when services, Airflow's tasks and Fargate tasks did what."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from typing import Any

from airflow_fargate_rehearsal.alive.ecs import Described, family_of, id_of
from airflow_fargate_rehearsal.report.story import Span

_STATES = {"success": "success", "skipped": "stopped", "running": "running", "deferred": "running"}


def service_spans(tasks: Iterable[Described], healthy_at: Mapping[str, datetime]) -> Iterator[Span]:
    """Bars of services: from when ECS makes a task until its containers run, are healthy, end."""
    for task in tasks:
        service = task.get("group", "").removeprefix("service:")
        stopped = task.get("stoppedAt")
        started = task.get("startedAt")
        healthy = healthy_at.get(service)
        if started is None:
            yield _span(service, "first containers", task["createdAt"], stopped, "waiting")
            continue
        yield _span(service, "first containers", task["createdAt"], started, "waiting")
        if healthy is None or healthy < started:
            yield _span(service, "starts", started, stopped, "waiting")
            continue
        yield _span(service, "starts", started, healthy, "waiting")
        yield _span(service, "healthy", healthy, stopped, "running")


def fargate_spans(tasks: Iterable[Described]) -> Iterator[Span]:
    """Bars of tasks that are no service's."""
    for task in tasks:
        row = f"{family_of(task)} {id_of(task)[:8]}"
        started, stopped = task.get("startedAt"), task.get("stoppedAt")
        yield _span(row, "starts", task["createdAt"], started or stopped, "waiting")
        if started is not None:
            yield _span(row, "runs", started, stopped, _outcome(task))


def airflow_spans(instances: Mapping[str, Mapping[str, Any]]) -> Iterator[Span]:
    """Bars of Airflow's task instances, by their names: queued, then at work."""
    for name, instance in instances.items():
        queued, begin, end = (
            _time(instance.get(key)) for key in ("queued_when", "start_date", "end_date")
        )
        if queued is not None:
            yield _span(name, "queued", queued, begin, "waiting")
        if begin is not None:
            state = instance["state"] or "none"
            yield _span(name, state, begin, end, _STATES.get(state, "failed"))


def _span(row: str, label: str, begin: datetime, end: datetime | None, state: str) -> Span:
    return Span(row=row, label=label, begin=begin, end=end, state=state)


def _outcome(task: Described) -> str:
    if task["lastStatus"] != "STOPPED":
        return "running"
    codes = [each.get("exitCode") for each in task.get("containers", ())]
    return "success" if codes and all(code == 0 for code in codes) else "failed"


def _time(text: str | None) -> datetime | None:
    return datetime.fromisoformat(text) if text else None
