"""Which resources of a module are boxes of its picture, and which are words in them."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from module_writer.readme.picture import kinds
from module_writer.readme.picture.graph import HOST, Part, Resource, references
from module_writer.readme.picture.kinds import Kind

_FEW = 4
"""Below so many main resources, others are boxes too."""
_SERVICE, _TASK = "aws_ecs_service", "aws_ecs_task_definition"

Boxes = dict[tuple[str, str], str]
"""Type and name of a resource, to the key of the box that shows it."""


def resources_of(config: Mapping[str, Any]) -> Iterator[Resource]:
    """The resources of a Terraform JSON, with the constructs that made them."""
    for type_, named in sorted(config.get("resource", {}).items()):
        for name, given in sorted(named.items()):
            path = given.get("//", {}).get("metadata", {}).get("path", "")
            ids = [each for each in path.split("/")[1:-1] if not each.startswith("_")]
            rest = {key: value for key, value in given.items() if key not in ("//", "depends_on")}
            yield Resource(type_, name, ids[0] if ids else "", rest)


def boxes_of(
    resources: Sequence[Resource], titles: Mapping[str, str]
) -> tuple[Boxes, dict[str, Part]]:
    """Which box shows each resource, and the boxes; `titles` are those of constructs."""
    boxes, parts = _host(resources)
    few = sum(each.type in kinds.MAIN for each in resources) + len(parts) < _FEW
    for each in resources:
        beside = {other.type for other in resources if other.owner == each.owner}
        kind = _kind(each, beside, few=few)
        if not kind:
            continue
        key = each.owner if kind.merged else each.address
        title = _title(each.owner if kind.merged else each.name, kind)
        part = parts.setdefault(key, Part(title, kind, kind.column))
        part.several |= "for_each" in each.given or _counted(each.given)
        part.optional |= "count" in each.given and not _counted(each.given)
        part.in_cluster |= "cluster" in each.given
        boxes[each.key] = key
    for owner in sorted({each.owner for each in resources}):
        home = _mark([each for each in resources if each.owner == owner], boxes, parts)
        if home and owner in titles:
            home.title = titles[owner]
    return boxes, parts


def _host(resources: Sequence[Resource]) -> tuple[Boxes, dict[str, Part]]:
    """What is there already and is referred to."""
    used = {name for each in resources for type_, name in references(each.given) if type_ == HOST}
    there = {name: each for name, each in kinds.HOST.items() if name in used}
    parts = {
        f"{HOST}.{name}": Part(title, kind, kind.column) for name, (title, kind) in there.items()
    }
    return {(HOST, name): f"{HOST}.{name}" for name in there}, parts


def _title(name: str, kind: Kind) -> str:
    if name in ("this", ""):
        return kinds.in_words(kind.label)
    return kinds.in_words(f"{name} {kind.label}" if kind.noun else name)


def _kind(resource: Resource, beside: set[str], *, few: bool) -> Kind | None:
    if resource.type in kinds.MAIN:
        return kinds.MAIN[resource.type]
    if resource.type.startswith(kinds.SETTINGS):
        label = kinds.in_words(resource.type.removeprefix(kinds.SETTINGS))
        return Kind(label, kinds.STORE, "plain") if few else None
    if resource.type not in kinds.SIDE or "aws_ecs_cluster" in beside:
        return None
    kind = kinds.SIDE[resource.type]
    alone = not beside & kinds.MAIN.keys()
    if resource.type == _TASK:
        return kind if _SERVICE not in beside else None
    if resource.type == "aws_security_group":
        return kind if alone and _TASK not in beside else None
    return kind if few or (alone and resource.type != "aws_iam_role") else None


def _mark(own: Sequence[Resource], boxes: Boxes, parts: Mapping[str, Part]) -> Part | None:
    """Let the one box of a construct, if it has one, speak for all that the construct made."""
    shown = {boxes[each.key] for each in own if each.key in boxes}
    if len(shown) != 1:
        return None
    (home,) = shown
    left = [each for each in own if each.key not in boxes]
    boxes.update({each.key: home for each in left})
    for type_, word in kinds.MARKS.items():
        if number := sum(each.type == type_ for each in left):
            parts[home].marks.append(word if number == 1 else f"{number} {word}s")
    return parts[home]


def _counted(given: Mapping[str, Any]) -> bool:
    """Whether there can be more than one: a count that is no switch."""
    count = str(given.get("count", "")).replace(" ", "").rstrip("})")
    return "count" in given and not count.endswith(("?1:0", "?0:1"))
