"""EC2: addresses of the tasks' interfaces, and what a VPC's default security group lets in."""

from __future__ import annotations

import ipaddress
import threading
from typing import Any

from moto.ec2.models import EC2Backend

from airflow_fargate_rehearsal.aws.patching import around

_OF_A_TASK = "moto ECS"
"""Description of an interface that moto makes for a task."""
_giving = threading.Lock()
_RESERVED_AT_THE_BEGINNING = 4
_RESERVED = 5
"""Addresses that AWS keeps in each subnet: the first four and the last one."""


# moto: a task's interface has any address in 10.0.0.0/8. AWS gives it one of its subnet, and takes
# an address that was just given back only when no other is left.
@around(EC2Backend, "create_network_interface")
def _create(
    original: Any, self: Any, subnet: Any, private_ip_address: Any, *more: Any, **named: Any
) -> Any:
    if named.get("description") != _OF_A_TASK:
        return original(self, subnet, private_ip_address, *more, **named)
    with _giving:
        place = self.get_subnet(subnet) if isinstance(subnet, str) else subnet
        return original(self, subnet, _next_address(self, place), *more, **named)


def _next_address(backend: Any, subnet: Any) -> str:
    network: ipaddress.IPv4Network = subnet.cidr
    taken = {each.private_ip_address for each in list(backend.enis.values())}
    taken.update(subnet._subnet_ips)
    first = int(network.network_address) + _RESERVED_AT_THE_BEGINNING
    count = network.num_addresses - _RESERVED
    begin = getattr(subnet, "_next_of_a_task", 0)
    for number in range(begin, begin + count):
        address = str(ipaddress.IPv4Address(first + number % count))
        if address not in taken:
            subnet._next_of_a_task = number + 1
            return address
    raise OSError(f"no address is left in {subnet.id} ({network})")


# moto: a VPC's default security group lets nobody in. On AWS it lets its own members in.
@around(EC2Backend, "create_security_group")
def _create_group(original: Any, self: Any, *arguments: Any, **named: Any) -> Any:
    group = original(self, *arguments, **named)
    if group.is_default:
        own = [{"GroupId": group.id}]
        self.authorize_security_group_ingress(
            group.id, "-1", None, None, [], source_groups=own, vpc_id=group.vpc_id
        )
    return group
