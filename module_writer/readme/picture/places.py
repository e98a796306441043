"""Places of boxes and lines on the page."""

from collections.abc import Sequence
from dataclasses import dataclass

from module_writer.readme.picture.graph import Part
from module_writer.readme.picture.kinds import OUTSIDE, REGIONAL
from module_writer.readme.picture.layout import Box, Layout
from module_writer.readme.picture.routes import Line, lines_of

MARGIN = 16.0
TITLE = 26.0
"""Room for the title of a frame."""
FRAME = 14.0
"""How far a frame is from what is in it."""
_GAP = 16.0
_LANE, _BEFORE, _ARROW = 9.0, 16.0, 18.0
_LETTER = 6.2
"""Width of a letter of a label, at 10 pixels."""
_SWEEPS = 12


@dataclass(frozen=True)
class Page:
    """All that is drawn: boxes have places, and lines are between `left` and `right`."""

    layout: Layout
    lines: list[tuple[Line, float, float]]
    width: float
    height: float


def place(layout: Layout, *, frames: int, footer: float) -> Page:
    """Put a layout on a page; above it is room for as many titles of frames, below for a footer."""
    top = MARGIN + TITLE * frames
    heights = [sum(b.height for b in c) + _GAP * (len(c) - 1) for c in layout.columns]
    bottom = top + max(heights)
    for column, height in zip(layout.columns, heights, strict=True):
        y = top + (bottom - top - height) / 2
        for box in column:
            box.y = y
            y += box.height + _GAP
    _straighten(layout, heights, top, bottom)
    ends = [column[0].part for column in (layout.columns[0], layout.columns[-1])]
    left, right = (FRAME * (part is not None and framed(part, frames)) for part in ends)
    lines, width = _across(layout, MARGIN + left)
    return Page(layout, lines, width + right, bottom + MARGIN + FRAME * bool(frames) + footer)


def framed(part: Part, frames: int) -> bool:
    """Whether a part is inside the VPC, if there is one in the picture."""
    return frames > 0 and OUTSIDE < part.column < REGIONAL


def _straighten(layout: Layout, heights: Sequence[float], top: float, bottom: float) -> None:
    """Move what is in shorter columns to the height of what it leads to, or else comes from."""
    for _ in range(_SWEEPS):
        for column, height in reversed(list(zip(layout.columns, heights, strict=True))):
            if height >= bottom - top:
                continue
            for box in column:
                near = [layout.boxes[key] for key in layout.near.get(box.key, ())]
                ahead = [each.middle for each in near if each.column > box.column]
                around = ahead or [each.middle for each in near]
                if around:
                    box.y = sum(around) / len(around) - box.height / 2
            _apart(column, top, bottom)


def _apart(column: Sequence[Box], top: float, bottom: float) -> None:
    free = top
    for box in column:
        box.y = max(box.y, free)
        free = box.y + box.height + _GAP
    free = bottom
    for box in reversed(column):
        box.y = min(box.y, free - box.height)
        free = box.y - _GAP


def _across(layout: Layout, x: float) -> tuple[list[tuple[Line, float, float]], float]:
    found = []
    for number in range(-1, len(layout.columns)):
        lines = lines_of(layout, number)
        before = _room(lines, to_left=True) if number >= 0 else 0.0
        width = before + _lanes(lines) + _room(lines, to_left=False)
        start, end = x, x + (width if lines or 0 <= number < len(layout.columns) - 1 else 0)
        lane = start + before
        for line in lines:
            line.x = lane if line.bent else end - 1
            lane += _LANE * line.bent
            found.append((line, start, end))
        x = end
        if number + 1 < len(layout.columns):
            column = layout.columns[number + 1]
            wide = max(box.width for box in column)
            for box in column:
                box.x, box.width = x, wide
            x += wide
    return found, x + MARGIN


def _lanes(lines: Sequence[Line]) -> float:
    return _LANE * max(0, sum(line.bent for line in lines) - 1)


def _room(lines: Sequence[Line], *, to_left: bool) -> float:
    arriving = [line for line in lines if (line.arrow_left if to_left else line.arrow_right)]
    label = max((len(line.way.label) for line in arriving), default=0) * _LETTER
    return _BEFORE + (max(_ARROW, label) if arriving else 0)
