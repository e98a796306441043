"""Parts of an HCL expression, without their layout.

Parentheses are not kept but where they are part of the meaning: whoever writes an expression knows
from the operators where they are needed.
"""

from dataclasses import dataclass


@dataclass(frozen=True)
class Literal:
    """A number, ``true``, ``false`` or ``null``, as it is written."""

    text: str


@dataclass(frozen=True)
class Template:
    """A string: pieces of text (decoded, so without escapes) and expressions among them."""

    parts: tuple["str | Expr", ...]


@dataclass(frozen=True)
class Name:
    """The first word of a reference, such as ``var``; or a keyword of a type, such as ``any``."""

    text: str


@dataclass(frozen=True)
class Attribute:
    """``base.name``; ``name`` may be a number, as in the old ``list.0``."""

    base: "Expr"
    name: str


@dataclass(frozen=True)
class Index:
    """``base[key]``."""

    base: "Expr"
    key: "Expr"


@dataclass(frozen=True)
class Splat:
    """``base[*]``, or ``base.*`` with ``full`` False."""

    base: "Expr"
    full: bool


@dataclass(frozen=True)
class Call:
    """``name(arguments)``; with ``expand`` the last of them ends with ``...``."""

    name: str
    arguments: tuple["Expr", ...]
    expand: bool = False


@dataclass(frozen=True)
class ListOf:
    """``[items]``."""

    items: tuple["Expr", ...]


@dataclass(frozen=True)
class ObjectOf:
    """``{ key = value }``; a key that is no string is written in parentheses."""

    items: tuple[tuple["Expr", "Expr"], ...]


@dataclass(frozen=True)
class For:
    """``[for ...]``; with ``key`` it is ``{for ... : key => value}``, ``group`` adds ``...``."""

    names: tuple[str, ...]
    collection: "Expr"
    value: "Expr"
    condition: "Expr | None" = None
    key: "Expr | None" = None
    group: bool = False


@dataclass(frozen=True)
class Unary:
    """``!operand`` or ``-operand``."""

    operator: str
    operand: "Expr"


@dataclass(frozen=True)
class Binary:
    """``left operator right``."""

    operator: str
    left: "Expr"
    right: "Expr"


@dataclass(frozen=True)
class Conditional:
    """``condition ? yes : no``."""

    condition: "Expr"
    yes: "Expr"
    no: "Expr"


@dataclass(frozen=True)
class Parentheses:
    """Parentheses that end a splat: ``(a[*].b)[0]`` is not ``a[*].b[0]``."""

    inner: "Expr"


Expr = (
    Literal
    | Template
    | Name
    | Attribute
    | Index
    | Splat
    | Call
    | ListOf
    | ObjectOf
    | For
    | Unary
    | Binary
    | Conditional
    | Parentheses
)

PRECEDENCE = {
    operator: level
    for level, operators in enumerate(
        (("||",), ("&&",), ("==", "!="), ("<", ">", "<=", ">="), ("+", "-"), ("*", "/", "%")), 1
    )
    for operator in operators
}
"""Binary operators, the higher the tighter they bind."""


def constant(template: Expr) -> str | None:
    """The text of a string without interpolations, otherwise None."""
    if not isinstance(template, Template):
        return None
    if not all(isinstance(part, str) for part in template.parts):
        return None
    return "".join(part for part in template.parts if isinstance(part, str))


def text(value: str) -> Template:
    """A string that says exactly ``value``."""
    return Template((value,) if value else ())
