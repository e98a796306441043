"""The report: everything a story tells is in it, and nothing else is needed to read it."""

import re
import xml.etree.ElementTree as ET
from datetime import UTC, datetime, timedelta
from html.parser import HTMLParser
from pathlib import Path

from airflow_fargate_rehearsal.report.story import Check, Span, Story
from airflow_fargate_rehearsal.report.timeline import duration, timeline
from airflow_fargate_rehearsal.report.write import write_report

BEGIN = datetime(2026, 11, 22, 20, 0, tzinfo=UTC)
SVG = "{http://www.w3.org/2000/svg}"


def at(seconds: float) -> datetime:
    return BEGIN + timedelta(seconds=seconds)


def span(row: str, begin: float, end: float | None, state: str = "running") -> Span:
    last = None if end is None else at(end)
    return Span(row=row, label="works", begin=at(begin), end=last, state=state)


def bars(picture: str) -> list[dict[str, str]]:
    """The bars of a picture with what they say when they are pointed at, from top to bottom."""
    rects = ET.fromstring(picture).iter(f"{SVG}rect")  # noqa: S314 - made here
    titled = ((each, each.find(f"{SVG}title")) for each in rects)
    return [
        {**each.attrib, "said": title.text or ""} for each, title in titled if title is not None
    ]


class References(HTMLParser):
    """What a page fetches."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.found: list[str] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in ("script", "link", "iframe"):
            self.found.append(tag)
        self.found += [value or "" for name, value in attrs if name in ("src", "href", "srcset")]


def test_bars_stand_where_their_times_are() -> None:
    story = Story(title="A run", begin=BEGIN, end=at(100))
    story.services = [span("late", 50, None), span("early", 0, 50)]
    early, late = bars(timeline(story))
    assert early["said"] == "early: works, 50 s (running)"
    assert late["said"] == "late: works, 50 s (running)"
    assert float(early["width"]) == float(late["width"]) > 100
    assert float(early["x"]) + float(early["width"]) == float(late["x"])
    assert float(early["y"]) < float(late["y"])


def test_bars_of_one_row_stand_on_one_line_and_show_their_state() -> None:
    story = Story(title="A run", begin=BEGIN, end=at(10))
    story.airflow_tasks = [span("odd", 0, 4, "waiting"), span("odd", 4, 9, "failed")]
    first, second = bars(timeline(story))
    assert first["y"] == second["y"]
    assert [first["class"], second["class"]] == ["waiting", "failed"]


def test_what_took_no_time_is_still_seen() -> None:
    story = Story(title="A run", begin=BEGIN, end=at(3600))
    story.fargate_tasks = [span("task", 10, 10.001, "success")]
    (bar,) = bars(timeline(story))
    assert float(bar["width"]) >= 2


def test_a_story_in_which_nothing_ran_is_told_too(tmp_path: Path) -> None:
    page = write_report(Story(title="A run", begin=BEGIN), tmp_path / "new" / "folder").read_text()
    assert "The rehearsal ended before anything was checked." in page
    assert "not over" in page


def test_the_page_holds_all_and_fetches_nothing(tmp_path: Path) -> None:
    picture = tmp_path / "screen.png"
    picture.write_bytes(b"\x89PNG picture")
    story = Story(title="Rehearsal of <dev>", begin=BEGIN, end=at(272))
    story.services = [span("scheduler", 100, 272)]
    story.checks = [Check(what="Services are healthy", ok=True, detail="5 & all")]
    story.findings = [
        {"kind": "unchecked", "subject": "load balancer lb", "message": "anybody", "count": 3}
    ]
    story.logs = {"service scheduler": "<script>alert(1)</script>"}
    story.screenshot = picture
    page = write_report(story, tmp_path).read_text()
    said = ("Rehearsal of &lt;dev&gt;", "4 min 32 s", "Services are healthy", "5 &amp; all")
    for each in (*said, "anybody", "(3 times)", "service scheduler", "Everything held"):
        assert each in page
    (reference,) = References(page).found
    assert reference.startswith("data:image/png;base64,")
    assert not re.search(r"url\(|@import", page)
    (bar,) = bars((tmp_path / "timeline.svg").read_text())
    assert bar["said"].startswith("scheduler: works")


def test_what_was_refused_or_did_not_hold_stands_in_the_first_line(tmp_path: Path) -> None:
    story = Story(title="A run", begin=BEGIN, end=at(1))
    story.findings = [{"kind": "refused", "subject": "task odd", "message": "no", "count": 1}]
    assert "Something did not hold" in write_report(story, tmp_path).read_text()
    story.findings = []
    story.checks = [Check(what="It works", ok=False)]
    assert "Something did not hold" in write_report(story, tmp_path).read_text()


def test_durations_are_said_as_people_say_them() -> None:
    assert [duration(each) for each in (0.04, 9.9, 42, 185)] == [
        "0.0 s",
        "9.9 s",
        "42 s",
        "3 min 5 s",
    ]


def test_what_could_not_be_looked_at_stands_beside_the_verdict(tmp_path: Path) -> None:
    story = Story(title="A run", begin=BEGIN, end=at(1), left_out=["No DAG is run: <none>."])
    page = write_report(story, tmp_path).read_text()
    assert "No DAG is run: &lt;none&gt;." in page.partition("Everything held")[2][:200]
    assert "Timeline" not in page
