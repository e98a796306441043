"""Who a load balancer is in its VPC, and whose it is that it reaches there."""

from __future__ import annotations

import ipaddress

from moto.ecs.models import ecs_backends
from moto.elbv2.models import ELBv2Backend, FakeLoadBalancer

from airflow_fargate_rehearsal.aws.patching import sibling
from airflow_fargate_rehearsal.aws.place import here
from airflow_fargate_rehearsal.fargate.interface import Interface
from airflow_fargate_rehearsal.fargate.mount_targets import default_group
from airflow_fargate_rehearsal.fargate.target_health import Unreachable


def interface_of(backend: ELBv2Backend, balancer: FakeLoadBalancer) -> Interface:
    """What security groups see of a load balancer: its interface in its first subnet."""
    subnet = balancer.subnets[0]
    # The last address but one: AWS keeps the last, and moto begins at the other end.
    address = ipaddress.ip_network(subnet.cidr_block)[-2]
    groups = list(balancer.security_groups or [])
    if not groups and balancer.type == "application":
        groups = default_group(subnet.vpc_id, backend.region_name, here().clients)
    return Interface(
        name=f"load balancer {balancer.name}",
        region=backend.region_name,
        subnet_id=subnet.id,
        private_ip=str(address),
        security_group_ids=groups,
    )


def balancer_of(backend: ELBv2Backend, group_arn: str) -> FakeLoadBalancer | None:
    """The load balancer that sends to a target group, of which AWS allows one; None if none does.

    A group that no listener names is not in use, and its targets are not checked.
    """
    for balancer in list(backend.load_balancers.values()):
        for listener in list(balancer.listeners.values()):
            for rule in listener.rules.values():
                for action in rule.actions:
                    if group_arn in backend._get_target_group_arns_from(action.data):
                        return balancer
    return None


def way(backend: ELBv2Backend, group_arn: str, private_ip: str, port: int) -> str:
    """Where a target is on this machine, if the load balancer may send to its port.

    Raises Unreachable when it may not, and when nobody is there.
    """
    balancer = balancer_of(backend, group_arn)
    address = here().network.visible_address(private_ip)
    if balancer is None or address is None:
        raise Unreachable(f"There is no task at {private_ip}.")
    source, target = interface_of(backend, balancer), _task_at(backend, private_ip)
    if target and (why := here().network.why_refused(source, target, port)):
        raise Unreachable(f"it does not reach {target.name} on port {port}: {why}", refused=True)
    return address


def name_at(backend: ELBv2Backend, private_ip: str) -> str:
    """Who has an address in the VPC, for people."""
    interface = _task_at(backend, private_ip)
    return interface.name if interface else private_ip


def _task_at(backend: ELBv2Backend, private_ip: str) -> Interface | None:
    for tasks in list(sibling(ecs_backends, backend).tasks.values()):
        for task in list(tasks.values()):
            running = getattr(task, "fargate", None)
            if running is None or running.last_status == "STOPPED":
                continue
            interface: Interface | None = running._order.interface
            if interface is not None and interface.private_ip == private_ip:
                return interface
    return None
