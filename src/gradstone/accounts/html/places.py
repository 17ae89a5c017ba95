"""Where each line of an account stands in the page, so that links lead to it."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from gradstone.accounts.account import (
    Box,
    Cell,
    MatrixForm,
    Paragraph,
    Part,
    Phrase,
    Story,
    Table,
    Value,
    Working,
)

Lines = Callable[[Part], Iterator[str]]


def places(story: Story) -> dict[str, tuple[str, int]]:
    """For each line that stands somewhere, how, and in which part of the document.

    It is "worked" out, else a "row" of a table, else there is but its "value" in one.
    """

    def values(part: Part) -> Iterator[str]:
        for address in _addresses(part):
            if story.entries[address].line:
                yield story.entries[address].line

    parts = [part for section in story.sections for part in section.parts]
    kinds: tuple[tuple[str, Lines], ...] = (("worked", _worked), ("row", _rows), ("value", values))
    found: dict[str, tuple[str, int]] = {}
    for kind, lines in kinds:
        for number, part in enumerate(parts):
            for line in lines(part):
                found.setdefault(line, (kind, number))
    return found


def _worked(part: Part) -> Iterator[str]:
    if isinstance(part, Working):
        yield from part.lines


def _rows(part: Part) -> Iterator[str]:
    if isinstance(part, Table):
        yield from filter(None, part.anchors)


def _addresses(part: Part) -> Iterator[str]:
    """Addresses of the numbers that stand in tables, sentences and matrices."""
    match part:
        case MatrixForm():
            yield from (address for row in part.addresses for address in row)
        case Table():
            yield from (one for row in part.rows for cell in row for one in _values(cell))
        case Paragraph(words) | Box(words):
            yield from (one for phrase in words for one in _values(phrase))
        case _:
            pass


def _values(cell: Cell) -> Iterator[str]:
    if isinstance(cell, Value):
        yield cell.address
    elif isinstance(cell, Phrase):
        yield from (one for gap in cell.gaps.values() for one in _values(gap))
