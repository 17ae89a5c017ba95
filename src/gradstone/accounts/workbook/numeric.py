"""The sheet Numeric: every gradient proved by two whole forward passes in cells."""

from __future__ import annotations

from gradstone.accounts.workbook.book import Book
from gradstone.accounts.workbook.inputs import EPSILON
from gradstone.accounts.workbook.replay import Replay
from gradstone.accounts.workbook.sheet import FIRST_ROW, Sheet
from gradstone.accounts.workbook.spots import cell

HEADS = ("name", "moved", "moved_value", "loss", "numeric", "backward", "relative", "verdict")
WIDTHS = (14, 9, 18, 20, 20, 20, 12, 14)
PASS = 9
"""The first column of the forward pass."""
CLOSE, ROUNDING, BENT, TINY = 1e-6, 4e-15, 1e-3, 1e-12
"""Relative difference that counts as the same; what rounding leaves, times E / h; a kink;
what differences are compared with at least."""


class Numeric:
    """Writes the sheet: two rows a parameter.

    Attributes:
        good: how many gradients hold at first.
    """

    def __init__(self, book: Book, sheet: Sheet) -> None:
        self.book = book
        self.sheet = sheet
        self.good = 0
        self._ends = {end for _, end in book.ends}
        alone = len(book.ends) == 1 and not book.ends[0][0]
        self._inner = [one for one in book.forward if not (alone and one.entry in self._ends)]
        self._alone = alone
        self._start = self._loss({one: book.entry(one).value for one in self._ends})
        self._columns = {one.entry: PASS + place for place, one in enumerate(self._inner)}

    @property
    def verdicts(self) -> str:
        """The column of verdicts, for formulas of other sheets."""
        return self.sheet.range(7, FIRST_ROW, FIRST_ROW + 2 * len(self.book.parameters) - 1)

    def write(self) -> None:
        """Write the sheet."""
        book, sheet = self.book, self.sheet
        heads = [book.said(f"head_{one}") for one in HEADS]
        heads += ["", *(book.symbol(one.entry) for one in self._inner)]
        numbers = {*range(2, 7), *range(PASS, len(heads))}
        sheet.begin(sheet.name, book.said("lead_numeric"), heads, WIDTHS, numbers)
        sheet.folded(PASS, PASS + len(self._inner) - 1, 14)
        replay = Replay(book.story, [one.id for one in book.forward])
        for place, (parameter, gradient) in enumerate(book.parameters.items()):
            row = FIRST_ROW + 2 * place
            above = self._pass(row, parameter, replay, 1)
            below = self._pass(row + 1, parameter, replay, -1)
            self._judged(row, gradient, above, below)
        area = (FIRST_ROW, 7, FIRST_ROW + 2 * len(book.parameters) - 1, 7)
        sheet.marked(area, "", "ok", book.said("ok"))
        sheet.marked(area, "", "bad", book.said("differs"))

    def _pass(self, row: int, parameter: str, replay: Replay, sign: int) -> float:
        """One forward pass with the parameter moved; its loss."""
        book, sheet, home = self.book, self.sheet, self.sheet.name
        entry = book.entry(parameter)
        moved = entry.value + sign * EPSILON
        values = replay({parameter: moved})
        sheet.text(row, 0, book.symbol(parameter), "name")
        sheet.text(row, 1, "+h" if sign > 0 else "−h")
        formula = f"={book.text(parameter, home)}{'+' if sign > 0 else '-'}check_step"
        shown = "0.000000000"
        sheet.formula(row, 2, formula, moved, "number", shown)
        own = {parameter: cell(row, 2)} | {one: cell(row, at) for one, at in self._columns.items()}
        for line in self._inner:
            shown = book.shown(line.entry)
            made = book.formula(line, lambda one: self._said(one, own)) or "=NA()"
            sheet.formula(row, self._columns[line.entry], made, values[line.entry], "number", shown)
        loss = self._loss(values)
        sheet.formula(row, 3, self._loss_formula(own), loss, "number", "0.000000000000")
        return loss

    def _said(self, address: str, own: dict[str, str]) -> str:
        return own.get(address) or self.book.text(address, self.sheet.name)

    def _loss(self, values: dict[str, float]) -> float:
        weights = [self.book.entry(one).value if one else 1.0 for one, _ in self.book.ends]
        ends = [values[one] for _, one in self.book.ends]
        return sum(weight * end for weight, end in zip(weights, ends, strict=True))

    def _loss_formula(self, own: dict[str, str]) -> str:
        book, home = self.book, self.sheet.name
        if self._alone:
            line = book.story.lines[book.entry(book.ends[0][1]).line]
            return book.formula(line, lambda one: self._said(one, own)) or "=NA()"
        parts = [
            f"{book.text(weight, home)}*{own[end]}" if weight else own[end]
            for weight, end in book.ends
        ]
        return "=" + "+".join(parts)

    def _judged(self, row: int, gradient: str, above: float, below: float) -> None:
        """The difference quotient beside the gradient of the backward pass."""
        book, sheet, home = self.book, self.sheet, self.sheet.name
        exact, numeric = book.entry(gradient).value, (above - below) / (2 * EPSILON)
        shown = book.shown(gradient)
        plus, minus, a, b = cell(row, 3), cell(row + 1, 3), cell(row, 4), cell(row, 5)
        sheet.formula(row, 4, f"=({plus}-{minus})/(2*check_step)", numeric, "value", shown)
        sheet.formula(row, 5, f"={book.text(gradient, home)}", exact, "number", shown)
        size = max(abs(numeric), abs(exact), TINY)
        relative = f"=ABS({a}-{b})/MAX(ABS({a}),ABS({b}),{TINY:E})"
        sheet.formula(row, 6, relative, abs(numeric - exact) / size, "small")
        bend = f"ABS({plus}-2*({self._middle()})+{minus})/check_step"
        rounding = f"{ROUNDING:E}*MAX(1,ABS({plus}))/check_step"
        words = [f'"{book.said(one)}"' for one in ("ok", "kink", "differs")]
        verdict = (
            f"=IF(ABS({a}-{b})<={CLOSE:E}*MAX(ABS({a}),ABS({b}))+{rounding},{words[0]},"
            f"IF({bend}>{BENT:E}*MAX(ABS({a}),ABS({b})),{words[1]},{words[2]}))"
        )
        word = self._word(above, below, numeric, exact)
        self.good += word == "ok"
        sheet.formula(row, 7, verdict, book.said(word), "after")

    def _word(self, above: float, below: float, numeric: float, exact: float) -> str:
        """What the verdict's formula says at first."""
        size = max(abs(numeric), abs(exact))
        if abs(numeric - exact) <= CLOSE * size + ROUNDING * max(1.0, abs(above)) / EPSILON:
            return "ok"
        bend = abs(above - 2 * self._start + below) / EPSILON
        return "kink" if bend > BENT * size else "differs"

    def _middle(self) -> str:
        """The loss where nothing is moved."""
        book, home = self.book, self.sheet.name
        return "+".join(
            f"{book.text(weight, home)}*{book.text(end, home)}" if weight else book.text(end, home)
            for weight, end in book.ends
        )
