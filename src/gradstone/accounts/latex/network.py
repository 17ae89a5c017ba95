"""A network as a TikZ picture: circles cut in two, weights a third along from their source."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from math import hypot

from gradstone.accounts.account import Drawing, Edge, NetworkDrawing, Neuron
from gradstone.accounts.latex.cells import Page
from gradstone.accounts.latex.text import digits, escaped, mathematics
from gradstone.accounts.numbers import printed

WIDE = 16.2
"""Centimetres of a line of text."""
FEW = 4
"""Neurons in a layer up to which circles are large."""
LABELLED = 9
"""Connections between two layers up to which each has its label."""
ALONG = (0.6, 0.75)
"""How far from its source a label stands, by turns: before edges cross, so that labels do not."""
Point = tuple[float, float]


@dataclass(frozen=True, slots=True)
class Canvas:
    """Where things stand, in centimetres.

    Attributes:
        wide, high: half axes of a neuron, a circle in small networks. across, down: between
            neighbours. short: digits of a number.
    """

    page: Page
    drawing: NetworkDrawing
    part: Drawing
    wide: float
    high: float
    across: float
    down: float
    short: int

    @property
    def roomy(self) -> bool:
        """Whether a neuron has room for what its two values are called, or are."""
        return self.part.values or self.wide == self.high

    def centre(self, layer: int, place: int) -> Point:
        """The centre of a neuron; the layer after the last holds the loss alone."""
        count = len(self.drawing.layers[layer]) if layer < len(self.drawing.layers) else 1
        return layer * self.across, ((count - 1) / 2 - place) * self.down

    def number(self, address: str, short: int = 0) -> str:
        """A number, rounded to what the picture has room for."""
        value, short = self.page.story.entries[address].value, short or self.short
        return digits(printed(value, short, short))

    def name(self, address: str) -> str:
        """The name of an entry."""
        return mathematics(self.page.story.entries[address].symbol.latex)

    def told(self, address: str) -> str:
        """A name, or the number where the picture shows numbers."""
        return self.number(address) if self.part.values else self.name(address)


def network_picture(page: Page, drawing: NetworkDrawing, part: Drawing) -> str:
    """The network with its names, its values, or its values and gradients."""
    biggest = max(map(len, drawing.layers))
    few = biggest <= FEW
    wide = (0.88 if part.values else 0.8) if few else 0.85 if part.values else 0.5
    high = wide if few else 0.48 if biggest <= 10 else 0.42
    across = min(4.6, (WIDE - 2 * wide) / len(drawing.layers))
    down = (3.3 if part.gradients else 2.9 if part.values else 2.6) if few else 2 * high + 0.62
    canvas = Canvas(page, drawing, part, wide, high, across, down, 4 if few else 3)
    rows = [*_edges(canvas), *_losses(canvas), *_neurons(canvas)]
    size = r"\scriptsize" if few else r"\tiny"
    return (
        f"\\begin{{center}}\n\\begin{{tikzpicture}}[picture={size}]\n"
        + "\n".join(rows)
        + f"\n\\end{{tikzpicture}}\\par\n{legend(page, part, True)}\n\\end{{center}}\n"
    )


def legend(page: Page, part: Drawing, circles: bool) -> str:
    """What lines and circles mean."""
    solid = r"\tikz[baseline=-3pt]\draw[->,forward,thick] (0,0) -- (0.8,0);"
    told = [f"{solid} {page.said('latex_forward')}"]
    if part.gradients:
        dashed = r"\tikz[baseline=-3pt]\draw[->,backward,thick,dashed] (0.8,0) -- (0,0);"
        told.append(f"{dashed} {page.said('latex_backward')}")
    if circles:
        told.append(page.said("latex_net_out"))
    row = r"\qquad ".join(told)
    return rf"{{\footnotesize {row}\par}}"


def at(point: Point) -> str:
    """A point in TikZ."""
    return f"({point[0]:.2f},{point[1]:.2f})"


def node(style: str, point: Point, text: str) -> str:
    """A TikZ node."""
    return rf"\node[{style}] at {at(point)} {{{text}}};"


def _between(canvas: Canvas, start: Point, end: Point, aside: float) -> tuple[Point, Point]:
    """From border to border of two neurons, moved aside, to the left of the way."""
    dx, dy = end[0] - start[0], end[1] - start[1]
    length = hypot(dx, dy)
    ux, uy = dx / length, dy / length
    cut = 1 / hypot(ux / canvas.wide, uy / canvas.high)
    sx, sy = -uy * aside, ux * aside
    return (
        (start[0] + ux * cut + sx, start[1] + uy * cut + sy),
        (end[0] - ux * cut + sx, end[1] - uy * cut + sy),
    )


def _edges(canvas: Canvas) -> Iterator[str]:
    counts: dict[int, int] = {}
    for one in canvas.drawing.edges:
        counts[one.layer] = counts.get(one.layer, 0) + 1
    for one in canvas.drawing.edges:
        yield from _edge(canvas, one, counts[one.layer] <= LABELLED)


def _edge(canvas: Canvas, one: Edge, labelled: bool) -> Iterator[str]:
    pair = canvas.centre(one.layer, one.source), canvas.centre(one.layer + 1, one.target)
    aside = 0.06 if canvas.part.gradients else 0.0
    start, end = _between(canvas, *pair, aside)
    told = canvas.told(one.weight) if labelled else ""
    yield _arrow("forward", start, end, told, one.source, thin=not labelled)
    if canvas.part.gradients and one.gradient in canvas.page.story.entries:
        end, start = _between(canvas, *pair, -aside)
        told = canvas.number(one.gradient, 3) if labelled else ""
        yield _arrow("backward", start, end, told, one.target, thin=not labelled)


def _arrow(
    kind: str, start: Point, end: Point, label: str = "", turn: int = 0, thin: bool = False
) -> str:
    """An arrow with its label above, that of the way back below."""
    back = kind == "backward"
    style = f"->,{kind}" + (",dashed" if back else "") + (",very thin" if thin else ",semithick")
    side = "below,inner sep=2pt" if back else "above"
    along = ALONG[turn % 2] / hypot(end[0] - start[0], end[1] - start[1])
    beside = rf" node[pos={along:.2f},{side},sloped] {{${label}$}}" if label else ""
    return rf"\draw[{style}] {at(start)} --{beside} {at(end)};"


def _losses(canvas: Canvas) -> Iterator[str]:
    layers = canvas.drawing.layers
    last = len(layers)
    end = canvas.centre(last, 0)
    aside = 0.06 if canvas.part.gradients else 0.0
    for place in range(len(layers[-1])):
        pair = canvas.centre(last - 1, place), end
        yield _arrow("forward", *_between(canvas, *pair, aside))
        if canvas.part.gradients:
            first, second = _between(canvas, *pair, -aside)
            yield _arrow("backward", second, first)
    name = canvas.name(canvas.drawing.loss)
    yield _outline(canvas, end)
    told = rf"\\ ${canvas.number(canvas.drawing.loss)}$" if canvas.part.values else ""
    yield node("align=center", end, rf"{{\small ${name}$}}{told}")


def _neurons(canvas: Canvas) -> Iterator[str]:
    for layer, neurons in enumerate(canvas.drawing.layers):
        for place, one in enumerate(neurons):
            yield from _neuron(canvas, one, canvas.centre(layer, place))


def _outline(canvas: Canvas, centre: Point) -> str:
    axes = f"x radius={canvas.wide:.2f},y radius={canvas.high:.2f}"
    return rf"\draw[fill=white] {at(centre)} circle[{axes}];"


def _neuron(canvas: Canvas, one: Neuron, centre: Point) -> Iterator[str]:
    x, y = centre
    high = canvas.high
    yield _outline(canvas, centre)
    if one.net and one.net != one.out:
        yield rf"\draw {at((x, y + high))} -- {at((x, y - high))};"
        if canvas.roomy:
            yield _inside(canvas, one.net, (x - canvas.wide / 2, y), canvas.wide)
            yield _inside(canvas, one.out, (x + canvas.wide / 2, y), canvas.wide)
    elif canvas.roomy or not one.net:
        yield _inside(canvas, one.out, centre, 2 * canvas.wide)
    yield from _above(canvas, one, (x, y + high))
    if one.activation:
        text = escaped(one.activation.replace("_", " "))
        yield node("anchor=north,aside", (x, y - high - 0.04), text)


def _inside(canvas: Canvas, address: str, point: Point, across: float) -> str:
    room = (across - 0.1) * 28.45
    text = rf"\fit{{{room:.0f}pt}}{{{canvas.told(address)}}}"
    return node("inner sep=0pt", point, text)


def _above(canvas: Canvas, one: Neuron, top: Point) -> Iterator[str]:
    """A neuron's name and its bias as a tag: above each other, in one line where it is narrow."""
    x, y = top[0], top[1] + 0.05
    named = canvas.part.values or (bool(one.net) and not canvas.roomy)
    stacked = canvas.wide == canvas.high and canvas.roomy
    if named:
        end = "south" if stacked or not one.bias else "south east"
        yield node(f"anchor={end},name", (x, y), f"${mathematics(one.symbol.latex)}$")
    if one.bias:
        start = "south" if stacked or not named else "south west"
        spot = (x, y + 0.3 * named) if stacked else (x + 0.06 * named, y)
        tag = canvas.name(one.bias) + (f"={canvas.number(one.bias)}" if canvas.part.values else "")
        yield node(f"anchor={start},tag", spot, f"${tag}$")
