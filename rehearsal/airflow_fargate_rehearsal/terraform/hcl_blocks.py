"""The blocks of Terraform's language: which there are, and what stands in them as it is written.

Enough to see what a configuration says of its backend, providers and variables, and to leave parts
of it out. No expression is evaluated.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field

_SKIPPED = re.compile(r"(?:\s+|\#[^\n]*|//[^\n]*|/\*.*?\*/)*", re.DOTALL)
_SKIPPED_IN_LINE = re.compile(r"(?:[^\S\n]+|/\*.*?\*/)*", re.DOTALL)
_NAME = re.compile(r"[^\W\d][\w-]*")
_HEREDOC = re.compile(r"<<-?([^\W\d][\w-]*)\r?\n")
_COMMENT = re.compile(r"\#[^\n]*|//[^\n]*|/\*.*?\*/", re.DOTALL)
_ONE_STRING = re.compile(rf'("(?:[^"\\\n]|\\.)*")\s*(?:{_COMMENT.pattern})?', re.DOTALL)
_CLOSING = {"(": ")", "[": "]", "{": "}"}


class UnreadableError(ValueError):
    """A text that is not written in Terraform's language; the message names the line."""


@dataclass(frozen=True, kw_only=True)
class Part:
    """A part of a text: from ``begin`` to ``end``, of an attribute ``text`` is its expression."""

    begin: int
    end: int
    text: str = ""

    @property
    def string(self) -> str | None:
        """The string that the expression is; None when it is anything else."""
        found = _ONE_STRING.fullmatch(self.text)
        if not found or "${" in found[1] or "%{" in found[1]:
            return None
        try:
            return json.loads(found[1])
        except ValueError:
            return None


@dataclass(frozen=True, kw_only=True)
class Block(Part):
    """A block: its type, its labels, its attributes by name, and the blocks in it."""

    type: str = ""
    labels: tuple[str, ...] = ()
    attributes: Mapping[str, Part] = field(default_factory=dict)
    blocks: tuple[Block, ...] = ()


def read_blocks(text: str) -> Block:
    """The whole text as a block without type; raises UnreadableError."""
    return _Reader(text).body(0, begin=0)


class _Reader:
    def __init__(self, text: str) -> None:
        self._text = text
        self._at = 0

    def body(self, depth: int, *, begin: int, type_: str = "", labels: tuple = ()) -> Block:
        attributes: dict[str, Part] = {}
        blocks: list[Block] = []
        while True:
            self._take(_SKIPPED)
            if self._at == len(self._text) or self._text[self._at] == "}":
                if (self._at == len(self._text)) != (depth == 0):
                    raise self._unreadable()
                self._at += depth > 0
                return Block(
                    begin=begin,
                    end=self._at,
                    type=type_,
                    labels=labels,
                    attributes=attributes,
                    blocks=tuple(blocks),
                )
            start = self._at
            if not (name := self._take(_NAME)):
                raise self._unreadable()
            words = self._labels()
            if self._text.startswith("{", self._at):
                self._at += 1
                blocks.append(self.body(depth + 1, begin=start, type_=name, labels=words))
            elif not words and self._text.startswith("=", self._at):
                self._at += 1
                attributes[name] = self._attribute(start)
            else:
                raise self._unreadable()

    def _labels(self) -> tuple[str, ...]:
        found: list[str] = []
        while True:
            self._take(_SKIPPED_IN_LINE)
            if self._text.startswith('"', self._at):
                start = self._at
                self._string()
                found.append(self._text[start + 1 : self._at - 1])
            elif name := self._take(_NAME):
                found.append(name)
            else:
                return tuple(found)

    def _attribute(self, begin: int) -> Part:
        start = self._at
        self._expression(ends="\n}")
        return Part(begin=begin, end=self._at, text=self._text[start : self._at].strip())

    def _expression(self, ends: str) -> None:
        """Go to what ends an expression; lines do not end it inside of brackets."""
        while self._at < len(self._text):
            character = self._text[self._at]
            if character in ends:
                return
            if character == '"':
                self._string()
            elif closing := _CLOSING.get(character):
                self._at += 1
                self._expression(ends=closing)
                self._expect(closing)
            elif character in ")]}":
                raise self._unreadable()
            elif heredoc := _HEREDOC.match(self._text, self._at):
                self._heredoc(heredoc)
            elif not self._take(_COMMENT):
                self._at += 1
        if "\n" not in ends:
            raise self._unreadable()

    def _string(self) -> None:
        self._at += 1
        while not self._text.startswith('"', self._at):
            if self._at >= len(self._text):
                raise self._unreadable()
            if self._text.startswith(("\\", "$${", "%%{"), self._at):
                self._at += 3 if self._text[self._at] != "\\" else 2
            elif self._text.startswith(("${", "%{"), self._at):
                self._at += 2
                self._expression(ends="}")
                self._expect("}")
            else:
                self._at += 1
        self._at += 1

    def _heredoc(self, begin: re.Match[str]) -> None:
        end = re.compile(rf"^[ \t]*{re.escape(begin[1])}[ \t]*\r?$", re.MULTILINE)
        found = end.search(self._text, begin.end())
        if not found:
            raise self._unreadable()
        self._at = found.end()

    def _take(self, pattern: re.Pattern[str]) -> str:
        found = pattern.match(self._text, self._at)
        if found:
            self._at = found.end()
        return found[0] if found else ""

    def _expect(self, character: str) -> None:
        if not self._text.startswith(character, self._at):
            raise self._unreadable()
        self._at += 1

    def _unreadable(self) -> UnreadableError:
        line = self._text.count("\n", 0, self._at) + 1
        return UnreadableError(f"line {line} cannot be read as Terraform's language")
