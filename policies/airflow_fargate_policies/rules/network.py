"""Rules about what can be reached from where."""

import ipaddress
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from airflow_fargate_policies.reading import NotKnownError
from airflow_fargate_policies.reading.plan_references import UNKNOWN
from airflow_fargate_policies.reading.templates import expression_of
from airflow_fargate_policies.resource import Configuration, Resource, Template
from airflow_fargate_policies.rules.rule import Rule, blocks, identities, known, listed, names_of

_WIDEST_PREFIX = {4: 8, 6: 16}  # what is wider is the world in pieces, such as 0.0.0.0/1
_MOST_PORTS = 100
_OF_THE_NETWORK = re.compile(r"(?:data\.)?aws_(?:vpc|subnet)\.[\w.\-*\"\[\]]+")
_ALL = ("-1", "all")
_INGRESS = (
    "aws_vpc_security_group_ingress_rule",
    "aws_security_group_rule",
    "aws_security_group",
    "aws_default_security_group",
)
_LISTS = ("aws_ec2_managed_prefix_list", "aws_ec2_managed_prefix_list_entry")


@dataclass
class _Ingress:
    """One rule that lets something in, however it is written."""

    protocol: Any
    from_port: Any
    to_port: Any
    cidrs: list[Any] = field(default_factory=list)
    sources: list[Any] = field(default_factory=list)


def ingress_of(resource: Resource) -> Iterator[_Ingress]:
    """What a resource lets in.

    Raises:
        NotKnownError: How many rules there are is not known.
    """
    values = resource.values
    if resource.type == "aws_vpc_security_group_ingress_rule":
        yield _Ingress(
            values.get("ip_protocol"),
            values.get("from_port"),
            values.get("to_port"),
            _given(values, "cidr_ipv4", "cidr_ipv6"),
            _given(values, "referenced_security_group_id", "prefix_list_id"),
        )
    elif resource.type == "aws_security_group_rule":
        if known(values["type"]) == "ingress":
            yield _inline(values)
    else:
        yield from (_inline(each) for each in blocks(resource, "ingress"))


def _inline(values: Any) -> _Ingress:
    sources = _given(values, "security_groups", "source_security_group_id", "prefix_list_ids")
    return _Ingress(
        values.get("protocol"),
        values.get("from_port"),
        values.get("to_port"),
        _given(values, "cidr_blocks", "ipv6_cidr_blocks"),
        [*sources, *(["self"] if values.get("self") else [])],
    )


def _given(values: Any, *names: str) -> list[Any]:
    found = []
    for name in names:
        value = values.get(name)
        if isinstance(value, Template):
            found.append(value)
        else:
            found += [each for each in listed(value) if each not in (None, "")]
    return found


def _from_world(resource: Resource, configuration: Configuration) -> Iterator[str]:
    if resource.type in _LISTS:
        entries = blocks(resource, "entry") if resource.type == _LISTS[0] else [resource.values]
        yield from _the_world([each["cidr"] for each in entries])
        return
    ingresses = list(ingress_of(resource))
    yield from _the_world([cidr for each in ingresses for cidr in each.cidrs])
    for ingress in ingresses:
        for cidr in ingress.cidrs:
            network = _network(cidr)
            if network is None:
                continue
            is_wide = network.prefixlen < _WIDEST_PREFIX[network.version]
            if (
                not is_wide
                and not network.is_private
                and not _is_load_balancers(resource, configuration)
            ):
                yield f"{cidr} is outside, and this is not the group of a load balancer"


def _the_world(cidrs: list[Any]) -> Iterator[str]:
    """What is the world, or so much of it that it may as well be, as a whole or in pieces."""
    found = [network for each in cidrs if (network := _network(each)) is not None]
    for version, widest in _WIDEST_PREFIX.items():
        of_it: Any = [each for each in found if each.version == version]
        for network in ipaddress.collapse_addresses(of_it):
            if network.prefixlen < widest:
                yield f"{network} is the world"


def _network(cidr: Any) -> ipaddress.IPv4Network | ipaddress.IPv6Network | None:
    """A network; None for the VPC's own."""
    if isinstance(cidr, Template):
        # No more than that: a condition on a VPC's may give anything.
        if _OF_THE_NETWORK.fullmatch(expression_of(cidr) or ""):
            return None
        raise NotKnownError(cidr)
    return ipaddress.ip_network(cidr, strict=False)


def _is_load_balancers(resource: Resource, configuration: Configuration) -> bool:
    groups = (
        names_of(resource)
        if resource.type.endswith("security_group")
        else identities(resource, "security_group_id")
    )
    return any(
        identities(each, "security_groups") & groups
        for each in configuration.of_type("aws_lb", "aws_alb", "aws_elb")
    )


def _unnamed(resource: Resource, _: Configuration) -> Iterator[str]:
    for ingress in ingress_of(resource):
        if not ingress.cidrs and not ingress.sources:
            yield "no source is named"
        protocol = known(ingress.protocol)
        if str(protocol).lower() in _ALL:
            yield "it is for all protocols and ports"
        elif protocol not in ("icmp", "icmpv6", "1", "58"):
            yield from _ports(ingress)


def _ports(ingress: _Ingress) -> Iterator[str]:
    first, last = ingress.from_port, ingress.to_port
    if first is None or last is None:
        yield "no port is named"
    elif isinstance(first, Template) and first == last != UNKNOWN:
        return  # one port, whichever it is
    elif int(known(last)) - int(known(first)) >= _MOST_PORTS:
        yield f"the ports {first} to {last} are no named port"


def _public_ip(resource: Resource, _: Configuration) -> Iterator[str]:
    if resource.type == "aws_subnet":
        for name in ("map_public_ip_on_launch", "assign_ipv6_address_on_creation"):
            if known(resource.values.get(name, False)) not in (False, "false"):
                yield f"{name} is on"
        return
    for each in _network_configurations(resource):
        if known(each.get("assign_public_ip", False)) not in (False, "false"):
            yield "assign_public_ip is on"


def _network_configurations(resource: Resource) -> Iterator[dict[str, Any]]:
    if resource.type in ("aws_ecs_service", "aws_ecs_task_set"):
        yield from blocks(resource, "network_configuration")
    elif resource.type == "aws_instance":
        yield {"assign_public_ip": resource.values.get("associate_public_ip_address", False)}
    elif resource.type == "aws_scheduler_schedule":
        for target in blocks(resource, "target"):
            for each in listed(target.get("ecs_parameters")):
                yield from listed(each.get("network_configuration"))
    else:
        for target in blocks(resource, "ecs_target"):
            yield from listed(target.get("network_configuration"))


PUBLIC_INGRESS = Rule(
    id="AF_PUBLIC_INGRESS",
    title="Nothing is let in from the world, and into a load balancer only from named networks.",
    types=(*_INGRESS, *_LISTS),
    check=_from_world,
)
UNNAMED_INGRESS = Rule(
    id="AF_UNNAMED_INGRESS",
    title="Every rule that lets something in names a port and a source.",
    types=_INGRESS,
    check=_unnamed,
)
PUBLIC_IP = Rule(
    id="AF_PUBLIC_IP",
    title="Nothing gets a public IP address.",
    types=(
        "aws_ecs_service",
        "aws_ecs_task_set",
        "aws_subnet",
        "aws_cloudwatch_event_target",
        "aws_scheduler_schedule",
        "aws_instance",
    ),
    check=_public_ip,
)
