"""The sheet Mistakes: what known mistakes make of the inputs as delivered."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from gradstone.accounts.account import Amount, Cell, Code, Entry, Story, Table, Value
from gradstone.accounts.differing import KEY
from gradstone.accounts.symbol import Symbol
from gradstone.accounts.workbook.book import Book
from gradstone.accounts.workbook.sheet import FIRST_ROW, Sheet
from gradstone.accounts.workbook.texts import number_format, worded

HEADS = ("name", "yours", "right", "line", "mistake")
WIDTHS = (18, 20, 20, 8, 90)
MISTAKE = 4


def differing_rows(story: Story) -> Sequence[Sequence[Cell]]:
    """The rows of the section on numbers that differ; none where a story has no such section."""
    parts = [part for one in story.sections if one.key == KEY for part in one.parts]
    return [row for part in parts if isinstance(part, Table) for row in part.rows]


class Differs:
    """Writes the sheet; the right numbers are live, wrong ones hold for the delivered inputs."""

    def __init__(self, book: Book, sheet: Sheet, rows: Sequence[Sequence[Cell]]) -> None:
        self.book, self.sheet, self.rows = book, sheet, rows

    def write(self) -> None:
        """Write the sheet."""
        book, sheet = self.book, self.sheet
        heads = [book.said(f"head_{one}") for one in HEADS]
        sheet.begin(sheet.name, book.said("lead_differs"), heads, WIDTHS, (1, 2))
        for row, cells in enumerate(self.rows, FIRST_ROW):
            (right,) = (one.address for one in cells if isinstance(one, Value))
            for column, one in enumerate(cells):
                self._cell(row, column, one, book.entry(right))

    def _cell(self, row: int, column: int, one: Cell, right: Entry) -> None:
        book, sheet = self.book, self.sheet
        match one:
            case Amount(value):
                shown = number_format(replace(right, value=value), book.story.digits)
                formula = f'=IF(inputs_changed>0,"–",{value!r})'
                sheet.formula(row, column, formula, value, "constant", shown)
            case Value(address):
                formula = f"={book.text(address, sheet.name)}"
                sheet.formula(row, column, formula, right.value, "number", book.shown(address))
            case Code(text):
                sheet.text(row, column, text, "after")
            case _:
                text = worded(one, book.story, book.language)
                style = "name" if isinstance(one, Symbol) else "text"
                sheet.text(row, column, text, style)
                if column == MISTAKE:
                    sheet.wrapped(row, [(text, WIDTHS[MISTAKE])])
