"""The structure of HCL: blocks, and attributes with the text of their expressions.

The reader of HCL that comes with checkov gives `jsonencode({...})` as the text of a Python
dictionary, from which the expression cannot be had back, and forgets comments.
"""

import re
import textwrap
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from airflow_fargate_policies.reading.literals import Literals
from airflow_fargate_policies.reading.templates import (
    HEREDOC,
    MARK,
    after_comment,
    after_mark,
    read_text,
)

_NAME = re.compile(r"[A-Za-z_][\w-]*")
_LABEL = re.compile(r"[ \t]*(?:\"([^\"]*)\"|([A-Za-z_][\w-]*))")
_OPENING, _CLOSING = "([{", ")]}"


class SyntaxInvalid(Exception):
    """Text that is no HCL; it says in which line, and what stands there."""


@dataclass(frozen=True, kw_only=True)
class Attribute:
    """`name = expression`."""

    name: str
    expression: str

    def value(self) -> Any:
        """What it is, as far as that is written out."""
        if heredoc := HEREDOC.match(self.expression):
            text = "".join(self.expression[heredoc.end() :].splitlines(keepends=True)[:-1])
            return read_text(textwrap.dedent(text) if heredoc["indented"] else text)
        return Literals(self.expression).read()


@dataclass(frozen=True, kw_only=True)
class Block:
    """`type "label" ... { ... }`.

    Attributes:
        type: Such as `resource`, or the name of a block inside of one.
        labels: Such as the type and the name of a resource.
        line: Where it begins.
        text: What stands between its braces, comments too.
    """

    type: str
    labels: tuple[str, ...]
    line: int
    text: str

    def body(self) -> Iterator["Attribute | Block"]:
        """What stands in it."""
        return read_body(self.text, self.line)


def read_body(text: str, line: int = 1) -> Iterator[Attribute | Block]:
    """The attributes and blocks of a file, or of a block.

    Args:
        text: HCL.
        line: The number of its first line.

    Raises:
        SyntaxInvalid: It is no HCL.
    """
    at = 0
    while True:
        at = _after_space(text, at)
        if at >= len(text):
            if at > len(text):
                raise SyntaxInvalid("a comment /* has no end")
            return
        start, (name, labels, at) = at, _head(text, at)
        is_block = text.startswith("{", at)
        if not name or not (is_block or (text.startswith("=", at) and not labels)):
            raise SyntaxInvalid(f"line {_line(text, start, line)}: {text[start : start + 40]!r}")
        inside = at + 1 if is_block else _after_space(text, at + 1, lines=False)
        end = _end(text, inside, "}" if is_block else "\n")
        if end is None:
            raise SyntaxInvalid(
                f"line {_line(text, start, line)}: something has no end that begins here or after: "
                "a brace, a bracket or a quotation mark is missing"
            )
        if is_block:
            first = _line(text, start, line)
            yield Block(type=name, labels=labels, line=first, text=text[inside:end])
        else:
            yield Attribute(name=name, expression=text[inside:end].strip())
        at = min(end + 1, len(text))


def _head(text: str, at: int) -> tuple[str, tuple[str, ...], int]:
    """A name, the labels after it, and where what follows begins."""
    name = _NAME.match(text, at)
    if not name:
        return "", (), at
    at, labels = name.end(), []
    while label := _LABEL.match(text, at):
        labels.append(label[1] if label[1] is not None else label[2])
        at = label.end()
    return name[0], tuple(labels), _after_space(text, at, lines=False)


def _line(text: str, at: int, first: int) -> int:
    return first + text.count("\n", 0, at)


def _after_space(text: str, at: int, *, lines: bool = True) -> int:
    while at < len(text):
        if (end := after_comment(text, at)) != at:
            if not lines:
                return at
            at = end
        elif text[at] in (" \t\r\n" if lines else " \t\r"):
            at += 1
        else:
            break
    return at


def _end(text: str, at: int, ends: str) -> int | None:
    """Where the character stands that ends what begins here, brackets and texts passed over."""
    depth = 0
    while mark := MARK.search(text, at):
        at, char = mark.start(), mark[0]
        if depth == 0 and char == ends:
            return at
        after = after_mark(text, at)
        if after == at + 1:
            depth += (char in _OPENING) - (char in _CLOSING)
        if depth < 0 or after > len(text):
            return None
        at = after
    return len(text) if depth == 0 and ends == "\n" else None
