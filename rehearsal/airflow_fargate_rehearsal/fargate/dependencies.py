"""`dependsOn`: which containers may start now, and which never will."""

from __future__ import annotations

from collections.abc import Mapping

from airflow_fargate_rehearsal.fargate.container import Container


def may_start(container: Container, others: Mapping[str, Container]) -> bool:
    """Whether all that a container depends on has come about."""
    return all(_holds(others[name], condition) for name, condition in container.depends_on.items())


def why_never(container: Container, others: Mapping[str, Container]) -> str | None:
    """Why a container cannot start any more; None while it may."""
    for name, condition in container.depends_on.items():
        unresolved = (
            "dependency graph: failed to resolve container ordering dependency "
            f"[{name}] for target [{container.name}] as dependency "
        )
        if condition == "SUCCESS" and others[name].exit_code not in (None, 0):
            return f"{unresolved}did not exit successfully."
        if condition == "HEALTHY" and others[name].status == "STOPPED":
            return f"{unresolved}is not healthy: it has exited."
        if condition == "HEALTHY" and not others[name].definition.get("healthCheck"):
            return f"{unresolved}has no health check."
    return None


def dependents(container: Container, others: Mapping[str, Container]) -> list[Container]:
    """The containers that depend on one; they are stopped before it."""
    return [each for each in others.values() if container.name in each.depends_on]


def _holds(other: Container, condition: str) -> bool:
    match condition:
        case "START":
            return other.status != "PENDING"
        case "COMPLETE":
            return other.status == "STOPPED"
        case "SUCCESS":
            return other.status == "STOPPED" and other.exit_code == 0
        case "HEALTHY":
            return other.status == "RUNNING" and other.health_status == "HEALTHY"
    return False
