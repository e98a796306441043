"""How ECS describes a service that runs, in the words of DescribeServices."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from airflow_fargate_rehearsal.fargate.service import Service
from airflow_fargate_rehearsal.fargate.service_deployment import Deployment

PENDING = ("PROVISIONING", "PENDING", "ACTIVATING")
"""States of tasks that ECS counts as pending."""


def show(service: Any) -> None:
    """Give moto's service the numbers, events and deployments of what runs."""
    fargate: Service = service.fargate
    primary = fargate.primary
    service.task_definition = primary.revision.task_definition
    service.events = fargate.events.all()
    connected = service.deployments[0].get("serviceConnectConfiguration")
    service.deployments = [
        _deployment(each, fargate, is_primary=each is primary) for each in fargate.deployments
    ]
    if connected:
        service.deployments[0]["serviceConnectConfiguration"] = connected
    service.running_count = sum(each["runningCount"] for each in service.deployments)
    service.pending_count = sum(each["pendingCount"] for each in service.deployments)


def _deployment(deployment: Deployment, service: Service, *, is_primary: bool) -> dict[str, Any]:
    statuses = [
        each.task.last_status for each in list(service.tasks) if each.deployment is deployment
    ]
    revision = deployment.revision
    shown: Mapping[str, Any] = {
        "id": deployment.id,
        "status": "PRIMARY" if is_primary else "ACTIVE",
        "taskDefinition": revision.task_definition,
        "desiredCount": service.settings.desired_count if is_primary else 0,
        "runningCount": statuses.count("RUNNING"),
        "pendingCount": sum(status in PENDING for status in statuses),
        "failedTasks": deployment.failed_tasks,
        "createdAt": deployment.created_at,
        "updatedAt": deployment.updated_at,
        "capacityProviderStrategy": list(revision.capacity_provider_strategy) or None,
        "launchType": revision.launch_type,
        "platformVersion": "1.4.0",
        "platformFamily": "Linux",
        "networkConfiguration": dict(revision.network_configuration),
        "rolloutState": deployment.rollout_state,
        "rolloutStateReason": deployment.rollout_state_reason,
    }
    return {name: value for name, value in shown.items() if value is not None}
