"""Rules for the times at which RDS backs a database up and maintains it."""

import re
from dataclasses import dataclass

_DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_TIME = r"([01]\d|2[0-3]):([0-5]\d)"
_DAILY = re.compile(f"{_TIME}-{_TIME}")
_WEEKLY = re.compile(rf"({'|'.join(_DAYS)}):{_TIME}-({'|'.join(_DAYS)}):{_TIME}")
_DAY = 24 * 60
_SHORTEST = 30


@dataclass(frozen=True)
class DailyWindow:
    """A time of every day."""

    text: str = f'{_SHORTEST} minutes or more in UTC, written like "01:00-02:00"'

    def holds(self, value: object) -> bool:
        """Whether a text is such a window."""
        return _DAILY.fullmatch(str(value)) is not None and _minutes(str(value)) is not None


@dataclass(frozen=True)
class WeeklyWindow:
    """A time of every week, at most a day long."""

    text: str = f'{_SHORTEST} minutes to a day in UTC, written like "sun:03:00-sun:04:00"'

    def holds(self, value: object) -> bool:
        """Whether a text is such a window."""
        return _WEEKLY.fullmatch(str(value)) is not None and _minutes(str(value)) is not None


def overlap(daily: str, weekly: str) -> bool:
    """Whether two windows that keep the rules share a minute."""
    # The backup is on each day, so that the day of the week does not matter.
    return bool((_minutes(daily) or set()) & (_minutes(weekly) or set()))


def _minutes(window: str) -> set[int] | None:
    """The minutes of the day that a window covers, if it keeps the rule."""
    if daily := _DAILY.fullmatch(window):
        start, end = _minute(*daily.groups()[:2]), _minute(*daily.groups()[2:])
        length = (end - start) % _DAY
    elif weekly := _WEEKLY.fullmatch(window):
        days = [_DAYS.index(day) * _DAY for day in weekly.group(1, 4)]
        start = _minute(*weekly.group(2, 3))
        end = _minute(*weekly.group(5, 6))
        length = (days[1] + end - days[0] - start) % (7 * _DAY)
    else:
        return None
    if not _SHORTEST <= length <= _DAY:
        return None
    return {minute % _DAY for minute in range(start, start + length)}


def _minute(hour: str, minute: str) -> int:
    return int(hour) * 60 + int(minute)
