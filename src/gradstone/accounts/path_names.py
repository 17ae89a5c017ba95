"""What the numbers of a descent are called: by entry, and by the updates that precede them."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from gradstone.accounts.symbol import Symbol, derivative
from gradstone.accounts.teller import counted
from gradstone.descent.form import Form

Name = tuple[str, Symbol]
"""An address and a symbol."""
COUNTED = re.compile(r"([^\W\d])_?(\d+)")
LETTERS = ("m", "v", "s")
"""Of moments and steps; with a variable of that name they bear the variable's name, too."""


@dataclass(frozen=True, slots=True)
class PathNames:
    """Names by entry of x, from 0, and by number of updates.

    Attributes:
        form: of the start.
    """

    form: Form

    def x(self, entry: int, k: int) -> Name:
        """An entry after k updates, x₃ or, where there are several of a name, x⁽³⁾₁."""
        name, place = self._place(entry)
        letter, below = _letter(name, place)
        symbol = Symbol(letter, below, layer=str(k)) if below else Symbol(letter, str(k))
        return f"{name}[{_row(k, place)}]", symbol

    def f(self, k: int) -> Name:
        """f after k updates."""
        return f"{self._free('f')}[{k}]", Symbol(self.value.letter, str(k))

    def slope(self, entry: int, k: int) -> Name:
        """∂f by an entry."""
        name, place = self._place(entry)
        symbol = derivative(self.value, self.x(entry, k)[1])
        return f"{self._free(f'd{name}')}[{_row(k, place)}]", symbol

    def kept(self, letter: str, entry: int, k: int, hat: bool = False) -> Name:
        """A moment or a step: m₃, or m of x after 3 updates."""
        name, place = self._place(entry)
        mark = f"{letter}_hat" if hat else letter
        return f"{name}.{mark}[{_row(k, place)}]", self._symbol(letter, entry, str(k), hat)

    def number(self, k: int) -> Name:
        """How many updates precede one, as schedules take it."""
        return f"{self._free('number')}[{k}]", Symbol(
            "n" if "k" in self.form.names else "k", str(k)
        )

    def rate(self, k: int) -> Name:
        """The rate of an update where it changes."""
        return f"{self._free('rate')}[{k}]", Symbol("η", str(k))

    # Heads of tables ------------------------------------------------------------------------------
    @property
    def value(self) -> Symbol:
        """f, F where a variable is called f."""
        return Symbol("F" if "f" in self.form.names else "f")

    def head(self, entry: int) -> Symbol:
        """An entry without a number of updates."""
        return Symbol(*_letter(*self._place(entry)))

    def kept_head(self, letter: str, entry: int, hat: bool = False) -> Symbol:
        """A moment or a step without one."""
        return self._symbol(letter, entry, "", hat)

    def _symbol(self, letter: str, entry: int, k: str, hat: bool) -> Symbol:
        if self.form.size == 1 and self.form.names[0] not in LETTERS:
            return Symbol(letter, k, hat=hat)
        return Symbol(letter, "".join(_letter(*self._place(entry))), layer=k, hat=hat)

    def _place(self, entry: int) -> tuple[str, tuple[int, ...]]:
        """The argument that an entry belongs to, and its place there."""
        return self.form.places[entry]

    def _free(self, wanted: str) -> str:
        """An address that is no variable's."""
        return f"{wanted}_" if wanted in self.form.names else wanted


def _row(k: int, place: Sequence[int]) -> str:
    return ",".join(map(str, (k, *place)))


def _letter(name: str, place: tuple[int, ...]) -> tuple[str, str]:
    """Letter and subscript: those of x1 are x and 1."""
    found = COUNTED.fullmatch(name)
    letter, below = (found[1], found[2]) if found else (name, "")
    return letter, ",".join(filter(None, (below, counted(place))))
