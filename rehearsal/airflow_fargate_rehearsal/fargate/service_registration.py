"""Where a service's tasks are known: target groups of load balancers, and Cloud Map."""

from __future__ import annotations

import contextlib
from collections.abc import Mapping
from typing import Any

from botocore.exceptions import ClientError

from airflow_fargate_rehearsal.fargate.clients import Clients
from airflow_fargate_rehearsal.fargate.service_task import ServiceTask


class Registration:
    """Tells target groups and Cloud Map of the tasks of one service."""

    def __init__(self, clients: Clients, *, region: str, cluster: str, service: str) -> None:
        self._elb = clients("elbv2", region)
        self._cloud_map = clients("servicediscovery", region)
        self._attributes = {
            "ECS_CLUSTER_NAME": cluster,
            "ECS_SERVICE_NAME": service,
            "REGION": region,
        }
        self._targets: set[tuple[str, str]] = set()
        self._instances: set[tuple[str, str]] = set()

    def update(self, task: ServiceTask, *, leaves: bool = False) -> list[str]:
        """Register a task where it belongs by now, or take it out; says what was done.

        It is a target once it runs, and in Cloud Map once its checks say so, and neither when it
        leaves. Raises ClientError, once, when it cannot be registered.
        """
        revision = task.deployment.revision
        done = [
            self._target(task, each, wanted=task.runs and not leaves)
            for each in revision.load_balancers
            if "targetGroupArn" in each
        ]
        for each in revision.service_registries:
            self._instance(task, each, wanted=task.is_healthy and not leaves)
        return [each for each in done if each]

    def _target(
        self, task: ServiceTask, balancer: Mapping[str, Any], *, wanted: bool
    ) -> str | None:
        arn = balancer["targetGroupArn"]
        key = (arn, task.id)
        if wanted == (key in self._targets):
            return None
        targets = [{"Id": task.private_ip, "Port": balancer["containerPort"]}]
        if wanted:
            self._targets.add(key)
            self._elb.register_targets(TargetGroupArn=arn, Targets=targets)
            return f"registered 1 targets in (target-group {arn})."
        self._targets.discard(key)
        try:
            self._elb.deregister_targets(TargetGroupArn=arn, Targets=targets)
        except ClientError:
            return None  # the group went first
        return f"deregistered 1 targets in (target-group {arn})."

    def _instance(self, task: ServiceTask, registry: Mapping[str, Any], *, wanted: bool) -> None:
        arn = registry["registryArn"]
        key, service_id = (arn, task.id), arn.rpartition("/")[2]
        if wanted == (key in self._instances):
            return
        if not wanted:
            self._instances.discard(key)
            with contextlib.suppress(ClientError):  # the service in Cloud Map may have gone first
                self._cloud_map.deregister_instance(ServiceId=service_id, InstanceId=task.id)
            return
        self._instances.add(key)
        attributes = {**self._attributes, "AWS_INSTANCE_IPV4": task.private_ip}
        if port := registry.get("containerPort") or registry.get("port"):
            attributes["AWS_INSTANCE_PORT"] = str(port)
        self._cloud_map.register_instance(
            ServiceId=service_id, InstanceId=task.id, Attributes=attributes
        )

    def states(self, task: ServiceTask) -> dict[str, tuple[str, str]]:
        """State and reason of a task as a target, by the ARN of the target group."""
        states = {}
        for each in task.deployment.revision.load_balancers:
            if (arn := each.get("targetGroupArn", "")) and (arn, task.id) in self._targets:
                target = {"Id": task.private_ip, "Port": each["containerPort"]}
                try:
                    answer = self._elb.describe_target_health(TargetGroupArn=arn, Targets=[target])
                except ClientError as error:
                    states[arn] = ("unavailable", str(error))
                    continue
                health = answer["TargetHealthDescriptions"][0]["TargetHealth"]
                reason = health.get("Description") or health.get("Reason", "")
                states[arn] = (health["State"], reason)
        return states
