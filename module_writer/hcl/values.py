"""Values of Terraform JSON as expressions, and attributes as lines of HCL."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from module_writer.hcl.flat import template_text
from module_writer.hcl.json_text import with_jsonencode
from module_writer.hcl.layout import layout
from module_writer.hcl.nodes import (
    Attribute,
    Call,
    Expr,
    ListOf,
    Literal,
    Name,
    ObjectOf,
    Template,
    text,
)
from module_writer.hcl.parser import parse_expression, parse_template
from module_writer.hcl.simplify import simplify
from module_writer.hcl.types import Types

_NO_HEREDOC = re.compile(r"[\x00-\x08\x0b-\x1f\x7f]")

Read = Callable[[Any], Expr]
"""How a value of an attribute is read: each of the functions of `Values` is one."""


@dataclass(frozen=True)
class Values:
    """How one configuration's values are read."""

    types: Types
    names: Mapping[Expr, Expr]

    def expression(self, value: Any) -> Expr:
        """A value whose strings are templates, as those of arguments are."""
        return with_jsonencode(self.plain(value), self.types)

    def words(self, value: Any) -> Expr:
        """A value where the provider wants a string: Terraform makes one of a number by itself."""
        match self.expression(value):
            case Call("tostring", (only,)):
                return only
            case other:
                return other

    def definition(self, name: str, value: Any) -> Expr:
        """The value of a local, which is not called by its own name there."""
        others = {node: each for node, each in self.names.items() if each != local(name)}
        return Values(self.types, others).expression(value)

    def plain(self, value: Any) -> Expr:
        """As `expression`, JSON in strings left as it is."""
        return simplify(_structure(value, parse_template), self.names)

    def literal(self, value: Any) -> Expr:
        """A value whose strings are what they are, such as a variable's default."""
        return _structure(value, text)

    def bare(self, value: Any) -> Expr:
        """Strings that are references or keywords, as in ``depends_on``, without quotes."""
        return _structure(value, lambda words: parse_expression(_unwrapped(words)), bare=True)


def attribute(name: str, value: Expr, indent: int) -> str:
    """``name = value``, without the indentation of its first line."""
    head = f"{name} = "
    if isinstance(value, Template) and (heredoc := _heredoc(value, indent)):
        return head + heredoc
    if isinstance(value, ObjectOf) and value.items:
        # A map of a resource is open for more: one line for each item, also for one.
        return head + layout(value, indent, 10_000)
    return head + layout(value, indent, indent + len(head))


def local(name: str) -> Attribute:
    """``local.<name>``."""
    return Attribute(Name("local"), name)


def is_dropped(name: str, value: Any) -> bool:
    """Whether it says nothing: null is as not written, and ``//`` is a comment."""
    return value is None or name == "//"


def _structure(value: Any, read: Callable[[str], Expr], *, bare: bool = False) -> Expr:
    match value:
        case None:
            return Literal("null")
        case bool():
            return Literal("true" if value else "false")
        case int() | float():
            return Literal(repr(value))
        case str():
            return read(value)
        case list() | tuple():
            return ListOf(tuple(_structure(each, read, bare=bare) for each in value))
        case dict():
            pairs = [(k, v) for k, v in value.items() if k != "//"]
            key = text if bare else read
            return ObjectOf(tuple((key(k), _structure(v, read, bare=bare)) for k, v in pairs))
    raise ValueError(f"{value!r} is nothing that JSON knows")


def _unwrapped(words: str) -> str:
    return words[2:-1] if words.startswith("${") and words.endswith("}") else words


def _heredoc(template: Template, indent: int) -> str | None:
    r"""Text of several whole lines, as `<<-EOT`; None where quotes and ``\n`` say it better."""
    words = template_text(template.parts, quoted=False)
    lines = words.split("\n")
    if lines.pop() or len(lines) < 2 or _NO_HEREDOC.search(words):  # noqa: PLR2004
        return None
    if any(line.strip() == "EOT" for line in lines):
        return None
    # `<<-` takes away what all lines are indented by, so one of them must be indented by nothing.
    written = [line for line in lines if line]
    if any(line.isspace() for line in written) or all(line[0].isspace() for line in written):
        return f"<<EOT\n{words}EOT"
    inner = "".join(f"{' ' * (indent + 2)}{line}\n" if line else "\n" for line in lines)
    return f"<<-EOT\n{inner}{' ' * indent}EOT"
