"""The picture's parts and arrows, from a module's Terraform JSON."""

from collections.abc import Collection, Mapping, Sequence
from typing import Any

from module_writer.readme.picture import kinds
from module_writer.readme.picture.arrows import arrows_of
from module_writer.readme.picture.boxes import Boxes, boxes_of, resources_of
from module_writer.readme.picture.graph import HOST, Graph, Resource, references


def graph_of(config: Mapping[str, Any], titles: Mapping[str, str] | None = None) -> Graph:
    """What is in the picture of a module; the same for the same configuration.

    ``titles`` are words for constructs, by their ids.
    """
    resources = list(resources_of(config))
    boxes, parts = boxes_of(resources, titles or {})
    edges = list(arrows_of(resources, boxes, parts))
    there = {name for each in resources for kind, name in references(each.given) if kind == HOST}
    graph = Graph(
        parts,
        edges,
        vpc=_frame("aws_vpc", "VPC", config, {"vpc_id"} & there),
        cluster=_frame("aws_ecs_cluster", "ECS cluster", config, {"cluster_name"} & there),
    )
    _leave_out_unused_groups(graph)
    _settle(graph)
    _count_users_of_keys(resources, boxes, graph)
    return graph


def _frame(type_: str, title: str, config: Mapping[str, Any], of_host: Collection[str]) -> str:
    if type_ in config.get("resource", {}):
        return title
    return f"Existing {title}" if of_host or type_ in config.get("data", {}) else ""


def _leave_out_unused_groups(graph: Graph) -> None:
    used = {end for edge in graph.edges for end in (edge.source, edge.target)}
    unused = [
        key
        for key, part in graph.parts.items()
        if part.kind is kinds.SIDE["aws_security_group"] and key not in used
    ]
    for key in unused:
        del graph.parts[key]


def _settle(graph: Graph) -> None:
    """Put parts beside what they lead to."""
    reached = {edge.target for edge in graph.edges}
    for edge in graph.edges:
        source, target = graph.parts[edge.source], graph.parts[edge.target]
        if target.column == kinds.OUTSIDE and source.column > kinds.ENTRY:
            source.column = kinds.ENTRY
        if source.kind.column == kinds.REGIONAL and edge.source not in reached:
            source.column = min(source.column, target.column - 1)


def _count_users_of_keys(resources: Sequence[Resource], boxes: Boxes, graph: Graph) -> None:
    for key in (each for each in resources if each.type == "aws_kms_key"):
        users = {boxes.get(each.key) for each in resources if key.key in references(each.given)}
        number = len(users & (graph.parts.keys() - {boxes[key.key]}))
        graph.parts[boxes[key.key]].marks.append(f"used by {number} of these")
