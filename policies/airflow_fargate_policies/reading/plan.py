"""Terraform's plan, as `terraform show -json` writes it."""

import re
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

from airflow_fargate_policies.reading.copies import without_copies
from airflow_fargate_policies.reading.outside import outside_of_plan
from airflow_fargate_policies.reading.plan_references import References
from airflow_fargate_policies.reading.planned_values import planned_values
from airflow_fargate_policies.reading.synthesized import read_json
from airflow_fargate_policies.reading.templates import expression_of
from airflow_fargate_policies.resource import (
    Configuration,
    Resource,
    UnreadableError,
    without_keys,
)

_GOES = ({"delete"}, {"forget"})
_PASSED = re.compile(r"(?:var|module|local)\.[\w.-]+")


def read_plan(file: Path, source: Configuration | None = None, name: str = "") -> Configuration:
    """The resources that are there when a plan is carried out.

    Args:
        file: What `terraform show -json` printed of a saved plan.
        source: The configuration that was planned. What the plan does not know yet is taken from
            it, and exceptions are.
        name: What to call it; by default as the source, else as the file.

    Raises:
        UnreadableError: It is no such file.
    """
    content = read_json(file)
    if "planned_values" not in content or "configuration" not in content:
        raise UnreadableError(
            f"{file}: it is no plan in JSON. Make one with `terraform plan -out=plan` and "
            f"`terraform show -json plan >{file.name}`."
        )
    if content.get("errored") or content.get("complete") is False:
        raise UnreadableError(
            f"{file}: this plan is not the whole: Terraform stopped with an error, or was asked "
            "for a part (-target). Make a plan of all of it."
        )
    known = _by_address(source.resources if source else ())
    changes = {
        each["address"]: each["change"]
        for each in content.get("resource_changes") or ()
        # What is left over of a resource that was replaced has the same address.
        if "deposed" not in each
    }
    links = References(content["configuration"].get("root_module") or {})
    root = content["planned_values"].get("root_module") or {}
    before = (content.get("prior_state") or {}).get("values", {}).get("root_module") or {}
    resources = {}
    # Data sources that are read while planning stand in the state only.
    for said in (*(each for each in _all(before) if each["mode"] == "data"), *_all(root)):
        address = said["address"]
        change = changes.get(address, {})
        if set(change.get("actions") or ()) in _GOES:
            continue
        resources[address] = _resource(said, change, _source(address, said, known), links)
    return Configuration(
        name=name or (source.name if source else file.stem),
        kind="plan",
        path=file,
        resources=without_copies([resources[address] for address in sorted(resources)]),
        outside=outside_of_plan(content),
    )


def _by_address(resources: Iterable[Resource]) -> dict[str, Resource]:
    found = {each.address: each for each in resources}
    for each in list(found.values()):
        found.setdefault(without_keys(each.address), each)
    return found


def _source(
    address: str, said: Mapping[str, Any], known: Mapping[str, Resource]
) -> Resource | None:
    """Where a resource is written; calls of modules have no keys there."""
    head = f"{said['type']}.{said['name']}"
    module, _, key = address.rpartition(head)
    exact = f"{without_keys(module)}{head}{key}"
    return known.get(exact) or known.get(without_keys(address))


def _all(module: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    yield from module.get("resources") or ()
    for child in module.get("child_modules") or ():
        yield from _all(child)


def _resource(
    said: Mapping[str, Any],
    change: Mapping[str, Any],
    source: Resource | None,
    links: References,
) -> Resource:
    address = said["address"]
    # What a block `dynamic` or a `local` refers to stands in no plan.
    references = {name: list(found) for name, found in links.addresses(address).items()}
    for name, found in (source.references if source else {}).items():
        references.setdefault(name, []).extend(found)
    return Resource(
        address=address,
        mode=said["mode"],
        type=said["type"],
        name=said["name"],
        values=planned_values(
            said.get("values") or {},
            change.get("after_unknown") or {},
            _written(links.written(address), source.values if source else {}),
        ),
        references={name: tuple(dict.fromkeys(found)) for name, found in references.items()},
        exceptions=source.exceptions if source else (),
        where=source.where if source and source.where else address,
    )


def _written(planned: Mapping[str, Any], source: Mapping[str, Any]) -> dict[str, Any]:
    """What was written: the source says it in full, the plan what a variable of a module is."""
    found = {**planned, **source}
    for name, value in source.items():
        expression = expression_of(value)
        if expression and _PASSED.fullmatch(expression) and name in planned:
            found[name] = planned[name]
    return found
