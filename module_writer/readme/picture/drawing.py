"""The picture as SVG, readable on light and dark pages."""

from collections.abc import Iterator, Mapping
from typing import Any
from xml.sax.saxutils import escape

from module_writer.readme.picture.graph import Graph, Part
from module_writer.readme.picture.layout import Box, Way, layout_of, texts_of
from module_writer.readme.picture.places import FRAME, MARGIN, TITLE, Page, framed, place
from module_writer.readme.picture.reading import graph_of
from module_writer.readme.picture.routes import Line

_SVG = 'xmlns="http://www.w3.org/2000/svg" role="img" font-size="13"'
_LINES = "Solid: through a security group, with its ports. Dashed: by reference or IAM policy."
_OPTIONAL = "Dashed boxes: not with every setting."
_FONT = "system-ui, -apple-system, 'Segoe UI', Helvetica, Arial, sans-serif"
# GitHub shows pictures as <img>: the colours follow the reader's own light or dark mode.
_STYLE = """
    .page { fill: #ffffff } .frame { fill: none; stroke: #8a94a6; stroke-dasharray: 2 3 }
    .box { stroke-width: 1.4 } .optional { stroke-dasharray: 5 3 }
    .edge { fill: #f3f0fa; stroke: #6b4fa0 } .compute { fill: #eef5ff; stroke: #2f63a8 }
    .data { fill: #fff7ea; stroke: #a8731c } .plain { fill: #f5f6f8; stroke: #77818f }
    .there { fill: none; stroke: #8a94a6 }
    .name { font-weight: 600; fill: #1c2735 } .small { font-size: 11px; fill: #4a5668 }
    .mark { font-size: 10px; fill: #6a7485 } .middle { text-anchor: middle }
    .line { fill: none; stroke: #4a5668; stroke-width: 1.3; stroke-linejoin: round }
    .policy { stroke-dasharray: 4 3 } .head, .joint { fill: #4a5668 }
    @media (prefers-color-scheme: dark) {
      .page { fill: #0d1117 } .frame { stroke: #6e7a8c }
      .edge { fill: #211c33; stroke: #a48bd8 } .compute { fill: #14233a; stroke: #6ea3e8 }
      .data { fill: #2d2413; stroke: #d9a64e } .plain { fill: #1b2129; stroke: #8b96a5 }
      .name { fill: #e8edf4 } .small { fill: #b4bfcd } .mark { fill: #95a1b1 }
      .line { stroke: #aab5c4 } .head, .joint { fill: #aab5c4 }
    }
  """


def picture(config: Mapping[str, Any], title: str, titles: Mapping[str, str] | None = None) -> str:
    """The SVG of a module's Terraform JSON; the same for the same configuration.

    ``title`` is the picture's own, ``titles`` are words for constructs, by their ids.
    """
    graph = graph_of(config, titles)
    both = {edge.by_network for edge in graph.edges} == {True, False}
    frames = bool(graph.vpc) + bool(graph.cluster)
    optional = any(part.optional for part in graph.parts.values())
    legend = " ".join([_LINES] * both + [_OPTIONAL] * optional)
    page = place(layout_of(graph), frames=frames, footer=TITLE * bool(legend))
    width, height = round(page.width), round(page.height)
    size = f'width="{width}" height="{height}"'
    lines = [
        f'<svg {_SVG} viewBox="0 0 {width} {height}" {size} font-family="{_FONT}">',
        f"  <title>{escape(title)}</title>",
        f"  <desc>{escape(_in_words(graph))}</desc>",
        f"  <style>{_STYLE}</style>",
        f'  <rect class="page" {size} rx="8"/>',
        *_frames(graph, page, frames),
        *_lines(page, both=both),
        *(line for box in page.layout.boxes.values() if box.part for line in _box(box, box.part)),
    ]
    if legend:
        lines.append(f'  <text class="mark" x="{MARGIN:g}" y="{height - 12}">{legend}</text>')
    return "\n".join([*lines, "</svg>"]) + "\n"


