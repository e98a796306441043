"""Terraform's plan, as `terraform show -json` writes it."""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from airflow_fargate_policies.reading.plan_references import References
from airflow_fargate_policies.reading.synthesized import read_json
from airflow_fargate_policies.resource import (
    Configuration,
    Resource,
    Template,
    UnreadableError,
    without_keys,
)

_GOES = ({"delete"}, {"forget"})
UNKNOWN = Template("${unknown}")


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
    known = {each.address: each for each in source.resources} if source else {}
    changes = {each["address"]: each["change"] for each in content.get("resource_changes") or ()}
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
        resources[address] = _resource(said, change, known.get(without_keys(address)), links)
    return Configuration(
        name=name or (source.name if source else file.stem),
        kind="plan",
        path=file,
        resources=[resources[address] for address in sorted(resources)],
        outside=_outside(content),
    )


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
    written = dict(source.values) if source else {}
    linked = links.of(address)
    values = _values(
        said.get("values") or {},
        change.get("after_unknown") or {},
        written,
        {attribute: each.expression for attribute, each in linked.items()},
    )
    return Resource(
        address=address,
        mode=said["mode"],
        type=said["type"],
        name=said["name"],
        values=values,
        references={k: each.addresses for k, each in linked.items() if each.addresses},
        exceptions=source.exceptions if source else (),
        where=source.where if source and source.where else address,
    )


def _values(
    planned: Mapping[str, Any],
    unknown: Any,
    written: Mapping[str, Any],
    linked: Mapping[str, str | None],
) -> dict[str, Any]:
    """What is planned, and in place of what is not known yet, what was written."""
    values = {k: _without_nulls(v) for k, v in planned.items() if v is not None}
    for attribute, said in (unknown if isinstance(unknown, dict) else {}).items():
        if not _any_true(said):
            continue
        if attribute in written:
            values[attribute] = written[attribute]
        elif attribute in linked:
            # It is in the configuration, and all that is known is to what it refers.
            expression = linked[attribute]
            values[attribute] = Template(f"${{{expression}}}") if expression else UNKNOWN
        elif said is not True:
            # A part of a block: what the provider will say of it is left out, as below.
            continue
        # Else the provider computes it: nobody has written it, and no rule is about it.
    return values


def _without_nulls(value: Any) -> Any:
    if isinstance(value, dict):
        return {k: _without_nulls(v) for k, v in value.items() if v is not None}
    if isinstance(value, list):
        return [_without_nulls(each) for each in value]
    return value


def _any_true(value: Any) -> bool:
    if isinstance(value, dict):
        return any(_any_true(each) for each in value.values())
    if isinstance(value, list):
        return any(_any_true(each) for each in value)
    return value is True


def _outside(content: Mapping[str, Any]) -> dict[str, Any]:
    outputs = content["planned_values"].get("outputs") or {}
    variables = content.get("variables") or {}
    return {
        **{f"output.{name}": said.get("value") for name, said in outputs.items()},
        **{f"var.{name}": said.get("value") for name, said in variables.items()},
    }
