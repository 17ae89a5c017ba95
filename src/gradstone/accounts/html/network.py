"""A network drawn: neurons cut in two, weights on the edges, gradients on their way back."""

from __future__ import annotations

from dataclasses import dataclass, field
from math import hypot

from gradstone.accounts.account import Drawing, Edge, NetworkDrawing, Neuron
from gradstone.accounts.html.cells import Page
from gradstone.accounts.html.svg import (
    Canvas,
    Point,
    arrow,
    figure,
    linked,
    number,
    pieces,
    short,
    spread,
    tooltip,
    width,
    words,
)

SIGN, LINE, SMALL_SIZE = 7.4, 17.0, 12.0
"""About how wide a sign of a number is, how high a line of text, and the size of small text."""
ALONG = (
    0.333, 0.36, 0.305, 0.39, 0.275, 0.42, 0.245, 0.45, 0.215, 0.49, 0.53, 0.185, 0.58, 0.64, 0.7,
)  # fmt: skip
"""Where on an edge, from its source, a label may stand, best place first."""
MOST_LABELS = 40
"""Edges between two layers that bear labels; where there are more, only tooltips."""
APART = 8.0
"""Between an edge and the gradient that comes back along it."""
Box = tuple[float, float, float, float]


def network(page: Page, drawn: NetworkDrawing, shown: Drawing) -> str:
    """The network as a figure."""
    return figure(page, network_canvas(page, drawn, shown), "html_network", shown.gradients)


def network_canvas(page: Page, drawn: NetworkDrawing, shown: Drawing) -> Canvas:
    """The network on a canvas of its own."""
    made = _Diagram(page, drawn, shown)
    made.draw()
    return made.canvas


