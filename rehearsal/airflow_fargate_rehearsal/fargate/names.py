"""Private DNS: names of Cloud Map, which lead to running tasks, within their own VPC only."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from airflow_fargate_rehearsal.fargate.clients import Clients
from airflow_fargate_rehearsal.fargate.interface import Interface

_FRESH_SECONDS = 5.0
"""Age at which namespaces are read anew; instances are read each time."""


@dataclass(frozen=True, kw_only=True)
class Answer:
    """What private DNS says: addresses in the VPC, and why there are none, for people."""

    private_ips: tuple[str, ...] = ()
    why_none: str | None = None


@dataclass(frozen=True, kw_only=True)
class _Namespace:
    id: str
    name: str
    vpc_ids: frozenset[str]


class Names:
    """Names in the private namespaces of one embedded AWS; safe in threads."""

    def __init__(self, clients: Clients, vpc_of: Callable[[Interface], str]) -> None:
        self._clients = clients
        self._vpc_of = vpc_of
        self._lock = threading.Lock()
        self._namespaces: dict[str, tuple[float, list[_Namespace]]] = {}

    def resolve(self, name: str, asking: Interface) -> Answer | None:
        """What an interface is told about a name; None when no private namespace has such names."""
        name = name.rstrip(".").lower()
        matching = [
            each
            for each in self._namespaces_of(asking.region)
            if name.endswith(f".{each.name.lower()}")
        ]
        if not matching:
            return None
        vpc_id = self._vpc_of(asking)
        seen = [each for each in matching if vpc_id in each.vpc_ids]
        if not seen:
            others = ", ".join(sorted(vpc for each in matching for vpc in each.vpc_ids))
            return Answer(
                why_none=f"{name} is in a private namespace of {others}, which {asking.name} in "
                f"{vpc_id} cannot see"
            )
        namespace = max(seen, key=lambda each: len(each.name))
        return self._instances(namespace, name, asking.region)

    def _instances(self, namespace: _Namespace, name: str, region: str) -> Answer:
        service_name = name.removesuffix(f".{namespace.name.lower()}")
        client = self._clients("servicediscovery", region)
        service_id = next(
            (
                each["Id"]
                for each in client.list_services()["Services"]
                if each["Name"].lower() == service_name
                and _namespace_of(client, each["Id"]) == namespace.id
            ),
            None,
        )
        if service_id is None:
            return Answer(
                why_none=f"the private namespace {namespace.name} has no service {service_name}"
            )
        instances = client.list_instances(ServiceId=service_id)["Instances"]
        healthy = self._healthy(client, service_id, instances)
        return Answer(
            private_ips=tuple(
                each["Attributes"]["AWS_INSTANCE_IPV4"]
                for each in healthy
                if "AWS_INSTANCE_IPV4" in each["Attributes"]
            )
        )

    @staticmethod
    def _healthy(client: Any, service_id: str, instances: list[Any]) -> list[Any]:
        if not instances:
            return []
        status: Mapping[str, str] = client.get_instances_health_status(ServiceId=service_id).get(
            "Status", {}
        )
        # As Route 53 does: all of them, when none is healthy.
        sound = [each for each in instances if status.get(each["Id"]) != "UNHEALTHY"]
        return sound or instances

    def _namespaces_of(self, region: str) -> list[_Namespace]:
        with self._lock:
            known = self._namespaces.get(region)
        if known is not None and time.monotonic() - known[0] < _FRESH_SECONDS:
            return known[1]
        listed = self._clients("servicediscovery", region).list_namespaces()["Namespaces"]
        found = [
            _Namespace(id=each["Id"], name=each["Name"], vpc_ids=self._vpcs(each, region))
            for each in listed
            if each["Type"] == "DNS_PRIVATE"
        ]
        with self._lock:
            self._namespaces[region] = (time.monotonic(), found)
        return found

    def _vpcs(self, namespace: Mapping[str, Any], region: str) -> frozenset[str]:
        zone_id = namespace["Properties"]["DnsProperties"]["HostedZoneId"]
        zone = self._clients("route53", region).get_hosted_zone(Id=zone_id)
        return frozenset(each["VPCId"] for each in zone.get("VPCs", ()))


def _namespace_of(client: Any, service_id: str) -> str | None:
    service = client.get_service(Id=service_id)["Service"]
    # AWS says it in both places, moto only where it was told.
    return service.get("NamespaceId") or service.get("DnsConfig", {}).get("NamespaceId")
