"""What a rehearsal has to tell: the facts that the report is drawn from."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path


@dataclass(frozen=True, kw_only=True)
class Span:
    """Something that lasted: a bar of the timeline.

    `row` is the line that the bar stands on, and bars of one row follow each other. `label` is
    said of the bar itself. `begin` and `end` are aware times; `end` is None while it lasts.
    `state` is one of `running`, `success`, `failed`, `stopped`, `waiting`.
    """

    row: str
    label: str
    begin: datetime
    end: datetime | None
    state: str


@dataclass(frozen=True, kw_only=True)
class Check:
    """Something that was looked at: what, whether it held, and what was seen."""

    what: str
    ok: bool
    detail: str = ""


@dataclass(kw_only=True)
class Story:
    """One rehearsal from its beginning to its end (None: it is not over).

    `findings` are the embedded AWS's, each with `kind`, `subject` and `message`. `logs` are
    excerpts by their title. `left_out` says what could not be looked at in this run, and why.
    `screenshot` is a PNG file, if there is one. `containers` if docker or podman ran them.
    """

    title: str
    begin: datetime
    end: datetime | None = None
    services: list[Span] = field(default_factory=list)
    airflow_tasks: list[Span] = field(default_factory=list)
    fargate_tasks: list[Span] = field(default_factory=list)
    checks: list[Check] = field(default_factory=list)
    findings: list[dict] = field(default_factory=list)
    logs: dict[str, str] = field(default_factory=dict)
    left_out: list[str] = field(default_factory=list)
    screenshot: Path | None = None
    containers: bool = False
