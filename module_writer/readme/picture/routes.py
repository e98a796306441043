"""Lines between neighbouring columns: how high they leave and arrive, and where they turn."""

import itertools
from collections.abc import Sequence
from dataclasses import dataclass, field

from module_writer.readme.picture.layout import Layout, Way

_MOST_TO_TRY = 7
"""Up to so many lanes of a gutter all orders are tried: 5,040."""
_CLOSE = 2.0
_CORNER, _APART = 6.0, 10.0
"""How far lines stay from the corners of a box, and from each other."""


@dataclass
class Line:
    """The lines of a way in one gutter: stubs to the left and right of an upright at `x`.

    The stubs' heights are in ``left`` and ``right``, those with an arrow's head in the others too.
    """

    way: Way
    left: set[float] = field(default_factory=set)
    right: set[float] = field(default_factory=set)
    arrow_left: set[float] = field(default_factory=set)
    arrow_right: set[float] = field(default_factory=set)
    x: float = 0

    @property
    def top(self) -> float:
        """Where the upright begins."""
        return min(self.left | self.right)

    @property
    def bottom(self) -> float:
        """Where the upright ends."""
        return max(self.left | self.right)

    @property
    def bent(self) -> bool:
        """Whether there is an upright at all."""
        return self.bottom - self.top > _CLOSE


def lines_of(layout: Layout, gutter: int) -> list[Line]:
    """The lines in a gutter from left to right, their uprights without places yet."""
    ways = layout.gutters.get(gutter, {})
    heights = _heights(layout, gutter)
    lines = []
    for way, pieces in ways.items():
        line = Line(way)
        for key in dict.fromkeys(itertools.chain.from_iterable(pieces)):
            on_left = layout.boxes[key].column == gutter
            (line.left if on_left else line.right).add(heights[way, key])
            if key == way.target:
                (line.arrow_left if on_left else line.arrow_right).add(heights[way, key])
        lines.append(line)
    return _fewest_crossings(lines)


def _heights(layout: Layout, gutter: int) -> dict[tuple[Way, str], float]:
    """How high each way touches each box: spread over its side, in the order of where they go."""
    touching: dict[str, dict[Way, list[float]]] = {}
    for way, pieces in layout.gutters.get(gutter, {}).items():
        for first, second in pieces:
            for key, other in ((first, second), (second, first)):
                middle = layout.boxes[other].middle
                touching.setdefault(key, {}).setdefault(way, []).append(middle)
    found = {}
    for key, ways in touching.items():
        box = layout.boxes[key]
        ordered = sorted(ways, key=lambda way: (sum(ways[way]) / len(ways[way]), way))
        for number, way in enumerate(ordered):
            found[way, key] = round(box.y + box.height * (number + 1) / (len(ordered) + 1), 1)
    _without_kinks(layout, gutter, found)
    return found


def _without_kinks(layout: Layout, gutter: int, heights: dict[tuple[Way, str], float]) -> None:
    """Let a line between two boxes be straight where one of them has room for it."""
    for way, pieces in layout.gutters.get(gutter, {}).items():
        ends = {key for piece in pieces for key in piece}
        if len({layout.boxes[key].column for key in ends}) != len(ends):
            continue
        for key, other in (pieces[0], pieces[0][::-1]):
            box = layout.boxes[key]
            here, there = heights[way, key], heights[way, other]
            low, high = sorted((here, there))
            free = not any(
                low - _APART < y < high + _APART
                for (each, of), y in heights.items()
                if of == key and each != way
            )
            inside = box.y + _CORNER <= there <= box.y + box.height - _CORNER
            if box.part and free and inside:
                heights[way, key] = there


def _fewest_crossings(lines: list[Line]) -> list[Line]:
    lines = sorted(lines, key=lambda line: (line.top, line.way))
    if len(lines) > _MOST_TO_TRY:
        return lines
    return list(min(itertools.permutations(lines), key=_crossings))


def _crossings(lines: Sequence[Line]) -> float:
    found = 0.0
    for (place, one), (other_place, other) in itertools.permutations(enumerate(lines), 2):
        # Left stubs of what stands further right cross the upright of what stands before it.
        ends = one.left if other_place < place else one.right
        found += sum(other.top < y < other.bottom for y in ends)
        if other_place < place:
            found += 2 * sum(abs(y - z) < _CLOSE for y in one.left for z in other.right)
    return found
