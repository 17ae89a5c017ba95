"""Tables that several documents share."""

from __future__ import annotations

from gradstone.accounts.account import Cell, Code, Phrase, Table, Value
from gradstone.accounts.ledger import Ledger


def numbers_table(ledger: Ledger, lines_only: bool = False) -> Table:
    """All numbers: name, value, line, program name, check; or only those born in lines."""
    columns = ("name", "value", "line", "program_name", "numeric_check")
    rows: list[tuple[Cell, ...]] = []
    for one in ledger.entries.values():
        check = ledger.lines[one.line].check if one.line else None
        if one.line or not lines_only:
            told = (one.symbol, Value(one.address), Code(one.line), Code(one.address))
            rows.append((*told, check or Code("")))
    return Table(tuple(Phrase(one) for one in columns), tuple(rows))
