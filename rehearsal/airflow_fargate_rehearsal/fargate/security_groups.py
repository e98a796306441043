"""Security groups as they were applied: which TCP connections they let through, and why not."""

from __future__ import annotations

import ipaddress
import threading
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from airflow_fargate_rehearsal.fargate.clients import Clients
from airflow_fargate_rehearsal.fargate.interface import Interface

_FRESH_SECONDS = 5.0
"""Age at which a group is read anew: rules may change while tasks run."""
_ALL = "-1"
_TCP = ("tcp", "6")


@dataclass(frozen=True)
class _Other:
    """The side of a connection that a rule speaks of."""

    private_ip: str
    group_ids: frozenset[str]


class SecurityGroups:
    """Rules of the security groups, read from EC2; safe in threads."""

    def __init__(self, clients: Clients) -> None:
        self._clients = clients
        self._lock = threading.Lock()
        self._read: dict[tuple[str, ...], tuple[float, Any]] = {}

    def why_refused(self, source: Interface, target: Interface, port: int) -> str | None:
        """Why a TCP connection does not come through; None when it does.

        It has to leave through the source's groups and to come in through the target's. The reason
        names groups and the rule that is missing.
        """
        if source == target:
            return None
        if self._why_refused(source, target, port) is None:
            return None
        # A rule may have come since the groups were read.
        with self._lock:
            self._read.clear()
        return self._why_refused(source, target, port)

    def _why_refused(self, source: Interface, target: Interface, port: int) -> str | None:
        vpcs = [self.vpc_of(each) for each in (source, target)]
        if vpcs[0] != vpcs[1]:
            return (
                f"{source.name} is in {vpcs[0]} and {target.name} in {vpcs[1]}, and no way leads "
                "from one VPC into the other"
            )
        for direction, own, other in (("egress", source, target), ("ingress", target, source)):
            if not own.security_group_ids and own.name.startswith("load balancer "):
                continue  # only a network load balancer has none, and then nothing holds it back
            if not self._allowed(direction, own, other, port):
                return self._missing(direction, own, other, port)
        return None

    def _allowed(self, direction: str, own: Interface, other: Interface, port: int) -> bool:
        groups = (self._group(own.region, each) for each in own.security_group_ids)
        key = "IpPermissionsEgress" if direction == "egress" else "IpPermissions"
        rules = (rule for group in groups for rule in group.get(key, ()))
        side = _Other(other.private_ip, frozenset(other.security_group_ids))
        return any(
            _has_port(rule, port) and self._speaks_of(rule, side, own.region) for rule in rules
        )

    def _speaks_of(self, rule: Mapping[str, Any], other: _Other, region: str) -> bool:
        pairs = (each.get("GroupId") for each in rule.get("UserIdGroupPairs", ()))
        if any(each in other.group_ids for each in pairs):
            return True
        return any(_contains(each, other.private_ip) for each in self._networks(rule, region))

    def _networks(self, rule: Mapping[str, Any], region: str) -> Iterator[str]:
        yield from (each["CidrIp"] for each in rule.get("IpRanges", ()))
        for each in rule.get("PrefixListIds", ()):
            yield from self._prefix_list(region, each["PrefixListId"])

    def _missing(self, direction: str, own: Interface, other: Interface, port: int) -> str:
        word = "to" if direction == "egress" else "from"
        groups, others = self._names(own), self._names(other)
        has = "have" if len(own.security_group_ids) > 1 else "has"
        return (
            f"{groups} of {own.name} {has} no {direction} rule for TCP port {port} {word} {others} "
            f"of {other.name}, nor {word} its address {other.private_ip}"
        )

    def _names(self, interface: Interface) -> str:
        ids = interface.security_group_ids
        if not ids:
            return "no security group"
        named = " and ".join(
            f"{self._group(interface.region, each).get('GroupName', 'unknown')} ({each})"
            for each in ids
        )
        return f"security group{'s' if len(ids) > 1 else ''} {named}"

    def _group(self, region: str, group_id: str) -> Mapping[str, Any]:
        found = self._fresh("describe_security_groups", "SecurityGroups", region, "group", group_id)
        return found[0] if found else {}

    def _prefix_list(self, region: str, prefix_list_id: str) -> list[str]:
        client = self._clients("ec2", region)
        entries = client.get_managed_prefix_list_entries(PrefixListId=prefix_list_id)["Entries"]
        return [each["Cidr"] for each in entries]

    def vpc_of(self, interface: Interface) -> str:
        """The id of the VPC that an interface is in."""
        found = self._fresh(
            "describe_subnets", "Subnets", interface.region, "subnet", interface.subnet_id
        )
        return found[0]["VpcId"] if found else f"no VPC (subnet {interface.subnet_id})"

    def is_in_vpc(self, address: str, interface: Interface) -> bool:
        """Whether an IPv4 address is one of the VPC that an interface is in."""
        vpc_id = self.vpc_of(interface)
        found = self._fresh("describe_vpcs", "Vpcs", interface.region, "vpc", vpc_id)
        return any(
            _contains(each["CidrBlock"], address)
            for vpc in found
            for each in vpc["CidrBlockAssociationSet"]
        )

    def _fresh(self, call: str, key: str, region: str, kind: str, wanted: str) -> Any:
        asked = (call, region, wanted)
        with self._lock:
            known = self._read.get(asked)
        if known is not None and time.monotonic() - known[0] < _FRESH_SECONDS:
            return known[1]
        # By a filter: what is not there any more is then no error, but nothing.
        filters = [{"Name": f"{kind}-id", "Values": [wanted]}]
        found = getattr(self._clients("ec2", region), call)(Filters=filters)[key]
        with self._lock:
            self._read[asked] = (time.monotonic(), found)
        return found


def _has_port(rule: Mapping[str, Any], port: int) -> bool:
    protocol = str(rule.get("IpProtocol"))
    if protocol == _ALL:
        return True
    return protocol in _TCP and rule["FromPort"] <= port <= rule["ToPort"]


def _contains(cidr: str, address: str) -> bool:
    return ipaddress.ip_address(address) in ipaddress.ip_network(cidr, strict=False)
