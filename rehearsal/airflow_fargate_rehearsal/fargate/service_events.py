"""What a service tells of itself: the events of DescribeServices."""

from __future__ import annotations

import uuid
from datetime import UTC, datetime
from typing import Any

_KEPT = 100
"""https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_Service.html"""


class Events:
    """Events of one service, the newest first, in ECS's words."""

    def __init__(self, service: str) -> None:
        self._service = service
        self._events: list[dict[str, Any]] = []

    def add(self, what: str) -> None:
        """Add what the service has done, which follows its name."""
        event = {
            "id": str(uuid.uuid4()),
            "createdAt": datetime.now(UTC),
            "message": f"(service {self._service}) {what}",
        }
        self._events = [event, *self._events[: _KEPT - 1]]

    def all(self) -> list[dict[str, Any]]:
        """The newest hundred."""
        return list(self._events)
