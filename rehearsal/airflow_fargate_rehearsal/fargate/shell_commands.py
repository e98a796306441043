"""What a shell would run of the command of a RUN, for the little of the language that is known."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from string import Template

_PUNCTUATION = frozenset("&;|<>()")
_QUOTED = re.compile(r"""'[^']*'|"(?:\\.|[^"\\])*"|\\.""", re.DOTALL)
_WORDS_OF_IF = ("if", "then", "else", "fi")


class NotUnderstood(Exception):
    """A command in words that are not known; the message says which."""


@dataclass(frozen=True, kw_only=True)
class Command:
    """A program with its arguments; `output` is the path that `>` sends its output to, if any."""

    words: tuple[str, ...]
    output: str | None = None


def commands(text: str, known: Mapping[str, str]) -> Iterator[Command]:
    """Commands that would run one after another, if each succeeds, with variables replaced.

    It knows `&&`, `;`, `>`, `if` with the conditions `-n`, `-z`, `=` and `!=`, and that nothing
    behind `||` runs. Raises NotUnderstood for anything else.
    """
    lexer = shlex.shlex(_replaced(text, known), posix=True, punctuation_chars="".join(_PUNCTUATION))
    lexer.whitespace_split = True
    try:
        tokens = list(lexer)
    except ValueError as error:
        raise NotUnderstood(f"its command cannot be read: {error}") from error
    taken: list[bool] = []  # for each `if` around, whether what stands here runs
    for part, runs in _parts(tokens):
        command = _behind_words_of_if(part, taken)
        if command and runs and all(taken):
            yield _command(command)


def _behind_words_of_if(part: list[str], taken: list[bool]) -> list[str]:
    """What stands behind `then` or `else`; it takes note of which way `if` goes."""
    first, *rest = part
    if first not in _WORDS_OF_IF:
        return part
    if first == "if":
        taken.append(_holds(rest))
    elif not taken:
        raise NotUnderstood(f"it has {first} without if")
    elif first == "else":
        taken[-1] = not taken[-1]
    elif first == "fi":
        taken.pop()
    return _behind_words_of_if(rest, taken) if rest and first in ("then", "else") else []


def _replaced(text: str, known: Mapping[str, str]) -> str:
    """A text with variables replaced, so that what is quoted stays one word."""
    pieces: list[str] = []
    end = 0
    for quoted in _QUOTED.finditer(text):
        pieces.append(Template(text[end : quoted.start()]).safe_substitute(known))
        inside = quoted.group()
        if inside.startswith('"'):
            escaped = {name: re.sub(r'(["\\])', r"\\\1", value) for name, value in known.items()}
            inside = Template(inside).safe_substitute(escaped)
        pieces.append(inside)
        end = quoted.end()
    pieces.append(Template(text[end:]).safe_substitute(known))
    return "".join(pieces)


def _parts(tokens: list[str]) -> Iterator[tuple[list[str], bool]]:
    """What stands between `&&`, `||` and `;`, and whether it runs when all before it succeeded."""
    part: list[str] = []
    runs = True
    for each in [*tokens, ";"]:
        if each in ("&&", "||", ";"):
            if part:
                yield part, runs
            part = []
            runs = each != "||"
        elif each != ">" and each and set(each) <= _PUNCTUATION:
            raise NotUnderstood(f"it has no shell for {each!r}")
        else:
            part.append(each)


def _holds(condition: list[str]) -> bool:
    match condition:
        case ["[", "-n", word, "]"]:
            return word != ""
        case ["[", "-z", word, "]"]:
            return word == ""
        case ["[", one, "=", other, "]"]:
            return one == other
        case ["[", one, "!=", other, "]"]:
            return one != other
    raise NotUnderstood(f"it does not know the condition {' '.join(condition)}")


def _command(part: list[str]) -> Command:
    if ">" not in part:
        return Command(words=tuple(part))
    *words, arrow, output = part
    if arrow != ">" or ">" in words:
        raise NotUnderstood(f"it has no shell for {' '.join(part)}")
    return Command(words=tuple(words), output=output)
