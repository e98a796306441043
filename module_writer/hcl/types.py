"""Of which type a reference is, where variables and schemas tell it."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from module_writer.hcl.nodes import (
    Attribute,
    Binary,
    Call,
    Conditional,
    Expr,
    Index,
    Literal,
    Name,
    Splat,
    Template,
    Unary,
)
from module_writer.hcl.schemas import Schemas

_STRINGS = {
    *("base64encode", "base64sha256", "cidrhost", "cidrsubnet", "format", "formatdate", "join"),
    *("jsonencode", "lower", "replace", "sha256", "substr", "timestamp", "title", "tostring"),
    *("trimprefix", "trimspace", "trimsuffix", "upper"),
}
_NUMBERS = {"abs", "ceil", "floor", "length", "max", "min", "parseint", "tonumber"}
_BOOLS = {"alltrue", "anytrue", "can", "endswith", "startswith", "strcontains", "tobool"}
_KINDS = {"string", "number", "bool"}


@dataclass(frozen=True)
class Types:
    """Types of what one configuration's expressions refer to."""

    config: Mapping[str, Any]
    schemas: Schemas
    locals_: Mapping[str, Expr]

    def kind_of(self, node: Expr) -> str | None:
        """``string``, ``number`` or ``bool``; None for other types and where it is not known."""
        match node:
            case Template(parts):
                return "string" if len(parts) != 1 or isinstance(parts[0], str) else None
            case Literal(text) if text != "null":
                return "bool" if text in {"true", "false"} else "number"
            case Unary("!") | Binary("==" | "!=" | "<" | ">" | "<=" | ">=" | "&&" | "||"):
                return "bool"
            case Unary() | Binary():
                return "number"
            case Conditional(_, yes, no):
                kinds = {self.kind_of(yes), self.kind_of(no)}
                return kinds.pop() if len(kinds) == 1 else None
            case Call("one", (Attribute(Splat(base), name),)):
                return self.kind_of(Attribute(base, name))
            case Call(name):
                return self._of_function(name)
            case Attribute(Name("local"), name) if name in self.locals_:
                return self.kind_of(self.locals_[name])
        found = self._type(node)
        return found if isinstance(found, str) and found in _KINDS else None

    def _of_function(self, name: str) -> str | None:
        kinds = (("string", _STRINGS), ("number", _NUMBERS), ("bool", _BOOLS))
        return next((kind for kind, names in kinds if name in names), None)

    def _type(self, node: Expr) -> Any:
        match node:
            case Attribute(Name("var"), name):
                return self.config.get("variable", {}).get(name, {}).get("type")
            case Attribute(Name("each"), "key"):
                return "string"
            case Attribute(Name("count"), "index"):
                return "number"
            case Attribute(Name("path")):
                return "string"
            case Attribute(Attribute(Attribute(Name("data"), type_), _), name):
                return self.schemas.attribute_type("data", type_, name)
            case Attribute(Attribute(Attribute(Name("ephemeral"), type_), _), name):
                return self.schemas.attribute_type("ephemeral", type_, name)
            case Attribute(Index(base), name):
                return self._type(Attribute(base, name)) or self._in_list(base, name)
            case Attribute(Attribute(Name(type_), _), name):
                return self.schemas.attribute_type("resource", type_, name)
        return None

    def _in_list(self, base: Expr, name: str) -> Any:
        match self._type(base):
            case [_, ["object", dict() as fields]]:
                return fields.get(name)
        return None
