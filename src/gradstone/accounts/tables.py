"""Tables that several documents share."""

from __future__ import annotations

from gradstone.accounts.account import Cell, Code, Entry, Line, Phrase, Table, Value
from gradstone.accounts.ledger import Ledger


def numbers_table(ledger: Ledger, lines_only: bool = False, chosen: int | None = None) -> Table:
    """All numbers: name, value, line, program name, check.

    Args:
        lines_only: leave out what is given. chosen: leave out the other samples' numbers.
    """
    columns = ("name", "value", "line", "program_name", "numeric_check")
    rows: list[tuple[Cell, ...]] = []
    for one in ledger.entries.values():
        line = ledger.lines[one.line] if one.line else None
        mine = chosen is None or _is_of(one, line, chosen)
        if mine and (line is not None or not lines_only):
            told = (one.symbol, Value(one.address), Code(one.line), Code(one.address))
            rows.append((*told, (line.check if line else None) or Code("")))
    return Table(tuple(Phrase(one) for one in columns), tuple(rows))


def _is_of(entry: Entry, line: Line | None, sample: int) -> bool:
    """Whether a number belongs to a sample, or to all."""
    if line is not None:
        return line.sample in (None, sample)
    return entry.symbol.sample is None
