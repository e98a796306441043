"""Rules of props as conditions of Terraform, with the words that the rules have in Python."""

import json
from collections.abc import Callable
from typing import Any

from airflow_fargate.credentials import RecoveryWindow
from airflow_fargate.rds_windows import DailyWindow, WeeklyWindow
from airflow_fargate.rules import Arn, Between, CidrBlock, Items, Matches, OneOf, Rule, TagSet

from module_writer.interface.regular import matches

_TIME = r"([01]\\d|2[0-3]):([0-5]\\d)"
_MINUTES_OF_DAY = 24 * 60
_DAY = "(mon|tue|wed|thu|fri|sat|sun)"


def condition(rule: Rule, value: str) -> str:
    """The condition for a value, which is an expression that is not null.

    Raises TypeError for a rule of a kind that is not known here.
    """
    write = _WRITERS.get(type(rule))
    if write is None:
        raise TypeError(f"No condition is known for the rule {type(rule).__name__}")
    return write(rule, value)


def _between(rule: Any, value: str) -> str:
    return f"{value} >= {rule.minimum} && {value} <= {rule.maximum}"


def _one_of(rule: Any, value: str) -> str:
    return f"contains({json.dumps(list(rule.values))}, {value})"


def _items(rule: Any, value: str) -> str:
    parts = [f"length({value}) >= {rule.minimum}"] if rule.minimum else []
    parts.append(f"length(distinct({value})) == length({value})")
    parts.append(f"alltrue([for item in {value} : {condition(rule.rule, 'item')}])")
    return " && ".join(parts)


def _cidr_block(rule: Any, value: str) -> str:
    prefix = f'tonumber(split("/", {value})[1])'
    # cidrhost takes IPv6 too, cidrnetmask does not; and of the address only the network's part.
    return (
        f'try(cidrnetmask({value}) != "" && cidrhost({value}, 0) == split("/", {value})[0]'
        f" && {prefix} >= {rule.largest_prefix} && {prefix} <= {rule.smallest_prefix}, false)"
    )


def _arn(rule: Any, value: str) -> str:
    place = r":(\d{12}|aws)" if rule.service == "iam" else r"[a-z0-9-]+:\d{12}"
    return matches(rf"arn:aws[a-z-]*:{rule.service}:{place}:{rule.resource}.+", value)


def _tags(_rule: Any, value: str) -> str:
    keys = matches(r"(?!aws:)(?!Name\Z).{1,128}", "key")
    return (
        f"length({value}) <= 40 && "
        f"alltrue([for key, text in {value} : {keys} && length(text) <= 256])"
    )


def _daily(_rule: Any, value: str) -> str:
    times = f'[for time in split("-", {value}) : {_minute(0)}]'
    lasts = f"(m[1] - m[0] + {_MINUTES_OF_DAY}) % {_MINUTES_OF_DAY} >= 30"
    return _window(value, f"^{_TIME}-{_TIME}$", times, lasts)


def _weekly(_rule: Any, value: str) -> str:
    days = json.dumps(["mon", "tue", "wed", "thu", "fri", "sat", "sun"])
    day = f'index({days}, split(":", time)[0]) * {_MINUTES_OF_DAY}'
    times = f'[for time in split("-", {value}) : {day} + {_minute(1)}]'
    length = f"(m[1] - m[0] + {7 * _MINUTES_OF_DAY}) % {7 * _MINUTES_OF_DAY}"
    lasts = f"{length} >= 30 && {length} <= {_MINUTES_OF_DAY}"
    return _window(value, f"^{_DAY}:{_TIME}-{_DAY}:{_TIME}$", times, lasts)


def _window(value: str, pattern: str, times: str, lasts: str) -> str:
    # What follows a failed regex is evaluated too.
    form = f'can(regex("{pattern}", {value}))'
    return f"{form} && try(alltrue([for m in [{times}] : {lasts}]), false)"


def _minute(first: int) -> str:
    parts = 'split(":", time)'
    return f"tonumber({parts}[{first}]) * 60 + tonumber({parts}[{first + 1}])"


_WRITERS: dict[type, Callable[[Any, str], str]] = {
    Between: _between,
    OneOf: _one_of,
    Matches: lambda rule, value: matches(rule.pattern, value),
    Items: _items,
    CidrBlock: _cidr_block,
    Arn: _arn,
    TagSet: _tags,
    DailyWindow: _daily,
    WeeklyWindow: _weekly,
    RecoveryWindow: lambda _, value: f"{value} == 0 || ({value} >= 7 && {value} <= 30)",
}
