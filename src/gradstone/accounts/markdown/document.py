"""The page: title, sections, and their parts one below the other."""

from __future__ import annotations

from collections.abc import Iterator

from gradstone.accounts.account import (
    Box,
    Code,
    Drawing,
    Line,
    MatrixForm,
    Paragraph,
    Part,
    Phrase,
    Section,
    Story,
    Table,
    Working,
)
from gradstone.accounts.listing import listed
from gradstone.accounts.markdown.cells import Page, code
from gradstone.accounts.markdown.mathematics import aligned, display, in_rows, matrix, words
from gradstone.accounts.words import said
from gradstone.language import Language

BRACKETS = {"en": (" (", ")"), "zh": ("（", "）")}


def to_markdown(story: Story, language: Language = "en") -> str:
    """An account in GitHub-flavoured Markdown, with formulas as $…$ and $$…$$."""
    page = Page(story, language)
    blocks = [f"# {page.phrase(story.title)}"]
    for section in story.sections:
        blocks += _section(page, section)
    return "\n\n".join(one for one in blocks if one) + "\n"


def _section(page: Page, section: Section) -> Iterator[str]:
    yield f"{'#' * (section.level + 1)} {page.phrase(section.title)}"
    for part in section.parts:
        yield _part(page, part)


def _part(page: Page, part: Part) -> str:
    match part:
        case Paragraph(sentences):
            return page.sentences(sentences)
        case Box(sentences):
            return f"> **{page.sentences(sentences)}**"
        case Working(lines):
            return _working(page, [page.story.lines[one] for one in lines])
        case Table():
            return page.table(part)
        case MatrixForm():
            return _matrix(page, part)
        case Drawing():
            told = listed(page.story, part)
            return page.table(told) if told is not None else ""


def _working(page: Page, lines: list[Line]) -> str:
    rows = [row for one in lines for row in aligned(page.story, one, _after(page, one))]
    return display(in_rows(rows)) if rows else ""


def _after(page: Page, line: Line) -> str:
    """The reason of a zero, and the numeric check."""
    told = ""
    if line.reason is not None:
        opening, closing = BRACKETS[page.language]
        told += words(opening) + page.within(line.reason) + words(closing)
    if line.check is not None:
        told += r"\qquad " + page.within(Phrase("check_beside", {"check": line.check}))
    return told


def _matrix(page: Page, part: MatrixForm) -> str:
    formula = display(matrix(page.story, part))
    name = page.cell(Code(part.code))
    colon = "：" if page.language == "zh" else ": "
    told = [said("program_name", page.language) + colon + name] if name else []
    told += [code(part.shapes)] if part.shapes else []
    return "\n\n".join([formula, " · ".join(told)]) if told else formula
