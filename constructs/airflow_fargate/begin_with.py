"""What a stack begins with: a few resources that all others wait for."""

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import jsii
from cdktf import Aspects, IAspect, TerraformResource, TerraformStack
from constructs import IConstruct

_PATH = re.compile(r"[A-Za-z_][\w-]*(?:\.[A-Za-z_][\w-]*)+")
_NOT_MANAGED = ("data", "ephemeral", "local", "module")
_WRITTEN_AS_ADDRESSES = ("depends_on", "replace_triggered_by")


@jsii.implements(IAspect)
class LetOthersWait:
    """At synthesis, lets every managed resource of a stack wait for its first ones.

    It is put on one of the first resources, where it is asked once; on the stack it would be asked
    for every construct.

    Args:
        first: Managed resources of one stack. More may be added until it is synthesized.
    """

    def __init__(self, first: list[TerraformResource]) -> None:
        self._first = first
        Aspects.of(first[0]).add(self)

    @jsii.member(jsii_name="visit")
    def visit(self, node: IConstruct) -> None:
        """Called by cdktf when all resources are there."""
        stack = TerraformStack.of(node)
        first = [_address(each) for each in self._first]
        without = without_predecessor(stack.to_terraform(), first)
        waiting: dict[str, Any] = {}
        for type_, name in (address.split(".") for address in without):
            waiting.setdefault(type_, {})[name] = {"depends_on": first}
        if waiting:
            # One message to Node for all of them; what they already depend on stays.
            stack.add_override("resource", waiting)


def without_predecessor(config: Mapping[str, Any], first: Sequence[str]) -> list[str]:
    """The addresses of those managed resources that must be told to wait for the first ones.

    Left out are the first ones, what they themselves depend on, and what waits because it depends
    on another resource that does. Data sources are left out as well: they would be read late, and
    every plan that changes the first ones would show changes of whatever uses them.
    """
    blocks = _blocks(config)
    references = {address: _references(block, blocks) for address, block in blocks.items()}
    before = _reached(first, references)

    def waits(address: str) -> bool:
        return address in first or address not in before

    return [
        address
        for address in blocks
        if _is_managed(address)
        and address not in before
        and not any(waits(each) for each in _direct(address, references))
    ]


def _address(resource: TerraformResource) -> str:
    return f"{resource.terraform_resource_type}.{resource.friendly_unique_id}"


def _blocks(config: Mapping[str, Any]) -> dict[str, Any]:
    """Everything in a stack that can be referred to, by its address."""
    found: dict[str, Any] = {}
    for section, prefix in (("resource", ""), ("data", "data."), ("ephemeral", "ephemeral.")):
        for type_, named in config.get(section, {}).items():
            found |= {f"{prefix}{type_}.{name}": block for name, block in named.items()}
    found |= {f"local.{name}": value for name, value in config.get("locals", {}).items()}
    found |= {f"module.{name}": block for name, block in config.get("module", {}).items()}
    return found


def _references(block: object, blocks: Mapping[str, Any]) -> set[str]:
    found: set[str] = set()
    for text in _expressions(block):
        for path in _PATH.findall(text):
            parts = path.split(".")
            address = ".".join(parts[: 3 if parts[0] in ("data", "ephemeral") else 2])
            if address in blocks:
                found.add(address)
    return found


def _expressions(value: object, *, is_address: bool = False) -> Iterator[str]:
    if isinstance(value, str):
        if is_address or "${" in value.replace("$${", ""):
            yield value
    elif isinstance(value, Mapping):
        for key, item in value.items():
            if key != "//":
                yield from _expressions(item, is_address=key in _WRITTEN_AS_ADDRESSES)
    elif isinstance(value, Sequence):
        for item in value:
            yield from _expressions(item, is_address=is_address)


def _reached(start: Sequence[str], references: Mapping[str, set[str]]) -> set[str]:
    """What the given ones depend on, directly or not, and they themselves."""
    reached: set[str] = set()
    left = list(start)
    while left:
        address = left.pop()
        if address not in reached:
            reached.add(address)
            left.extend(references.get(address, ()))
    return reached


def _direct(address: str, references: Mapping[str, set[str]]) -> set[str]:
    """The managed resources that one depends on, itself or by data sources and local values.

    Who refers to a module depends on no resource for certain: not all in it need wait for others.
    """
    found: set[str] = set()
    seen: set[str] = set()
    left = list(references[address])
    while left:
        each = left.pop()
        if each in seen:
            continue
        seen.add(each)
        if _is_managed(each):
            found.add(each)
        elif not each.startswith("module."):
            left.extend(references[each])
    found.discard(address)
    return found


def _is_managed(address: str) -> bool:
    return address.partition(".")[0] not in _NOT_MANAGED
