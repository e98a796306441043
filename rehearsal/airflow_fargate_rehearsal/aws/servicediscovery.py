"""Cloud Map: namespaces beside each other, and the hosted zones that come with them."""

from __future__ import annotations

from typing import Any

from moto.route53.models import route53_backends
from moto.servicediscovery.exceptions import ConflictingDomainExists
from moto.servicediscovery.models import ServiceDiscoveryBackend

from airflow_fargate_rehearsal.aws.patching import around


# moto: a VPC can have one private namespace. AWS refuses only the same name in the same VPC.
@around(ServiceDiscoveryBackend, "create_private_dns_namespace")
def _create_private(original: Any, self: Any, name: str, *rest: Any, **named: Any) -> str:
    vpc = named.pop("vpc")
    if any((each.name, each.vpc) == (name, vpc) for each in self.namespaces.values()):
        raise ConflictingDomainExists(vpc)
    operation_id = original(self, name, *rest, vpc=f"{vpc} for {name}", **named)
    namespace = self.namespaces[self.operations[operation_id].targets["NAMESPACE"]]
    namespace.vpc = vpc
    # moto: the zone's id comes with the prefix of Route 53's own API. AWS gives the bare id.
    zone_id = namespace.dns_properties["HostedZoneId"].removeprefix("/hostedzone/")
    namespace.dns_properties["HostedZoneId"] = zone_id
    # moto: the zone is of no VPC. AWS makes it for the namespace's.
    zone = route53_backends[self.account_id][self.partition].zones[zone_id]
    zone.add_vpc(vpc, self.region_name)
    return operation_id


# moto: the hosted zone of a namespace stays behind. AWS deletes it with the namespace.
@around(ServiceDiscoveryBackend, "delete_namespace")
def _delete(original: Any, self: Any, namespace_id: str) -> str:
    namespace = self.namespaces.get(namespace_id)
    operation_id = original(self, namespace_id)
    zones = route53_backends[self.account_id][self.partition].zones
    if namespace is not None and namespace.dns_properties:
        zones.pop(namespace.dns_properties["HostedZoneId"], None)
    return operation_id
