"""A figure as an SVG element for a page: its marks have names, its style is attributes.

The policy of a page allows no style attribute, so each becomes the attributes it stands for.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from xml.etree import ElementTree

from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.collections import LineCollection, PathCollection, PolyCollection
from matplotlib.colors import to_hex, to_rgb
from matplotlib.figure import Figure
from matplotlib.text import Text

from gradstone.pictures.rendering import rendered

Element = ElementTree.Element
UNITS = 72.0
"""SVG units an inch."""
PAPER = "paper"
PLACES = {"d", "x", "y"}
FLAT = (LineCollection, PathCollection, PolyCollection)


@dataclass(frozen=True, slots=True)
class Drawn:
    """A figure that has just been drawn, its display coordinates those of the SVG, from below.

    Attributes:
        svg: what was drawn. names: of each mark in it, by artist. gids: those given by others.
    """

    picture: Figure
    svg: Element
    names: dict[Artist, str]
    gids: dict[Artist, str | None]

    @property
    def size(self) -> tuple[float, float]:
        """Width and height in SVG units."""
        width, height = self.picture.get_size_inches()
        return float(width) * UNITS, float(height) * UNITS


@contextmanager
def drawn(picture: Figure) -> Iterator[Drawn]:
    """The figure drawn; inside the block its artists stand where they stand in the SVG."""
    names = {
        child: f"mark-{number}-{place}"
        for number, axes in enumerate(picture.axes)
        for place, child in enumerate(axes.get_children())
    }
    names[picture.patch] = PAPER
    gids, dpi = {artist: artist.get_gid() for artist in names}, picture.dpi
    try:
        for artist, name in names.items():
            artist.set_gid(name)
        svg = _clean(ElementTree.fromstring(rendered(picture, ".svg")))
        picture.dpi = UNITS  # as it was while the SVG was drawn
        yield Drawn(picture, svg, names, gids)
    finally:
        picture.dpi = dpi
        for artist, gid in gids.items():
            artist.set_gid(gid)


def _clean(svg: Element) -> Element:
    """The SVG as it may stand in HTML: no namespaces, style, paper, nor size but its view box."""
    for one in svg.iter():
        one.tag = one.tag.rpartition("}")[2]
        attributes = {name.rpartition("}")[2]: value for name, value in one.attrib.items()}
        for rule in attributes.pop("style", "").split(";"):
            name, _, value = rule.partition(":")
            if value:
                attributes[name.strip()] = value.strip()
        for name in attributes.keys() & PLACES:
            attributes[name] = re.sub(r"\d+\.\d{3,}", _rounded, attributes[name])
        one.attrib.clear()
        one.attrib.update(attributes)
    _drop(svg, lambda one: one.tag in ("metadata", "style") or one.get("id") == PAPER)
    for name in ("width", "height", "version"):
        svg.attrib.pop(name, None)
    return svg


def _rounded(found: re.Match[str]) -> str:
    return f"{float(found[0]):.2f}".rstrip("0").rstrip(".")


def _drop(root: Element, unwanted: Callable[[Element], bool]) -> None:
    """Take elements out; definitions in them stay, for others may use them."""
    for parent in list(root.iter()):
        for child in [one for one in parent if unwanted(one)]:
            parent.remove(child)
            root.extend(one for one in child.iter("defs") if len(one))


def without(svg: Element, names: set[str]) -> None:
    """Take the marks with these names out of an SVG."""
    _drop(svg, lambda one: one.get("id") in names)


def text_of(svg: Element) -> str:
    """The SVG as text for HTML."""
    return ElementTree.tostring(svg, encoding="unicode", short_empty_elements=False)


def dark_rules(done: Drawn) -> str:
    """CSS rules that give the greys of a drawing their counterparts on dark paper.

    None where black and white stand for numbers or on colours: images, filled contours, surfaces,
    words within coloured shapes. Such pictures stay on a white sheet.
    """
    if not all(_plain(axes) for axes in done.picture.axes):
        return ""
    found = {
        (name, colour)
        for one in done.svg.iter()
        for name in ("fill", "stroke")
        if (colour := one.get(name, "")).startswith("#") and _is_grey(colour)
    }
    return "".join(
        f'[{name}="{colour}"]{{{name}:{_turned(colour)}}}\n' for name, colour in sorted(found)
    )


def _plain(axes: Axes) -> bool:
    if axes.name == "3d" or axes.images or not all(isinstance(c, FLAT) for c in axes.collections):
        return False
    words = [one for one in axes.texts if one.get_text()]
    return not words or not (axes.patches or any(_in_a_box(one) for one in words))


def _in_a_box(text: Text) -> bool:
    return text.get_bbox_patch() is not None


def _is_grey(colour: str) -> bool:
    parts = to_rgb(colour)
    return max(parts) - min(parts) < 0.04


def _turned(colour: str) -> str:
    """White becomes the page's dark paper, black its ink."""
    paper, ink = to_rgb("#14171b"), to_rgb("#e3e7eb")
    light = to_rgb(colour)[0]
    red, green, blue = (i + light * (p - i) for p, i in zip(paper, ink, strict=True))
    return to_hex((red, green, blue))
