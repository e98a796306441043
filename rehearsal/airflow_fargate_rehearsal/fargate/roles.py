"""The two roles of a task: how Fargate takes them on and asks what they may do."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Protocol

from airflow_fargate_rehearsal.access.calls import Need

if TYPE_CHECKING:
    from airflow_fargate_rehearsal.fargate.order import Order


class CannotAssume(Exception):
    """A role is not there, or does not let ECS's tasks take it on; the message is ECS's."""


class Roles(Protocol):
    """Takes roles on, for tasks. `subject` is who a task is in findings."""

    def credentials(
        self, role_arn: str, *, session_name: str, subject: str, region: str
    ) -> Mapping[str, str]:
        """Credentials of a session, always the same for one task, as Fargate's agent gives them.

        Raises CannotAssume.
        """
        ...

    def refused(
        self, role_arn: str, *, session_name: str, subject: str, region: str, needs: Sequence[Need]
    ) -> str | None:
        """Why a session may not do something, in AWS's words; None when it may do all of it."""
        ...

    def look_ahead(self, order: Order) -> None:
        """Find what the task's role lacks for what its programs may come to do."""
        ...
