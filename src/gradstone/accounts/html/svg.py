"""What drawings are made of: words with subscripts, numbers, links, arrows, a box around all."""

from __future__ import annotations

from dataclasses import dataclass, field
from html import escape
from math import hypot

from gradstone.accounts.account import Entry
from gradstone.accounts.html.cells import MINUS, Page, head
from gradstone.accounts.numbers import Printed, printed
from gradstone.accounts.symbol import Symbol

SHORT = 4
"""Digits of a number in a drawing; the full one is its tooltip."""
SIZE, SMALL = 15.0, 10.5
WIDE = 1050.0
"""Wider drawings scroll rather than shrink to where nobody can read them."""
LIFTS = {"": 0.0, "below": 4.0, "above": -6.0}
POWERS = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")
Point = tuple[float, float]
Piece = tuple[str, str]
"""A text and how it is set: "" upright, "letter" italic, "below" or "above" the line."""


@dataclass(slots=True)
class Canvas:
    """Elements, and how far they reach; what is drawn first lies below."""

    elements: list[str] = field(default_factory=list)
    left: float = 0.0
    top: float = 0.0
    right: float = 0.0
    bottom: float = 0.0

    def add(self, element: str) -> None:
        """An element within what is reached already."""
        self.elements.append(element)

    def reach(self, x: float, y: float, width: float = 0.0, height: float = 0.0) -> None:
        """Make room for a box around a point."""
        self.left, self.right = min(self.left, x - width / 2), max(self.right, x + width / 2)
        self.top, self.bottom = min(self.top, y - height / 2), max(self.bottom, y + height / 2)

    def drawn(self, label: str, margin: float = 8.0) -> str:
        """All of it."""
        x, y = self.left - margin, self.top - margin
        width, height = self.right - x + margin, self.bottom - y + margin
        kind = "wide" if width > WIDE else "narrow"
        box = f"{x:.0f} {y:.0f} {width:.0f} {height:.0f}"
        return (
            f'<svg class="{kind}" viewBox="{box}" width="{width:.0f}" height="{height:.0f}" '
            f'role="group" aria-label="{label}">{"".join(self.elements)}</svg>'
        )


# Words --------------------------------------------------------------------------------------------
def pieces(symbol: Symbol) -> list[Piece]:
    """A symbol as it is set in a line: ∂E/∂w₅, net_h1, h⁽²⁾₁."""
    if symbol.of is not None and symbol.by is not None:
        return [("∂", ""), *pieces(symbol.of), ("/∂", ""), *pieces(symbol.by)]
    letter = symbol.letter + "\N{COMBINING CIRCUMFLEX ACCENT}" * symbol.hat
    found = [(letter, "letter" if len(symbol.letter) == 1 else "")]
    found += [(symbol.above, "above")] if symbol.above else []
    found += [(symbol.below, "below")] if symbol.below else []
    return found + ([(f"[{symbol.sample}]", "")] if symbol.sample is not None else [])


def spelled(symbol: Symbol) -> str:
    """A symbol as plain text, for tooltips."""
    return "".join(text for text, _ in pieces(symbol))


def width(told: list[Piece], size: float = SIZE) -> float:
    """About how wide a text is."""
    small = SMALL / SIZE
    return sum(
        len(text) * size * 0.56 * (small if kind in ("below", "above") else 1.0)
        for text, kind in told
    )


def words(told: list[Piece], at: Point, kind: str = "", value: float | None = None) -> str:
    """A text whose middle is at a point; value: the full number that it stands for."""
    made, lift = [], 0.0
    for text, style in told:
        wanted = LIFTS.get(style, 0.0)
        moved = f' dy="{wanted - lift:g}"' if wanted != lift else ""
        lift = wanted
        made.append(f'<tspan class="{style or "upright"}"{moved}>{escape(text)}</tspan>')
    data = "" if value is None else f' data-value="{value!r}"'
    x, y = at
    return f'<text class="{kind}" x="{x:.1f}" y="{y + 5:.1f}"{data}>{"".join(made)}</text>'


def number(page: Page, address: str, at: Point, kind: str = "") -> str:
    """The number of an entry in few digits, its full value as data; "" for no entry."""
    entry = page.story.entries.get(address)
    return "" if entry is None else words([(short(entry), "")], at, kind, entry.value)


def short(entry: Entry) -> str:
    """The number of an entry in few digits."""
    return plain(printed(entry.value, SHORT, SHORT))


def plain(one: Printed) -> str:
    """A number as plain text."""
    power = "" if one.power is None else "×10" + str(one.power).translate(POWERS)
    return MINUS * one.negative + head(one) + one.guard + power


def tooltip(page: Page, *addresses: str) -> str:
    """Names and numbers in full, for who points at it."""
    known = [page.story.entries[one] for one in addresses if one in page.story.entries]
    shown = [
        f"{spelled(one.symbol)} = {plain(printed(one.value, one.digits, one.digits, one.given))}"
        for one in known
    ]
    return f"<title>{escape(', '.join(shown))}</title>" if shown else ""


# Lines --------------------------------------------------------------------------------------------
def linked(target: str, drawn: str, title: str = "", kind: str = "") -> str:
    """A group that leads to a line, where there is one."""
    name = f' class="{kind}"' if kind else ""
    if not target:
        return f"<g{name}>{title}{drawn}</g>"
    return f'<a href="{target}"{name}>{title}{drawn}</a>'


def arrow(start: Point, end: Point, kind: str) -> str:
    """A straight line with its head at the end."""
    (x, y), (u, v) = start, end
    length = hypot(u - x, v - y) or 1.0
    dx, dy = (u - x) / length, (v - y) / length
    back = (u - 8 * dx, v - 8 * dy)
    sides = " ".join(
        f"{back[0] + side * 3.4 * -dy:.1f},{back[1] + side * 3.4 * dx:.1f}" for side in (1, -1)
    )
    return (
        f'<line class="{kind}" x1="{x:.1f}" y1="{y:.1f}" x2="{back[0]:.1f}" y2="{back[1]:.1f}"/>'
        f'<polygon class="{kind} head" points="{u:.1f},{v:.1f} {sides}"/>'
    )


def curve(start: Point, end: Point, kind: str) -> str:
    """A line that leaves and arrives level, for graphs whose nodes stand in columns."""
    (x, y), (u, v) = start, end
    middle = (x + u) / 2
    way = f"M{x:.1f} {y:.1f}C{middle:.1f} {y:.1f} {middle:.1f} {v:.1f} {u:.1f} {v:.1f}"
    return f'<path class="{kind}" d="{way}"/>'


def spread(count: int, step: float) -> list[float]:
    """Heights of the things in a column, around 0."""
    return [(place - (count - 1) / 2) * step for place in range(count)]


def figure(page: Page, canvas: Canvas, label: str, backward: bool) -> str:
    """A drawing in a box that scrolls, and what its lines mean."""
    keys = [("forward", "html_forward")] + [("backward", "html_backward")] * backward
    told = "".join(
        f'<span><span class="key {kind}"></span>{page.said(key)}</span> ' for kind, key in keys
    )
    follow = f'<span class="follow">{page.said(label + "_follow")}</span>'
    return (
        f'<figure class="drawing"><div class="scroll">{canvas.drawn(page.said(label))}</div>'
        f"<figcaption>{told}{follow}</figcaption></figure>\n"
    )
