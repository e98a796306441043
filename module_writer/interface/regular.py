"""Regular expressions of Python as conditions of Terraform, which has those of RE2.

RE2 looks neither ahead nor behind. The patterns of the rules look ahead at their beginning and
behind at their end only, so that each look becomes a condition of its own.
"""

import json
import re

_AHEAD = re.compile(r"\(\?([=!])")
_BEHIND = re.compile(r"\(\?<!(\[[^\]]*\]|[^\\\[()])\)\Z")
_INSIDE = re.compile(r"\(\?(?:[=!]|<[=!])")
_LENGTH = re.compile(r"\.\{(\d+),(\d+)\}\\Z")


def matches(pattern: str, value: str) -> str:
    """A condition for all of a value, an expression of text, matching a pattern.

    Raises ValueError for a pattern that looks around where this does not know it.
    """
    conditions = []
    while ahead := _AHEAD.match(pattern):
        end = _closing(pattern)
        inner, pattern = pattern[ahead.end() : end], pattern[end + 1 :]
        if ahead.group(1) == "!":
            conditions.append(f"!{_search(f'^({inner})', value)}")
        elif length := _LENGTH.fullmatch(inner):
            least, most = length.groups()
            conditions.append(f"length({value}) >= {least} && length({value}) <= {most}")
        else:
            conditions.append(_search(f"^({inner})", value))
    if behind := _BEHIND.search(pattern):
        conditions.append(f"!{_search(f'{behind.group(1)}$', value)}")
        pattern = pattern[: behind.start()]
    conditions.append(_search(f"^({pattern})$", value))
    return " && ".join(conditions)


def _search(pattern: str, value: str) -> str:
    if _INSIDE.search(pattern):
        raise ValueError(f"Terraform cannot look around as {pattern} does")
    return f"can(regex({json.dumps(_re2(pattern), ensure_ascii=False)}, {value}))"


def _re2(pattern: str) -> str:
    return pattern.replace(r"\Z", "$")


def _closing(pattern: str) -> int:
    """Where the group ends that the pattern begins with."""
    depth, inside, place = 0, False, 0
    while place < len(pattern):
        letter = pattern[place]
        if letter == "\\":
            place += 1
        elif inside:
            inside = letter != "]"
        elif letter == "[":
            inside = True
        elif letter in "()":
            depth += 1 if letter == "(" else -1
            if depth == 0:
                return place
        place += 1
    raise ValueError(f"A group is open: {pattern}")
