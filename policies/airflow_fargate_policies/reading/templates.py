"""Text as Terraform writes it: what stands there, and `${...}` for what is known later."""

import re
from collections.abc import Iterable, Iterator
from typing import Any

from airflow_fargate_policies.resource import Template

# `$${` is a plain `${`, and `%%{` a plain `%{`.
_OPENING = re.compile(r"\$?\$\{|%?%\{")
_ESCAPED = re.compile(r"[$%]([$%]\{)")
_TO_ESCAPE = re.compile(r"[$%](?=\{)")
HEREDOC = re.compile(r"<<(?P<indented>-?)(?P<name>[A-Za-z_][\w-]*)\r?\n")
MARK = re.compile(r"[\"#/<\n,()\[\]{}]")
"""What is more than itself in HCL, or ends something."""

_LENGTH = len("${")
_CLOSING = {"{": "}", "(": ")", "[": "]"}

_WORDS = re.compile(r"(?<![\w.-])[A-Za-z_][\w-]*(?:\.[A-Za-z_][\w-]*|\[[^\[\]]*\]|\.\*|\.\d+)*")


def split(text: str) -> Iterator[tuple[bool, str]]:
    """The parts of a text: whether one is an expression, and it, without `${` and `}`.

    What is escaped, `$${` and `%%{`, is a plain `${` and `%{` in them. A directive, `%{ if ... }`,
    is an expression too.
    """
    for is_expression, part in split_raw(text):
        yield is_expression, (part.strip() if is_expression else _ESCAPED.sub(r"\1", part))


def split_raw(text: str) -> Iterator[tuple[bool, str]]:
    """As `split`, with everything as it stands there."""
    start = at = 0
    while found := _OPENING.search(text, at):
        at = found.end()
        if len(found[0]) > _LENGTH:
            continue  # escaped
        if found.start() > start:
            yield False, text[start : found.start()]
        end = _end_of_expression(text, at)
        yield True, text[at:end]
        start = at = end + 1
    if start < len(text):
        yield False, text[start:]


def template(parts: Iterable[tuple[bool, str]]) -> Template:
    """The text of which these are the parts, as `split` gives them."""
    return Template(
        "".join(
            f"${{{part}}}" if is_expression else _TO_ESCAPE.sub(r"\g<0>\g<0>", part)
            for is_expression, part in parts
        )
    )


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
        elif text.startswith(("$${", "%%{"), at):
            at += 3
        elif text.startswith(("${", "%{"), at):
            at = _end_of_expression(text, at + 2) + 1
        else:
            at += 1
    return at


def after_heredoc(text: str, at: int) -> int:
    """Where a text `<<NAME` ends that begins here; here, where none does."""
    heredoc = HEREDOC.match(text, at)
    if not heredoc:
        return at
    end = re.compile(rf"^[ \t]*{heredoc['name']}[ \t]*$", re.MULTILINE).search(text, heredoc.end())
    return end.end() if end else len(text) + 1


def after_mark(text: str, at: int) -> int:
    """Where the text, comment or bracket ends that begins here; after all text if none does."""
    char = text[at]
    if char == '"':
        return end_of_string(text, at + 1) + 1
    if char in "#/":
        return max(after_comment(text, at), at + 1)
    return max(after_heredoc(text, at), at + 1) if char == "<" else at + 1


def after_comment(text: str, at: int) -> int:
    """Where a comment ends that begins here; here, where none does."""
    if text.startswith(("#", "//"), at):
        end = text.find("\n", at)
        return len(text) if end < 0 else end
    if text.startswith("/*", at):
        end = text.find("*/", at)
        return len(text) + 1 if end < 0 else end + 2
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
        for code in _without_texts(expression):
            for found in _WORDS.finditer(code):
                path = re.sub(r"\[[^\]]*\]|\.\*|\.\d+(?=\.|$)", "", found[0])
                if "." in path:
                    yield path


def is_of_a_resource(text: Template) -> bool:
    """Whether text with something unknown in it is sure not to be `*`.

    It is where something is written out beside what is unknown, such as a path, and where all that
    is unknown are attributes of resources, such as ARNs.
    """
    parts = list(split(text))
    if any(not is_expression and re.search("[A-Za-z]", part) for is_expression, part in parts):
        return True
    named = list(references(text))
    return (
        bool(named)
        and all(each.startswith(("aws_", "data.aws_")) for each in named)
        and not any(sign in text for sign in ('"*"', "?", "var."))
    )


def _without_texts(expression: str) -> Iterator[str]:
    """An expression with every text in it empty, and the expressions that stand in those texts."""
    code: list[str] = []
    at = 0
    while at < len(expression):
        start = expression.find('"', at)
        if start < 0:
            break
        end = end_of_string(expression, start + 1)
        code.append(f'{expression[at:start]}""')
        for is_expression, part in split_raw(expression[start + 1 : end]):
            if is_expression:
                yield from _without_texts(part)
        at = end + 1
    yield "".join((*code, expression[at:]))


def address_of(reference: str) -> str:
    """The address of what a reference refers to, without attributes: `aws_kms_key.key`."""
    parts = reference.split(".")
    length = 3 if parts[0] in ("data", "ephemeral") else 2
    return ".".join(parts[:length])
