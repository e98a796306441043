"""What all parts of watching have in common: whom to ask, whom to tell, what is remembered."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from airflow_fargate_rehearsal.console import Console
from airflow_fargate_rehearsal.emulator import EmbeddedAws
from airflow_fargate_rehearsal.errors import RehearsalError
from airflow_fargate_rehearsal.fargate.clients import Clients
from airflow_fargate_rehearsal.report.story import Check, Story

SECONDS_BETWEEN_LOOKS = 1.0

_STYLES = {"refused": "bold red", "failed": "bold red", "unchecked": "yellow"}


class NotAlive(RehearsalError):
    """The applied stack does not work as it should; the message says what and where."""


@dataclass(kw_only=True)
class Scene:
    """A rehearsal while its stack is up; ``story`` collects what the report will tell."""

    aws: EmbeddedAws
    clients: Clients
    console: Console
    story: Story
    _told: set[tuple[str, str, str]] = field(default_factory=set)

    def look_for_findings(self) -> bool:
        """Tell of findings that are new; gives whether any so far is a failure."""
        self.story.findings = self.aws.findings()
        for each in self.story.findings:
            key = each["kind"], each["subject"], each["message"]
            if key not in self._told and is_failure(each):
                self.console.labelled(
                    each["kind"], f"{each['subject']}: {each['message']}", _STYLES[each["kind"]]
                )
            self._told.add(key)
        return any(is_failure(each) for each in self.story.findings)

    def leave_out(self, what: str) -> None:
        """Note what is not looked at and why, for the verdict, and say it."""
        self.story.left_out.append(what)
        self.console.line(what, "yellow")

    def check(self, what: str, *, ok: bool, detail: str = "") -> None:
        """Note what was looked at, for the report, and say it."""
        self.story.checks.append(Check(what=what, ok=ok, detail=detail))
        label, style = ("ok    ", "green") if ok else ("not ok", "bold red")
        self.console.labelled(label, f"{what}: {detail}" if detail else what, style)


def is_failure(finding: Mapping[str, Any]) -> bool:
    """Whether a finding makes a rehearsal fail."""
    return finding["kind"] in ("refused", "failed")
