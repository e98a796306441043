"""ECS services on Fargate: they run, and the calls tell of what runs."""

from __future__ import annotations

import copy
from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any

from moto.core.responses import ActionResult
from moto.ecs.exceptions import ECSException, InvalidParameterException
from moto.ecs.models import Cluster, EC2ContainerServiceBackend
from moto.ecs.models import Service as MotoService
from moto.ecs.responses import EC2ContainerServiceResponse
from moto.elbv2.models import elbv2_backends

from airflow_fargate_rehearsal.aws import ecs_service_tasks
from airflow_fargate_rehearsal.aws.ecs_service_descriptions import PENDING, show
from airflow_fargate_rehearsal.aws.elbv2_interfaces import balancer_of
from airflow_fargate_rehearsal.aws.patching import around, sibling
from airflow_fargate_rehearsal.aws.place import here, runs_containers
from airflow_fargate_rehearsal.fargate.service import Service
from airflow_fargate_rehearsal.fargate.service_deployment import Revision
from airflow_fargate_rehearsal.fargate.service_registration import Registration
from airflow_fargate_rehearsal.fargate.service_settings import Settings

# moto: a service is a record, and a task count that someone set. Here a service on Fargate runs its
# tasks: `fargate` of moto's service is what runs, and what moto shows is copied from it.


class ServiceNotActive(ECSException):
    """A service that is deleted cannot be updated."""

    code = "ServiceNotActiveException"


class ClusterContainsServices(ECSException):
    """A cluster cannot be deleted while it has services."""

    code = "ClusterContainsServicesException"


@around(EC2ContainerServiceResponse, "create_service")
def _create_service(original: Any, self: Any) -> ActionResult:
    if runs_containers():
        backend = self.ecs_backend
        cluster = backend._get_cluster(self._get_param("cluster", "default"))
        there = backend.services.get(f"{cluster.name}:{self._get_param('serviceName')}")
        _refuse_second(there)
        _refuse_targets(backend, self._get_param("loadBalancers") or ())
    answer = original(self)
    service = answer.result["service"]
    if runs_containers() and _is_on_fargate(service):
        _come_alive(service)
        show(service)
    return answer


# moto: takes target groups that no listener forwards to.
def _refuse_targets(backend: Any, load_balancers: Sequence[Mapping[str, Any]]) -> None:
    elb = sibling(elbv2_backends, backend)
    for each in load_balancers:
        group_arn = each.get("targetGroupArn")
        if group_arn and balancer_of(elb, group_arn) is None:
            raise InvalidParameterException(
                f"The target group with targetGroupArn {group_arn} does not have an associated "
                "load balancer."
            )


# moto: a network configuration without security groups fails, where AWS takes the VPC's default
# group.
@around(MotoService, "_validate_network")
def _validate_network(original: Any, self: Any, network: dict[str, Any]) -> dict[str, Any]:
    network["awsvpcConfiguration"].setdefault("securityGroups", [])
    return original(self, network)


# moto: replaces a service by another one of its name.
def _refuse_second(there: Any) -> None:
    status = there.status if there else None
    if status == "ACTIVE":
        raise InvalidParameterException("Creation of service was not idempotent.")
    if status == "DRAINING":
        raise InvalidParameterException("Unable to Start a service that is still Draining.")


def _is_on_fargate(service: Any) -> bool:
    if service.deployment_controller["type"] != "ECS" or service.scheduling_strategy != "REPLICA":
        return False
    providers = {each["capacityProvider"] for each in ecs_service_tasks.strategy(service)}
    return (
        providers <= {"FARGATE", "FARGATE_SPOT"} if providers else service.launch_type == "FARGATE"
    )


def _come_alive(service: Any) -> None:
    place = here()
    service.fargate = Service(
        service.name,
        _revision(service),
        _settings(service),
        launch=lambda deployment: ecs_service_tasks.launch(service, deployment),
        registration=Registration(
            place.clients,
            region=service.region_name,
            cluster=service.cluster_name,
            service=service.name,
        ),
        findings=place.findings,
    )
    service.created_at = service.fargate.primary.created_at
    service.fargate.start()


