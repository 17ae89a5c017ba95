"""One weight or bias by its address."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from gradstone.accounts.teller import place_of
from gradstone.errors import unknown


@dataclass(frozen=True, slots=True)
class Parameter:
    """One weight or bias: "W1[0,2]" is letter W, layer 1, source 0, target 2."""

    letter: str
    layer: int
    source: int | None
    target: int

    @property
    def name(self) -> str:
        """The array it stands in: "W1"."""
        return f"{self.letter}{self.layer}"

    @property
    def place(self) -> tuple[int, ...]:
        """Where it stands in that array."""
        return (self.target,) if self.source is None else (self.source, self.target)

    @property
    def address(self) -> str:
        """Its address."""
        return f"{self.name}{place_of(self.place)}"


def parameter(address: str, known: Sequence[str]) -> Parameter:
    """A parameter by its address, spaces and case aside; UnknownNameError with the nearest."""
    text = address.replace(" ", "")
    found = re.fullmatch(r"([Wwb])(\d+)\[(\d+)(?:,(\d+))?\]", text)
    if found is None or text.replace("w", "W") not in known:
        raise unknown("weight", address, known)
    letter, layer, first, second = found.groups()
    if letter in "Ww":
        return Parameter("W", int(layer), int(first), int(second))
    return Parameter("b", int(layer), None, int(first))
