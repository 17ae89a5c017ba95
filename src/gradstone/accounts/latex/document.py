"""The document: head, sections, and their parts one after the other."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby

from gradstone.accounts.account import (
    Box,
    Drawing,
    MatrixForm,
    NetworkDrawing,
    Paragraph,
    Part,
    Section,
    Story,
    Table,
    Working,
)
from gradstone.accounts.latex.cells import Page, phrase, sentences
from gradstone.accounts.latex.graph import graph_picture
from gradstone.accounts.latex.lines import working
from gradstone.accounts.latex.matrices import matrix_forms
from gradstone.accounts.latex.network import network_picture
from gradstone.accounts.latex.preamble import preamble
from gradstone.accounts.latex.tables import table
from gradstone.language import chosen

LEVELS = (r"\section", r"\subsection", r"\subsubsection")


def to_latex(story: Story, language: str | None = "en") -> str:
    """The account as one LaTeX document, A4.

    Args:
        story: what is told.
        language: "en", for pdflatex and xelatex; "zh", for xelatex; None: the locale's.

    Raises:
        UnknownNameError: another language.
    """
    page = Page(story, chosen(language))
    body = "".join(_section(page, one) for one in story.sections)
    title = (
        rf"{{\LARGE\bfseries {page.said(_title(story))}\par}}"
        rf"\medskip{{\large {phrase(page, story.title)}\par}}"
    )
    start = "\\setcounter{section}{-1}\n" if _has_head(story.sections) else ""
    foreign = page.language == "en" and r"\cjk{" in title + body
    return (
        f"{preamble(page.language, foreign)}\\begin{{document}}\n{start}{title}\n{body}"
        "\\end{document}\n"
    )


def _title(story: Story) -> str:
    return f"latex_{story.kind}"


def _has_head(sections: Sequence[Section]) -> bool:
    """Whether the first section is the head, which counts as 0."""
    return bool(sections) and sections[0].key == "head"


def _section(page: Page, one: Section) -> str:
    level = LEVELS[min(one.level, len(LEVELS)) - 1]
    groups = [list(group) for _, group in groupby(one.parts, type)]
    parts = "\n".join(_parts(page, group) for group in groups)
    return f"\n{level}[]{{{phrase(page, one.title)}}}\n{parts}"


def _parts(page: Page, parts: Sequence[Part]) -> str:
    """Neighbours of one kind; matrix steps share a display."""
    forms = [one for one in parts if isinstance(one, MatrixForm)]
    if forms:
        return matrix_forms(page, forms)
    return "\n".join(_part(page, one) for one in parts if not isinstance(one, MatrixForm))


def _part(page: Page, part: Paragraph | Box | Working | Table | Drawing) -> str:
    match part:
        case Paragraph(words):
            return f"{sentences(page, words)}\\par\\nopagebreak[3]\n"
        case Box(words):
            return f"\\remember{{{sentences(page, words)}}}\n"
        case Working():
            return working(page, part)
        case Table():
            return table(page, part)
        case Drawing():
            return _drawing(page, part)


def _drawing(page: Page, part: Drawing) -> str:
    drawing = page.story.drawing
    if drawing is None:
        return ""
    if isinstance(drawing, NetworkDrawing):
        return network_picture(page, drawing, part)
    return graph_picture(page, drawing, part)
