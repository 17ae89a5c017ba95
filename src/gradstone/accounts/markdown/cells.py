"""What stands in sentences and tables: numbers, symbols, phrases, verdicts."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from gradstone.accounts import cells
from gradstone.accounts.account import (
    Amount,
    Cell,
    Check,
    Code,
    Formula,
    Phrase,
    Plain,
    Story,
    Table,
    Value,
)
from gradstone.accounts.formula import amount
from gradstone.accounts.markdown.mathematics import safe, words
from gradstone.accounts.notation import digits
from gradstone.accounts.numbers import GUARD, Printed, printed
from gradstone.accounts.phrases import filled, joined
from gradstone.accounts.symbol import Symbol
from gradstone.accounts.words import said
from gradstone.language import Language

MARKUP = re.compile(r"([\\`*_\[\]<>|~$#&!])")
LIGHT = re.compile(r"([\\`*_<|~$])")
START = re.compile(r"^(\s*\d*)([-+=.)])")
BESIDE = re.compile(r"(?<=[\u3400-\u9fff])(?=\$)|(?<=\$)(?=[\u3400-\u9fff])")
UNSEEN = re.compile("[\x00-\x1f\x7f-\x9f\u200e\u200f\u202a-\u202e\u2066-\u2069]")


def escaped(plain: str) -> str:
    r"""Words of users as nothing but words.

    >>> print(escaped("**a** <b> | c_d"))
    \*\*a\*\* \<b\> \| c\_d
    """
    return START.sub(r"\1\\\2", MARKUP.sub(r"\\\1", UNSEEN.sub(" ", plain)))


def code(name: str) -> str:
    """A program's name, also where it holds backticks; counts are no names."""
    name = UNSEEN.sub(" ", name)
    if not name.strip() or name.isdecimal():
        return name.strip()
    fence = "`" * (max((len(one) for one in re.findall("`+", name)), default=0) + 1)
    gap = " " if "`" in (name[0], name[-1]) else ""
    return f"{fence}{gap}{name}{gap}{fence}"


@dataclass(frozen=True, slots=True)
class Page:
    """A story and the language it is printed in."""

    story: Story
    language: Language

    def number(self, one: Printed) -> str:
        """Digits, as everywhere; no formula."""
        return "".join(piece for piece, _ in digits(one))

    def code(self, name: str) -> str:
        """A program's name, also where it holds backticks; counts are no names."""
        return code(name)

    def plain(self, text: str) -> str:
        """Words of the user's own as nothing but words."""
        return escaped(text)

    def formula(self, latex: str) -> str:
        """Mathematics, between dollar signs."""
        return f"${safe(latex).strip()}$"

    def check(self, one: Check) -> str:
        """The numeric gradient and the verdict on the one by rules."""
        verdict = said(f"check_{one.verdict}", self.language)
        return f"{cells.difference_quotient(self, one)} {self.light(verdict)}"

    def cell(self, one: Cell) -> str:
        """Any cell."""
        return cells.cell(self, one)

    def light(self, plain: str) -> str:
        """Fixed words."""
        return LIGHT.sub(r"\\\1", plain)

    def phrase(self, one: Phrase) -> str:
        """A phrase with its gaps filled; between 汉字 and formulas stands a space."""
        return BESIDE.sub(" ", filled(one, self.language, self.cell, self.light))

    def sentences(self, sentences: Iterable[Phrase]) -> str:
        """Phrases one after another."""
        return joined((self.phrase(one) for one in sentences), self.language)

    def within(self, one: Phrase) -> str:
        """A phrase within a formula."""
        return filled(one, self.language, self._within, words).replace(r"\text{}", "")

    def _within(self, one: Cell) -> str:
        match one:
            case Symbol() | Formula():
                return safe(one.latex)
            case Value(address):
                return safe(amount(self.story.entries[address], self.story.digits).latex)
            case Check():
                found = printed(one.numeric, self.story.digits + GUARD, self.story.digits)
                verdict = words(" " + said(f"check_{one.verdict}", self.language))
                return safe(found.latex) + verdict.replace("✓", r"}\checkmark\text{")
            case Amount() | Code() | Plain() | Phrase():
                return words(one.text if isinstance(one, Code | Plain) else self.cell(one))

    def table(self, one: Table) -> str:
        """A table; the row of the sum is bold."""
        numeric = [
            any(isinstance(row[place], Value | Amount) for row in one.rows)
            for place in range(len(one.heads))
        ]
        rows = [[self.cell(cell) for cell in row] for row in one.rows]
        if one.total and rows:
            rows[-1] = [_bold(cell) for cell in rows[-1]]
        lines = [_row(self.cell(head) for head in one.heads)]
        lines += [_row("---:" if number else "---" for number in numeric)]
        lines += [_row(row) for row in rows]
        caption = [self.phrase(one.caption), ""] if one.caption is not None else []
        return "\n".join([*caption, *lines])


def _row(cells: Iterable[str]) -> str:
    return f"| {' | '.join(_in_table(cell) for cell in cells)} |"


def _in_table(cell: str) -> str:
    """A cell in which no bar is left that would end it."""
    return re.sub(r"(?<!\\)\|", r"\\|", cell)


def _bold(cell: str) -> str:
    return cell if not cell or cell.startswith(("$", "`", "*")) else f"**{cell}**"
