"""An account's drawing as a file of its own: SVG with its style inside."""

from __future__ import annotations

import re
from functools import cache
from html import escape
from pathlib import Path

from gradstone.accounts.account import Drawing, GraphDrawing, NetworkDrawing, Story
from gradstone.accounts.html.cells import Page
from gradstone.accounts.html.graph import graph_canvas
from gradstone.accounts.html.network import network_canvas
from gradstone.accounts.html.svg import Canvas, Piece, arrow, pieces, width, words
from gradstone.accounts.words import said
from gradstone.errors import RangeError
from gradstone.language import Language

MARGIN, LEGEND = 14.0, 34.0
"""Around the drawing, and the height of the legend."""
KEY, BESIDE, APART = 40.0, 8.0, 36.0
"""In the legend: the length of an arrow, between it and its word, and before the next one."""


def to_svg(story: Story, language: Language = "en") -> str:
    """The computation graph, or the network, of an account with values and gradients.

    The words of a language are told to those who point or listen; what is drawn are symbols and
    numbers, which every font has.

    Raises:
        RangeError: the account has no drawing.
    """
    page = Page(story, language)
    page.places = {}  # there is no document that nodes could lead to
    shown = Drawing(values=True, gradients=True)
    match story.drawing:
        case GraphDrawing() as drawn:
            canvas, kind = graph_canvas(page, drawn, shown), "html_graph"
            end = drawn.knots[-1].value
        case NetworkDrawing() as drawn:
            canvas, kind = network_canvas(page, drawn, shown), "html_network"
            end = drawn.loss
        case None:
            raise no_drawing()
    _legend(canvas, pieces(story.entries[end].symbol))
    return _whole(canvas, said(kind, language), language)


def no_drawing() -> RangeError:
    """The error for an account without a drawing."""
    wanted = "a graph of at most 40 single numbers, or a network of at most 14 neurons a layer"
    advice = "Give numbers in place of arrays, or a smaller network."
    return RangeError("drawing", "this account has none", f"{wanted}, is wanted", advice)


def _legend(canvas: Canvas, end: list[Piece]) -> None:
    """What the two kinds of arrows carry, in symbols: values, and the end's derivatives."""
    y, middle = canvas.bottom + LEGEND / 2 + 4, (canvas.left + canvas.right) / 2
    value: list[Piece] = [("v", "letter")]
    slope = [("∂", ""), *end, ("/∂", ""), *value]
    whole = 2 * KEY + APART + width(value) + width(slope) + 2 * BESIDE
    x = middle - whole / 2
    for told, kind in ((value, "forward"), (slope, "backward")):
        ends = ((x, y), (x + KEY, y))
        canvas.add(arrow(*(ends if kind == "forward" else ends[::-1]), kind))
        x += KEY + BESIDE + width(told) / 2
        canvas.add(words(told, (x, y), f"label {kind}"))
        x += width(told) / 2 + APART
    canvas.reach(middle, y, whole, 24)


def _whole(canvas: Canvas, title: str, language: Language) -> str:
    x, y = canvas.left - MARGIN, canvas.top - MARGIN
    width, height = canvas.right - x + MARGIN, canvas.bottom - y + MARGIN
    box = f"{x:.0f} {y:.0f} {width:.0f} {height:.0f}"
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        f'<svg xmlns="http://www.w3.org/2000/svg" xml:lang="{language}" viewBox="{box}" '
        f'width="{width:.0f}" height="{height:.0f}" role="img">\n'
        f"<title>{escape(title)}</title>\n<style>\n{style()}\n</style>\n"
        f'<rect x="{x:.0f}" y="{y:.0f}" width="{width:.0f}" height="{height:.0f}" fill="#fff"/>\n'
        + "\n".join(canvas.elements)
        + "\n</svg>\n"
    )


@cache
def style() -> str:
    """The page's style of drawings, in its light colours, for a file without a page."""
    page = Path(__file__).with_name("page.css").read_text(encoding="utf-8")
    values = dict(re.findall(r"--([a-z]+):\s*([^;]+);", page[: page.index("}")]))
    rules = re.findall(r"^\.gradstone svg [^{]*\{[^}]*\}", page, re.MULTILINE)
    plain = "\n".join(rule for rule in rules if "a:" not in rule).replace(".gradstone svg ", "")
    return re.sub(r"var\(--([a-z]+)\)", lambda found: values[found[1]], plain)
