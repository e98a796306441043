"""What Terraform says in its ``-json`` stream, and the progress that follows from it."""

from __future__ import annotations

import json
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

_STARTED = frozenset({"apply_start", "apply_progress"})
_ENDED = frozenset({"apply_complete", "apply_errored"})


def parse_event(line: str) -> dict[str, Any] | None:
    """One event of the stream; None for a line that is not one (a crash, a warning of the CLI)."""
    try:
        event = json.loads(line)
    except ValueError:
        return None
    return event if isinstance(event, dict) and "type" in event else None


def plain_diagnostic(diagnostic: Mapping[str, Any]) -> str:
    """A diagnostic as plain text: where, what, and the detail, without colours or frames."""
    lines = [f"{str(diagnostic.get('severity', 'error')).capitalize()}: {diagnostic['summary']}"]
    if address := diagnostic.get("address"):
        lines.append(f"  on {address}")
    elif place := diagnostic.get("range"):
        lines.append(f"  on {place['filename']} line {place['start']['line']}")
    lines += [f"  {line}" for line in str(diagnostic.get("detail", "")).splitlines() if line]
    return "\n".join(lines)


@dataclass(kw_only=True)
class Progress:
    """How far an apply or destroy is: counts of resources, and those under way.

    ``waiting_since`` maps each address under way to the monotonic time of its start, in seconds.
    ``total`` is 0 until Terraform has planned.
    """

    total: int = 0
    done: int = 0
    waiting_since: dict[str, float] = field(default_factory=dict)

    def update(self, event: Mapping[str, Any]) -> bool:
        """Take in one event of the stream; true if it changed anything."""
        kind = event["type"]
        if kind == "change_summary" and event["changes"].get("operation") == "plan":
            self.total = sum(event["changes"].get(name, 0) for name in ("add", "change", "remove"))
        elif _is_reading(event):
            return False  # data sources are not counted in the plan's total
        elif kind in _STARTED:
            self.waiting_since.setdefault(_address(event), time.monotonic())
        elif kind in _ENDED:
            self.waiting_since.pop(_address(event), None)
            self.done += kind == "apply_complete"
        else:
            return False
        return True

    def longest_waiting(self) -> tuple[str, float] | None:
        """Address that is under way for the longest time, with its seconds; None if none is."""
        if not self.waiting_since:
            return None
        address = min(self.waiting_since, key=self.waiting_since.__getitem__)
        return address, time.monotonic() - self.waiting_since[address]


def _is_reading(event: Mapping[str, Any]) -> bool:
    return event.get("hook", {}).get("action") == "read"


def _address(event: Mapping[str, Any]) -> str:
    return event["hook"]["resource"]["addr"]
