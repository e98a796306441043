"""Faults, planted into synthesized JSON and into stored plans by the same edits."""

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from airflow_fargate_policies.reading import decoded
from airflow_fargate_policies.reading.templates import read_text, split
from airflow_fargate_policies.resource import Template, without_keys

Values = dict[str, Any]
FORMS = ("synthesized", "plan")


@dataclass(frozen=True)
class Fault:
    """Something wrong.

    Attributes:
        name: What it is.
        stack: In which stack.
        address: Of what it is planted into.
        edit: Plants it into the resource's values; None removes the resource.
        rule: The rule that has to see it.
        seen_at: The address at which it has to be seen, where it is another.
        beside: Addresses at which other rules may see it too.
        forms: In which forms of the stack it can be planted.
    """

    name: str
    address: str
    edit: Callable[[Values], object] | None
    rule: str
    seen_at: str = ""
    beside: tuple[str, ...] = ()
    forms: tuple[str, ...] = FORMS
    stack: str = "airflow-dev"

    @property
    def where(self) -> str:
        """The address at which it has to be seen."""
        return self.seen_at or self.address


def plant(fault: Fault, content: dict[str, Any], form: str) -> None:
    """Plant a fault into what was read from a file.

    Raises:
        LookupError: There is nothing at its address.
    """
    kind = fault.address.partition(".")[0]
    if kind in ("output", "provider"):
        assert fault.edit
        fault.edit(
            content["provider"]
            if kind == "provider"
            else content["planned_values"].setdefault("outputs", {})
        )
        return
    found = 0
    for owner, key, values in list(_places(content, form)):
        if key == fault.address:
            found += 1
            if fault.edit is None:
                owner(values)
            else:
                fault.edit(values)
    if not found:
        raise LookupError(f"{fault.address} is not in the {form} form")


def _places(
    content: dict[str, Any], form: str
) -> Iterator[tuple[Callable[[Values], object], str, Values]]:
    if form == "synthesized":
        for type_, by_name in content["resource"].items():
            for name, values in by_name.items():
                yield (lambda _, n=by_name, k=name: n.pop(k)), f"{type_}.{name}", values
        return
    resources = content["planned_values"]["root_module"]["resources"]
    for each in resources:
        yield (
            lambda _, one=each: resources.remove(one),
            without_keys(each["address"]),
            each["values"],
        )


def document(attribute: str, change: Callable[[Any], object]) -> Callable[[Values], None]:
    """An edit of JSON that stands in an attribute as text."""

    def edit(values: Values) -> None:
        read = decoded(read_text(values[attribute]))
        change(read)
        values[attribute] = _written(read)

    return edit


def _written(value: Any) -> str:
    """JSON as CDKTF writes it: what stands in `${...}` is Terraform's, and is not escaped."""
    expressions: list[str] = []

    def marked(value: Any) -> Any:
        if isinstance(value, dict):
            return {key: marked(each) for key, each in value.items()}
        if isinstance(value, list):
            return [marked(each) for each in value]
        if not isinstance(value, Template):
            return value
        parts = []
        for is_expression, part in split(value):
            parts.append(f"<{len(expressions)}>" if is_expression else part)
            if is_expression:
                expressions.append(part)
        return "".join(parts)

    text = json.dumps(marked(value))
    for number, each in enumerate(expressions):
        text = text.replace(f"<{number}>", f"${{{each}}}")
    return text


def container(change: Callable[[dict[str, Any]], object]) -> Callable[[Values], None]:
    """An edit of the last container of a task definition, which is the one that stays."""
    return document("container_definitions", lambda containers: change(containers[-1]))


def statement(change: Callable[[dict[str, Any]], object], number: int = 0) -> Any:
    """An edit of one statement of a policy."""
    return document("policy", lambda policy: change(policy["Statement"][number]))


def set_to(**attributes: Any) -> Callable[[Values], None]:
    """An edit that sets attributes; None takes one out."""

    def edit(values: Values) -> None:
        for name, value in attributes.items():
            if value is None:
                values.pop(name, None)
            else:
                values[name] = value

    return edit


def in_block(block: str, **attributes: Any) -> Callable[[Values], None]:
    """An edit in the first block of a name."""

    def edit(values: Values) -> None:
        found = values[block]
        set_to(**attributes)(found[0] if isinstance(found, list) else found)

    return edit
