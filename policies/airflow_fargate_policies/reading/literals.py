"""HCL expressions, as far as they are written out: objects, tuples, texts, numbers."""

import json
import re
from typing import Any

from airflow_fargate_policies.reading.templates import (
    MARK,
    after_comment,
    after_mark,
    end_of_string,
    read_text,
    split_raw,
)
from airflow_fargate_policies.resource import Template

_OPENING, _CLOSING = "([{", ")]}"
_FOR = re.compile(r"\s*for\s")
_ESCAPE = re.compile(r"\\(?:u([0-9A-Fa-f]{4})|U([0-9A-Fa-f]{8})|(.))", re.DOTALL)
_CONTROL = {"n": "\n", "r": "\r", "t": "\t"}
_WORDS = {"true": True, "false": False, "null": None}


class Literals:
    """Reads one expression.

    What is not written out, such as a reference, a call or a condition, becomes a `Template`.
    `concat` and `merge` of what is written out are what they give.
    """

    def __init__(self, text: str) -> None:
        self._text = text
        self._at = 0

    def read(self) -> Any:
        """The whole expression."""
        value = self._value("")
        self._skip()
        return value if self._at >= len(self._text) else Template(f"${{{self._text}}}")

    def _value(self, ends: str) -> Any:
        """One value, up to one of the characters `ends`, a line's end among them or not."""
        self._skip()
        start = self._at
        found = self._written()
        if found is not _NOT_WRITTEN:
            # `[...][0]` or `"a" == "b"` is more than what was read.
            self._skip(lines="\n" not in ends)
            if self._at >= len(self._text) or self._text[self._at] in ends:
                return found
        self._at = start
        return self._word(ends)

    def _written(self) -> Any:
        char = self._text[self._at : self._at + 1]
        if char == "{":
            return self._object()
        if char == "[":
            return self._tuple()
        if char == '"':
            end = end_of_string(self._text, self._at + 1)
            quoted = self._text[self._at : end + 1]
            self._at = end + 1
            return _unquoted(quoted)
        for name in ("concat", "merge"):
            if self._text.startswith(f"{name}(", self._at):
                self._at += len(name)
                return _joined(name, self._items(")"))
        return _NOT_WRITTEN

    def _word(self, ends: str) -> Any:
        parts, depth, start = [], 0, self._at
        while mark := MARK.search(self._text, self._at):
            at, char = mark.start(), mark[0]
            if depth == 0 and char in ends:
                break
            self._at = after_mark(self._text, at)
            if self._at == at + 1:
                depth += (char in _OPENING) - (char in _CLOSING)
            elif char in "#/":
                parts.append(self._text[start:at])
                start = self._at
        self._at = mark.start() if mark else len(self._text)
        parts.append(self._text[start : self._at])
        word = "".join(parts).strip()
        if word in _WORDS:
            return _WORDS[word]
        try:
            return json.loads(word)
        except ValueError:
            return Template(f"${{{word}}}")

    def _tuple(self) -> Any:
        return self._items("]") if not self._is_for() else _NOT_WRITTEN

    def _items(self, closing: str) -> list[Any]:
        self._at += 1
        items = []
        while not self._closes(closing):
            items.append(self._value(f",{closing}"))
            self._take(",")
        return items

    def _object(self) -> Any:
        if self._is_for():
            return _NOT_WRITTEN
        self._at += 1
        found = {}
        while not self._closes("}"):
            key = self._key()
            if not self._take("="):
                self._take(":")
            found[key] = self._value(",\n}")
            self._take(",")
        return found

    def _key(self) -> str:
        self._skip()
        if self._text.startswith('"', self._at):
            end = end_of_string(self._text, self._at + 1)
            quoted = self._text[self._at : end + 1]
            self._at = end + 1
            return _unquoted(quoted)
        start, depth = self._at, 0
        while self._at < len(self._text) and (depth or self._text[self._at] not in "=:"):
            char = self._text[self._at]
            depth += (char in _OPENING) - (char in _CLOSING)
            self._at += 1
        word = self._text[start : self._at].strip()
        return Template(f"${{{word}}}") if word.startswith("(") else word

    def _is_for(self) -> bool:
        return bool(_FOR.match(self._text, self._at + 1))

    def _closes(self, closing: str) -> bool:
        return self._take(closing) or self._at >= len(self._text)

    def _take(self, char: str) -> bool:
        self._skip()
        if not self._text.startswith(char, self._at):
            return False
        self._at += 1
        return True

    def _skip(self, *, lines: bool = True) -> None:
        """Skip white space and comments."""
        while self._at < len(self._text):
            if (end := after_comment(self._text, self._at)) != self._at:
                self._at = end
            elif self._text[self._at] in (" \t\r\n" if lines else " \t\r"):
                self._at += 1
            else:
                return


_NOT_WRITTEN = object()


def _unquoted(quoted: str) -> str:
    """What a text in quotation marks says; its expressions have escapes of their own."""
    return read_text(
        "".join(
            f"${{{part}}}" if is_expression else _ESCAPE.sub(_unescaped, part)
            for is_expression, part in split_raw(quoted[1:-1])
        )
    )


def _unescaped(escape: re.Match[str]) -> str:
    code = escape[1] or escape[2]
    return chr(int(code, 16)) if code else _CONTROL.get(escape[3], escape[3])


def _joined(function: str, parts: list[Any]) -> Any:
    kind = list if function == "concat" else dict
    if not all(isinstance(each, kind) for each in parts):
        return _NOT_WRITTEN
    if function == "concat":
        return [item for each in parts for item in each]
    return {k: v for each in parts for k, v in each.items()}
