"""Markdown as GitHub reads it: tables, and text that stays what it is inside them."""

import re
from collections.abc import Iterable, Sequence

_CODE = re.compile(r"(`+)(.+?)\1", re.DOTALL)
_SPECIAL = {"<": "&lt;", ">": "&gt;", "*": r"\*", "\\": r"\\", "~": r"\~"}
# Between letters an underscore is just one; at the ends of a word it makes emphasis.
_EDGE = re.compile(r"(?<!\w)_|_(?!\w)")


def prose(text: str) -> str:
    """A description as Markdown: code in backticks stays code, all else is plain text."""
    parts, end = [], 0
    for code in _CODE.finditer(text):
        parts += [_plain(text[end : code.start()]), code.group()]
        end = code.end()
    return "".join([*parts, _plain(text[end:])])


def code(text: str) -> str:
    """A text as code, whatever backticks are in it."""
    longest = max((len(run) for run in re.findall("`+", text)), default=0)
    fence = "`" * (longest + 1)
    space = " " if text.startswith("`") or text.endswith("`") else ""
    return f"{fence}{space}{text}{space}{fence}"


def table(header: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """A table; its cells are Markdown. Empty when there are no rows."""
    lines = [_row(header), "|" + "|".join("---" for _ in header) + "|"]
    body = [_row(row) for row in rows]
    return "\n".join([*lines, *body]) if body else ""


def block(language: str, text: str) -> str:
    """A block of code, whatever backticks are in it."""
    fence = "```"
    while fence in text:
        fence += "`"
    return f"{fence}{language}\n{text.strip()}\n{fence}"


def anchor(heading: str) -> str:
    """What GitHub makes of a heading, for links to it."""
    return re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-")


def _plain(text: str) -> str:
    for character in ("\\", "<", ">", "*", "~"):
        text = text.replace(character, _SPECIAL[character])
    return _EDGE.sub(r"\\_", text).replace("](", r"\](")


def _row(cells: Sequence[str]) -> str:
    return "| " + " | ".join(_cell(each) for each in cells) + " |"


def _cell(text: str) -> str:
    # GitHub takes \| for a pipe inside code too.
    lines = [line.strip() for line in text.replace("|", r"\|").splitlines()]
    return "<br>".join(line for line in lines if line)
