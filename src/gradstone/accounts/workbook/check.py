"""The sheet Check: have inputs changed, do all lines agree, do the gradients hold?"""

from __future__ import annotations

from collections.abc import Sequence

from gradstone.accounts.workbook.book import Book
from gradstone.accounts.workbook.lines import DIFFERENCE, VERDICT, Lines
from gradstone.accounts.workbook.numeric import Numeric
from gradstone.accounts.workbook.sheet import FIRST_ROW, Sheet
from gradstone.accounts.workbook.spots import Spot, cell

HEADS = ("name", "code", "now", "delivered", "changed")
WORDS = ("verdict_wrong", "verdict_changed", "verdict_ok")
WIDTHS = (16, 34, 20, 20, 12)


class Check:
    """Lays out and writes the sheet; its rows of answers first, then input by input.

    Attributes:
        changed: the cell that counts changed inputs, called inputs_changed.
        verdict: the cell that says it all in words.
    """

    def __init__(self, book: Book, sheet: Sheet) -> None:
        self.book = book
        self.sheet = sheet
        self.changed = Spot(sheet.name, FIRST_ROW, 2)
        self.verdict = Spot(sheet.name, FIRST_ROW + 7, 2)
        self._first = FIRST_ROW + 10

    def write(self, lines: Sequence[Lines], numeric: Numeric | None) -> None:
        """Write the sheet.

        Args:
            lines: the sheets of lines. numeric: the sheet Numeric, None where there is none.
        """
        book, sheet = self.book, self.sheet
        heads = [book.said(f"head_{one}") for one in HEADS]
        sheet.begin(sheet.name, book.said("lead_check"), heads, WIDTHS, (2, 3, 4))
        self._answers(lines, numeric)
        sheet.bar(self._first - 1, book.said("bar_inputs"), "grey", len(WIDTHS))
        for place, address in enumerate(book.given):
            row = self._first + place
            entry, spot = book.entry(address), book.spots[address]
            shown = book.shown(entry.address)
            sheet.text(row, 0, book.symbol(address), "name")
            sheet.text(row, 1, address, "id")
            sheet.formula(row, 2, f"={spot.reference(sheet.name)}", entry.value, "number", shown)
            sheet.number(row, 3, entry.value, "number", shown)
            sheet.formula(row, 4, f"=IF({cell(row, 2)}={cell(row, 3)},0,1)", 0, "plain")

    def _answers(self, lines: Sequence[Lines], numeric: Numeric | None) -> None:
        book, last = self.book, self._first + max(len(self.book.given), 1) - 1
        counted = f"=SUM({cell(self._first, 4)}:{cell(last, 4)})"
        constants = len(book.constant)
        good = sum(len(one.compared) for one in lines)
        rows: list[tuple[str, str, float | str, str]] = [
            ("inputs_changed", counted, 0, "value"),
            ("lines_ok", self._count(lines, "ok"), good, "value"),
            ("lines_differ", self._count(lines, "differs"), 0, "value"),
            ("lines_constant", self._count(lines, "constant"), constants, "value"),
            ("largest_difference", self._largest(lines), 0.0, "small"),
            ("gradients_ok", self._numeric(numeric, "ok"), numeric.good if numeric else 0, "value"),
            ("gradients_not", self._numeric(numeric, "differs"), 0, "value"),
        ]
        for place, (key, formula, value, style) in enumerate(rows):
            row = FIRST_ROW + place
            self.sheet.text(row, 1, book.said(key))
            self.sheet.formula(row, 2, formula, value, style)
        row = FIRST_ROW + len(rows)
        changed, differ = (cell(FIRST_ROW + place, 2) for place in (0, 2))
        wrong = cell(FIRST_ROW + 6, 2)
        words = [f'"{book.said(one)}"' for one in WORDS]
        formula = f"=IF({differ}+{wrong}>0,{words[0]},IF({changed}>0,{words[1]},{words[2]}))"
        self.sheet.text(row, 1, book.said("verdict"), "name")
        self.sheet.formula(row, 2, formula, book.said("verdict_ok"), "value")
        area = (row, 2, row, 2)
        self.sheet.marked(area, "", "ok", book.said("verdict_ok"))
        self.sheet.marked(area, "", "bad", book.said("verdict_wrong"))

    def _count(self, lines: Sequence[Lines], key: str) -> str:
        word = self.book.said(key)
        parts = [f'COUNTIF({one.column(VERDICT)},"{word}")' for one in lines]
        return "=" + ("+".join(parts) or "0")

    def _largest(self, lines: Sequence[Lines]) -> str:
        ranges = [one.column(DIFFERENCE) for one in lines]
        parts = [f"MAX({one}),-MIN({one})" for one in ranges]
        return f'=IF(inputs_changed>0,"–",MAX({",".join(parts) or "0"}))'

    def _numeric(self, numeric: Numeric | None, key: str) -> str:
        if numeric is None:
            return "=0"
        return f'=COUNTIF({numeric.verdicts},"{self.book.said(key)}")'
