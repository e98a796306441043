"""What a stack begins with: a few resources that all others wait for."""

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import jsii
from cdktf import IStackSynthesizer, ISynthesisSession, TerraformResource, TerraformStack

from .rules import InvalidValue

_PATH = re.compile(r"[A-Za-z_][\w-]*(?:\.[A-Za-z_][\w-]*)+")
_NOT_MANAGED = ("data", "ephemeral", "local", "module")
_WRITTEN_AS_ADDRESSES = ("depends_on", "replace_triggered_by")


@jsii.implements(IStackSynthesizer)
class LetOthersWait:
    """Writes a stack as ever, and lets every managed resource in it wait for the first ones.

    Who refers to whom is known once all is written. Asking cdktf for the same before, as an aspect
    could, takes it as long as resolving the stack once more.
    """

    def __init__(self, stack: TerraformStack, first: Sequence[TerraformResource]) -> None:
        self._stack = stack
        self._first = first
        self._write = stack.synthesizer
        stack.synthesizer = self

    @jsii.member(jsii_name="synthesize")
    def synthesize(self, session: ISynthesisSession) -> None:
        """Called by cdktf when it writes the stack."""
        self._write.synthesize(session)
        stack_file = session.manifest.for_stack(self._stack).synthesized_stack_path
        if not stack_file.endswith(".json"):
            raise InvalidValue(
                "SYNTH_HCL_OUTPUT", "unset, as Stack.begin_with needs JSON", stack_file
            )
        file = Path(session.outdir, stack_file)
        config = json.loads(file.read_text(encoding="utf-8"))
        first = [
            f"{each.terraform_resource_type}.{each.friendly_unique_id}" for each in self._first
        ]
        for address in without_predecessor(config, first):
            type_, name = address.split(".")
            block = config["resource"][type_][name]
            block["depends_on"] = [*block.get("depends_on", []), *first]
        file.write_text(json.dumps(config, indent=2, ensure_ascii=False), encoding="utf-8")


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
