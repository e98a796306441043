"""JSON that stands in an attribute as text, with what is known later as symbols in it."""

import re
from typing import Any

from airflow_fargate_policies.reading.literals import Literals
from airflow_fargate_policies.reading.strict_json import strict_json
from airflow_fargate_policies.reading.templates import expression_of, split, template
from airflow_fargate_policies.resource import Template

_MARK = "\ue000"
_MARKED = re.compile(f"{_MARK}(\\d+){_MARK}")
_CALL = re.compile(r"jsonencode\((.*)\)", re.DOTALL)


class NotKnownError(Exception):
    """A value that cannot be read before Terraform knows it; it says what stands there."""

    def __init__(self, value: Any) -> None:
        text = " ".join(str(value).split())
        shown = text if len(text) <= 120 else f"{text[:117]}..."  # noqa: PLR2004 -- a line
        super().__init__(f"cannot be read before Terraform knows it: {shown}")


def decoded(value: Any) -> Any:
    """What an attribute such as `policy` or `container_definitions` says; None for empty text.

    JSON text becomes what it stands for. What is known later stays in it as `Template`s, also where
    it stands for a number, a list or a part of the structure. `${jsonencode(...)}` is read as far
    as its argument is written out.

    Raises:
        NotKnownError: It is no JSON, or whether it is depends on what is known later.
    """
    if not isinstance(value, str):
        return value
    if not value.strip():
        # A provider computes that where nothing is given.
        return None
    expression = expression_of(value)
    if expression is not None:
        return _encoded(expression)
    symbols: list[str] = []
    text = _marked(value, symbols) if isinstance(value, Template) else value
    try:
        found = strict_json(text)
    except ValueError as error:
        raise NotKnownError(value) from error
    return _unmarked(found, symbols)


def _marked(template: Template, symbols: list[str]) -> str:
    """JSON text with a mark for each expression: in a string by itself, else as a string."""
    text: list[str] = []
    in_string = False
    for is_expression, part in split(template):
        if not is_expression:
            in_string = _ends_in_string(part, in_string=in_string)
            text.append(part)
            continue
        mark = f"{_MARK}{len(symbols)}{_MARK}"
        symbols.append(part)
        text.append(mark if in_string else f'"{mark}"')
    return "".join(text)


def _ends_in_string(json_text: str, *, in_string: bool) -> bool:
    escaped = False
    for char in json_text:
        if escaped:
            escaped = False
        elif char == "\\":
            escaped = True
        elif char == '"':
            in_string = not in_string
    return in_string


def _unmarked(value: Any, symbols: list[str]) -> Any:
    if isinstance(value, dict):
        return {_text(k, symbols): _unmarked(v, symbols) for k, v in value.items()}
    if isinstance(value, list):
        return [_unmarked(each, symbols) for each in value]
    return _text(value, symbols) if isinstance(value, str) else value


def _text(text: str, symbols: list[str]) -> str:
    if _MARK not in text:
        return text
    # Every second part is the number of a symbol.
    parts = enumerate(_MARKED.split(text))
    return template(
        (True, symbols[int(part)]) if number % 2 else (False, part) for number, part in parts
    )


def _encoded(expression: str) -> Any:
    call = _CALL.fullmatch(expression)
    found = Literals(call[1]).read() if call else None
    if not isinstance(found, dict | list):
        raise NotKnownError(f"${{{expression}}}")
    return found
