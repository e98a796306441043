"""ECS: attributes of services that moto forgets, and the log group of Container Insights."""

from __future__ import annotations

from typing import Any

from moto.ecs.models import Cluster, EC2ContainerServiceBackend, Service
from moto.ecs.responses import EC2ContainerServiceResponse
from moto.logs.models import logs_backends

from airflow_fargate_rehearsal.aws.patching import around, sibling

# moto: CreateService does not keep these. AWS answers them in DescribeServices, with a default
# where the request says nothing.
_FORGOTTEN = (
    ("availabilityZoneRebalancing", "availability_zone_rebalancing", "DISABLED"),
    ("capacityProviderStrategy", "capacity_provider_strategy", None),
    ("enableECSManagedTags", "enable_ecs_managed_tags", False),
    ("enableExecuteCommand", "enable_execute_command", False),
    ("healthCheckGracePeriodSeconds", "health_check_grace_period_seconds", None),
    ("placementConstraints", "placement_constraints", []),
    ("placementStrategy", "placement_strategy", []),
)
_DEFAULT_DEPLOYMENT = {
    "maximumPercent": 200,
    "minimumHealthyPercent": 100,
    "deploymentCircuitBreaker": {"enable": False, "rollback": False},
}


@around(EC2ContainerServiceResponse, "create_service")
def _create_service(original: Any, self: Any) -> Any:
    answer = original(self)
    service: Any = answer.result["service"]
    for parameter, attribute, default in _FORGOTTEN:
        value = self._get_param(parameter)
        setattr(service, attribute, default if value is None else value)
    service.deployment_configuration = {
        **_DEFAULT_DEPLOYMENT,
        **(self._get_param("deploymentConfiguration") or {}),
    }
    if self._get_param("serviceConnectConfiguration") and service.deployments:
        # AWS shows it in the deployment, not in the service.
        service.deployments[0]["serviceConnectConfiguration"] = self._get_param(
            "serviceConnectConfiguration"
        )
    _settle_launch_type(service)
    return answer


@around(EC2ContainerServiceBackend, "update_service")
def _update_service(original: Any, self: Any, properties: dict[str, Any]) -> Service:
    managed_tags = properties.pop("enable_e_c_s_managed_tags", None)  # moto's snake case of ECS
    deployment = properties.pop("deployment_configuration", None)
    service = original(self, properties)
    if managed_tags is not None:
        service.enable_ecs_managed_tags = managed_tags
    if deployment is not None:
        service.deployment_configuration = {**service.deployment_configuration, **deployment}
    _settle_launch_type(service)
    return service


def _settle_launch_type(service: Any) -> None:
    # moto: launchType is EC2 when the request has none. AWS has none when there is a strategy.
    if service.capacity_provider_strategy:
        service.launch_type = None


# AWS writes Container Insights into this group, creates it when absent, and leaves it behind when
# the cluster goes. moto has no metrics and creates none.


@around(EC2ContainerServiceBackend, "create_cluster")
def _create_cluster(original: Any, self: Any, *arguments: Any, **named: Any) -> Cluster:
    return _with_insights_group(self, original(self, *arguments, **named))


@around(EC2ContainerServiceBackend, "update_cluster")
def _update_cluster(original: Any, self: Any, *arguments: Any, **named: Any) -> Cluster:
    return _with_insights_group(self, original(self, *arguments, **named))


def _with_insights_group(backend: EC2ContainerServiceBackend, cluster: Cluster) -> Cluster:
    insights = {each["name"]: each["value"] for each in cluster.settings}.get("containerInsights")
    if insights in ("enabled", "enhanced"):
        sibling(logs_backends, backend).ensure_log_group(
            f"/aws/ecs/containerinsights/{cluster.name}/performance"
        )
    return cluster
