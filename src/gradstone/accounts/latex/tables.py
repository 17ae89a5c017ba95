"""Tables: numbers point under point, heads repeated on each page; too wide ones smaller or cut."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from gradstone.accounts.account import Cell, Check, Code, Table
from gradstone.accounts.latex.breaking import width
from gradstone.accounts.latex.cells import Page, cell, phrase, printed_number, text_width
from gradstone.accounts.latex.lines import TEXT
from gradstone.accounts.latex.matrices import point
from gradstone.accounts.latex.text import digits

SIZES = (
    (r"\normalsize", 1.0, 6.0), (r"\small", 0.93, 5.0), (r"\footnotesize", 0.86, 4.0),
    (r"\scriptsize", 0.81, 3.0),
)  # fmt: skip
"""Sizes a table is tried in: the command, its width's share, points beside each column."""
WHOLE = 14
"""Rows up to which a table stays on one page."""
MEASURED = 6
"""Cells of a column that tell LaTeX its width."""
NARROW, PROSE, WORDS = 70.0, 120.0, 170.0
"""A head is broken down to the first. A column of words is wrapped down to the second where that
is needed, and down to the third rather than that the table gets smaller."""


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a table.

    Attributes:
        head: its heading, in lines. cells: the rows. numeric: whether numbers stand in it, each
            cut before its point. wide: points it takes. wrapped: points its words are set to;
            0 for none.
    """

    head: str
    cells: tuple[str, ...]
    numeric: bool
    wide: float
    wrapped: float = 0.0

    @property
    def layout(self) -> str:
        """What it is to LaTeX."""
        if self.wrapped:
            return rf">{{\raggedright\arraybackslash}}p{{{self.wrapped:.0f}pt}}"
        return "r@{}l" if self.numeric else "l"

    def heading(self) -> str:
        """Its head, over both halves of a number."""
        return rf"\multicolumn{{2}}{{l}}{{{self.head}}}" if self.numeric else self.head


def table(page: Page, part: Table) -> str:
    """A table, in several where it would be too wide."""
    if not part.rows:
        return ""
    columns = [_column(page, head, cells) for head, cells in
               zip(part.heads, zip(*part.rows, strict=True), strict=True)]  # fmt: skip
    if any(part.anchors) and not _shows_lines(part):
        columns.insert(0, _anchors(part.anchors))
    caption = rf"{phrase(page, part.caption)}\par\nopagebreak" if part.caption else ""
    size, share, beside = _size(columns)
    room = TEXT / share
    groups = _groups(_wrapped(columns, room, beside), room, beside)
    made = [_grid(group, part.total) for group in groups]
    settings = rf"{size}\setlength{{\tabcolsep}}{{{beside * share:.1f}pt}}"
    return f"{caption}\n{{{settings}\n{''.join(made)}}}\n"


def _shows_lines(part: Table) -> bool:
    told = {one.text for row in part.rows for one in row if isinstance(one, Code)}
    return any(name in told for name in part.anchors if name)


def _anchors(names: Sequence[str]) -> Column:
    cells = tuple(rf"\lineid{{{name}}}" if name else "" for name in names)
    return Column("", cells, False, max(map(text_width, cells)) * 0.8)


def _column(page: Page, head: Cell, cells: Sequence[Cell]) -> Column:
    found = [_number(page, one) for one in cells]
    numeric = any(found) and all(
        number or not cell(page, one) for number, one in zip(found, cells, strict=True)
    )
    if numeric:
        halves = [one.partition("&") for one in map(point, found)]
        wide = max(width(a) for a, _, _ in halves) + max(width(b) for _, _, b in halves)
        told = tuple(" & ".join(f"${half.strip()}$" if half.strip() else "" for half in pair)
                     for pair in ((a, b) for a, _, b in halves))  # fmt: skip
    else:
        told = tuple(cell(page, one) for one in cells)
        wide = max(map(text_width, told))
    title, title_width = _title(page, head, wide)
    return Column(title, told, numeric, max(wide, title_width))


def _number(page: Page, one: Cell) -> str:
    """A number in LaTeX; "" for what is none."""
    found = None if isinstance(one, Check) else printed_number(page, one)
    return "" if found is None else digits(found)


def _title(page: Page, head: Cell, wide: float) -> tuple[str, float]:
    """A heading, in several lines where it is much wider than its column."""
    text = cell(page, head)
    words = text.split(" ")
    if text_width(text) <= max(wide, NARROW) or "$" in text or len(words) < 2:
        return text, text_width(text)
    rows = [words[0]]
    for one in words[1:]:
        longer = f"{rows[-1]} {one}"
        rows = [*rows[:-1], longer] if text_width(longer) <= max(wide, NARROW) else [*rows, one]
    body = r"\\".join(rows)
    return rf"\begin{{tabular}}[b]{{@{{}}l@{{}}}}{body}\end{{tabular}}", max(map(text_width, rows))


def _total(columns: Sequence[Column], beside: float) -> float:
    return sum((one.wrapped or one.wide) * 1.03 + 2 * beside for one in columns) - 2 * beside


def _size(columns: Sequence[Column]) -> tuple[str, float, float]:
    """The largest size in which all columns stand beside each other; else the smallest.

    With its share and the points beside each column, in points of ten-point type.
    """
    narrow = [one if one.numeric else replace(one, wide=min(one.wide, WORDS)) for one in columns]
    for size, share, beside in SIZES:
        if _total(narrow, beside / share) * share <= TEXT:
            return size, share, beside / share
    return SIZES[-1][0], SIZES[-1][1], SIZES[-1][2] / SIZES[-1][1]


def _wrapped(columns: Sequence[Column], room: float, beside: float) -> list[Column]:
    """Columns of words made as narrow as it takes, down to a limit."""
    excess = _total(columns, beside) - room
    found = []
    for one in columns:
        spare = one.wide - PROSE
        if excess > 0 and not one.numeric and spare > 0:
            less = min(spare, excess)
            excess -= less
            found.append(replace(one, wrapped=one.wide - less))
        else:
            found.append(one)
    return found


def _groups(columns: list[Column], room: float, beside: float) -> list[list[Column]]:
    """The columns in tables that fit, each beginning with the first."""
    groups: list[list[Column]] = [[columns[0]]]
    for one in columns[1:]:
        if len(groups[-1]) > 1 and _total([*groups[-1], one], beside) > room:
            groups.append([columns[0]])
        groups[-1].append(one)
    return groups


def _grid(columns: Sequence[Column], total: bool) -> str:
    """A table of few rows in one piece, a longer one over the pages."""
    layout = "@{}" + "".join(one.layout for one in columns) + "@{}"
    heads = " & ".join(one.heading() for one in columns)
    rows = [" & ".join(row) for row in zip(*(one.cells for one in columns), strict=True)]
    body = [f"{row} \\\\\n" for row in rows]
    if total and len(body) > 1:
        body[-2] = f"{rows[-2]} \\\\*\n\\midrule\n"
    if len(rows) <= WHOLE:
        return (
            f"\\medskip\n\\begin{{tabular}}{{{layout}}}\n\\toprule {heads} \\\\ \\midrule\n"
            + "".join(body) + "\\bottomrule\n\\end{tabular}\\par\\medskip\n"
        )  # fmt: skip
    return (
        f"\\begin{{longtable}}[l]{{{layout}}}\n{''.join(_rulers(columns))}"
        f"\\toprule {heads} \\\\ \\midrule \\endhead\n\\bottomrule \\endfoot\n"
        + "".join(body) + "\\end{longtable}\n"
    )  # fmt: skip


def _rulers(columns: Sequence[Column]) -> list[str]:
    """Rows that are measured and not printed, of the widest cells of each column.

    So one run of LaTeX is enough for heads and rows to have the same widths.
    """
    widest = [sorted(one.cells, key=text_width, reverse=True)[:MEASURED] for one in columns]
    return [" & ".join(row) + " \\kill\n" for row in zip(*widest, strict=True)]