@dataclass(slots=True)
class _Diagram:
    """A network on its canvas; `centers` of neurons by layer, the last one the loss."""

    page: Page
    drawn: NetworkDrawing
    shown: Drawing
    canvas: Canvas = field(default_factory=Canvas)
    centers: list[list[Point]] = field(default_factory=list)
    radius: float = 26.0
    labels: list[Box] = field(default_factory=list)

    def draw(self) -> None:
        """Edges first, so that neurons lie above them; their labels above all."""
        self._place()
        labels = [self._edge(one) for one in self.drawn.edges]
        self._to_loss()
        for layer, neurons in enumerate(self.drawn.layers):
            for neuron, at in zip(neurons, self.centers[layer], strict=True):
                draw = self._neuron if layer else self._input
                self.canvas.add(draw(neuron, at))
        self._loss()
        for label in labels:
            self.canvas.add(label)

    # Where things stand -------------------------------------------------------------------------
    def _place(self) -> None:
        layers = self.drawn.layers
        self.radius = max(26.0, self._widest() * SIGN + 6) if self.shown.values else 27.0
        step = 2 * self.radius + 70
        x = 0.0
        for layer, neurons in enumerate(layers):
            self.centers.append([(x, y) for y in spread(len(neurons), step)])
            following = layers[layer + 1] if layer + 1 < len(layers) else ()
            room = 24.0 if self.shown.gradients else 14.0
            between = 110 + room * max(len(neurons), len(following), 2)
            x += 2 * self.radius + (between if following else 74)
        self.centers.append([(x + 20, 0.0)])
        tall, wide = 2 * self.radius + 90, 2 * self.radius
        for column in self.centers:
            for at in column:
                self.canvas.reach(*at, wide, tall)

    def _widest(self) -> int:
        neurons = [one for layer in self.drawn.layers[1:] for one in layer]
        addresses = [name for one in neurons for name in (one.net, one.out)]
        addresses += [f"d{one}" for one in addresses] if self.shown.gradients else []
        return max((len(self._short(one)) for one in addresses), default=0)

    def _short(self, address: str) -> str:
        entry = self.page.story.entries.get(address)
        return "" if entry is None else short(entry)

    def _size(self, layer: int) -> float:
        """The radius of a layer's circles."""
        return self.radius if layer else max(24.0, 0.72 * self.radius)

    # Edges --------------------------------------------------------------------------------------
    def _edge(self, one: Edge) -> str:
        """Draws an edge; its labels, which lie above all else, are given back."""
        x, y = self.centers[one.layer][one.source]
        u, v = self.centers[one.layer + 1][one.target]
        start, end = (x + self._size(one.layer), y), (u - self.radius, v)
        target = self.page.birth(one.gradient)
        title = tooltip(self.page, one.weight, one.gradient)
        lines = self._reach(start, end) + arrow(start, end, "forward")
        if self.shown.gradients:
            lines += arrow(*self._below(end, start), "backward")
        self.canvas.add(linked(target, lines, title, "edge"))
        count = len(self.drawn.layers[one.layer]) * len(self.drawn.layers[one.layer + 1])
        if count > MOST_LABELS:
            return ""
        return linked(target, self._label(one, start, end), title)

    def _reach(self, start: Point, end: Point) -> str:
        """A wide line that is not seen but can be hit."""
        (x, y), (u, v) = start, end
        return f'<line class="reach" x1="{x:.1f}" y1="{y:.1f}" x2="{u:.1f}" y2="{v:.1f}"/>'

    def _below(self, end: Point, start: Point) -> tuple[Point, Point]:
        (u, v), (x, y) = end, start
        length = hypot(u - x, v - y)
        dx, dy = APART * (y - v) / length, APART * (u - x) / length
        return (u + dx, v + dy), (x + dx, y + dy)

    def _label(self, one: Edge, start: Point, end: Point) -> str:
        """The weight on its edge, or above it where its gradient stands below."""
        entry = self.page.story.entries[one.weight]
        told = [(short(entry), "")] if self.shown.values else pieces(entry.symbol)
        lift = 11.0 if self.shown.gradients else 0.0
        under = self._short(one.gradient) if self.shown.gradients else ""
        wide = max(width(told), len(under) * SIGN) + 6
        x, y = self._free(start, end, wide, LINE + lift + (APART + 11) * bool(under))
        value = entry.value if self.shown.values else None
        label = words(told, (x, y - lift), "label forward", value)
        return label + number(self.page, one.gradient, (x, y + APART + 11), "label backward") * (
            under != ""
        )

    def _free(self, start: Point, end: Point, wide: float, high: float) -> Point:
        """The place on an edge for a label that lies on no other, or least so."""
        best: tuple[float, Point, Box] | None = None
        for share in ALONG:
            x = start[0] + share * (end[0] - start[0])
            y = start[1] + share * (end[1] - start[1])
            box = (x - wide / 2, y - high / 2, x + wide / 2, y + high / 2)
            covered = sum(_overlap(box, other) for other in self.labels)
            if best is None or covered < best[0] - 1e-9:
                best = (covered, (x, y), box)
        assert best is not None
        self.labels.append(best[2])
        return best[1]

    # Nodes --------------------------------------------------------------------------------------
    def _input(self, one: Neuron, at: Point) -> str:
        x, y = at
        size = self._size(0)
        drawn = f'<circle class="node" cx="{x:.1f}" cy="{y:.1f}" r="{size:.1f}"/>'
        if self.shown.values:
            drawn += words(pieces(one.symbol), (x, y - size - 13), "symbol")
            drawn += number(self.page, one.out, at, "value")
        else:
            drawn += words(pieces(one.symbol), at, "symbol")
        return linked(self.page.birth(one.out), drawn, tooltip(self.page, one.out))

    def _neuron(self, one: Neuron, at: Point) -> str:
        x, y = at
        size, under = self.radius, y + self.radius + 2
        made = words(pieces(one.symbol), (x, y - size - 13), "symbol")
        if one.net == one.out:
            made += self._half(one.net, "net", at, 0)
        else:
            made += self._half(one.net, "net", at, -1) + self._half(one.out, "out", at, 1)
            made += f'<path class="cut" d="M{x:.1f} {y - size:.1f}v{2 * size:.1f}"/>'
        if one.bias:
            made += self._bias(one.bias, (x, under + 9))
            under += 20
        if one.activation:
            made += words([(one.activation, "")], (x, under + 9), "activation")
        return made

    def _half(self, address: str, name: str, at: Point, side: int) -> str:
        """Half of a circle, or all of it (side 0), with what stands in it."""
        x, y = at
        size = self.radius
        rim = f"A{size:.1f} {size:.1f} 0 0 {int(side > 0)} {x:.1f} {y + size:.1f}Z"
        area = (
            f'<path class="node {name}" d="M{x:.1f} {y - size:.1f}{rim}"/>'
            if side
            else f'<circle class="node" cx="{x:.1f}" cy="{y:.1f}" r="{size:.1f}"/>'
        )
        inner, slope = self._within(address, name, (x + side * (size / 2 - 1), y))
        title = tooltip(self.page, address, f"d{address}")
        return linked(self.page.birth(address), area + inner, title) + slope

    def _within(self, address: str, name: str, at: Point) -> tuple[str, str]:
        """A neuron's value, or what it is called, and the gradient that has come back to it."""
        (x, y), gradient = at, f"d{address}"
        if not self.shown.values:
            return words([(name, "")], at, "port"), ""
        if not self.shown.gradients or gradient not in self.page.story.entries:
            return number(self.page, address, at, "value"), ""
        slope = number(self.page, gradient, (x, y + 10), "slope")
        title = tooltip(self.page, address, gradient)
        value = number(self.page, address, (x, y - 10), "value")
        return value, linked(self.page.birth(gradient), slope, title)

    def _bias(self, address: str, at: Point) -> str:
        entry = self.page.story.entries[address]
        told = [(short(entry), "")] if self.shown.values else pieces(entry.symbol)
        gradient = f"d{address}"
        under = self._short(gradient) if self.shown.gradients else ""
        wide, (x, y) = width(told, SMALL_SIZE) + 12, at
        x -= len(under) * SIGN / 2
        value = entry.value if self.shown.values else None
        drawn = (
            f'<rect class="tag" x="{x - wide / 2:.1f}" y="{y - 9:.1f}" width="{wide:.1f}" '
            'height="18" rx="4"/>'
        ) + words(told, (x, y), "bias", value)
        if under:
            beside = x + wide / 2 + len(under) * SIGN / 2 + 7
            drawn += number(self.page, gradient, (beside, y), "label backward")
        title = tooltip(self.page, address, gradient)
        return linked(self.page.birth(gradient), drawn, title)

    # The loss -----------------------------------------------------------------------------------
    def _to_loss(self) -> None:
        ((x, y),) = self.centers[-1]
        for u, v in self.centers[-2]:
            start, end = (u + self.radius, v), (x - 26, y)
            self.canvas.add(arrow(start, end, "forward"))
            if self.shown.gradients:
                self.canvas.add(arrow(*self._below(end, start), "backward"))

    def _loss(self) -> None:
        ((x, y),) = self.centers[-1]
        entry = self.page.story.entries[self.drawn.loss]
        wide = 2 * max(26.0, (len(self._short(self.drawn.loss)) * SIGN + 12) / 2)
        drawn = (
            f'<rect class="node" x="{x - 26:.1f}" y="{y - 22:.1f}" width="{wide:.1f}" '
            'height="44" rx="6"/>'
        )
        middle = x - 26 + wide / 2
        self.canvas.reach(middle, y, wide, 60)
        if self.shown.values:
            drawn += words(pieces(entry.symbol), (middle, y - 9), "symbol")
            drawn += number(self.page, self.drawn.loss, (middle, y + 10), "value")
        else:
            drawn += words(pieces(entry.symbol), (middle, y), "symbol")
        title = tooltip(self.page, self.drawn.loss)
        self.canvas.add(linked(self.page.birth(self.drawn.loss), drawn, title))


def _overlap(one: Box, other: Box) -> float:
    wide = min(one[2], other[2]) - max(one[0], other[0])
    high = min(one[3], other[3]) - max(one[1], other[1])
    return wide * high if wide > 0 and high > 0 else 0.0
