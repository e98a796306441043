"""Values that are known in Python, or only when Terraform runs.

A construct is called with Python values, or, inside a Terraform module, with *tokens* that stand
for variables. A token lies in Python: a list is of length 1, a number about -8e298, a bool always
true. So constructs never compare, branch on or loop over what a caller gave; they ask the functions
here, which answer with a Python value when all is known, and with a Terraform expression otherwise.
"""

import json
import re
from collections.abc import Mapping, Sequence
from typing import Any, TypeAlias, TypeVar

from cdktf import Token

T = TypeVar("T")

Condition: TypeAlias = Any
"""A bool, or a token of one."""

# cdktf encodes number tokens as doubles just above the most negative one.
_NUMBER_TOKEN_BELOW = -1e290
# Expressions behind number and list tokens made here, so that one can stand inside another.
_EXPRESSIONS: dict[object, str] = {}
# Tokens of bools are known by their identity, which is theirs alone only while they live.
_KEPT: list[object] = []
_BARE_TOKEN = re.compile(r"\$\{TfToken\[[^\]]*\]\}")
_INTERPOLATION = re.compile(r"(\$\{(?:[^{}]|\{[^{}]*\})*\})", re.DOTALL)
_WHOLE_EXPRESSION = re.compile(r"\$\{((?:[^{}]|\{[^{}]*\})*)\}", re.DOTALL)


class TokenNotAllowed(ValueError):
    """Raised where a value decides what is synthesized, so that a Terraform variable cannot."""


def is_token(value: object) -> bool:
    """Whether a value is known only to Terraform: a token, or text that holds an expression."""
    if value is None or isinstance(value, bool):
        return False
    if isinstance(value, str):
        return "${" in value
    if isinstance(value, int | float):
        return value < _NUMBER_TOKEN_BELOW
    if isinstance(value, Mapping):
        return any(isinstance(key, str) and key.startswith("&{TfToken[") for key in value)
    if isinstance(value, Sequence):
        return len(value) == 1 and isinstance(value[0], str) and value[0].startswith("#{TfToken[")
    return hasattr(value, "resolve") and hasattr(value, "creation_stack")


def has_token(value: object) -> bool:
    """Whether a value is a token or, for a list or a map, holds one."""
    if is_token(value):
        return True
    if isinstance(value, Mapping):
        return any(has_token(item) for item in value.values())
    if isinstance(value, Sequence) and not isinstance(value, str):
        return any(has_token(item) for item in value)
    return False


def source(value: object) -> str:
    """The Terraform expression for a value, as it is written inside `${...}`."""
    if isinstance(value, str):
        if not is_token(value):
            return _string(value)
        whole = _WHOLE_EXPRESSION.fullmatch(value)
        if whole and not value.startswith("${TfToken["):
            return _operand(whole.group(1))
        # A bare cdktf token resolves to its expression; text around one stays a quoted template.
        return value if _BARE_TOKEN.fullmatch(value) else _format_call(value)
    if is_token(value):
        known = _EXPRESSIONS.get(key_of(value))
        return _operand(known) if known else Token.as_string(value)
    if isinstance(value, Mapping):
        return "{" + ", ".join(f"{_string(k)} = {source(v)}" for k, v in value.items()) + "}"
    if isinstance(value, Sequence):
        return "[" + ", ".join(source(item) for item in value) + "]"
    return json.dumps(value)


def expression(text: str) -> str:
    """A Terraform expression as a string value."""
    return f"${{{text}}}"


def number(text: str) -> float:
    """A Terraform expression as a number value."""
    token = Token.as_number(expression(text))
    _EXPRESSIONS[key_of(token)] = text
    return token


def boolean(text: str) -> Condition:
    """A Terraform expression as a bool value."""
    token = Token.as_any(expression(text))
    _EXPRESSIONS[key_of(token)] = text
    _KEPT.append(token)
    return token


def list_of(text: str) -> list[str]:
    """A Terraform expression as a list of strings."""
    token = Token.as_list(expression(text))
    _EXPRESSIONS[key_of(token)] = text
    return token


def map_of(text: str) -> Any:
    """A Terraform expression as a map of strings."""
    token = Token.as_string_map(expression(text))
    _EXPRESSIONS[key_of(token)] = text
    return token


def equals(left: object, right: object) -> Condition:
    """Whether two values are equal: a bool, or a Terraform condition."""
    if has_token(left) or has_token(right):
        return boolean(f"{source(left)} == {source(right)}")
    return left == right


