"""What the gate looks at: the resources of one Terraform configuration, whatever it was read from.

It is the same for synthesized JSON, for a plan and for a module's HCL, so that a rule is written
once. What Terraform knows only later stands as a symbol: a `Template`, text that holds the
expression as Terraform writes it, such as `${aws_kms_key.key.arn}`.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal, Self

_KEY = re.compile(r"\[(?:\d+|\"(?:[^\"\\]|\\.)*\")\]")

Kind = Literal["synthesized", "plan", "module"]


class Template(str):
    """Text with `${...}` in it that is not known yet; any other text is known as it stands."""

    __slots__ = ()


class DynamicBlocks(Template):
    """Blocks `dynamic`: how many there are, if any, is not known.

    Attributes:
        made: How they are, one for each that is written.
    """

    __slots__ = ("made",)

    made: Sequence[Mapping[str, Any]]

    def __new__(cls, name: str, made: Sequence[Mapping[str, Any]]) -> Self:
        """Those of a name, such as `ingress`."""
        blocks = super().__new__(cls, f"${{dynamic.{name}}}")
        blocks.made = made
        return blocks

    @property
    def name(self) -> str:
        """What the blocks are called."""
        return self.removeprefix("${dynamic.").removesuffix("}")


@dataclass(frozen=True, kw_only=True)
class PolicyException:
    """A finding that is left as it is, and why.

    Attributes:
        rule: Id of the rule, such as `CKV_AWS_91` or `AF_PUBLIC_INGRESS`.
        reason: Why, in a full sentence.
        where: Where it is written: a construct's path, or file and line.
        of_call: Whether it stands in the call of a module, and so is for all that the module makes.
    """

    rule: str
    reason: str
    where: str
    of_call: bool = False


@dataclass(frozen=True, kw_only=True)
class Resource:
    """A resource, data source or ephemeral resource.

    Attributes:
        address: As in a plan: `module.airflow.aws_sqs_queue.broker["default"]`. Without the key of
            an instance where only the configuration is known.
        mode: What kind of block it is.
        type: Such as `aws_sqs_queue`.
        name: Such as `broker`.
        values: Its attributes and blocks, by their names; a block is a list of mappings, as in a
            plan. What is null is left out. Texts that are not known yet are `Template`s; so is
            whatever is given by one expression, of any type.
        references: By attribute, which resources it refers to, by their addresses without keys of
            instances: `{"kms_key_id": ("aws_kms_key.key",)}`. A block's are those of its first
            level too: `{"ingress": (...)}`.
        optional: Whether there is one at all is not known: its `count` or `for_each` is not.
        exceptions: Those declared for it.
        where: Where to change it: a construct's path, or file and line.
    """

    address: str
    mode: Literal["managed", "data", "ephemeral"] = "managed"
    type: str
    name: str
    values: Mapping[str, Any]
    references: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    optional: bool = False
    exceptions: tuple[PolicyException, ...] = ()
    where: str = ""

    @property
    def module(self) -> str:
        """Address of the module it is in; empty in the root."""
        kind = {"managed": "", "data": "data.", "ephemeral": "ephemeral."}[self.mode]
        return self.address.rpartition(f"{kind}{self.type}.{self.name}")[0].removesuffix(".")


@dataclass(frozen=True, kw_only=True)
class Configuration:
    """All resources of a stack, of a plan, or of a module.

    Attributes:
        name: What it is called in reports: the stack's name or the folder, as the user gave it.
        kind: What it was read from.
        path: The file or folder it was read from.
        resources: All of them, in the order of their addresses.
        outside: Values outside resources: `output.NAME`, `var.NAME`, `provider.aws.SETTING`.
        unseen: Calls of modules that cannot be looked into: where each is written, by its address.
    """

    name: str
    kind: Kind
    path: Path
    resources: Sequence[Resource]
    outside: Mapping[str, Any] = field(default_factory=dict)
    unseen: Mapping[str, str] = field(default_factory=dict)

    def of_type(self, *types: str) -> list[Resource]:
        """The managed resources of some types."""
        return [each for each in self.resources if each.type in types and each.mode == "managed"]


def without_keys(address: str) -> str:
    """An address without the keys of instances: `aws_subnet.public` for `aws_subnet.public[0]`."""
    return _KEY.sub("", address)


class UnreadableError(Exception):
    """A file that cannot be read as what it should be; it says which, and why."""
