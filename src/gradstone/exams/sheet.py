"""What stands on a worksheet, whatever it is printed in: head, given numbers, asked numbers."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Protocol

from gradstone.accounts.account import (
    Amount,
    Cell,
    Code,
    Formula,
    Phrase,
    Plain,
    Story,
    Table,
    Value,
)
from gradstone.accounts.formula import amount, forms
from gradstone.accounts.phrases import filled
from gradstone.accounts.symbol import Symbol
from gradstone.accounts.words import said
from gradstone.exams.paper import Paper
from gradstone.graph.op import OPS
from gradstone.language import Language
from gradstone.ops.table import Operand

BARS = {"F": "forward", "L": "loss", "B": "backward", "U": "update", "A": "after"}
LOSSES = {
    "cross_entropy": r"E = -\frac{1}{N} \sum t \cdot \ln \operatorname{softmax}"
    r"\left(\mathrm{net}\right)",
    "binary_cross_entropy": r"E = -\frac{1}{N} \sum \left(t \cdot \ln \sigma"
    r"\left(\mathrm{net}\right) + \left(1 - t\right) \cdot \ln \left(1 - \sigma"
    r"\left(\mathrm{net}\right)\right)\right)",
}
"""Formulas of losses whose row is written by its name alone."""


class Exam(Protocol):
    """What a worksheet is made of; `exam.Exam` is it."""

    @property
    def paper(self) -> Paper:
        """How it was made."""
        ...

    @property
    def story(self) -> Story:
        """The step in all its numbers."""
        ...

    @property
    def asked(self) -> tuple[str, ...]:
        """Addresses of the numbers left out."""
        ...

    @property
    def given(self) -> tuple[str, ...]:
        """Addresses of the numbers printed."""
        ...

    @property
    def id(self) -> str:
        """Its code."""
        ...


@dataclass(frozen=True, slots=True)
class Row:
    """One number.

    Attributes:
        number: its place among the asked ones, from 1; 0 for a printed one.
        name: in LaTeX. meaning: in words, mathematics in LaTeX between dollar signs; "" for none.
        printed: its digits; "" for an asked one without its key.
        formula: in LaTeX, "" for none.
    """

    number: int
    address: str
    name: str
    meaning: str
    printed: str
    formula: str = ""


@dataclass(frozen=True, slots=True)
class Sheet:
    """A worksheet.

    Attributes:
        title: of the sheet. head, notes: sentences, with mathematics between dollar signs.
        loss: the formula of the loss in LaTeX; "" for none.
        given: printed numbers. groups: a heading and the asked numbers under it.
    """

    title: str
    head: tuple[str, ...]
    notes: tuple[str, ...]
    loss: str
    given: tuple[Row, ...]
    groups: tuple[tuple[str, tuple[Row, ...]], ...]
    id: str


def sheet(exam: Exam, language: Language, key: bool = False, formulas: bool = False) -> Sheet:
    """The worksheet of an exam; key: with the answers; formulas: with that of each number."""
    maker = _Maker(exam, language, key, formulas)
    variant = f" {exam.paper.variant}" if exam.paper.numbers is None else ""
    title = said("exam_key" if key else "exam_title", language) + variant
    return Sheet(
        title, maker.head(), maker.notes(), _loss(exam), tuple(maker.given()),
        tuple(maker.groups()), exam.id,
    )  # fmt: skip


@dataclass(frozen=True, slots=True)
class _Maker:
    exam: Exam
    language: Language
    key: bool
    formulas: bool

    def said(self, key: str, **gaps: object) -> str:
        """A phrase with plain gaps."""
        return said(key, self.language).format(**gaps)

    def head(self) -> tuple[str, ...]:
        """What is computed."""
        paper = self.exam.paper
        rate = paper.optimizer.learning_rate
        told = [self.said("exam_head", network=paper.network.describe(), loss=paper.loss,
                          optimizer=paper.optimizer.name, rate=rate.rate)]  # fmt: skip
        if paper.samples > 1:
            told.append(self.said("exam_samples", count=paper.samples))
        return tuple(told)

    def notes(self) -> tuple[str, ...]:
        """How answers are to be written, and the conventions."""
        found = [
            self.said("exam_digits", digits=self.exam.paper.digits),
            self.said("exam_old_weights"),
            self.said("exam_delta"),
        ]
        moments = self.exam.paper.optimizer.moments
        if moments:
            found.append(self.said("exam_state", names=", ".join(moments)))
        return tuple(found)

    def given(self) -> Iterator[Row]:
        """The printed numbers, with what they mean."""
        meanings = self._meanings()
        every = dict.fromkeys([*meanings, *self.exam.given])
        place = {address: number for number, address in enumerate(every)}
        heads = list(dict.fromkeys(one.partition("[")[0] for one in self.exam.given))
        order = sorted(
            self.exam.given, key=lambda one: (heads.index(one.partition("[")[0]), one not in
                                              meanings, place[one]),
        )  # fmt: skip
        for address in order:
            first = re.sub(r"^([xt]\[)\d+", r"\g<1>0", address)  # of the first sample
            yield self._row(0, address, meanings.get(address, meanings.get(first, "")), True)

    def groups(self) -> Iterator[tuple[str, tuple[Row, ...]]]:
        """The asked numbers under the headings of their parts."""
        story = self.exam.story
        rows: dict[str, list[Row]] = {}
        for number, address in enumerate(self.exam.asked, 1):
            kind = story.entries[address].line[0]
            rows.setdefault(kind, []).append(self._row(number, address, "", self.key))
        for kind, found in rows.items():
            yield self.said(f"exam_{BARS[kind]}"), tuple(found)

    def _row(self, number: int, address: str, meaning: str, told: bool) -> Row:
        story = self.exam.story
        entry = story.entries[address]
        digits = amount(entry, story.digits)
        formula = ""
        if self.formulas and entry.line:
            formula = " ".join(forms(story, story.lines[entry.line]).symbols)
        return Row(number, address, entry.symbol.latex, meaning, digits.text if told else "",
                   formula)  # fmt: skip

    def _meanings(self) -> dict[str, str]:
        """From the account's own table of given numbers."""
        found: dict[str, str] = {}
        tables = [
            part for one in self.exam.story.sections if one.key == "given"
            for part in one.parts if isinstance(part, Table)
        ]  # fmt: skip
        for row in [row for one in tables for row in one.rows]:
            value = next((one for one in row if isinstance(one, Value)), None)
            if value is not None and len(row) > 1:
                found[value.address] = self._words(row[1])
        return found

    def _words(self, one: Cell) -> str:
        match one:
            case Symbol() | Formula():
                return f"${one.latex}$"
            case Code(text) | Plain(text):
                return text
            case Phrase():
                return filled(one, self.language, self._words)
            case Value(address):
                return amount(self.exam.story.entries[address], self.exam.story.digits).text
            case Amount(value):
                return f"{value:g}"
            case _:
                return ""


def _loss(exam: Exam) -> str:
    """E = ½ Σ (out − t)², as far as the row of the loss says it."""
    if exam.paper.loss in LOSSES:
        return LOSSES[exam.paper.loss]
    template = OPS[exam.paper.loss].latex
    if not template:
        return ""
    return "E = " + template.format(Operand(r"\mathrm{out}"), Operand("t"))
