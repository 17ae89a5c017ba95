"""Matrix steps: the formula, its shapes, and names and numbers in square brackets."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from gradstone.accounts.account import MatrixForm
from gradstone.accounts.cells import value
from gradstone.accounts.formula import amount
from gradstone.accounts.text.cells import Page
from gradstone.accounts.text.styled import EMPTY, Styled, formula_lines, joined, styled
from gradstone.accounts.text.tables import pointed

SIDES = {"top": ("⎡", "⎤"), "middle": ("⎢", "⎥"), "bottom": ("⎣", "⎦"), "only": ("[", "]")}
Block = list[Styled]


def matrix(page: Page, one: MatrixForm) -> Iterator[Styled]:
    """A matrix step in the page's width."""
    left = page.formula(one.left.latex)
    indent = left.width + 1
    room = page.width - indent - 2
    rows: Block = []
    if one.formula:
        rows += [
            styled("= " if not place else "  ") + part
            for place, part in enumerate(formula_lines(page.formula(one.formula), room))
        ]
    rows += [styled("  ") + page.words(one.shapes, "faint")] if one.shapes else []
    names = [[page.formula(symbol.latex) for symbol in row] for row in one.names]
    numbers = [[value(page, address) for address in row] for row in one.addresses]
    rows += _blocks(page, [one for one in (names, numbers) if one], room, _equals(page, one))
    rows = rows or [EMPTY]
    code = styled("   ") + _code(page, one.code) if one.code else EMPTY
    for place, row in enumerate(rows):
        line = (left if not place else EMPTY).padded(indent) + row
        fits = line.width + code.width <= page.width
        yield line + (code if not place and fits else EMPTY)
        if not place and not fits:
            yield EMPTY.padded(indent - 1) + code.cut(0, len(code.plain)).padded(0, 3)


def _code(page: Page, name: str) -> Styled:
    colon = "：" if page.language == "zh" else ": "
    return page.said("program_name", "faint") + styled(colon + name, "faint")


def _equals(page: Page, one: MatrixForm) -> str:
    """= where all numbers are printed as they are, else ≈."""
    told = (page.story.entries[address] for row in one.addresses for address in row)
    exact = all(amount(entry, page.story.digits).exact for entry in told)
    return page.words("= " if exact else "≈ ").plain


def _blocks(
    page: Page, matrices: Sequence[Sequence[Sequence[Styled]]], room: int, last: str
) -> Block:
    """Names and numbers beside each other, or below, where there is no room."""
    blocks = [_block(page, rows, room) for rows in matrices]
    signs = [*["= "] * (len(blocks) - 1), last]
    told = [
        [styled("  " if place else sign) + line for place, line in enumerate(one)]
        for one, sign in zip(blocks, signs, strict=False)
    ]
    beside = len({len(one) for one in told}) == 1
    if beside and sum(one[0].width + 1 for one in told) - 1 <= room + 2:
        return [joined(lines, " ") for lines in zip(*told, strict=True)]
    return [line for one in told for line in one]


def _block(page: Page, rows: Sequence[Sequence[Styled]], room: int) -> Block:
    """A matrix in brackets, its columns in groups where they are too many for a line."""
    cells = list(pointed(rows, [True] * len(rows[0])))
    widths = [max(row[place].width for row in cells) for place in range(len(cells[0]))]
    lines: Block = []
    start = 0
    while start < len(widths):
        stop, used = start + 1, widths[start] + 4
        while stop < len(widths) and used + 2 + widths[stop] <= room:
            used += 2 + widths[stop]
            stop += 1
        lines += _bracketed(page, [row[start:stop] for row in cells], widths[start:stop])
        start = stop
    return lines


def _bracketed(page: Page, rows: Sequence[Sequence[Styled]], widths: Sequence[int]) -> Block:
    lines = []
    for place, row in enumerate(rows):
        last = len(rows) - 1
        side = "only" if not last else {0: "top", last: "bottom"}.get(place, "middle")
        opening, closing = SIDES["only" if page.ascii else side]
        inner = joined([one.padded(width) for one, width in zip(row, widths, strict=True)], "  ")
        lines.append(styled(f"{opening} ") + inner + styled(f" {closing}"))
    return lines
