"""Columns: numbers with their points below one another, turned over where they are too wide."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from gradstone.accounts.account import Amount, Check, Table, Value
from gradstone.accounts.text.cells import Page
from gradstone.accounts.text.styled import (
    EMPTY,
    GLUE,
    Styled,
    joined,
    longest,
    restyled,
    styled,
    wrapped,
)

GAP = 2
NARROWEST = 10
"""Columns of words are wrapped, but not to fewer columns than this."""
MANY, FIRST = 8, 20
"""Tables of more rows are not turned over: names wider than this get a line of their own."""
SPACE = re.compile(f"[ {GLUE}]")
Row = Sequence[Styled]


@dataclass(frozen=True, slots=True)
class _Grid:
    """Cells as text. numeric: by column, whether it holds numbers."""

    heads: tuple[Styled, ...]
    rows: tuple[tuple[Styled, ...], ...]
    numeric: tuple[bool, ...]
    total: bool


def table(page: Page, one: Table) -> Iterator[Styled]:
    """A table in the page's width."""
    if one.caption is not None:
        yield from wrapped(page.phrase(one.caption), page.width)
    grid = _grid(page, one)
    fitted = _fitted(grid, page.width)
    if fitted is not None:
        yield from _drawn(page, grid, fitted)
        return
    for place, part in enumerate(_turned(grid, page.width)):
        if place:
            yield EMPTY
        yield from _drawn(page, part, _widths(part))


def _grid(page: Page, one: Table) -> _Grid:
    heads = tuple(page.cell(cell) for cell in one.heads)
    rows = [[page.cell(cell) for cell in row] for row in one.rows]
    numeric = tuple(
        any(isinstance(row[place], Value | Amount | Check) for row in one.rows)
        for place in range(len(heads))
    )
    return _Grid(heads, tuple(pointed(rows, numeric)), numeric, one.total)


def pointed(rows: Sequence[Row], numeric: Sequence[bool]) -> Iterator[tuple[Styled, ...]]:
    """Numbers with spaces before them, so that their points stand below one another."""
    wholes = [
        [_whole(one) if numbers else 0 for one, numbers in zip(row, numeric, strict=True)]
        for row in rows
    ]
    widest = [max(column) for column in zip(*wholes, strict=True)]
    for row, whole in zip(rows, wholes, strict=True):
        yield tuple(
            styled(" " * (wide - own)) + one if own else one
            for one, own, wide in zip(row, whole, widest, strict=True)
        )


def _whole(one: Styled) -> int:
    """How many columns a number has before its point; 0 for what is none."""
    head = SPACE.split(one.plain)[0].partition(".")[0]
    digits = head.lstrip("−-")
    return len(head) if digits.isdigit() or digits in ("∞", "inf", "NaN") else 0


def _widths(grid: _Grid) -> list[int]:
    columns = zip(grid.heads, *grid.rows, strict=True)
    return [max(one.width for one in column) for column in columns]


def _fitted(grid: _Grid, width: int) -> list[int] | None:
    """Widths of columns, those of words and heads narrowed; None where that is not enough."""
    widths = _widths(grid)
    over = sum(widths) + GAP * (len(widths) - 1) - width
    if over <= 0:
        return widths
    least = [
        max(_least(one) for one in column) for column in zip(grid.heads, *grid.rows, strict=True)
    ]
    if len(grid.rows) > MANY:
        least[0] = min(least[0], FIRST)
    while over > 0:
        place = max(range(len(widths)), key=lambda i: (widths[i] > least[i], widths[i]))
        if widths[place] <= least[place]:
            return None
        widths[place] -= 1
        over -= 1
    return widths


def _least(one: Styled) -> int:
    """The width of the longest part that is not broken; of words not less than is readable."""
    if one.plain.startswith(" "):
        return one.width
    return min(one.width, max(NARROWEST, longest(one.plain)))


def _drawn(page: Page, grid: _Grid, widths: Sequence[int]) -> Iterator[Styled]:
    rule = styled(("-" if page.ascii else "─") * (sum(widths) + GAP * (len(widths) - 1)), "faint")
    if any(one.plain for one in grid.heads):
        yield from _row(grid.heads, widths, "title")
        yield rule
    for place, row in enumerate(grid.rows):
        if grid.total and place == len(grid.rows) - 1:
            yield rule
        yield from _row(row, widths)


def _row(cells: Row, widths: Sequence[int], style: str = "") -> Iterator[Styled]:
    """A row, as many lines high as its highest cell; heads stand at the bottom."""
    if cells[0].width > widths[0] and _least(cells[0]) > widths[0]:
        yield cells[0]
        cells = (EMPTY, *cells[1:])
    columns = [
        [one] if one.width <= width else wrapped(one, width)
        for one, width in zip(cells, widths, strict=True)
    ]
    height = max(len(one) for one in columns)
    for line in range(height):
        made = []
        for column, width in zip(columns, widths, strict=True):
            shift = height - len(column) if style else 0
            one = column[line - shift] if 0 <= line - shift < len(column) else EMPTY
            made.append(restyled(one, style).padded(width))
        yield joined(made, " " * GAP)


def _turned(grid: _Grid, width: int) -> Iterator[_Grid]:
    """Rows as columns, as many at a time as have room."""
    first = max(one.width for one in grid.heads)
    start = 0
    while start < len(grid.rows):
        stop, used = start, first
        while stop < len(grid.rows):
            used += GAP + max(one.width for one in grid.rows[stop])
            if used > width and stop > start:
                break
            stop += 1
        shown = [tuple(one.cut(0, len(one.plain)) for one in row) for row in grid.rows[start:stop]]
        heads = (grid.heads[0], *(row[0] for row in shown))
        body = tuple((grid.heads[i], *(row[i] for row in shown)) for i in range(1, len(grid.heads)))
        yield _Grid(heads, body, (False,) * (len(shown) + 1), False)
        start = stop
