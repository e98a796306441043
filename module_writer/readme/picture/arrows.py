"""Who reaches whom in the picture of a module."""

import re
from collections.abc import Collection, Iterator, Mapping, Sequence

from module_writer.readme.picture import kinds
from module_writer.readme.picture.boxes import Boxes
from module_writer.readme.picture.graph import CLIENTS, Edge, Part, Resource, references
from module_writer.readme.picture.kinds import Kind

_SHOWN_OTHERWISE = ("aws_kms_key", "aws_security_group")
"""Nearly everything refers to these; an arrow from each would hide all others."""


def arrows_of(
    resources: Sequence[Resource], boxes: Boxes, parts: dict[str, Part]
) -> Iterator[Edge]:
    """Arrows by the network, and those by a policy or a reference between what they do not join.

    Adds the clients to the parts, if a rule lets networks in.
    """
    joined = set[frozenset[str]]()
    for (source, target), ports in _rules(resources, boxes, parts).items():
        joined.add(frozenset((source, target)))
        label = ", ".join(str(port) for port in sorted(ports))
        yield Edge(source, target, label, by_network=True)
    uses = dict.fromkeys([*_uses(resources, boxes), *_routes(resources, boxes)])
    for source, target in uses:
        by_others = any(first == source and (second, target) in uses for first, second in uses)
        if not by_others and frozenset((source, target)) not in joined:
            yield Edge(source, target, "", by_network=False)


def _rules(
    resources: Sequence[Resource], boxes: Boxes, parts: dict[str, Part]
) -> dict[tuple[str, str], set[int]]:
    """Who may reach whom through security groups, and on which ports."""
    ports: dict[tuple[str, str], set[int]] = {}
    for each in resources:
        if each.type != "aws_vpc_security_group_ingress_rule" or "from_port" not in each.given:
            continue
        target = _box(each.given["security_group_id"], boxes)
        source = _box(each.given.get("referenced_security_group_id", ""), boxes)
        if "cidr_ipv4" in each.given:
            source = CLIENTS
            kind = Kind("Allowed networks", kinds.OUTSIDE, "edge")
            parts.setdefault(CLIENTS, Part("Clients", kind, kind.column))
        if source and target and source != target:
            # A port that the caller may choose has its default in the expression, if it has one.
            known = re.findall(r"(?<![\w.])\d+", str(each.given["from_port"]))
            ports.setdefault((source, target), set()).update(int(port) for port in known)
    return ports


def _uses(resources: Sequence[Resource], boxes: Boxes) -> Iterator[tuple[str, str]]:
    """What refers to what. For a service its policies say it: its environment names more."""
    services = {each.owner for each in resources if each.type == "aws_ecs_service"}
    for each in resources:
        if not _speaks(each, boxes, services):
            continue
        here = boxes[each.key]
        for type_, name in sorted(references(each.given)):
            there = boxes.get((type_, name), here)
            if there == here or type_ in _SHOWN_OTHERWISE:
                continue
            # A subnet leads to the endpoints that stand in it.
            yield (there, here) if each.type == "aws_vpc_endpoint" else (here, there)


def _speaks(resource: Resource, boxes: Boxes, services: Collection[str]) -> bool:
    if resource.key not in boxes or boxes[resource.key].startswith(("aws_iam_role", "aws_kms")):
        return False
    return resource.owner not in services or resource.type == "aws_iam_role_policy"


def _routes(resources: Sequence[Resource], boxes: Boxes) -> Iterator[tuple[str, str]]:
    """From subnets to where their route tables lead."""
    subnets: dict[str, str] = {}
    for each in resources:
        if each.type == "aws_route_table_association":
            subnet = _box(each.given["subnet_id"], boxes)
            if subnet:
                subnets |= dict.fromkeys(_tables(each.given["route_table_id"]), subnet)
    for each in resources:
        ways = {
            "aws_route": (each.given.get("gateway_id"), each.given.get("nat_gateway_id")),
            "aws_vpc_endpoint": (f"${{{each.address}.id}}",),
        }
        for table in sorted(_tables(each.given)):
            for gateway in ways.get(each.type, ()):
                there = _box(gateway or "", boxes)
                if there and table in subnets:
                    yield subnets[table], there


def _tables(value: object) -> set[str]:
    return {name for type_, name in references(value) if type_ == "aws_route_table"}


def _box(expression: str, boxes: Mapping[tuple[str, str], str]) -> str | None:
    return next((boxes[each] for each in sorted(references(expression)) if each in boxes), None)
