"""A computation graph as a TikZ picture, values above the edges and gradients below them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from gradstone.accounts.account import Drawing, GraphDrawing, Knot
from gradstone.accounts.latex.breaking import width
from gradstone.accounts.latex.cells import Page
from gradstone.accounts.latex.layering import Layers, layered
from gradstone.accounts.latex.network import WIDE, Point, at, legend, node
from gradstone.accounts.latex.text import digits, mathematics
from gradstone.accounts.numbers import printed

SHORT = 4
"""Digits of a number in the picture; more where it has more before its point."""
ACROSS, DOWN = 3.2, 1.55
"""Centimetres between neighbours."""
LONGEST = 14
"""Columns of a graph that can still be read across a page."""
RADIUS = 0.36
SIGNS = {"add": "+", "subtract": "-", "multiply": r"\times", "divide": r"\div", "negate": "-"}
"""What stands in a circle, for the best known operations; the others are named."""


@dataclass(frozen=True, slots=True)
class Net:
    """A graph in columns. across: centimetres between them."""

    page: Page
    part: Drawing
    layers: Layers
    across: float

    def centre(self, place: int) -> Point:
        """The centre of a node."""
        return self.point(self.layers.columns[place], self.layers.heights[place])

    def point(self, column: int, height: float) -> Point:
        """A place in the picture."""
        return column * self.across, -height * DOWN


def graph_picture(page: Page, drawing: GraphDrawing, part: Drawing) -> str:
    """The graph from left to right; nothing where it is too long to be read on a page."""
    layers = layered(drawing.knots)
    longest = max(layers.columns, default=0)
    if longest > LONGEST:
        return ""
    net = Net(page, part, layers, max(1.5, min(ACROSS, (WIDE - 2.2) / max(1, longest))))
    places = range(len(layers.knots))
    rows = [row for place in places for row in _routes(net, place)]
    rows += [row for place in places for row in _knot(net, place)]
    picture = (
        "\\begin{tikzpicture}[picture=\\scriptsize]\n" + "\n".join(rows) + "\n\\end{tikzpicture}"
    )
    return (
        f"\\begin{{center}}\n\\fitpicture{{\\linewidth}}{{{picture}}}\\par\n"
        f"{legend(page, part, False)}\n\\end{{center}}\n"
    )


def _routes(net: Net, place: int) -> Iterator[str]:
    """The edges out of a node, and a short arrow out of the last one."""
    one, users = net.layers.knots[place], net.layers.users[place]
    x, y = net.centre(place)
    start = (x + _half(net, place), y)
    single = len(users) == 1
    for user in users:
        ux, uy = net.centre(user)
        way = [net.point(*each) for each in net.layers.ways.get((place, user), ())]
        yield from _route(net, one, [start, *way, (ux - RADIUS, uy)], labelled=single)
    if not users:
        yield from _route(net, one, [start, (x + 1.7, y)], labelled=True)
    elif not single and one.inputs:
        yield from _labels(net, one, (start[0] + 0.1, y), 0.14, " west")
    elif not single:
        yield from _labels(net, one, (x, y), 0.24, "")


def _route(net: Net, one: Knot, way: Sequence[Point], labelled: bool) -> Iterator[str]:
    lift = 0.06 if _gradient(net, one) else 0.0
    for kind, side, sign in (("forward", "above", 1), ("backward", "below", -1)):
        label = _value(net, one) if sign > 0 else _gradient(net, one)
        if sign < 0 and not label:
            continue
        start, following, *others = [at((x, y + sign * lift)) for x, y in way]
        told = f"${label}$" if labelled and label else ""
        beside = rf" node[pos=0.4,{side},sloped,{kind}] {{{told}}}" if told else ""
        arrow = "->" if sign > 0 else "<-,dashed"
        route = " -- ".join([following, *others])
        yield rf"\draw[{arrow},{kind},semithick] {start} --{beside} {route};"


def _labels(net: Net, one: Knot, point: Point, apart: float, side: str) -> Iterator[str]:
    """Value and gradient of a node used several times, above and below a point."""
    x, y = point
    for kind, anchor, text, up in (
        ("forward", "south", _value(net, one), apart),
        ("backward", "north", _gradient(net, one), -apart),
    ):
        if text:
            yield node(f"anchor={anchor}{side},{kind}", (x, y + up), f"${text}$")


def _value(net: Net, one: Knot) -> str:
    if not one.value:
        return ""
    return _number(net, one.value) if net.part.values else _name(net, one.value)


def _gradient(net: Net, one: Knot) -> str:
    if not one.gradient or not net.part.gradients:
        return ""
    return _number(net, one.gradient)


def _number(net: Net, address: str) -> str:
    value = net.page.story.entries[address].value
    return digits(printed(value, SHORT, SHORT, net.page.story.entries[address].given))


def _name(net: Net, address: str) -> str:
    return mathematics(net.page.story.entries[address].symbol.latex)


def _half(net: Net, place: int) -> float:
    """Half of what a node takes across."""
    if net.layers.knots[place].inputs:
        return RADIUS
    return max(RADIUS, width(_source(net, place)) * 0.7 / 28.45 / 2 + 0.12)


def _source(net: Net, place: int) -> str:
    """What stands in the box of a given value."""
    one = net.layers.knots[place]
    return _name(net, one.value) if one.value else mathematics(one.label or r"\cdot")


def _knot(net: Net, place: int) -> Iterator[str]:
    one, centre = net.layers.knots[place], net.centre(place)
    if not one.inputs:
        yield node("given", centre, f"${_source(net, place)}$")
        return
    sign = SIGNS.get(one.label)
    told = rf"\small ${sign}$" if sign else rf"\tiny ${mathematics(_operation(one.label))}$"
    yield rf"\draw[fill=white] {at(centre)} circle[radius={RADIUS}];"
    yield node("", centre, told)
    if one.value:
        x, y = centre
        yield node("anchor=south,aside", (x, y + RADIUS), f"${_name(net, one.value)}$")


def _operation(label: str) -> str:
    return rf"\operatorname{{{label}}}"
