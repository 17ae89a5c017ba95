"""The sheet Iterations: one row, one step; the next row's parameters are the update."""

from __future__ import annotations

from gradstone.accounts.account import Line
from gradstone.accounts.workbook.book import Book, counted
from gradstone.accounts.workbook.formulas import LONGEST
from gradstone.accounts.workbook.replay import Replay, needed
from gradstone.accounts.workbook.sheet import FIRST_ROW, Sheet
from gradstone.accounts.workbook.spots import cell, letters

MOST_COLUMNS = 16_000
MOST_CELLS = 8_000
"""Steps are left out, down to the least, where they would take more cells."""
LEAST_STEPS = 3
DRAWN = "kept"
"""Addresses of what random layers let through; each step draws anew, which cells cannot."""
ROW, NEXT = "\ue000", "\ue001"
"""Stand for the numbers of a row and of the next."""
FEW = 6
"""Gradients that are shown unfolded."""


class Iterations:
    """Lays out and writes the sheet.

    Attributes:
        fits: whether its columns, cells and formulas stay within what spreadsheets hold.
    """

    def __init__(self, book: Book, steps: int) -> None:
        story = book.story
        self.book = book
        self.steps = steps
        self.start = counted(story.carried.values())
        self._next = {old: new for new, old in story.carried.items()}
        self._loss = book.ends[0][1] if len(book.ends) == 1 and not book.ends[0][0] else ""
        gradients = [one for one in book.parameters.values() if story.entries[one].line]
        told = [self._loss] if self._loss else []
        self._seen = set(needed(story, [*told, *gradients]))
        every = needed(story, [*told, *gradients, *story.carried])
        self._lines = [story.lines[one] for one in every]
        born = {one.entry for one in self._lines}
        self._gradients = [one for one in gradients if one in born]
        self._patterns: dict[tuple[str, str], str | None] = {}
        self._place()
        most = MOST_CELLS // max(len(self.columns), 1)
        self.steps = min(steps, max(most, LEAST_STEPS))
        random = any(one.startswith(DRAWN) for one in story.entries)
        self.fits = (
            not random
            and len(self.columns) <= MOST_COLUMNS
            and all(book.can(one) for one in self._lines)
            and all(self._formula(one, FIRST_ROW, "") for one in self._lines)
        )

    def _place(self) -> None:
        """Columns: k, E, parameters; folded: gradients, where they are many; state, the rest."""
        book = self.book
        parameters = [one for one in self.start if one in book.parameters]
        state = [one for one in self.start if one not in book.parameters]
        shown = [*([self._loss] if self._loss else []), *parameters]
        new = set(book.story.carried)
        rest = [one.entry for one in self._lines if one.entry not in {*shown, *new}]
        rest = [*state, *(one for one in rest if one not in self._gradients)]
        self.columns = {one: 1 + place for place, one in enumerate(shown)}
        self._folded = []
        free = 1 + len(shown)
        for group in (self._gradients, rest):
            self.columns |= {one: free + place for place, one in enumerate(group)}
            if group and not (group is self._gradients and len(group) <= FEW):
                self._folded.append((free, free + len(group) - 1))
                free += 1
            free += len(group)

    def write(self, sheet: Sheet) -> None:
        """Write the sheet."""
        book = self.book
        heads = [""] * (max(self.columns.values(), default=0) + 1)
        heads[0] = "k"
        for one, column in self.columns.items():
            heads[column] = book.symbol(one)
        sheet.begin(sheet.name, book.said("lead_iterations"), heads, (7, 18), range(len(heads)))
        sheet.cells.set_column(2, len(heads) - 1, 15)
        for first, last in self._folded:
            sheet.folded(first, last, 15)
        replay = Replay(book.story, [one.id for one in self._lines])
        given = {one: book.entry(one).value for one in self.start}
        for k in range(self.steps + 1):
            values = replay(given)
            self._row(sheet, k, {**values, **given})
            given = {old: values[new] for new, old in book.story.carried.items()}
        last = FIRST_ROW + self.steps
        if self._loss and self.steps:
            texts = [book.said(one) for one in ("chart_title", "chart_along", "chart_up")]
            sheet.chart(FIRST_ROW, last, texts, (last + 2, 2))

    def _row(self, sheet: Sheet, k: int, values: dict[str, float]) -> None:
        book, row = self.book, FIRST_ROW + k
        sheet.formula(row, 0, f"={cell(row - 1, 0)}+1" if k else "=0", k, "id")
        for one in self.start:
            shown = book.shown(one)
            formula = f"={book.text(one, sheet.name)}"
            if k:
                line = book.story.lines[book.entry(self._next[one]).line]
                formula = self._formula(line, row - 1, sheet.name) or "=NA()"
            style = "number" if one in book.parameters else "constant"
            sheet.formula(row, self.columns[one], formula, values[one], style, shown)
        for line in self._lines:
            if line.entry in self.columns and (k < self.steps or line.id in self._seen):
                shown = book.shown(line.entry)
                formula = self._formula(line, row, sheet.name) or "=NA()"
                style = "value" if line.entry == self._loss else "number"
                value = values[line.entry]
                sheet.formula(row, self.columns[line.entry], formula, value, style, shown)

    def _formula(self, line: Line, row: int, home: str) -> str | None:
        """The formula of a line on the numbers of a row; what is new stands in the next."""
        if (line.id, home) not in self._patterns:
            self._patterns[line.id, home] = self._pattern(line, home)
        pattern = self._patterns[line.id, home] or ""
        text = pattern.replace(ROW, str(row + 1)).replace(NEXT, str(row + 2))
        return text if 0 < len(text) <= LONGEST else None

    def _pattern(self, line: Line, home: str) -> str | None:
        """The formula with marks in place of the numbers of rows, in which alone rows differ."""

        def said(one: str) -> str:
            old = self.book.story.carried.get(one)
            if old is not None:
                return f"{letters(self.columns[old])}{NEXT}"
            column = self.columns.get(one)
            return self.book.text(one, home) if column is None else f"{letters(column)}{ROW}"

        return self.book.formula(line, said)
