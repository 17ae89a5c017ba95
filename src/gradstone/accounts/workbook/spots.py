"""Where a number stands: cells, ranges, and names that spreadsheets accept."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache

LOOKS_LIKE_A_CELL = re.compile(r"[a-z]{1,3}\d+|r\d*(c\d*)?|c\d*", re.IGNORECASE)
TAKEN = frozenset({"true", "false", "inputs_changed", "check_step"})
LONGEST = 200
PLAIN_TITLE = re.compile(r"[A-Za-z][A-Za-z_]*")


@dataclass(frozen=True, slots=True)
class Spot:
    """A cell. row, column: counted from 0."""

    sheet: str
    row: int
    column: int

    def reference(self, home: str = "") -> str:
        """The cell's address in formulas of the sheet `home`: "$E$5" or "Inputs!$E$5"."""
        return _sheet(self.sheet, home) + self._fixed()

    def to(self, other: Spot, home: str = "") -> str:
        """The range that ends at another cell of the sheet."""
        return f"{self.reference(home)}:{other._fixed()}"

    def _fixed(self) -> str:
        return f"${letters(self.column)}${self.row + 1}"

    def beside(self, columns: int) -> Spot:
        """The cell so many columns to the right."""
        return Spot(self.sheet, self.row, self.column + columns)


@cache
def letters(column: int) -> str:
    """The letters of a column.

    >>> letters(0), letters(25), letters(26), letters(16383)
    ('A', 'Z', 'AA', 'XFD')
    """
    text = ""
    column += 1
    while column:
        column, rest = divmod(column - 1, 26)
        text = chr(65 + rest) + text
    return text


def cell(row: int, column: int) -> str:
    """A cell's address within its own sheet, free to move: "E5"."""
    return f"{letters(column)}{row + 1}"


def _sheet(title: str, home: str) -> str:
    if title == home:
        return ""
    if PLAIN_TITLE.fullmatch(title):
        return f"{title}!"
    quoted = title.replace("'", "''")
    return f"'{quoted}'!"


def safe_names(wanted: Iterable[str]) -> list[str]:
    """Names that formulas may use: no cell address, no reserved word, none twice in any case.

    >>> safe_names(["w_1", "w1", "x", "X", "R", "r2c3", "2 b", "true"])
    ['w_1', 'w1_', 'x', 'X_2', 'R_', 'r2c3_', '_2_b', 'true_']
    """
    used = set(TAKEN)
    names = []
    for one in wanted:
        name = base = _safe(one)
        number = 1
        while name.casefold() in used:
            number += 1
            name = f"{base.removesuffix('_')}_{number}"
        used.add(name.casefold())
        names.append(name)
    return names


def _safe(name: str) -> str:
    name = re.sub(r"[^\w.]", "_", name)[:LONGEST]
    if not name or not (name[0].isalpha() or name[0] == "_") or name.casefold().startswith("_xl"):
        name = f"_{name}"
    clash = LOOKS_LIKE_A_CELL.fullmatch(name) or name.casefold() in TAKEN
    return f"{name}_" if clash else name
