"""EC2: what AWS does not let go while it is in use, and interfaces that moto leaves behind."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from moto.ec2.exceptions import DependencyViolationError, EC2ClientError
from moto.ec2.models import EC2Backend
from moto.ec2.models.elastic_network_interfaces import NetworkInterface
from moto.ec2.models.security_groups import SecurityGroupRule
from moto.elbv2.models import elbv2_backends
from moto.rds.models import rds_backends

from airflow_fargate_rehearsal.aws.patching import around, sibling

# moto: DeleteSecurityGroup, DeleteSubnet and DeleteVpc look at little or nothing that uses them.
# AWS answers DependencyViolation; what a destroy does in a wrong order then never ends.


@around(EC2Backend, "delete_security_group")
def _delete_security_group(
    original: Any, self: Any, name: str | None = None, group_id: str | None = None
) -> None:
    group = self.get_security_group_by_name_or_id(group_id or name)
    if group is not None and (user := next(_users_of_group(self, group.id), None)):
        raise DependencyViolationError(f"resource {group.id} has a dependent object: {user}")
    original(self, name, group_id)


# moto: CreateNatGateway does not look for an internet gateway. AWS refuses without one, and a stack
# that makes the two side by side fails now and then.
@around(EC2Backend, "create_nat_gateway")
def _create_nat_gateway(original: Any, self: Any, subnet_id: str, *more: Any, **named: Any) -> Any:
    vpc_id = self.get_subnet(subnet_id).vpc_id
    attached = (gateway.vpc for gateway in self.internet_gateways.values())
    if not any(vpc is not None and vpc.id == vpc_id for vpc in attached):
        raise EC2ClientError(
            "Gateway.NotAttached", f"Network {vpc_id} has no Internet gateway attached"
        )
    return original(self, subnet_id, *more, **named)


# moto: a rule that names a security group loses its description, since it reads descriptions from
# where it keeps networks.
@around(SecurityGroupRule, "__init__")
def _init_rule(original: Any, self: Any, *arguments: Any, **named: Any) -> None:
    original(self, *arguments, **named)
    if description := self.source_group.get("Description"):
        self.ip_range.setdefault("Description", description)


def _users_of_group(backend: Any, group_id: str) -> Iterator[str]:
    for eni in list(backend.enis.values()):
        if group_id in (group.id for group in eni.group_set):
            yield eni.id
    for balancer in sibling(elbv2_backends, backend).load_balancers.values():
        if group_id in (balancer.security_groups or ()):
            yield balancer.arn
    for instance in sibling(rds_backends, backend).databases.values():
        if group_id in instance.vpc_security_group_ids:
            yield instance.db_instance_arn
    for groups in list(backend.groups.values()):
        for other in list(groups.values()):
            if other.id != group_id and _refers_to(other, group_id):
                yield other.id


def _refers_to(group: Any, group_id: str) -> bool:
    rules = [*group.ingress_rules, *group.egress_rules]
    return any(rule.source_group.get("GroupId") == group_id for rule in rules)


@around(EC2Backend, "delete_subnet")
def _delete_subnet(original: Any, self: Any, subnet_id: str) -> Any:
    if user := next(_users_of_subnet(self, subnet_id), None):
        raise DependencyViolationError(
            f"The subnet '{subnet_id}' has dependencies and cannot be deleted: {user}"
        )
    return original(self, subnet_id)


def _users_of_subnet(backend: Any, subnet_id: str) -> Iterator[str]:
    for eni in list(backend.enis.values()):
        if eni.subnet.id == subnet_id:
            yield eni.id
    for balancer in sibling(elbv2_backends, backend).load_balancers.values():
        if subnet_id in (subnet.id for subnet in balancer.subnets):
            yield balancer.arn


@around(EC2Backend, "delete_vpc")
def _delete_vpc(original: Any, self: Any, vpc_id: str) -> Any:
    if user := next(_users_of_vpc(self, vpc_id), None):
        raise DependencyViolationError(
            f"The vpc '{vpc_id}' has dependencies and cannot be deleted: {user}"
        )
    return original(self, vpc_id)


def _users_of_vpc(backend: Any, vpc_id: str) -> Iterator[str]:
    for gateway in list(backend.internet_gateways.values()):
        if gateway.vpc is not None and gateway.vpc.id == vpc_id:
            yield gateway.id
    for group in backend.groups.get(vpc_id, {}).values():
        if group.name != "default":
            yield group.id
    for endpoint in list(backend.vpc_end_points.values()):
        if endpoint.vpc_id == vpc_id and endpoint.state != "deleted":
            yield endpoint.id


# moto: a deleted NAT gateway keeps its network interface. AWS deletes it with the gateway.
@around(EC2Backend, "delete_nat_gateway")
def _delete_nat_gateway(original: Any, self: Any, nat_gateway_id: str) -> Any:
    gateway = original(self, nat_gateway_id)
    self.enis.pop(gateway._eni.id, None)
    return gateway


# moto: in a VPC without DNS host names, an interface has no such attribute at all, and RunTask
# fails on it. On AWS it has no name.
NetworkInterface.private_dns_name = None  # type: ignore[attr-defined]
