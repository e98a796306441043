"""IAM's patterns: `*` and `?` in actions, ARNs and values, and variables in them."""

from __future__ import annotations

import functools
import re

from airflow_fargate_rehearsal.access.context import Context

_PARTS_OF_AN_ARN = 6
_VARIABLE = re.compile(r"\$\{([^}]*)\}")


class AbsentVariable(Exception):
    """A pattern has a variable whose key the request does not have: it matches nothing."""


@functools.lru_cache(maxsize=4096)
def _compiled(pattern: str, *, ignore_case: bool) -> re.Pattern[str]:
    # A star that a variable stood for is literal: it is marked by a character that no ARN has.
    marked = {"*": ".*", "?": ".", "\0": re.escape("*"), "\1": re.escape("?"), "\2": re.escape("$")}
    text = "".join(marked.get(each, re.escape(each)) for each in pattern)
    return re.compile(text, re.DOTALL | (re.IGNORECASE if ignore_case else 0))


def matches(pattern: str, value: str, *, ignore_case: bool = False) -> bool:
    """Whether a value is what a pattern with `*` and `?` says, as a whole."""
    return _compiled(pattern, ignore_case=ignore_case).fullmatch(value) is not None


def matches_arn(pattern: str, arn: str) -> bool:
    """Whether an ARN is what a pattern says, each of its six parts for itself."""
    if pattern == "*":
        return True
    patterns, parts = (text.split(":", _PARTS_OF_AN_ARN - 1) for text in (pattern, arn))
    if len(patterns) != len(parts):
        return matches(pattern, arn)
    return all(map(matches, patterns, parts))


def replaced(pattern: str, context: Context) -> str:
    """A pattern with the values of its variables, `${aws:PrincipalAccount}`.

    Raises UnknownKey, and AbsentVariable for a variable that has no value and no default.
    """

    def value(found: re.Match[str]) -> str:
        key, _, default = found[1].partition(",")
        if key in ("*", "?", "$"):
            return {"*": "\0", "?": "\1", "$": "\2"}[key]
        values = context.get(key.strip())
        if values is not None and len(values) == 1:
            return values[0].replace("*", "\0").replace("?", "\1")
        if not default:
            raise AbsentVariable(key)
        return default.strip().strip("'")

    return _VARIABLE.sub(value, pattern)
