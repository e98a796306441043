"""Text as Terraform writes it: what stands there, and `${...}` for what is known later."""

import re
from collections.abc import Iterator
from typing import Any

from airflow_fargate_policies.resource import Template

_CLOSING = {"{": "}", "(": ")", "[": "]"}
_WORDS = re.compile(r"(?<![\w.-])[A-Za-z_][\w-]*(?:\.[A-Za-z_][\w-]*|\[[^\[\]]*\]|\.\*|\.\d+)*")


def split(text: str) -> Iterator[tuple[bool, str]]:
    """The parts of a text: whether one is an expression, and it, without `${` and `}`.

    What is escaped, `$${` and `%%{`, is a plain `${` and `%{` in them. A directive, `%{ if ... }`,
    is an expression too.
    """
    plain: list[str] = []
    at = 0
    while at < len(text):
        if text.startswith(("$${", "%%{"), at):
            plain.append(text[at + 1 : at + 3])
            at += 3
        elif text.startswith(("${", "%{"), at):
            end = _end_of_expression(text, at + 2)
            if plain:
                yield False, "".join(plain)
                plain = []
            yield True, text[at + 2 : end].strip()
            at = end + 1
        else:
            plain.append(text[at])
            at += 1
    if plain:
        yield False, "".join(plain)


def _end_of_expression(text: str, at: int) -> int:
    """Where the brace stands that ends an expression; the end of the text if none does."""
    open_brackets = ["{"]
    while at < len(text):
        char = text[at]
        if char == '"':
            at = end_of_string(text, at + 1)
        elif char in _CLOSING:
            open_brackets.append(char)
        elif char == _CLOSING[open_brackets[-1]]:
            open_brackets.pop()
            if not open_brackets:
                return at
        at += 1
    return len(text)


def end_of_string(text: str, at: int) -> int:
    """Where the quotation mark stands that ends a string, templates in it skipped."""
    while at < len(text) and text[at] != '"':
        if text[at] == "\\":
            at += 2
        elif text.startswith("${", at) and not text.startswith("$${", at - 1):
            at = _end_of_expression(text, at + 2) + 1
        else:
            at += 1
    return at


def read_text(text: str) -> str:
    """A text of a configuration: itself where all of it is known, else a `Template`."""
    if "{" not in text:
        return text
    parts = list(split(text))
    if any(is_expression for is_expression, _ in parts):
        return Template(text)
    return "".join(part for _, part in parts)


def read_value(value: Any) -> Any:
    """A value of a configuration, its texts read, and without what is null."""
    if isinstance(value, str):
        return read_text(value)
    if isinstance(value, dict):
        return {k: read_value(v) for k, v in value.items() if v is not None}
    if isinstance(value, list):
        return [read_value(each) for each in value if each is not None]
    return value


def expression_of(value: Any) -> str | None:
    """The expression that a value is; None where it is anything else, or text around one."""
    if not isinstance(value, Template):
        return None
    parts = list(split(value))
    return parts[0][1] if len(parts) == 1 and parts[0][0] else None


def is_known(value: Any) -> bool:
    """Whether nothing in a value is known later."""
    if isinstance(value, Template):
        return False
    if isinstance(value, dict):
        return all(is_known(each) for each in value.values())
    if isinstance(value, list):
        return all(is_known(each) for each in value)
    return True


def expressions(value: Any) -> Iterator[str]:
    """Every expression in a value, however deep."""
    if isinstance(value, Template):
        yield from (part for is_expression, part in split(value) if is_expression)
    elif isinstance(value, dict):
        for each in value.values():
            yield from expressions(each)
    elif isinstance(value, list):
        for each in value:
            yield from expressions(each)


def references(value: Any) -> Iterator[str]:
    """What looks like a reference in a value: `aws_kms_key.key.arn`, `module.network.vpc_id`.

    Keys of instances are left out: `aws_subnet.public[0].id` is `aws_subnet.public.id`.
    """
    for expression in expressions(value):
        for found in _WORDS.finditer(expression):
            path = re.sub(r"\[[^\]]*\]|\.\*", "", found[0])
            if "." in path:
                yield path


def address_of(reference: str) -> str:
    """The address of what a reference refers to, without attributes: `aws_kms_key.key`."""
    parts = reference.split(".")
    length = 3 if parts[0] in ("data", "ephemeral") else 2
    return ".".join(parts[:length])
