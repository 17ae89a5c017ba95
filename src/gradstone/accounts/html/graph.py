"""A computation graph drawn: nodes in columns, values above them, gradients beneath."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

from gradstone.accounts.account import Drawing, GraphDrawing, Knot
from gradstone.accounts.html.cells import Page
from gradstone.accounts.html.columns import columns_of, heights
from gradstone.accounts.html.svg import (
    Canvas,
    Piece,
    Point,
    curve,
    figure,
    linked,
    number,
    pieces,
    short,
    tooltip,
    width,
    words,
)

SIGNS = {
    "add": "+", "subtract": "−", "multiply": "×", "divide": "÷", "negate": "−", "maximum": "max",
    "sigmoid": "σ", "sum": "Σ",
}  # fmt: skip
HALF, HIGH, GAP = 19.0, 38.0, 64.0
"""Half of a node's least width, its height, between columns."""


def graph(page: Page, drawn: GraphDrawing, shown: Drawing) -> str:
    """The graph as a figure."""
    return figure(page, graph_canvas(page, drawn, shown), "html_graph", shown.gradients)


def graph_canvas(page: Page, drawn: GraphDrawing, shown: Drawing) -> Canvas:
    """The graph on a canvas of its own."""
    made = _Diagram(page, drawn.knots, shown)
    made.draw()
    return made.canvas


@dataclass(slots=True)
class _Diagram:
    """A graph on its canvas; `centers` and `halves` (half widths) of its nodes."""

    page: Page
    knots: Sequence[Knot]
    shown: Drawing
    canvas: Canvas = field(default_factory=Canvas)
    centers: dict[int, Point] = field(default_factory=dict)
    halves: dict[int, float] = field(default_factory=dict)

    def draw(self) -> None:
        """Edges first, nodes above them."""
        columns, ways = columns_of([one.inputs for one in self.knots])
        self._place(columns, heights(columns, ways))
        for (source, target), between in ways.items():
            self._edge(source, target, between)
        for place, knot in enumerate(self.knots):
            self._knot(knot, place)

    def _place(self, columns: Sequence[Sequence[int]], height: Mapping[int, float]) -> None:
        x = 0.0
        for column in columns:
            known = [one for one in column if one < len(self.knots)]
            for one in known:
                self.halves[one] = max(HALF, width(self._inside(self.knots[one])) / 2 + 10)
            half = max((self._room(one) for one in known), default=0.0)
            x += half
            for one in column:
                self.centers[one] = (x, height[one])
                if one in self.halves:
                    self.canvas.reach(x, height[one], 2 * half, HIGH + 56)
            x += half + GAP

    def _room(self, place: int) -> float:
        """Half of the width that a node takes with the numbers above and beneath it."""
        knot = self.knots[place]
        above, beneath = self._above(knot), self._number(knot.gradient)
        return max(self.halves[place], width(above) / 2, width(beneath) / 2)

    # What stands at a node ----------------------------------------------------------------------
    def _inside(self, knot: Knot) -> list[Piece]:
        if knot.label:
            return [(SIGNS.get(knot.label, knot.label), "")]
        entry = self.page.story.entries.get(knot.value)
        return [("·", "")] if entry is None else pieces(entry.symbol)

    def _above(self, knot: Knot) -> list[Piece]:
        entry = self.page.story.entries.get(knot.value)
        if entry is None:
            return []
        name = [*pieces(entry.symbol), (" = ", "")] if knot.label else []
        return [*name, (short(entry), "")] if self.shown.values else name[:-1]

    def _number(self, address: str) -> list[Piece]:
        entry = self.page.story.entries.get(address)
        return [] if entry is None else [(short(entry), "")]

    def _knot(self, knot: Knot, place: int) -> None:
        page, (x, y), half = self.page, self.centers[place], self.halves[place]
        kind = "node" if knot.label else "node given"
        drawn = (
            f'<rect class="{kind}" x="{x - half:.1f}" y="{y - HIGH / 2:.1f}" '
            f'width="{2 * half:.1f}" height="{HIGH:.0f}" rx="{HIGH / 2:.0f}"/>'
        ) + words(self._inside(knot), (x, y), "symbol")
        value = page.story.entries.get(knot.value)
        above = words(
            self._above(knot), (x, y - HIGH / 2 - 12), "label forward",
            value.value if value and self.shown.values else None,
        )  # fmt: skip
        title = tooltip(page, knot.value, knot.gradient)
        target = page.birth(knot.gradient) or page.birth(knot.value)
        self.canvas.add(linked(target, drawn, title))
        self.canvas.add(linked(page.birth(knot.value), above, title))
        if self.shown.gradients:
            beneath = number(page, knot.gradient, (x, y + HIGH / 2 + 13), "label backward")
            self.canvas.add(linked(page.birth(knot.gradient), beneath, title))

    def _edge(self, source: int, target: int, between: Sequence[int]) -> None:
        lift = 5.0 if self.shown.gradients else 0.0
        x, y = self.centers[source]
        u, v = self.centers[target]
        inner = [self.centers[one] for one in between]
        way = [(x + self.halves[source], y), *inner, (u - self.halves[target], v)]
        self._way([(a, b - lift) for a, b in way], "forward")
        if self.shown.gradients and self.knots[source].gradient:
            self._way([(a, b + lift) for a, b in reversed(way)], "backward")

    def _way(self, points: Sequence[Point], kind: str) -> None:
        (x, y), (before, _) = points[-1], points[-2]
        side = 8.0 if x > before else -8.0
        ends = [*points[:-1], (x - side, y)]
        for start, end in pairwise(ends):
            self.canvas.add(curve(start, end, kind))
        head = f"{x:.1f},{y:.1f} {x - side:.1f},{y - 3.4:.1f} {x - side:.1f},{y + 3.4:.1f}"
        self.canvas.add(f'<polygon class="{kind} head" points="{head}"/>')
