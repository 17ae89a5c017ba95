"""How a cell of a table or a gap of a phrase is told, where a format has one way for each kind."""

from __future__ import annotations

from typing import Protocol, TypeVar

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
from gradstone.accounts.numbers import GUARD, Printed, printed
from gradstone.accounts.symbol import Symbol

Told = TypeVar("Told", covariant=True)


class Telling(Protocol[Told]):
    """A story and what a format makes of each kind of cell."""

    @property
    def story(self) -> Story:
        """The story that is told."""

    def number(self, one: Printed) -> Told:
        """A number."""

    def code(self, name: str) -> Told:
        """A program's name, or a count."""

    def plain(self, text: str) -> Told:
        """Words of the user's own."""

    def formula(self, latex: str) -> Told:
        """Mathematics."""

    def phrase(self, one: Phrase) -> Told:
        """A phrase with its gaps filled."""

    def check(self, one: Check) -> Told:
        """The numeric gradient and the verdict on the one by rules."""


def cell(page: Telling[Told], one: Cell) -> Told:
    """Any cell."""
    match one:
        case Value(address):
            return value(page, address)
        case Symbol() | Formula():
            return page.formula(one.latex)
        case Phrase():
            return page.phrase(one)
        case Code(text):
            return page.code(text)
        case Plain(text):
            return page.plain(text)
        case Amount(number, digits):
            return page.number(printed(number, digits, digits))
        case Check():
            return page.check(one)


def value(page: Telling[Told], address: str) -> Told:
    """The number of an entry."""
    return page.number(amount(page.story.entries[address], page.story.digits))


def difference_quotient(page: Telling[Told], one: Check) -> Told:
    """The numeric gradient."""
    return page.number(printed(one.numeric, page.story.digits + GUARD, page.story.digits))