def _revision(service: Any) -> Revision:
    definition = service._backend.describe_task_definition(service.task_definition)
    return copy.deepcopy(
        Revision(
            task_definition=definition.arn,
            network_configuration=service.network_configuration,
            capacity_provider_strategy=ecs_service_tasks.strategy(service),
            launch_type=service.launch_type,
            platform_version=service.platform_version,
            load_balancers=service.load_balancers,
            service_registries=service.service_registries,
        )
    )


def _settings(service: Any) -> Settings:
    configuration = service.deployment_configuration
    breaker = configuration.get("deploymentCircuitBreaker") or {}
    return Settings(
        desired_count=service.desired_count,
        minimum_healthy_percent=configuration["minimumHealthyPercent"],
        maximum_percent=configuration["maximumPercent"],
        circuit_breaker=breaker.get("enable", False),
        rolls_back=breaker.get("rollback", False),
        grace_period=timedelta(seconds=service.health_check_grace_period_seconds or 0),
    )


@around(EC2ContainerServiceBackend, "update_service")
def _update_service(original: Any, self: Any, properties: dict[str, Any]) -> Any:
    force = bool(properties.get("force_new_deployment"))
    _refuse_update(self.services.get(_key(self, properties)))
    service = original(self, properties)
    if hasattr(service, "fargate"):
        service.fargate.configure(_settings(service), _revision(service), force=force)
        show(service)
    return service


def _key(backend: Any, properties: Mapping[str, Any]) -> str:
    cluster = backend._get_cluster(properties.get("cluster", "default"))
    return f"{cluster.name}:{properties['service'].rpartition('/')[2]}"


def _refuse_update(service: Any) -> None:
    if hasattr(service, "fargate"):
        if service.status != "ACTIVE":
            raise ServiceNotActive("Service was not ACTIVE.")
        show(service)  # for it may have rolled back since


@around(EC2ContainerServiceBackend, "describe_services")
def _describe_services(original: Any, self: Any, *arguments: Any, **named: Any) -> Any:
    services, failures = original(self, *arguments, **named)
    for service in services:
        if hasattr(service, "fargate"):
            show(service)
    return services, failures


# moto: lists services that are deleted.
@around(EC2ContainerServiceBackend, "list_services")
def _list_services(original: Any, self: Any, *arguments: Any, **named: Any) -> list[str]:
    gone = {
        service.arn
        for service in list(self.services.values())
        if hasattr(service, "fargate") and service.fargate.status != "ACTIVE"
    }
    return [arn for arn in original(self, *arguments, **named) if arn not in gone]


# moto: a service is INACTIVE at once. On AWS it is DRAINING until its tasks are gone.
@around(EC2ContainerServiceBackend, "delete_service")
def _delete_service(original: Any, self: Any, *arguments: Any, **named: Any) -> Any:
    service = original(self, *arguments, **named)
    if hasattr(service, "fargate"):
        service.fargate.delete()
        show(service)
    return service


@around(EC2ContainerServiceBackend, "delete_cluster")
def _delete_cluster(original: Any, self: Any, cluster_str: str) -> Cluster:
    cluster = self._get_cluster(cluster_str)
    for service in list(self.services.values()):
        lives = hasattr(service, "fargate") and service.fargate.status == "ACTIVE"
        if lives and service.cluster_name == cluster.name:
            raise ClusterContainsServices(
                "The Cluster cannot be deleted while Services are active."
            )
    return original(self, cluster_str)


# moto: counts tasks that services are to have.
@around(EC2ContainerServiceBackend, "describe_clusters")
def _describe_clusters(original: Any, self: Any, *arguments: Any, **named: Any) -> Any:
    clusters, failures = original(self, *arguments, **named)
    for cluster in clusters if runs_containers() else ():
        tasks = list(self.tasks.get(cluster.name, {}).values())
        services = [s for s in list(self.services.values()) if s.cluster_name == cluster.name]
        cluster.running_tasks_count = sum(t.last_status == "RUNNING" for t in tasks)
        cluster.pending_tasks_count = sum(t.last_status in PENDING for t in tasks)
        cluster.active_services_count = sum(s.status == "ACTIVE" for s in services)
    return clusters, failures


def _live_status(self: Any) -> str:
    fargate = getattr(self, "fargate", None)
    return fargate.status if fargate else self._status


MotoService.status = property(  # type: ignore[assignment]
    _live_status, lambda self, value: setattr(self, "_status", value)
)
