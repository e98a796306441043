"""The picture of a rehearsal: bars of services, Airflow's tasks and Fargate tasks, as SVG."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from xml.sax.saxutils import escape, quoteattr

from airflow_fargate_rehearsal.report.story import Span, Story

_WIDTH = 1080
_LABELS = 230
_RIGHT = 16
_ROW = 24
_BAR = 16
_HEAD = 34
_AXIS = 30
_LETTER = 6.6
"""Width of a letter of the labels, about; all figures are pixels."""
_STEPS = (1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600)
_MOST_TICKS = 12

# Colours that tell apart for most eyes, and on both grounds: from Okabe and Ito's palette.
_STYLE = """
  text { font: 12px system-ui, sans-serif; fill: #24292f; }
  .head { font-weight: 600; font-size: 13px; }
  .small { font-size: 11px; fill: #57606a; }
  .on { font-size: 11px; fill: #ffffff; }
  .ground { fill: #ffffff; }
  .grid { stroke: #d0d7de; stroke-width: 1; }
  .lane { fill: #f6f8fa; }
  .running { fill: #0072b2; } .success { fill: #00805e; } .failed { fill: #c43e00; }
  .stopped { fill: #6e7781; } .waiting { fill: #b98900; fill-opacity: .45; }
  @media (prefers-color-scheme: dark) {
    text { fill: #e6edf3; } .small { fill: #b1bac4; } .ground { fill: #0d1117; }
    .grid { stroke: #3d444d; } .lane { fill: #151b23; }
  }
"""


def timeline(story: Story) -> str:
    """The timeline of a story as SVG, which looks well on a light and on a dark ground."""
    groups = [
        ("Services", story.services),
        ("Airflow tasks", story.airflow_tasks),
        ("Fargate tasks", story.fargate_tasks),
    ]
    scale = _Scale(story)
    parts: list[str] = []
    y = _AXIS
    for title, spans in groups:
        if not spans:
            continue
        parts.append(_text(0, y + _HEAD - 12, title, "head"))
        y += _HEAD
        for row in _rows(spans):
            mine = [each for each in spans if each.row == row]
            parts.append(
                f'<rect class="lane" x="0" y="{y + 1}" width="{_WIDTH}" height="{_ROW - 2}"/>'
            )
            parts.append(_text(6, y + 16, _shortened(row, _LABELS - 12), "row"))
            parts += [_bar(each, y + (_ROW - _BAR) / 2, scale) for each in mine]
            y += _ROW
    height = y + 8
    axis = [_tick(seconds, height, scale) for seconds in scale.ticks()]
    opening = (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_WIDTH} {height}" '
        f'width="{_WIDTH}" height="{height}" role="img" aria-label={quoteattr(story.title)}>'
    )
    ground = '<rect class="ground" width="100%" height="100%"/>'
    return "\n".join([opening, f"<style>{_STYLE}</style>", ground, *axis, *parts, "</svg>\n"])


class _Scale:
    """From times to pixels; what has no end yet ends with the picture."""

    def __init__(self, story: Story) -> None:
        spans = [*story.services, *story.airflow_tasks, *story.fargate_tasks]
        times = [each.begin for each in spans] + [each.end for each in spans if each.end]
        self.begin = story.begin
        self.end = story.end or max(times, default=self.begin)
        self.end = max(self.end, self.begin + timedelta(seconds=1))

    @property
    def seconds(self) -> float:
        return (self.end - self.begin).total_seconds()

    def x(self, time: datetime | None) -> float:
        time = min(max(time or self.end, self.begin), self.end)
        part = (time - self.begin).total_seconds() / self.seconds
        return _LABELS + part * (_WIDTH - _LABELS - _RIGHT)

    def ticks(self) -> Iterable[int]:
        fitting = (each for each in _STEPS if self.seconds / each <= _MOST_TICKS)
        step = next(fitting, math.ceil(self.seconds / _MOST_TICKS))
        return range(0, int(self.seconds) + 1, step)


def duration(seconds: float) -> str:
    """A duration as people say it: `4.2 s`, `42 s`, `3 min 5 s`."""
    if seconds < 10:  # noqa: PLR2004 - where a tenth begins to matter
        return f"{seconds:.1f} s"
    whole = round(seconds)
    minutes, rest = divmod(whole, 60)
    return f"{minutes} min {rest} s" if minutes else f"{whole} s"


def _rows(spans: Sequence[Span]) -> list[str]:
    begins: dict[str, datetime] = {}
    for each in spans:
        begins[each.row] = min(each.begin, begins.get(each.row, each.begin))
    return sorted(begins, key=lambda row: (begins[row], row))


def _bar(span: Span, y: float, scale: _Scale) -> str:
    left, right = scale.x(span.begin), scale.x(span.end)
    width = max(right - left, 2.0)
    lasted = ((span.end or scale.end) - span.begin).total_seconds()
    said = f"{span.row}: {span.label}, {duration(lasted)} ({span.state})"
    bar = (
        f'<rect class="{escape(span.state)}" x="{left:.1f}" y="{y:g}" width="{width:.1f}" '
        f'height="{_BAR}" rx="3"><title>{escape(said)}</title></rect>'
    )
    if len(span.label) * _LETTER + 8 > width:
        return bar
    style = "small" if span.state == "waiting" else "on"
    return bar + _text(left + 5, y + 12, span.label, style)


def _tick(seconds: int, height: float, scale: _Scale) -> str:
    x = scale.x(scale.begin + timedelta(seconds=seconds))
    minutes, rest = divmod(seconds, 60)
    line = f'<line class="grid" x1="{x:.1f}" y1="22" x2="{x:.1f}" y2="{height}"/>'
    return (
        line
        + f'<text class="small" x="{x:.1f}" y="16" text-anchor="middle">{minutes}:{rest:02d}</text>'
    )


def _shortened(text: str, width: float) -> str:
    letters = int(width / _LETTER)
    return text if len(text) <= letters else f"{text[: letters - 1]}…"


def _text(x: float, y: float, text: str, style: str) -> str:
    return f'<text class="{style}" x="{x:.1f}" y="{y:.1f}">{escape(text)}</text>'
