"""Lines worked out: symbols, numbers put in, products, result, one below the other."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from gradstone.accounts.account import Line
from gradstone.accounts.formula import Forms, forms
from gradstone.accounts.text.cells import Page
from gradstone.accounts.text.styled import Styled, formula_lines, joined, styled

STYLES = {"F": "forward", "L": "forward", "A": "forward", "B": "backward", "P": "backward"}
WIDEST = 24
"""Quantities up to so many columns have their = signs below one another."""


@dataclass(frozen=True, slots=True)
class _Columns:
    """Where things begin: the quantity after the ids, its = sign after the quantity."""

    name: int
    equals: int


def working(page: Page, names: Sequence[str]) -> Iterator[Styled]:
    """The lines of a story worked out."""
    lines = [page.story.lines[one] for one in names]
    told = [forms(page.story, one) for one in lines]
    start = max((len(one.id) + 2 for one in lines if one.id), default=0)
    widths = [page.formula(one.left).width for one in told]
    widest = max((one for one in widths if one <= WIDEST), default=WIDEST)
    for line, one, width in zip(lines, told, widths, strict=True):
        yield from _line(page, line, one, _Columns(start, start + max(widest, width) + 1))


def _line(page: Page, line: Line, told: Forms, columns: _Columns) -> Iterator[Styled]:
    head = styled(line.id, STYLES.get(line.id[:1], "update")).padded(columns.name)
    head = (head + page.formula(told.left)).padded(columns.equals)
    rows = _rows(page, line, told)
    single = head + rows[0]
    for one in rows[1:]:
        single += styled(" ") + one
    if not told.products and single.width <= page.width:
        rows = [single.cut(len(head.plain), len(single.plain))]
    else:
        rows = _aligned(page, told, rows, page.width - columns.equals)
    indent = styled(" " * columns.equals)
    first = True
    for one in _checked(page, line, rows, page.width - columns.equals):
        for place, part in enumerate(_broken(one, page.width - columns.equals)):
            before = head if first else indent
            yield before + (part if not place else styled("  ") + part)
            first = False


def _rows(page: Page, line: Line, told: Forms) -> list[Styled]:
    """One row for each form, beginning with its = sign."""
    rows = [_row(page, "=", one) for one in (told.symbols, told.numbers, told.products) if one]
    result = _row(page, told.equals, (told.result.latex,))
    if line.reason is not None:
        opening, closing = ("（", "）") if page.language == "zh" else (" (", ")")
        result += page.words(opening) + page.phrase(line.reason) + page.words(closing)
    return [*rows, result]


def _row(page: Page, sign: str, terms: Sequence[str]) -> Styled:
    return page.formula(f"{sign} {' '.join(terms)}")


def _broken(row: Styled, width: int) -> list[Styled]:
    """A row in lines; those after the first stand two columns further right, below the formula."""
    if row.width <= width:
        return [row]
    first, rest = row.cut(0, 1), row.cut(1, len(row.plain))
    lines = formula_lines(rest, width - 2)
    return [first + styled(" ") + lines[0], *lines[1:]]


def _checked(page: Page, line: Line, rows: list[Styled], width: int) -> list[Styled]:
    """The rows with the verdict beside the last of them, or below it."""
    if line.check is None:
        return rows
    words = page.check_beside(line.check)
    beside = rows[-1] + styled("   ") + words
    return [*rows[:-1], beside] if beside.width <= width else [*rows, words]


def _aligned(page: Page, told: Forms, rows: list[Styled], width: int) -> list[Styled]:
    """Factors below factors, where symbols and numbers are products of as many."""
    if len(told.symbols) != 1 or len(told.numbers) != 1:
        return rows
    names = [page.formula(one) for one in _factors(told.symbols[0], r"\cdot")]
    numbers = [page.formula(one) for one in _factors(told.numbers[0], r"\times")]
    derivatives = any(one.startswith(r"\frac") for one in _factors(told.symbols[0], r"\cdot"))
    if len(names) != len(numbers) or len(names) < 2 or not derivatives:
        return rows
    widths = [max(a.width, b.width) for a, b in zip(names, numbers, strict=True)]
    made = []
    for factors, sign in ((names, "·"), (numbers, "×")):
        padded = [one.padded(width) for one, width in zip(factors[:-1], widths, strict=False)]
        between = page.words(f" {sign} ").plain
        made.append(styled("= ") + joined([*padded, factors[-1]], between))
    return [*made, *rows[2:]] if max(one.width for one in made) <= width else rows


def _factors(latex: str, sign: str) -> list[str]:
    """What stands between the signs of a product, outside of brackets."""
    found = [""]
    for piece in latex.split(f" {sign} "):
        whole = found[-1].count("{") == found[-1].count("}")
        closed = found[-1].count(r"\left") == found[-1].count(r"\right")
        if found[-1] and whole and closed:
            found.append(piece)
        else:
            found[-1] += (f" {sign} " if found[-1] else "") + piece
    return found
