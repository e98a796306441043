"""Columns of a picture: what stands in each, in an order with few crossings."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from module_writer.readme.picture.graph import Graph, Part
from module_writer.readme.picture.kinds import SIDE

_LETTER = 6.3
"""Width of a letter at 12 pixels, on the safe side of common fonts."""
_PADDING = 8.0
_HEIGHTS = {1: 34.0, 2: 44.0, 3: 54.0}
"""By lines of text; more arrows than lines need room too."""
_PORT = 12.0
_PAST = 2.0
_SWEEPS = 8


class Way(NamedTuple):
    """All arrows to one part with one label: drawn as lines that join before they arrive."""

    target: str
    label: str
    by_network: bool


Gutters = dict[int, dict[Way, list[tuple[str, str]]]]
"""Pieces of ways between neighbouring columns; a gutter has the number of the column left of it."""


@dataclass
class Box:
    """Where something is: a part, or a way past a column, which has hardly any height."""

    key: str
    column: int
    part: Part | None
    way: Way | None = None
    x: float = 0
    y: float = 0
    width: float = 0
    height: float = _PAST

    @property
    def middle(self) -> float:
        """Its height on the page."""
        return self.y + self.height / 2


@dataclass
class Layout:
    """Boxes by column from top to bottom, and what goes between the columns."""

    boxes: dict[str, Box]
    columns: list[list[Box]]
    gutters: Gutters
    near: dict[str, list[str]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for ways in self.gutters.values():
            for first, second in (piece for pieces in ways.values() for piece in pieces):
                self.near.setdefault(first, []).append(second)
                self.near.setdefault(second, []).append(first)


def layout_of(graph: Graph) -> Layout:
    """The columns of a graph, in order, without places on the page yet."""
    used = sorted({part.column for part in graph.parts.values()})
    boxes = {
        key: Box(key, used.index(part.column), part, width=_width(part))
        for key, part in graph.parts.items()
    }
    gutters = _gutters(graph, boxes)
    columns = [[b for b in boxes.values() if b.column == place] for place in range(len(used))]
    layout = Layout(boxes, columns, gutters)
    for box in boxes.values():
        if box.part:
            box.height = max(_HEIGHTS[len(texts_of(box.part))], _PORT * (_ports(layout, box) + 1))
    _order(layout)
    return layout


def texts_of(part: Part) -> dict[str, str]:
    """What is written in a box: a class of the style sheet, and the line."""
    said = part.kind.noun or part.kind.label == part.title
    texts = {
        "name": part.title,
        "small": "" if said else part.kind.label,
        "mark": " · ".join(part.marks),
    }
    return {name: text for name, text in texts.items() if text}


def _width(part: Part) -> float:
    sizes = {"name": 1.25, "small": 0.97, "mark": 0.87}
    letters = max(len(text) * sizes[name] for name, text in texts_of(part).items())
    return round(letters * _LETTER + 2 * _PADDING)


def _ports(layout: Layout, box: Box) -> int:
    return max(
        sum(any(box.key in piece for piece in pieces) for pieces in ways.values())
        for ways in (layout.gutters.get(box.column - 1, {}), layout.gutters.get(box.column, {}))
    )


def _gutters(graph: Graph, boxes: dict[str, Box]) -> Gutters:
    gutters: Gutters = {}
    for edge in graph.edges:
        way = Way(edge.target, edge.label, edge.by_network)
        here, there = boxes[edge.source].column, boxes[edge.target].column
        step = 1 if there > here else -1
        stops = [edge.source]
        for column in range(here + step, there, step):
            key = f"column {column}, on the way to {edge.target} {edge.label}"
            boxes.setdefault(key, Box(key, column, None, way))
            stops.append(key)
        for first, second in zip(stops, [*stops[1:], edge.target], strict=True):
            start, end = boxes[first].column, boxes[second].column
            # In one column, the way goes round on the left.
            pieces = gutters.setdefault(min(start, end) - (start == end), {}).setdefault(way, [])
            pieces += [(first, second)] * ((first, second) not in pieces)
    return gutters


def _order(layout: Layout) -> None:
    """Sort each column by the middle of its neighbours, back and forth."""
    for sweep in range(_SWEEPS):
        for column in layout.columns if sweep % 2 == 0 else layout.columns[::-1]:
            places = {
                box.key: (place + 0.5) / len(each)
                for each in layout.columns
                for place, box in enumerate(each)
            }
            column.sort(key=lambda box: _wish(box, layout.near, places))


def _wish(
    box: Box, near: Mapping[str, Sequence[str]], places: Mapping[str, float]
) -> tuple[bool, float, str]:
    around = [places[key] for key in near.get(box.key, ())] or [1.0]
    # Members of the cluster stay together.
    apart = box.part is not None and box.part.kind is SIDE["aws_security_group"]
    return apart, sum(around) / len(around), box.key
