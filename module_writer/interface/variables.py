"""Variables of a module, and the attributes of those that are objects."""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

REQUIRED: Any = object()
"""In the place of a default: there is none."""


@dataclass(frozen=True)
class Validation:
    """A condition that a value must keep, and what is said if it does not: both as in Terraform."""

    condition: str
    error_message: str

    def block(self) -> dict[str, str]:
        """The block in Terraform's JSON."""
        return {"condition": f"${{{self.condition}}}", "error_message": self.error_message}


@dataclass(frozen=True)
class Variable:
    """A variable of a module, or an attribute of one.

    ``type`` is as Terraform writes it. With ``attributes`` it is an object, made of them, and
    ``type`` is ``object``. ``default`` is as Terraform's JSON writes it, or REQUIRED.
    """

    name: str
    type: str
    description: str
    default: Any = REQUIRED
    attributes: Sequence["Variable"] = ()
    validations: Sequence[Validation] = field(default=())

    @property
    def nullable(self) -> bool:
        """Whether it can be null, because its default is."""
        return self.default is None

    @property
    def type_text(self) -> str:
        """The type, with the attributes of an object and their defaults."""
        if not self.attributes:
            return self.type
        lines = ", ".join(f"{each.name} = {_optional(each)}" for each in self.attributes)
        return self.type.replace("object", f"object({{ {lines} }})", 1)

    @property
    def text(self) -> str:
        """The description, with a line for each attribute of an object."""
        return "\n".join([self.description, *_lines(self.attributes, "")])

    def block(self) -> dict[str, Any]:
        """The block in Terraform's JSON."""
        written: dict[str, Any] = {
            "description": self.text if not self.attributes else f"{self.text}\n",
            "type": self.type_text,
        }
        if self.default is not REQUIRED:
            written["default"] = self.default
        if not self.nullable:
            written["nullable"] = False
        if self.validations:
            written["validation"] = [each.block() for each in self.validations]
        return written


def blocks(variables: Iterable[Variable]) -> Mapping[str, Any]:
    """The section ``variable`` of Terraform's JSON."""
    return {each.name: each.block() for each in variables}


def terraform_text(value: Any, *, quoted_keys: bool = False) -> str:
    """A value as Terraform writes it inside an expression."""
    if isinstance(value, Mapping):
        items = ", ".join(
            f"{json.dumps(key) if quoted_keys else key} = {terraform_text(each)}"
            for key, each in value.items()
        )
        return f"{{ {items} }}" if items else "{}"
    if isinstance(value, list | tuple):
        return f"[{', '.join(terraform_text(each) for each in value)}]"
    return json.dumps(value)


def _optional(variable: Variable) -> str:
    if variable.default is REQUIRED:
        return variable.type_text
    if variable.default is None:
        return f"optional({variable.type_text})"
    return f"optional({variable.type_text}, {terraform_text(variable.default)})"


def _lines(attributes: Sequence[Variable], indent: str) -> Iterable[str]:
    for each in attributes:
        yield f"{indent}- `{each.name}`: {each.description}"
        yield from _lines(each.attributes, indent + "  ")
