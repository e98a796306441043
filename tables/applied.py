"""What was applied: the resources of a Terraform state, with their addresses for their ids."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

# A value that is a word, such as a family or a bucket's name, stands in other texts too.
_ID = re.compile(r"arn:.+|.*-[0-9a-f]{8}.*")


@dataclass(frozen=True)
class Resource:
    """A resource as it stands in the state."""

    type: str
    address: str
    values: Mapping[str, Any]

    @property
    def name(self) -> str:
        """Its address without the type."""
        return self.address.split(".", 1)[1]


class AppliedStack:
    """The resources of an applied stack.

    Args:
        shown: What `terraform show -json` says about its state.
    """

    def __init__(self, shown: Mapping[str, Any]) -> None:
        everything = shown["values"]["root_module"]["resources"]
        data = {each["type"]: each["values"] for each in everything if each["mode"] == "data"}
        self._account = data["aws_caller_identity"]["account_id"]
        self._here = rf"arn:aws[a-z-]*:([a-z0-9-]+):(?:{data['aws_region']['id']})?"
        self.resources = [
            Resource(each["type"], each["address"], each["values"])
            for each in everything
            if each["mode"] == "managed"
        ]
        named: dict[str, str] = {}
        # What only adds to another resource has that one's id, and a longer type.
        for resource in sorted(self.resources, key=lambda each: (-len(each.type), each.address)):
            named.update(_names(resource))
        # The longest first: one may begin as another does.
        self._named = sorted(named.items(), key=lambda item: (-len(item[0]), item[0]))

    def of_type(self, *types: str) -> Iterator[Resource]:
        """The resources of some types, by their addresses."""
        found = [resource for resource in self.resources if resource.type in types]
        yield from sorted(found, key=lambda resource: resource.address)

    def readable(self, text: str) -> str:
        """Text with what is the same after each apply.

        Addresses stand in place of ARNs and ids, and what is left of ARNs of this account and
        region is without both.
        """
        for value, address in self._named:
            text = re.sub(rf"{re.escape(value)}(?![\w-])", f"<{address}>", text)
        text = re.sub(rf"{self._here}:{self._account}:", r"\1:", text)
        return text.replace(self._account, "ACCOUNT")


def _names(resource: Resource) -> Iterator[tuple[str, str]]:
    """What other resources call it, each with what it is called here."""
    for attribute in ("id", "arn"):
        value = resource.values.get(attribute)
        if isinstance(value, str) and _ID.fullmatch(value):
            yield value, resource.address
    for secret in resource.values.get("master_user_secret") or ():
        yield secret["secret_arn"], f"{resource.address}.master_user_secret"
