"""What stands in sentences and columns: numbers, symbols, phrases, verdicts."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache

from gradstone.accounts import cells
from gradstone.accounts.account import Cell, Check, Phrase, Story
from gradstone.accounts.notation import digits, pieces
from gradstone.accounts.notation.ascii import plain
from gradstone.accounts.numbers import Printed
from gradstone.accounts.phrases import between, parts
from gradstone.accounts.text.styled import EMPTY, Styled, glued, styled
from gradstone.accounts.words import said
from gradstone.language import Language

LONGEST = 30
"""Formulas in sentences up to this many columns stay in one line."""
STYLES = {"ok": "ok", "kink": "faint", "unclear": "faint", "differs": "bad"}


@dataclass(frozen=True, slots=True)
class Page:
    """How a story is printed.

    Attributes:
        ascii: without any other signs than ASCII's. width: columns.
    """

    story: Story
    language: Language = "en"
    ascii: bool = False
    width: int = 80

    def words(self, text: str, style: str = "") -> Styled:
        """Fixed words."""
        return styled(plain(text) if self.ascii else text, style)

    def said(self, key: str, style: str = "") -> Styled:
        """A phrase without gaps."""
        return self.words(said(key, self.language), style)

    def formula(self, latex: str, style: str = "") -> Styled:
        """Mathematics; guard digits have their own style."""
        return _marked(pieces(latex, self.ascii), style)

    def number(self, one: Printed) -> Styled:
        """A number, never broken."""
        return glued(_marked(digits(one, self.ascii), ""))

    def code(self, name: str) -> Styled:
        """A program's name, as typed."""
        return styled(name)

    def plain(self, text: str) -> Styled:
        """Words of the user's own, as typed."""
        return styled(text)

    def cell(self, one: Cell) -> Styled:
        """Any cell."""
        return cells.cell(self, one)

    def phrase(self, one: Phrase) -> Styled:
        """A phrase with its gaps filled."""
        found = EMPTY
        for part in parts(one, self.language):
            if isinstance(part, str):
                found += self.words(part)
            else:
                told = self.cell(part)
                found += glued(told) if told.width <= LONGEST else told
        return found

    def sentences(self, words: Iterable[Phrase]) -> Styled:
        """Phrases one after another."""
        found = EMPTY
        for one in map(self.phrase, words):
            found += styled(between(found.plain, self.language) if found.plain else "") + one
        return found

    def check(self, one: Check) -> Styled:
        """The numeric gradient and the verdict on the one by rules."""
        shown = cells.difference_quotient(self, one)
        return shown + styled(" ") + self.said(f"check_{one.verdict}", STYLES[one.verdict])

    def check_beside(self, one: Check) -> Styled:
        """The same in words, for the end of a line."""
        return self.phrase(Phrase("check_beside", {"check": one}))


@lru_cache(maxsize=16_384)
def _marked(pieces: tuple[tuple[str, bool], ...], style: str) -> Styled:
    """Pieces of a formula with the style of guard digits."""
    return Styled(tuple((text, "guard" if guard else style) for text, guard in pieces))
