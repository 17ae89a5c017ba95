"""Matrix steps: formula, shapes, numbers; wide matrices smaller, wider ones in blocks."""

from __future__ import annotations

from collections.abc import Sequence
from math import ceil

from gradstone.accounts.account import MatrixForm
from gradstone.accounts.latex.breaking import width
from gradstone.accounts.latex.cells import Page, code, text_width
from gradstone.accounts.latex.lines import CONTINUED, INDENT, RELATION, TEXT, display
from gradstone.accounts.latex.text import digits, mathematics, sentence

SMALLEST = 0.6
"""A matrix is made smaller down to this share, then it is cut into blocks of columns."""
MOST_ROWS = 36
Rows = Sequence[Sequence[str]]


def matrix_forms(page: Page, parts: Sequence[MatrixForm]) -> str:
    """Matrix steps in one display."""
    widest = max(width(mathematics(one.left.latex)) for one in parts)
    room = TEXT - INDENT - RELATION - 1.25 * widest
    return display([_form(page, one, room) for one in parts])


def _form(page: Page, part: MatrixForm, room: float) -> str:
    left = mathematics(part.left.latex)
    beside = _beside(page, part)
    aside = text_width(beside) * 0.8 + 20 if beside else 0.0
    told = [[digits(page.number(one)) for one in row] for row in part.addresses]
    names = [[mathematics(one.latex) for one in row] for row in part.names]
    both = [_matrix(rows) for rows in (names, told) if rows]
    short = len(told) <= MOST_ROWS and not part.formula
    if short and sum(map(_matrix_width, _filled(names, told))) + aside + 30 < room:
        return rf"{left} &= {' = '.join(both)}{beside}"
    rows = [f"= {mathematics(part.formula)}{beside}"] if part.formula else []
    for one in _filled(names, told):
        rows += _blocks(page, one, room)
    if not part.formula:
        place = 0 if names and told else -1
        rows[place] += beside
    end = "\\\\*\n" if len(told) <= MOST_ROWS else "\\\\\n"
    body = end.join(f"&{row}" for row in rows)
    return f"{left} {body}"


def _filled(*tables: Rows) -> list[Rows]:
    return [one for one in tables if one]


def _beside(page: Page, part: MatrixForm) -> str:
    """The shapes and the program's name."""
    shapes = sentence(part.shapes, page.chinese)
    told = r"\quad ".join(one for one in (shapes, code(page, part.code)) if one)
    return rf"\qquad\beside{{{told}}}" if told else ""


def _blocks(page: Page, rows: Rows, room: float) -> list[str]:
    """A matrix that fits as it is or smaller; a wider or longer one block by block."""
    wide = _matrix_width(rows)
    if wide * SMALLEST <= room and len(rows) <= MOST_ROWS:
        made = _matrix(rows)
        return [f"= {made if wide <= 0.97 * room else _fitted(made, room)}"]
    found: list[str] = []
    columns = _column_cuts(rows, (room - 70) / SMALLEST)
    for top in range(0, len(rows), MOST_ROWS):
        for first, last in columns:
            block = [row[first:last] for row in rows[top : top + MOST_ROWS]]
            place = _place(page, rows, top, first, last)
            start = "=" if not found else CONTINUED
            found.append(rf"{start} {_fitted(_matrix(block), room - 70)}\ \beside{{{place}}}")
    return found


def _place(page: Page, rows: Rows, top: int, first: int, last: int) -> str:
    """Which rows and columns a block holds, counted from 0 as in a program."""
    bottom = min(top + MOST_ROWS, len(rows))
    return rf"\code{{{{[}}{top}:{bottom}, {first}:{last}{{]}}}}"


def _fitted(made: str, room: float) -> str:
    return rf"\fit{{{room:.0f}pt}}{{{made}}}"


def _column_cuts(rows: Rows, room: float) -> list[tuple[int, int]]:
    """Blocks of about as many columns each, none wider than the room where that can be."""
    count = len(rows[0])
    per = count
    while per > 1 and any(
        _matrix_width([row[start : start + per] for row in rows]) > room
        for start in range(0, count, per)
    ):
        per = ceil(count / (ceil(count / per) + 1)) if per > 2 else 1
    return [(start, min(start + per, count)) for start in range(0, count, per)]


def _column_widths(rows: Rows) -> list[float]:
    return [max(width(one) for one in column) for column in zip(*rows, strict=True)]


def _matrix_width(rows: Rows) -> float:
    return sum(wide + 8 for wide in _column_widths(rows)) + 16


def _matrix(rows: Rows) -> str:
    """A matrix; numbers stand point under point."""
    count = len(rows[0])
    numeric = all(one.lstrip("-")[:1].isdigit() for row in rows for one in row)
    layout = "r@{}l" * count if numeric else "c" * count
    lines = [" & ".join(map(point, row) if numeric else row) for row in rows]
    body = r" \\ ".join(lines)
    return rf"\left[\begin{{array}}{{@{{\,}}{layout}@{{\,}}}} {body} \end{{array}}\right]"


def point(number: str) -> str:
    """A number cut before its point, for two columns."""
    whole, dot, part = number.partition(".")
    if not dot and r"\times" in number:
        whole, dot, part = number.partition(" ")
    return f"{whole} & {dot}{part}"
