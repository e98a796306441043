"""A configuration as a plan of one flat module, which is what checkov reads best.

checkov's own readers are not asked to read what Terraform or CDKTF wrote: its reader of Terraform's
JSON leaves policies and container definitions undecoded and gives up at a `required_version`, and
its reader of plans joins resources by their names alone, so that two calls of one module are mixed
up. Here every instance has a name of its own, documents are decoded, what is null is left out, and
what refers to what is written down.
"""

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from airflow_fargate_policies.builtin.taken import ABSENT, Taken
from airflow_fargate_policies.reading.decoding import NotKnownError, decoded
from airflow_fargate_policies.reading.templates import (
    expression_of,
    is_of_a_resource,
    references,
    split,
)
from airflow_fargate_policies.resource import (
    Configuration,
    DynamicBlocks,
    Resource,
    Template,
    without_keys,
)

_REFERENCE = re.compile(r"[A-Za-z_][\w-]*(?:\.[A-Za-z_][\w-]*|\.\*|\.\d+|\[[^\[\]]*\])+")
# One of what a reference stands for: `element(aws_subnet.public[*].id, count.index)`.
_ONE_OF = re.compile(r"(?:element|one)\(([^,()]+)(?:,[^()]*)?\)")
_INDEX = re.compile(r"\[[^\[\]]*\]|\.\*|\.\d+(?=\.|$)")
_DOCUMENT = re.compile(r"\s*(?:[\[{]|\$\{\s*jsonencode\()")
# What checkov and AWS call the documents that stand in an attribute as text.
DOCUMENTS = frozenset(
    {"access_policies", "access_policy", "assume_role_policy", "container_definitions"}
    | {"container_properties", "inline_policy", "policy", "policy_document"}
)
# What a statement is about: ARNs of resources, however they are put together, are not `*`.
_OF_RESOURCES = frozenset({"Resource", "resources"})
_DOCUMENTS_DATA = "data.aws_iam_policy_document."


@dataclass
class Flattened:
    """A configuration in the form that checkov is given.

    Args:
        configuration: What it is made of.

    Attributes:
        resources: Each resource by the address that it has in here.
        unknown: The attributes of each resource, by that address, which hold what is not known.
    """

    configuration: Configuration
    resources: dict[str, Resource] = field(init=False)
    unknown: dict[str, tuple[str, ...]] = field(init=False)

    def __post_init__(self) -> None:
        """Name the resources."""
        checked = [each for each in self.configuration.resources if each.mode != "ephemeral"]
        self.resources = {
            f"{'data.' if each.mode == 'data' else ''}{each.type}.{_name(each, number)}": each
            for number, each in enumerate(checked)
        }
        self._by_address: dict[str, list[str]] = {}
        for address, each in self.resources.items():
            self._by_address.setdefault(without_keys(each.address), []).append(address)
        self.unknown = {
            address: tuple(sorted(_attributes_not_known(each, self._by_address)))
            for address, each in self.resources.items()
        }

    def plan(self, taken: Taken) -> dict[str, Any]:
        """The plan's JSON.

        Args:
            taken: What the unknown values are taken for.
        """
        planned, configured = [], []
        for address, each in self.resources.items():
            if each.optional and not taken.optional:
                continue
            head = {
                "address": address,
                "mode": each.mode,
                "type": each.type,
                "name": address.rpartition(".")[2],
            }
            writer = _Writer(self._by_address, each, taken)
            values = writer.values()
            planned.append({**head, "values": values})
            expressions = {
                attribute: {"references": named}
                for attribute, addresses in each.references.items()
                # Where nothing is given, checkov would take the reference for a value.
                if attribute in values and (named := list(self._named(addresses)))
            }
            configured.append({**head, "expressions": expressions})
        return {
            "format_version": "1.2",
            "terraform_version": "1.11.0",
            "planned_values": {"root_module": {"resources": planned}},
            "resource_changes": [],
            "configuration": {"root_module": {"resources": configured}},
        }

    def _named(self, addresses: tuple[str, ...]) -> Iterator[str]:
        for address in addresses:
            yield from self._by_address.get(without_keys(address), ())