def _in_words(graph: Graph) -> str:
    parts = graph.parts
    listed = ", ".join(f"{part.title} ({part.kind.label})" for part in parts.values())
    arrows = "; ".join(
        f"{parts[edge.source].title} to {parts[edge.target].title}"
        + (f" on port {edge.label}" if edge.label else "")
        for edge in graph.edges
    )
    return f"{listed}. {arrows}."


def _frames(graph: Graph, page: Page, frames: int) -> Iterator[str]:
    boxes = page.layout.boxes.values()
    inside = [box for box in boxes if box.part and framed(box.part, frames)]
    if graph.vpc and inside:
        left = min(box.x for box in inside) - FRAME
        right = max(box.x + box.width for box in inside) + FRAME
        bottom = max(box.y + box.height for box in boxes) + FRAME
        yield _frame(graph.vpc, left, MARGIN, right - left, bottom - MARGIN)
    members = [box for box in inside if box.part and box.part.in_cluster]
    if graph.cluster and members:
        top = min(box.y for box in members) - TITLE
        bottom = max(box.y + box.height for box in members) + 8
        left, width = members[0].x - 8, members[0].width + 16
        yield _frame(graph.cluster, left, top, width, bottom - top)


def _frame(title: str, x: float, y: float, width: float, height: float) -> str:
    return (
        f'  <rect class="frame" x="{x:g}" y="{y:g}" width="{width:g}" height="{height:g}" rx="8"/>'
        f'<text class="small" x="{x + 8:g}" y="{y + 17:g}">{escape(title)}</text>'
    )


def _box(box: Box, part: Part) -> Iterator[str]:
    x, y, middle = box.x, box.y, box.x + box.width / 2
    style = f"box {part.kind.tone}{' optional' * part.optional}"
    size = f'width="{box.width:g}" height="{box.height:g}" rx="6"'
    if part.several:
        behind = f'width="{box.width - 10:g}" height="{box.height:g}" rx="6"'
        yield f'  <rect class="{style}" x="{x + 5:g}" y="{y - 4:g}" {behind}/>'
    yield f'  <rect class="{style}" x="{x:g}" y="{y:g}" {size}/>'
    texts = texts_of(part)
    first = y + box.height / 2 + 4.5 - 7.5 * (len(texts) - 1)
    for number, (name, text) in enumerate(texts.items()):
        place = f'x="{middle:g}" y="{first + 15 * number:g}"'
        yield f'  <text class="{name} middle" {place}>{escape(text)}</text>'


def _lines(page: Page, *, both: bool) -> Iterator[str]:
    for line, left, right in page.lines:
        yield from _line(line, left, right, both=both)
    for box in page.layout.boxes.values():
        if box.way:
            path = f"M{box.x:g} {box.middle:.1f}h{box.width:g}"
            yield f'  <path class="{_style(box.way, both=both)}" d="{path}"/>'


def _style(way: Way, *, both: bool) -> str:
    return "line policy" if both and not way.by_network else "line"


def _line(line: Line, left: float, right: float, *, both: bool) -> Iterator[str]:
    style = _style(line.way, both=both)
    path = "".join(f"M{left:g} {y:g}H{line.x:g}" for y in line.left)
    path += "".join(f"M{right:g} {y:g}H{line.x:g}" for y in line.right)
    if line.top < line.bottom:
        path += f"M{line.x:g} {line.top:g}V{line.bottom:g}"
    yield f'  <path class="{style}" d="{path}"/>'
    for y in sorted({*line.left, *line.right}):
        if line.top < y < line.bottom:
            yield f'  <circle class="joint" cx="{line.x:g}" cy="{y:g}" r="2"/>'
    for y in line.arrow_right:
        yield f'  <path class="head" d="M{right:g} {y:g}l-8 -4v8z"/>'
    for y in line.arrow_left:
        yield f'  <path class="head" d="M{left:g} {y:g}l8 -4v8z"/>'
    if line.way.label:
        for y in line.arrow_right:
            yield _label(right - 5, y, "end", line.way.label)
        for y in line.arrow_left:
            yield _label(left + 5, y, "start", line.way.label)


def _label(x: float, y: float, anchor: str, text: str) -> str:
    place = f'x="{x:g}" y="{y - 3:g}" text-anchor="{anchor}"'
    return f'  <text class="mark" {place}>{escape(text)}</text>'
