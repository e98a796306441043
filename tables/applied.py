"""What was applied: the resources of a Terraform state, with their addresses for their ids."""

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

# Attributes by which one resource names another.
_NAMING = ("arn", "id", "user_pool_id")
_ACCOUNT = re.compile(r"\b\d{12}\b")


@dataclass(frozen=True)
class Resource:
    """A resource as it stands in the state."""

    type: str
    address: str
    values: Mapping[str, Any]


class AppliedStack:
    """The resources of an applied stack, from `terraform show -json`."""

    def __init__(self, shown: Mapping[str, Any]) -> None:
        self.resources = [
            Resource(each["type"], each["address"], each["values"])
            for each in shown["values"]["root_module"]["resources"]
            if each["mode"] == "managed"
        ]
        named = {
            value: resource.address
            for resource in self.resources
            for attribute in _NAMING
            if isinstance(value := resource.values.get(attribute), str)
            # An id such as a family or a bucket's name is a word that stands in other texts too.
            and (value.startswith("arn:") or re.search(r"-[0-9a-f]{8}", value))
        }
        self._named = sorted(named.items(), key=lambda item: -len(item[0]))

    def of_type(self, *types: str) -> Iterator[Resource]:
        """The resources of some types, by their addresses."""
        found = [resource for resource in self.resources if resource.type in types]
        yield from sorted(found, key=lambda resource: resource.address)

    def readable(self, text: str) -> str:
        """Text with addresses in place of ARNs and ids, which differ from one apply to the next."""
        for value, address in self._named:
            text = re.sub(rf"{re.escape(value)}(?![\w-])", f"<{address}>", text)
        return _ACCOUNT.sub("ACCOUNT", text)


def documents(resource: Resource) -> Iterator[Mapping[str, Any]]:
    """The policy documents of a resource: trust, permissions, or who may use it."""
    for attribute in ("assume_role_policy", "policy"):
        text = resource.values.get(attribute)
        if isinstance(text, str) and '"Statement"' in text:
            yield json.loads(text)
