"""What a rehearsal sees beside what AWS would answer: refusals, and what could not be checked."""

from __future__ import annotations

import threading
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from typing import Any


@dataclass(kw_only=True)
class Finding:
    """Something that was seen, once or several times.

    `kind` is `refused` for what the applied stack does not allow, `failed` for what did not work,
    `unchecked` for what this emulation cannot check. `subject` says who: `service scheduler`,
    `task even_odd`.
    """

    kind: str
    subject: str
    message: str
    first_at: str
    count: int = 1


class Findings:
    """All findings of an embedded AWS, each once; safe in threads."""

    def __init__(self) -> None:
        self._found: dict[tuple[str, str, str], Finding] = {}
        self._lock = threading.Lock()

    def add(self, kind: str, subject: str, message: str) -> None:
        """Note a finding, or that it was seen again."""
        key = (kind, subject, message)
        with self._lock:
            if key in self._found:
                self._found[key].count += 1
                return
            now = datetime.now(UTC).isoformat(timespec="milliseconds")
            self._found[key] = Finding(kind=kind, subject=subject, message=message, first_at=now)

    def all(self) -> list[dict[str, Any]]:
        """What was found, the oldest first, as JSON can hold it."""
        with self._lock:
            return [asdict(each) for each in self._found.values()]
