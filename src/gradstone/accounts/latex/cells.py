"""What stands in tables and sentences: its LaTeX, and about how wide it is."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache, partial

from gradstone.accounts.account import (
    Amount,
    Cell,
    Check,
    Code,
    Formula,
    Phrase,
    Plain,
    Story,
    Value,
)
from gradstone.accounts.formula import amount
from gradstone.accounts.latex.breaking import width
from gradstone.accounts.latex.text import digits, escaped, inline, mathematics, sentence
from gradstone.accounts.numbers import Printed, printed
from gradstone.accounts.phrases import filled, joined
from gradstone.accounts.symbol import Symbol
from gradstone.accounts.words import said
from gradstone.language import Language

MARKS = {
    "ok": r"$\checkmark$",
    "kink": r"$\blacktriangle$",
    "unclear": r"$?$",
    "differs": r"$\boldsymbol{\times}$",
}


@dataclass(frozen=True, slots=True)
class Page:
    """The story and the language it is told in."""

    story: Story
    language: Language

    @property
    def chinese(self) -> bool:
        """Whether the page is in Chinese."""
        return self.language == "zh"

    def said(self, key: str) -> str:
        """A phrase without gaps, ready for the page."""
        return sentence(said(key, self.language), self.chinese)

    def number(self, address: str) -> Printed:
        """An entry's digits."""
        return amount(self.story.entries[address], self.story.digits)


def cell(page: Page, one: Cell) -> str:
    """Any cell, as text."""
    number = printed_number(page, one)
    if number is not None:
        return f"${digits(number)}$"
    match one:
        case Code(text):
            return code(page, text)
        case Plain(text):
            return escaped(text, page.chinese)
        case Phrase():
            return phrase(page, one)
        case Check():
            return check(page, one)
        case Formula(latex):
            return f"${mathematics(latex)}$"
        case Symbol():
            return f"${inline(one)}$"
    raise TypeError(f"no cell: {one!r}")


def code(page: Page, text: str) -> str:
    """A program's name; the names of lines and counts stand in the letters of the page."""
    if text in page.story.lines:
        return rf"\lineid{{{text}}}"
    if not text or text.isdecimal():
        return text
    return rf"\code{{{escaped(text, page.chinese)}}}"


def printed_number(page: Page, one: Cell) -> Printed | None:
    """The digits of a cell that is a number; None for any other."""
    if isinstance(one, Value):
        return page.number(one.address)
    if isinstance(one, Amount):
        return printed(one.value, one.digits, one.digits)
    return None


def phrase(page: Page, one: Phrase) -> str:
    """A phrase with its gaps filled."""
    write = partial(cell, page)
    return filled(one, page.language, write, lambda words: sentence(words, page.chinese))


def sentences(page: Page, words: Iterable[Phrase]) -> str:
    """Phrases one after the other, with a space between them where the language has one."""
    return joined((phrase(page, one) for one in words), page.language)


def check(page: Page, one: Check) -> str:
    """The gradient by differences, a mark, and the verdict in a word where it is not the usual."""
    shown = printed(one.numeric, page.story.digits + 3, page.story.digits)
    word = "" if one.verdict == "ok" else f" {page.said(f'check_{one.verdict}')}"
    return f"${digits(shown)}$~{MARKS[one.verdict]}{word}"


COMMAND = re.compile(r"\\[a-zA-Z]+\s*")
BRACES = str.maketrans("", "", "{}\\")


@lru_cache(maxsize=16_384)
def text_width(text: str) -> float:
    """About how many points text takes at ten points; formulas between dollars."""
    total = 0.0
    for place, part in enumerate(text.split("$")):
        if place % 2:
            total += width(part)
            continue
        typed = r"\code" in part
        plain = COMMAND.sub(lambda one: "" if one[0].strip() in MACROS else "x", part)
        plain = plain.translate(BRACES)
        total += sum(10.0 if ord(sign) > 0x2E7F else 5.3 if typed else 4.9 for sign in plain)
    return total


MACROS = frozenset({r"\code", r"\ensuremath", r"\text", r"\lineid", r"\cjk", r"\textbf"})
