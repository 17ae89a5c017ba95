"""The page: title, sections, and their parts one below the other."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from gradstone.accounts.account import (
    Box,
    Drawing,
    MatrixForm,
    Paragraph,
    Part,
    Section,
    Story,
    Table,
    Working,
)
from gradstone.accounts.text.cells import Page
from gradstone.accounts.text.drawings import drawing
from gradstone.accounts.text.matrices import matrix
from gradstone.accounts.text.styled import EMPTY, GLUE, Styled, restyled, styled, wrapped
from gradstone.accounts.text.tables import table
from gradstone.accounts.text.working import working
from gradstone.language import Language

if TYPE_CHECKING:
    from rich.console import Console

COLOURS = {
    "guard": "dim", "forward": "#0072B2", "backward": "#D55E00", "update": "#009E73",
    "title": "bold", "faint": "dim", "ok": "green", "bad": "bold red",
}  # fmt: skip
"""Styles of `Styled` as a terminal shows them; words say the same without colour."""
UNDERLINES = {1: ("=", "═"), 2: ("-", "─")}


def to_text(story: Story, language: Language = "en", ascii: bool = False, width: int = 80) -> str:
    """An account as lines of text.

    Args:
        ascii: without signs beyond ASCII, where an encoding lacks them. width: columns.
    """
    lines = _page(Page(story, language, ascii, width))
    return "\n".join(one.plain.replace(GLUE, " ").rstrip() for one in lines) + "\n"


def print_story(story: Story, console: Console, language: Language = "en") -> None:
    """Print an account in colours; forward blue, backward orange, guard digits dim."""
    from rich.text import Text

    ascii = console.options.ascii_only
    for line in _page(Page(story, language, ascii, max(console.width, 40))):
        spans = [(text.replace(GLUE, " "), COLOURS.get(style, "")) for text, style in line.spans]
        text = Text.assemble(*spans, no_wrap=True, overflow="ignore")
        text.rstrip()
        console.print(text, crop=False, soft_wrap=True, highlight=False)


def _page(page: Page) -> Iterator[Styled]:
    yield from wrapped(page.phrase(page.story.title), page.width)
    for section in page.story.sections:
        yield from _section(page, section)


def _section(page: Page, section: Section) -> Iterator[Styled]:
    title = page.phrase(section.title)
    style = section.key.partition("_")[0]
    shown = style if style in ("forward", "backward", "update") else "title"
    yield EMPTY
    for line in wrapped(title, page.width):
        yield restyled(line, shown)
    signs = UNDERLINES[min(section.level, 2)]
    yield styled(signs[not page.ascii] * min(title.width, page.width), "faint")
    printed = False
    for part in section.parts:
        lines = list(_part(page, part))
        if printed and lines:
            yield EMPTY
        printed = printed or bool(lines)
        yield from lines


def _part(page: Page, part: Part) -> Iterator[Styled]:
    match part:
        case Paragraph(words):
            yield from wrapped(page.sentences(words), page.width)
        case Box(words):
            bar = styled("| " if page.ascii else "┃ ", "title")
            for line in wrapped(page.sentences(words), page.width - 2):
                yield bar + line
        case Working(lines):
            yield from working(page, lines)
        case Table():
            yield from table(page, part)
        case MatrixForm():
            yield from matrix(page, part)
        case Drawing():
            yield from drawing(page, part)