def _name(resource: Resource, number: int) -> str:
    return f"{re.sub('[^A-Za-z0-9_]', '_', resource.name)}_{number}"


def _attributes_not_known(resource: Resource, known: Mapping[str, list[str]]) -> Iterator[str]:
    seen = _Writer(known, resource, Taken())
    for attribute, value in resource.values.items():
        seen.met_unknown = False
        seen.written(value, attribute)
        if seen.met_unknown:
            yield attribute


def _is_nothing(value: Any) -> bool:
    return value is ABSENT or (isinstance(value, str | list | dict) and not value)


class _Writer:
    """Writes the values of one resource."""

    def __init__(self, known: Mapping[str, list[str]], resource: Resource, taken: Taken) -> None:
        self._known = known
        self._resource = resource
        self._taken = taken
        self.met_unknown = False

    def values(self) -> dict[str, Any]:
        """All of them."""
        return self.written(dict(self._resource.values), "")

    def written(self, value: Any, attribute: str, *, in_list: bool = False) -> Any:
        """A value as a plan has it."""
        if isinstance(value, DynamicBlocks):
            self.met_unknown = True
            return ABSENT if self._taken.is_nothing else self.written(value.made, attribute)
        if isinstance(value, str):
            return self._text(value, attribute, in_list=in_list)
        if isinstance(value, Mapping) and attribute in DOCUMENTS:
            return json.dumps(self.written(value, ""))
        if isinstance(value, Mapping):
            found = {key: self.written(each, str(key)) for key, each in value.items()}
            # What is empty says no more than what is absent, but counts as present with checkov:
            # a bucket's computed `logging` of no block as access logs that are written.
            return {key: each for key, each in found.items() if not _is_nothing(each)}
        if isinstance(value, list | tuple):
            found = [self.written(each, attribute, in_list=True) for each in value]
            return [each for each in found if each is not ABSENT]
        return value

    def _text(self, text: str, attribute: str, *, in_list: bool = False) -> Any:
        is_document = attribute in DOCUMENTS
        if text and (is_document or _DOCUMENT.match(text)):
            try:
                return json.dumps(self.written(decoded(text), ""))
            except NotKnownError:
                pass
        if not isinstance(text, Template):
            return text
        expression = expression_of(text)
        if expression is None:
            return "".join(self._part(part) if open_ else part for open_, part in split(text))
        reference = self._reference(expression)
        # A document's reference says nothing of what stands in it, but where checkov reads that.
        if reference is not None and (not is_document or reference.startswith(_DOCUMENTS_DATA)):
            return reference
        if attribute in _OF_RESOURCES and is_of_a_resource(text):
            return next(references(text))
        self.met_unknown = True
        if is_document:
            return self._taken.document(attribute)
        return self._taken.value(expression, attribute, in_list=in_list)

    def _part(self, expression: str) -> str:
        reference = self._reference(expression)
        self.met_unknown = self.met_unknown or reference is None
        # Without `${}`, in which checkov's rules see a variable of which nothing can be said.
        return self._taken.part if reference is None else reference

    def _reference(self, expression: str) -> str | None:
        """A reference to a resource, by the name that it has here; None for all else."""
        if one_of := _ONE_OF.fullmatch(expression):
            expression = one_of[1].strip()
        if not _REFERENCE.fullmatch(expression):
            return None
        parts = _INDEX.sub("", expression).split(".")
        for module in (f"{self._resource.module}.".lstrip("."), ""):
            # The longest first: `module.network.aws_vpc.main` is a resource, too.
            for length in range(len(parts), 1, -1):
                named = self._known.get(without_keys(module) + ".".join(parts[:length]))
                # What Terraform keeps, such as an output of terraform_data, may be anything.
                if named and named[0].removeprefix("data.").startswith("aws_"):
                    return ".".join((named[0], *parts[length:]))
        return None
