"""All sheets of a workbook, in order."""

from __future__ import annotations

from datetime import datetime
from io import BytesIO

from xlsxwriter import Workbook

from gradstone.accounts.account import Story
from gradstone.accounts.words.terms import PHRASES
from gradstone.accounts.workbook.book import KINDS, Book
from gradstone.accounts.workbook.check import Check
from gradstone.accounts.workbook.differs import Differs, differing_rows
from gradstone.accounts.workbook.inputs import Inputs
from gradstone.accounts.workbook.iterations import Iterations
from gradstone.accounts.workbook.lines import COLOURS, Lines
from gradstone.accounts.workbook.numeric import Numeric
from gradstone.accounts.workbook.sheet import BLUE, GREEN, GREY, ORANGE, Sheet, Styles
from gradstone.accounts.workbook.start import write_start, write_terms
from gradstone.language import Language

TABS = {"forward": BLUE, "backward": ORANGE, "update": GREEN}
OPTIONS = {
    "in_memory": True,
    "strings_to_formulas": False,
    "strings_to_urls": False,
    "strings_to_numbers": False,
}


def written(story: Story, target: BytesIO, language: Language, steps: int, made: datetime) -> None:
    """Write the workbook of a story.

    Args:
        steps: of the sheet Iterations. made: the date in the file.
    """
    book = Book(story, language)
    with Workbook(target, OPTIONS) as workbook:
        workbook.set_properties({"created": made, "modified": made})
        workbook.set_calc_mode("auto")
        _Writer(book, workbook, steps).write()


class _Writer:
    """Adds the sheets in order, lays all of them out, then writes each."""

    def __init__(self, book: Book, workbook: Workbook, steps: int) -> None:
        self.book = book
        self.workbook = workbook
        self.styles = Styles(workbook)
        self.start = self._sheet("start", GREY)
        self.inputs = Inputs(book, self._sheet("inputs", "#E6C200"))
        told = {kind for one in book.lines.values() if (kind := one.id[:1]) in COLOURS}
        self.lines = [
            Lines(book, self._sheet(key, TABS[key]), key)
            for key, kinds in KINDS.items()
            if told & set(kinds)
        ]
        self.check = Check(book, self._sheet("check", GREY))
        self.numeric = self._numeric()
        self.iterations = self._iterations(steps)
        self.differs = self._differs()
        self.terms = self._sheet("terms", GREY) if PHRASES else None

    def _sheet(self, key: str, colour: str) -> Sheet:
        return Sheet(self.workbook, self.styles, self.book.title(key), colour)

    def _numeric(self) -> Numeric | None:
        if self.inputs.step is None:
            self.book.notes += ["no_numeric"] if self.book.parameters else []
            return None
        return Numeric(self.book, self._sheet("numeric", ORANGE))

    def _iterations(self, steps: int) -> tuple[Iterations, Sheet] | None:
        if not self.book.story.carried:
            return None
        made = Iterations(self.book, steps) if self.book.live else None
        if made is None or not made.fits:
            self.book.notes.append("no_iterations")
            return None
        return made, self._sheet("iterations", BLUE)

    def _differs(self) -> Differs | None:
        rows = differing_rows(self.book.story)
        return Differs(self.book, self._sheet("differs", ORANGE), rows) if rows else None

    def write(self) -> None:
        """Names, then sheet after sheet."""
        self._names()
        self.inputs.write()
        for one in self.lines:
            one.write()
        if self.numeric is not None:
            self.numeric.write()
        self.check.write(self.lines, self.numeric)
        if self.iterations is not None:
            self.iterations[0].write(self.iterations[1])
        if self.differs is not None:
            self.differs.write()
        if self.terms is not None:
            write_terms(self.book, self.terms)
        self._notes()
        write_start(self.book, self.start, self._others(), self.check.verdict)
        self.start.cells.activate()

    def _names(self) -> None:
        names = {name: self.book.spots[one] for one, name in self.book.names.items()}
        names["inputs_changed"] = self.check.changed
        if self.inputs.step is not None:
            names["check_step"] = self.inputs.step
        for name, spot in names.items():
            self.workbook.define_name(name, f"={spot.reference()}")

    def _notes(self) -> None:
        notes = self.book.notes
        if self.book.partly:
            notes[:] = ["slice"]
        if self.book.constant:
            notes.append("constants")

    def _others(self) -> list[tuple[str, str]]:
        sheets = [("inputs", self.inputs.sheet.name)]
        sheets += [(one.key, one.sheet.name) for one in self.lines]
        sheets.append(("check", self.check.sheet.name))
        if self.numeric is not None:
            sheets.append(("numeric", self.numeric.sheet.name))
        if self.iterations is not None:
            sheets.append(("iterations", self.iterations[1].name))
        if self.differs is not None:
            sheets.append(("differs", self.differs.sheet.name))
        if self.terms is not None:
            sheets.append(("terms", self.terms.name))
        return sheets
