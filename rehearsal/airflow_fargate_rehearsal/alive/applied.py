"""What Terraform applied, as far as it runs: services, tasks, and the way to the user interface."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from airflow_fargate_rehearsal.fargate.load_balancer_address import BalancerAddress

_DAG_BUNDLES_VARIABLE = "AIRFLOW__DAG_PROCESSOR__DAG_BUNDLE_CONFIG_LIST"
_ADMIN_PASSWORD_VARIABLE = "AIRFLOW_FARGATE_ADMIN_PASSWORD"  # noqa: S105 - its name
_PARTS_OF_A_SECRETS_ARN = 7


@dataclass(frozen=True, kw_only=True)
class Service:
    """An applied ECS service; ``has_health_check`` says whether one of its containers has one."""

    name: str
    cluster: str
    region: str
    desired_count: int
    task_family: str
    has_health_check: bool


@dataclass(frozen=True, kw_only=True)
class Deployment:
    """What runs of one stack in one ECS cluster; ``stack`` names it, in a region if need be.

    ``url`` is the address of what is behind its load balancer, None where there is none. An HTTPS
    one is as it would be on AWS; it does not answer here. ``admin_password_secret`` is the secret
    that a container gets the password of Airflow's user `admin` from. ``log_groups`` are those of
    task definitions by their family.
    """

    stack: str
    services: tuple[Service, ...]
    url: str | None
    admin_password_secret: str | None
    log_groups: Mapping[str, str]
    fetches_dags: bool = False
    """Whether its DAGs come from Git or a bucket, so that there may be none here."""

    @property
    def region(self) -> str:
        """Region of the services."""
        return self.services[0].region

    @property
    def clusters(self) -> list[str]:
        """Names of the clusters in which the services run."""
        return list(dict.fromkeys(each.cluster for each in self.services))


def deployments_of(stack: str, state: Mapping[str, Any]) -> list[Deployment]:
    """What runs of a stack, by ``terraform show -json``: a deployment for each ECS cluster.

    None when it has no ECS services.
    """
    resources = list(_managed(state.get("values", {}).get("root_module", {})))
    found = {kind: [v for k, v in resources if k == kind] for kind in dict(resources)}
    clusters: dict[tuple[str, str], list[Mapping[str, Any]]] = {}
    for each in found.get("aws_ecs_service", []):
        if each["desired_count"]:
            clusters.setdefault(_region_and_cluster(each), []).append(each)
    return [
        _deployment(stack if len(clusters) == 1 else "-".join((stack, *place)), found, services)
        for place, services in sorted(clusters.items())
    ]


def _deployment(
    name: str,
    found: Mapping[str, list[Mapping[str, Any]]],
    applied: list[Mapping[str, Any]],
) -> Deployment:
    """What runs in a cluster: ``applied`` are its services, and ``found`` is all that there is."""
    region, _ = _region_and_cluster(applied[0])
    elsewhere = {
        each["task_definition"] for each in found["aws_ecs_service"] if each not in applied
    }
    definitions = [
        each
        for each in found.get("aws_ecs_task_definition", [])
        if each["arn"].split(":")[3] == region and each["arn"] not in elsewhere
    ]
    groups = {each["family"]: group for each in definitions if (group := _log_group(each))}
    by_arn = {each["arn"]: each for each in definitions}
    services = [_service(each, by_arn) for each in applied]
    return Deployment(
        stack=name,
        services=tuple(sorted(services, key=lambda each: each.name)),
        url=_url({**found, "aws_ecs_service": applied}),
        admin_password_secret=_admin_password_secret(definitions),
        log_groups=groups,
        fetches_dags=any(map(_fetches_dags, definitions)),
    )


def _managed(module: Mapping[str, Any]) -> Iterator[tuple[str, Mapping[str, Any]]]:
    for each in module.get("resources", ()):
        if each["mode"] == "managed":
            yield each["type"], each["values"]
    for child in module.get("child_modules", ()):
        yield from _managed(child)


def _fetches_dags(definition: Mapping[str, Any]) -> bool:
    """Whether DAGs come from Git or a bucket: here there may be nothing in those."""
    told = (
        each["value"]
        for container in _containers(definition)
        for each in container.get("environment") or ()
        if each["name"] == _DAG_BUNDLES_VARIABLE
    )
    return any("LocalDagBundle" not in value for value in told)


def _service(values: Mapping[str, Any], definitions: Mapping[str, Mapping[str, Any]]) -> Service:
    region, cluster = _region_and_cluster(values)
    arn = values["task_definition"]
    definition = definitions.get(arn, {"container_definitions": "[]"})
    return Service(
        name=values["name"],
        cluster=cluster,
        region=region,
        desired_count=values["desired_count"],
        task_family=arn.rpartition("/")[2].partition(":")[0],
        has_health_check=any(each.get("healthCheck") for each in _containers(definition)),
    )


def _region_and_cluster(service: Mapping[str, Any]) -> tuple[str, str]:
    # The id is the service's ARN: arn:aws:ecs:<region>:<account>:service/<cluster>/<name>.
    parts = service["id"].split(":")
    return parts[3], parts[5].split("/")[1]


def _containers(definition: Mapping[str, Any]) -> list[dict[str, Any]]:
    return json.loads(definition["container_definitions"])


def _log_group(definition: Mapping[str, Any]) -> str | None:
    for container in _containers(definition):
        log = container.get("logConfiguration") or {}
        if group := (log.get("options") or {}).get("awslogs-group"):
            return group
    return None


def _admin_password_secret(definitions: list[Mapping[str, Any]]) -> str | None:
    for definition in definitions:
        for container in _containers(definition):
            for secret in container.get("secrets") or ():
                if secret["name"] == _ADMIN_PASSWORD_VARIABLE:
                    # Behind the ARN there may be a JSON key, a stage and a version.
                    return ":".join(secret["valueFrom"].split(":")[:_PARTS_OF_A_SECRETS_ARN])
    return None


def _url(found: Mapping[str, list[Mapping[str, Any]]]) -> str | None:
    served = {
        target["target_group_arn"]
        for service in found.get("aws_ecs_service", [])
        for target in service.get("load_balancer") or ()
    }
    balancers = {each["arn"]: each["dns_name"] for each in found.get("aws_lb", [])}
    urls = [
        _address(listener, balancers[listener["load_balancer_arn"]])
        for listener in found.get("aws_lb_listener", [])
        if listener["load_balancer_arn"] in balancers
        and any(_targets(action) & served for action in listener["default_action"])
    ]
    # Plain HTTP first: a certificate of AWS cannot be had here.
    return min(urls, key=lambda url: url.startswith("https"), default=None)


def _targets(action: Mapping[str, Any]) -> set[str | None]:
    weighted = [group for each in action.get("forward") or () for group in each["target_group"]]
    return {action.get("target_group_arn"), *(each["arn"] for each in weighted)}


def _address(listener: Mapping[str, Any], name: str) -> str:
    scheme = "https" if listener["protocol"] in ("HTTPS", "TLS") else "http"
    usual = listener["port"] == {"http": 80, "https": 443}[scheme]
    # Here a load balancer's name may hold the port that stands for 80.
    host, _, instead = name.partition(":")
    if usual and (scheme == "http" or not instead):
        return f"{scheme}://{name}"
    port = BalancerAddress(host, int(instead or 80)).port(listener["port"])
    return f"{scheme}://{host}:{port}"
