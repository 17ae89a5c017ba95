"""Text in cells: symbols, phrases, formulas, and formulas with live numbers put in."""

from __future__ import annotations

from functools import cache
from math import floor, isfinite, log10
from string import Formatter

from gradstone.accounts import notation
from gradstone.accounts.account import (
    Amount,
    Cell,
    Check,
    Code,
    Entry,
    Formula,
    Line,
    Phrase,
    Plain,
    Story,
    Value,
)
from gradstone.accounts.formula import amount, terms
from gradstone.accounts.numbers import Printed, printed
from gradstone.accounts.symbol import Symbol
from gradstone.accounts.words import said
from gradstone.language import Language
from gradstone.ops.table import Operand

MOST_SHOWN = 8
"""Terms of a formula up to which all are told."""


def digits(one: Printed) -> str:
    """A number's digits as text: true minus, power of ten."""
    return notation.text(one.latex.replace(r"\guard", ""))


@cache
def symbol(one: Symbol) -> str:
    """A symbol as a line of text: "w₅", "∂E/∂w₅"."""
    return notation.text(one.latex)


def spoken(phrase: Phrase, story: Story, language: Language) -> str:
    """A phrase with its gaps filled."""
    gaps = {key: worded(one, story, language) for key, one in phrase.gaps.items()}
    return Formatter().vformat(said(phrase.key, language), (), gaps)


def worded(one: Cell, story: Story, language: Language) -> str:
    """What stands in a gap or a table, as text."""
    match one:
        case Symbol():
            return symbol(one)
        case Value(address):
            return digits(amount(story.entries[address], story.digits))
        case Amount(value, count):
            return digits(printed(value, count, count))
        case Code(text) | Plain(text):
            return text
        case Formula(latex):
            return notation.text(latex)
        case Phrase():
            return spoken(one, story, language)
        case Check():
            return one.verdict


def told(story: Story, line: Line) -> str:
    """The formula of a line in symbols; long sums are cut short."""
    entries = [story.entries[one] for one in line.operands]
    names = {
        one.node: Operand(one.symbol.latex, 4 if one.symbol.of is None else 2) for one in entries
    }
    rest = story.rests.get(line.id)
    parts = terms(line.rule, names, rest)
    if rest is not None:
        parts = (*parts, r"+ \ldots")
    elif len(parts) > MOST_SHOWN:
        parts = (*parts[:3], rf"+ \ldots {parts[-1]}")
    return notation.text(" ".join(parts))


def places(entry: Entry) -> int:
    """Decimals that show as many digits of an entry as the document prints."""
    if not isfinite(entry.value) or entry.value == 0:
        return 9
    return min(max(entry.digits - 1 - floor(log10(abs(entry.value))), 4), 25)


def number_format(entry: Entry, promised: int) -> str:
    """How a spreadsheet shows an entry: the document's digits, and more where they were few."""
    one = amount(entry, promised)
    decimals = len(one.head.partition(".")[2] + one.guard)
    if not isfinite(entry.value) or (one.exact and one.power is None and decimals == 0):
        return "General"
    if one.power is not None:
        return f"0.{'0' * max(decimals, 1)}{'#' * (9 - decimals)}E+00"
    if one.exact or entry.given:
        return f"0.0{'#' * max(decimals - 1, 9)}"
    return f"0.{'0' * decimals}"
