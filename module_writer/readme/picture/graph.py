"""What a picture is made of, before it has places."""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from module_writer.readme.picture.kinds import Kind

CLIENTS = "clients"
"""Key of the box for who reaches the module from outside."""
HOST = "var.host"
"""In the place of a resource's type: what another module made."""
_REFERENCE = re.compile(r"(?<![\w.])(aws_\w+|var\.host)\.(\w+)")


class Resource(NamedTuple):
    """One resource of a configuration; ``owner`` is the construct that made it."""

    type: str
    name: str
    owner: str
    given: Mapping[str, Any]

    @property
    def key(self) -> tuple[str, str]:
        """Type and name."""
        return self.type, self.name

    @property
    def address(self) -> str:
        """As Terraform writes it."""
        return f"{self.type}.{self.name}"


@dataclass
class Part:
    """A box: several of a kind, optional, or a member of the ECS cluster."""

    title: str
    kind: Kind
    column: int
    marks: list[str] = field(default_factory=list)
    several: bool = False
    optional: bool = False
    in_cluster: bool = False


class Edge(NamedTuple):
    """An arrow: by the network, with its ports, or by an API of AWS."""

    source: str
    target: str
    label: str
    by_network: bool


@dataclass
class Graph:
    """All of a picture; ``vpc`` and ``cluster`` are titles of frames, empty where there is none."""

    parts: dict[str, Part]
    edges: list[Edge]
    vpc: str
    cluster: str


def references(value: object) -> set[tuple[str, str]]:
    """Type and name of the resources that a value of Terraform JSON refers to, and of the host."""
    return set(_REFERENCE.findall(json.dumps(value)))