def negate(condition: Condition) -> Condition:
    """The opposite of a condition."""
    if is_token(condition):
        return boolean(f"!{source(condition)}")
    return not condition


def choose(condition: Condition, then: T, otherwise: T) -> T:
    """One of two values, decided in Python when the condition is known, else by Terraform."""
    if not is_token(condition):
        return then if condition else otherwise
    text = f"{source(condition)} ? {source(then)} : {source(otherwise)}"
    sample = then if then is not None else otherwise
    if isinstance(sample, bool):
        return boolean(text)
    if isinstance(sample, int | float):
        return number(text)  # type: ignore[return-value]
    if isinstance(sample, str):
        return expression(text)  # type: ignore[return-value]
    if isinstance(sample, Sequence):
        return list_of(text)  # type: ignore[return-value]
    return Token.as_any(expression(text))  # type: ignore[return-value]


def length(values: Sequence[object]) -> int | float:
    """How many items a list has: an int, or a Terraform number."""
    return number(f"length({source(values)})") if is_token(values) else len(values)


def merged(base: Mapping[str, str] | None, extra: Mapping[str, str]) -> Any:
    """Two maps as one; on equal keys the second decides."""
    if is_token(base):
        return map_of(f"merge({source(base)}, {source(extra)})")
    return {**(base or {}), **extra}


def json_text(value: object) -> str:
    """JSON of a value, without blanks, in which Terraform expressions stay expressions.

    In text, what stands outside `${...}` is escaped and what stands inside is not: it would break
    `aws_sqs_queue.broker["default"].arn`. What an expression in text gives must need no escaping,
    as names and ARNs do not; only a mere call of `jsonencode` is encoded once more. A token that is
    no text becomes the number, bool, list or map that it stands for.
    """
    if isinstance(value, str):
        if "{" not in value:
            return _quoted(value)
        whole = _WHOLE_EXPRESSION.fullmatch(value)
        if whole and whole.group(1).startswith("jsonencode("):
            return expression(f"jsonencode({whole.group(1)})")
        if value.startswith("#{TfToken["):
            words = "A list that comes from Terraform stands as one item inside another list. "
            raise TokenNotAllowed(
                f"{words}Give it alone, or join the two in Terraform: concat(...)."
            )
        parts = _INTERPOLATION.split(value)
        return f'"{"".join(p if p.startswith("${") else _quoted(p)[1:-1] for p in parts)}"'
    if is_token(value):
        # What source() puts around it for a larger expression is not needed in a call.
        return expression(f"jsonencode({_EXPRESSIONS.get(key_of(value)) or source(value)})")
    if isinstance(value, Mapping):
        return "{" + ",".join(f"{json_text(k)}:{json_text(v)}" for k, v in value.items()) + "}"
    if isinstance(value, Sequence):
        return "[" + ",".join(json_text(item) for item in value) + "]"
    return json.dumps(value)


def literal(field: str, value: T) -> T:
    """The value, if Python knows it.

    Raises:
        TokenNotAllowed: The value comes from Terraform.
    """
    if is_token(value):
        raise TokenNotAllowed(
            f"{field} decides what is synthesized, so it must be a Python value, "
            "and it comes from Terraform. Give the value itself."
        )
    return value


# One encoder for all: json.dumps makes a new one for each text.
_quoted = json.JSONEncoder(ensure_ascii=False).encode


def _string(text: str) -> str:
    """Text as Terraform writes it inside an expression."""
    # Braces by their numbers: cdktf would take them for the end of the expression they stand in.
    return _quoted(text).replace("{", "\\u007b").replace("}", "\\u007d")


def _format_call(text: str) -> str:
    """Text with expressions in it, as one expression."""
    # Not a quoted template: cdktf forgets the braces of its own tokens inside an expression.
    parts = _INTERPOLATION.split(text)
    words = "".join("%s" if p.startswith("${") else p.replace("%", "%%") for p in parts)
    arguments = [source(p) for p in parts if p.startswith("${")]
    return f"format({', '.join([_string(words), *arguments])})"


def _operand(text: str) -> str:
    """An expression that can stand inside a larger one."""
    address = _BARE_TOKEN.sub("token", text)
    alone = re.fullmatch(r"!?[\w.]+(\([^()]*\))?(\[[^\]]*\][\w.]*)*", address)
    return text if alone else f"({text})"


def key_of(token: Any) -> object:
    """What tells a token from others."""
    if isinstance(token, Mapping):
        return next(iter(token))
    if isinstance(token, str | int | float):
        return token
    return token[0] if isinstance(token, Sequence) else id(token)
