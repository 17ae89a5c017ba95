"""The sheets Forward, Backward and Update: one row, one line of the account."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import count
from math import isfinite

import numpy as np

from gradstone.accounts.account import Entry, Line
from gradstone.accounts.workbook.book import Block, Book
from gradstone.accounts.workbook.formulas import Ranges
from gradstone.accounts.workbook.live import live
from gradstone.accounts.workbook.sheet import FIRST_ROW, Sheet
from gradstone.accounts.workbook.spots import Spot, cell
from gradstone.accounts.workbook.texts import spoken, told
from gradstone.execute.interpreter import run
from gradstone.graph.node import Node
from gradstone.graph.walk import Graph

HEADS = ("line", "quantity", "formula", "put_in", "value", "delivered", "difference", "verdict",
         "remark")  # fmt: skip
WIDTHS = (7, 19, 36, 44, 18, 18, 11, 16, 30)
VALUE, DELIVERED, DIFFERENCE, VERDICT, REMARK, HELPERS = 4, 5, 6, 7, 8, 9
NUMBERS = range(VALUE, VERDICT)
COLOURS = {"F": "blue", "L": "blue", "B": "orange", "P": "orange", "U": "green", "A": "green"}


class Lines:
    """Lays out and writes one of the three sheets.

    Attributes:
        key: "forward", "backward" or "update". last: its last row.
        compared: ids of the lines whose cells were compared, once they are written.
    """

    def __init__(self, book: Book, sheet: Sheet, key: str) -> None:
        self.book = book
        self.sheet = sheet
        self.key = key
        self._bars: list[tuple[int, Block]] = []
        self._rows: list[tuple[int, Line]] = []
        self.compared: list[str] = []
        row = FIRST_ROW
        for block in book.blocks(key):
            self._bars.append((row, block))
            for line in block.lines:
                row += 1
                self._rows.append((row, line))
                book.spots[line.entry] = Spot(sheet.name, row, VALUE)
            row += 1
        self.last = row - 1

    def write(self) -> None:
        """Write the sheet."""
        book, sheet = self.book, self.sheet
        remarks = any(line.reason or not book.can(line) for _, line in self._rows)
        heads = [book.said(f"head_{one}") for one in HEADS[: len(HEADS) - (not remarks)]]
        sheet.begin(sheet.name, book.said(f"lead_{self.key}"), heads, WIDTHS[: len(heads)], NUMBERS)
        for row, block in self._bars:
            sheet.bar(row, self._bar(block), COLOURS[block.kind], len(heads))
        for row, line in self._rows:
            self._write(row, line)
        grey = (FIRST_ROW, DELIVERED, self.last, DIFFERENCE)
        sheet.marked(grey, "=inputs_changed>0", "faint")
        verdicts = (FIRST_ROW, VERDICT, self.last, VERDICT)
        sheet.marked(verdicts, "", "ok", book.said("ok"))
        sheet.marked(verdicts, "", "bad", book.said("differs"))
        sheet.marked(verdicts, "=inputs_changed>0", "faint")
        sheet.marked((FIRST_ROW, REMARK, self.last, REMARK), "=inputs_changed>0", "faint")

    def _bar(self, block: Block) -> str:
        text = self.book.said(f"bar_{block.kind}")
        if self.book.samples < 2 or block.kind == "P":
            return text
        number = None if block.sample is None else block.sample + 1
        key = "all_samples" if number is None else "of_sample"
        return self.book.said("bar_of", bar=text, which=self.book.said(key, number=number))

    def _write(self, row: int, line: Line) -> None:
        book, sheet = self.book, self.sheet
        entry = book.entry(line.entry)
        shown = book.shown(entry.address)
        sheet.text(row, 0, line.id, "id")
        sheet.text(row, 1, book.symbol(line.entry), "name")
        formula_told = told(book.story, line)
        sheet.text(row, 2, formula_told, "text")
        put_in = self._put_in(row, line)
        remark = spoken(line.reason, book.story, book.language) if line.reason else ""
        formula = self._formula(row, line)
        if formula is None:
            remark = self._constant(row, entry, shown)
        else:
            sheet.formula(row, VALUE, formula, entry.value, "value", shown)
            self._compared(row, entry, shown)
        if remark:
            sheet.text(row, REMARK, remark, "remark")
        texts = (formula_told, put_in, remark)
        sheet.wrapped(row, list(zip(texts, (WIDTHS[2], WIDTHS[3], WIDTHS[REMARK]), strict=True)))

    def _put_in(self, row: int, line: Line) -> str:
        """The numbers put in, live; what it says at first."""
        texts = self.book.texts(line.operands, self.sheet.name)
        put_in = live(self.book.story, line, texts, cell(row, VALUE))
        if put_in is None:
            return ""
        self.sheet.formula(row, 3, put_in.formula, put_in.value, "text")
        return put_in.value

    def _formula(self, row: int, line: Line) -> str | None:
        book, home = self.book, self.sheet.name
        named = book.formula(line, lambda one: book.text(one, home)) if book.names else None
        if named is not None:
            return named
        columns, spots = count(HELPERS), book.places(line.operands)
        values = [np.float64(book.entry(one).value) for one in line.operands]

        def helper(formula: str, terms: Sequence[Node]) -> str:
            column = next(columns)
            found = run(Graph(tuple(spots), tuple(terms)), *values)
            self.sheet.formula(row, column, formula, float(sum(found)), "constant")
            return cell(row, column)

        return Ranges(spots, home, helper).formula(line.rule)

    def _constant(self, row: int, entry: Entry, shown: str) -> str:
        """A number of Gradstone that no cell can compute; the remark on it."""
        self.book.constant.add(entry.address)
        self.sheet.number(row, VALUE, entry.value, "constant", shown)
        self.sheet.text(row, VERDICT, self.book.said("constant"), "constant")
        return self.book.said("no_formula")

    def _compared(self, row: int, entry: Entry, shown: str) -> None:
        book, sheet = self.book, self.sheet
        sheet.number(row, DELIVERED, entry.value, "number", shown)
        if not isfinite(entry.value):
            sheet.text(row, VERDICT, book.said("not_finite"))
            return
        self.compared.append(entry.line)
        value, delivered, difference = (cell(row, one) for one in (VALUE, DELIVERED, DIFFERENCE))
        sheet.formula(row, DIFFERENCE, f"={value}-{delivered}", 0.0, "small")
        verdict = (
            f'=IF(inputs_changed>0,"{book.said("changed")}",'
            f'IF(ABS({difference})<=1E-9*MAX(1,ABS({delivered})),'
            f'"{book.said("ok")}","{book.said("differs")}"))'
        )  # fmt: skip
        sheet.formula(row, VERDICT, verdict, book.said("ok"), "after")

    def column(self, column: int) -> str:
        """A column of the lines, for formulas of other sheets."""
        return self.sheet.range(column, FIRST_ROW, self.last)
