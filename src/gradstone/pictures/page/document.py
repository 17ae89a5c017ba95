"""The page of a figure: one HTML file, interactive, without a word to any network."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import cache
from html import escape
from importlib import resources
from typing import Any

from matplotlib.figure import Figure

from gradstone.language import Language
from gradstone.page import whole_page
from gradstone.pictures.page.charts import charts, legends
from gradstone.pictures.page.drawn import Element, dark_rules, drawn, text_of
from gradstone.pictures.page.numbers import packed, words
from gradstone.pictures.words import said

PICTURE = (
    "view.js", "heights.js", "points.js", "legend.js", "space.js", "player.js", "paths.js",
    "picture.js",
)  # fmt: skip
"""The parts of a picture's script, in order: one module."""
WIDTH = 130
"""A picture is shown at most so many pixels an inch wide."""
WORDS = ("point", "play", "pause", "step", "speed", "frame", "show", "space")


def page(picture: Figure, language: Language = "en") -> bytes:
    """A figure as an HTML page in UTF-8.

    The numbers of lines, points and bars are told where one points, and those of axes that have
    `heights`; entries of legends switch them, axes in space turn, and lines marked by `follow` are
    played step by step. A line has at most 2000 points there, and numbers nine digits.

    Args:
        language: of the page's own words; those in the figure are as they are.
    """
    with drawn(picture) as done:
        told: dict[str, Any] = {"charts": charts(done), "legends": legends(done), "spaces": []}
        if any(axes.name == "3d" for axes in picture.axes):
            from gradstone.pictures.page.spaces import spaces

            told["spaces"] = spaces(done)
        title = title_of(picture) or said("page_title", language)
        dark = dark_rules(done)
        body = _sheet(done.svg, title, bool(dark)) + _help(told, language)
    rules = f".plot{{max-width:min(100%,{WIDTH * picture.get_figwidth():.0f}px)}}\n"
    if dark:
        rules += f"@media screen and (prefers-color-scheme:dark){{\n{dark}}}\n"
    return whole(title, body, told, (PICTURE, rules), language)


def title_of(picture: Figure) -> str:
    """The words above a figure, or above the first of its axes that has some."""
    titles = [picture.get_suptitle(), *(axes.get_title() for axes in picture.axes)]
    return words(next(filter(None, titles), ""))


def _sheet(svg: Element, title: str, turning: bool) -> str:
    """The picture: its words and lines, and a canvas below them for what is in space."""
    svg.attrib |= {"class": "plot", "tabindex": "0", "role": "application", "aria-label": title}
    svg.attrib |= {"aria-describedby": "help", "stroke-linejoin": "round"}
    kind = "sheet turning" if turning else "sheet"
    return (
        f'<h1 class="unseen">{escape(title)}</h1>\n<figure class="{kind}"><canvas></canvas>\n'
        f'{text_of(svg)}\n<div class="tip" role="status" hidden></div></figure>\n'
        '<div class="player" hidden></div>\n'
    )


def _help(told: Mapping[str, Any], language: Language) -> str:
    panels = [*told["charts"], *told["spaces"]]
    useful = {
        "numbers": any(one["series"] for one in panels),
        "heights": any(one["heights"] for one in told["charts"]), "zoom": True,
        "legend": told["legends"], "space": told["spaces"],
    }  # fmt: skip
    between = "" if language == "zh" else " "
    helped = between.join(said(f"page_help_{key}", language) for key in useful if useful[key])
    return f'<p class="help" id="help">{helped}</p>\n'


def whole(
    title: str, body: str, told: Mapping[str, Any], look: tuple[Iterable[str], str],
    language: Language,
) -> bytes:  # fmt: skip
    """A page around a body.

    Args:
        told: what its script reads. look: the parts of the script, and rules after the style.
    """
    parts, rules = look
    script, style = "".join(map(_file, parts)), _file("viewer.css") + rules
    spoken = {key: said(f"page_{key}", language) for key in WORDS}
    data = packed({**told, "words": spoken})
    body = f'<main>\n{body}</main>\n<script type="application/json" id="told">{data}</script>'
    return whole_page(title, body, language, style=style, script=script).encode()


@cache
def _file(name: str) -> str:
    place = resources.files("gradstone.pictures.page") / "viewer" / name
    return place.read_text(encoding="utf-8")
