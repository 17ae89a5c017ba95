"""The grades of a class: who, marks, the first wrong answer, and the most frequent mistakes."""

from __future__ import annotations

import csv
import io
import unicodedata
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from gradstone.accounts.words import said
from gradstone.exams.mistakes import Mistake
from gradstone.exams.replay import Mark
from gradstone.exams.wording import mistake_name
from gradstone.language import Language
from gradstone.language import chosen as language_of

DANGEROUS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
"""What a text starts with that a spreadsheet would take for a formula."""


class Graded(Protocol):
    """One learner's grade; `grading.Grade` is it."""

    @property
    def who(self) -> str:
        """The learner."""
        ...

    @property
    def path(self) -> Path:
        """The file."""
        ...

    @property
    def points(self) -> int:
        """Right answers."""
        ...

    @property
    def most(self) -> int:
        """Asked ones."""
        ...

    @property
    def first_wrong(self) -> Mark | None:
        """The first wrong answer."""
        ...

    @property
    def cause(self) -> Mistake | None:
        """Its likely mistake."""
        ...

    @property
    def changed(self) -> tuple[str, ...]:
        """Given numbers that were changed."""
        ...

    @property
    def unread(self) -> tuple[str, ...]:
        """What could not be read."""
        ...

    def symbol(self, address: str) -> str:
        """A number's name."""
        ...


@dataclass(frozen=True, slots=True)
class Missed:
    """A file that could not be graded, and why."""

    name: str
    why: str


@dataclass(frozen=True, slots=True)
class ClassTable:
    """The grades of a folder.

    Attributes:
        grades: in order of file names. missed: files that could not be graded.
    """

    grades: tuple[Graded, ...]
    missed: tuple[Missed, ...] = ()

    def frequent(self, language: str | None = "en") -> list[tuple[str, int]]:
        """Likely mistakes behind first wrong answers, the most frequent first."""
        tongue = language_of(language)
        names = [mistake_name(one.cause, tongue) for one in self.grades if one.cause is not None]
        return Counter(names).most_common()

    def rows(self, language: str | None = "en") -> list[list[str]]:
        """The table: a heading, then a row a learner, then the files that were missed."""
        tongue = language_of(language)
        keys = ("who", "file", "points", "most", "first", "mistake", "remark")
        table = [[said(f"class_{key}", tongue) for key in keys]]
        table += [self._row(one, tongue) for one in self.grades]
        blank = [""] * 5
        return table + [["", one.name, *blank[:4], one.why] for one in self.missed]

    def _row(self, one: Graded, language: Language) -> list[str]:
        first, cause = one.first_wrong, one.cause
        cell = "" if first is None else f"{one.symbol(first.address)} [{first.address}]"
        name = "" if cause is None else mistake_name(cause, language)
        remarks = []
        if one.changed:
            remarks.append(said("class_changed", language).format(count=len(one.changed)))
        if one.unread:
            remarks.append(said("class_unread", language).format(count=len(one.unread)))
        return [one.who, one.path.name, str(one.points), str(one.most), cell, name,
                "; ".join(remarks)]  # fmt: skip

    def to_text(self, language: str | None = None) -> str:
        """The table in columns, and the most frequent mistakes."""
        tongue = language_of(language)
        lines = _aligned(self.rows(tongue))
        frequent = self.frequent(tongue)
        if frequent:
            lines += ["", said("class_frequent", tongue)]
            lines += [f"{count:4} × {name}" for name, count in frequent]
        return "\n".join(lines)

    def to_csv(self, language: str | None = None) -> str:
        """The table for spreadsheets; no cell of it is taken for a formula."""
        told = io.StringIO()
        rows = self.rows(language_of(language))
        csv.writer(told, lineterminator="\r\n").writerows([map(harmless, row) for row in rows])
        return told.getvalue()

    def __str__(self) -> str:
        return self.to_text("en")


def harmless(cell: str) -> str:
    """A cell that no spreadsheet takes for a formula."""
    plain = "".join(sign if sign.isprintable() else " " for sign in cell)
    return f"'{plain}" if cell.startswith(DANGEROUS) or plain.startswith(DANGEROUS) else plain


def _aligned(rows: Sequence[Sequence[str]]) -> list[str]:
    """Columns side by side; Chinese signs are two columns wide, empty columns are left out."""
    kept = [column for column in zip(*rows, strict=True) if any(column[1:])]
    widths = [max(map(_width, column)) for column in kept]
    return [
        "  ".join(
            cell + " " * (width - _width(cell)) for cell, width in zip(row, widths, strict=True)
        ).rstrip()
        for row in zip(*kept, strict=True)
    ]


def _width(text: str) -> int:
    return sum(2 if unicodedata.east_asian_width(sign) in "WF" else 1 for sign in text)
