"""The report of a rehearsal: a picture, and one page that holds everything."""

from __future__ import annotations

import base64
from collections.abc import Iterable, Mapping
from html import escape
from pathlib import Path
from typing import Any

from airflow_fargate_rehearsal.report.limits import limits
from airflow_fargate_rehearsal.report.page_style import STYLE
from airflow_fargate_rehearsal.report.story import Story
from airflow_fargate_rehearsal.report.timeline import duration, timeline

PAGE = "index.html"


def write_report(story: Story, folder: Path) -> Path:
    """Write `timeline.svg` and `index.html` into a folder; gives the page.

    The page needs no other file and asks nothing of the network.
    """
    folder.mkdir(parents=True, exist_ok=True)
    picture = timeline(story)
    (folder / "timeline.svg").write_text(picture, encoding="utf-8")
    page = folder / PAGE
    page.write_text(_page(story, picture), encoding="utf-8")
    return page


def _page(story: Story, picture: str) -> str:
    parts = [
        _summary(story),
        _section("Timeline", f'<div class="wide">{picture}</div>' + _LEGEND)
        if story.services
        else "",
        _section("What was checked", _checks(story)),
        _section("What was refused or failed", _findings(story, "refused", "failed")),
        _screenshot(story),
        _section("What was not checked in this run", _findings(story, "unchecked")),
        _section("What this emulation cannot check", _list(limits(containers=story.containers))),
        _section("Logs", _logs(story.logs)) if story.logs else "",
    ]
    title = escape(story.title)
    return (
        f'<!doctype html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        f'<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f'<meta name="color-scheme" content="light dark">\n<title>{title}</title>\n'
        f"<style>\n{STYLE}</style>\n</head>\n<body>\n<main>\n"
        + "\n".join(filter(None, parts))
        + "\n</main>\n</body>\n</html>\n"
    )


_LEGEND = (
    '<p class="legend">'
    + " ".join(
        f'<span><i class="{state}"></i>{said}</span>'
        for state, said in (
            ("waiting", "starts or waits"),
            ("running", "runs"),
            ("success", "ended well"),
            ("failed", "failed"),
            ("stopped", "was stopped or skipped"),
        )
    )
    + "</p>"
)


def _summary(story: Story) -> str:
    wrong = [each for each in story.findings if each["kind"] != "unchecked"]
    failed = [each for each in story.checks if not each.ok]
    well = not wrong and not failed
    ran = duration(((story.end or story.begin) - story.begin).total_seconds())
    facts = [
        ("Began", f"{story.begin:%Y-%m-%d %H:%M:%S %Z}"),
        ("Lasted", ran if story.end else "not over"),
        ("Services", len({each.row for each in story.services})),
        ("Airflow tasks", len({each.row for each in story.airflow_tasks})),
        ("Fargate tasks", len({each.row for each in story.fargate_tasks})),
        ("Checks", f"{len(story.checks) - len(failed)} of {len(story.checks)} held"),
        ("Refused or failed", len(wrong)),
    ]
    listed = "".join(
        f"<div><dt>{name}</dt><dd>{escape(str(fact))}</dd></div>" for name, fact in facts
    )
    state, said = ("ok", "Everything held") if well else ("bad", "Something did not hold")
    left_out = "".join(f"<p>{escape(each)}</p>" for each in story.left_out)
    return (
        f"<header><h1>{escape(story.title)}</h1>"
        f'<p class="verdict {state}">{said}</p>{left_out}<dl>{listed}</dl></header>'
    )


def _checks(story: Story) -> str:
    if not story.checks:
        return "<p>The rehearsal ended before anything was checked.</p>"
    rows = "".join(
        f'<tr><td class="{"ok" if each.ok else "bad"}">{"ok" if each.ok else "not ok"}</td>'
        f"<td>{escape(each.what)}</td><td>{_lines(each.detail)}</td></tr>"
        for each in story.checks
    )
    return f'<div class="wide"><table>{rows}</table></div>'


def _findings(story: Story, *kinds: str) -> str:
    found = [each for each in story.findings if each["kind"] in kinds]
    if not found:
        return "<p>Nothing.</p>"
    rows = "".join(_finding(each) for each in found)
    return f'<div class="wide"><table>{rows}</table></div>'


def _finding(finding: Mapping[str, Any]) -> str:
    style = "" if finding["kind"] == "unchecked" else "bad"
    count = int(finding.get("count", 1))
    times = f' <span class="small">({count} times)</span>' if count > 1 else ""
    return (
        f'<tr><td class="{style}">{escape(finding["kind"])}</td>'
        f"<td>{escape(finding['subject'])}</td><td>{_lines(finding['message'])}{times}</td></tr>"
    )


def _screenshot(story: Story) -> str:
    if story.screenshot is None or not story.screenshot.is_file():
        return ""
    data = base64.b64encode(story.screenshot.read_bytes()).decode()
    image = f'<img alt="Airflow with the page of the run" src="data:image/png;base64,{data}">'
    return _section("The user interface, as a browser saw it", image)


def _logs(logs: Mapping[str, str]) -> str:
    return "".join(
        f"<details><summary>{escape(title)}</summary><pre>{escape(text)}</pre></details>"
        for title, text in logs.items()
    )


def _list(items: Iterable[str]) -> str:
    return "<ul>" + "".join(f"<li>{escape(each)}</li>" for each in items) + "</ul>"


def _lines(text: str) -> str:
    return "<br>".join(escape(line) for line in text.splitlines())


def _section(title: str, content: str) -> str:
    return f"<section>\n<h2>{title}</h2>\n{content}\n</section>"
