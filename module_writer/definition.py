"""What is published of a module."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from airflow_fargate import Stack

from module_writer.interface.variables import Variable


@dataclass(frozen=True)
class Output:
    """An output: its value, what it is, and what must be there before others use it."""

    value: Any
    description: str
    depends_on: Sequence[Any] = ()


@dataclass(frozen=True)
class Made:
    """What a definition has made in a stack: outputs, and values that its HCL calls by a name.

    A value with others in it that have a name stands after them.
    """

    outputs: Mapping[str, Output]
    names: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Definition:
    """A module to publish.

    ``build`` makes its constructs in a stack. ``headings`` are the sections of main.tf: a
    construct's id, and what stands above it. ``locals`` are what validations refer to.
    """

    name: str
    title: str
    summary: str
    variables: Sequence[Variable]
    build: Callable[[Stack], Made]
    headings: Mapping[str, str] = field(default_factory=dict)
    locals: Mapping[str, Any] = field(default_factory=dict)
