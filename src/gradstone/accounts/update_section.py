"""The section of the update: one parameter worked out, then tables of all of them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from gradstone.accounts.account import Cell, Code, Part, Phrase, Section, Table, Value, Working
from gradstone.accounts.step import StepLedger
from gradstone.accounts.symbol import Symbol
from gradstone.accounts.teller import place_of

MOST_LINES = 40
"""Up to so many lines, the update of every parameter is worked out."""


@dataclass(frozen=True, slots=True)
class UpdateSection:
    """Makes the section.

    Attributes:
        step: its ledger, settled. worked: addresses of the parameters worked out, where there are
            too many for all of them.
    """

    step: StepLedger
    worked: Sequence[str]

    def section(self) -> Section:
        """The section."""
        lines = [one for one in self.step.ledger.lines.values() if one.id[0] == "U"]
        few = len(lines) <= MOST_LINES
        told = tuple(one.id for one in lines if few or self._told(one.entry))
        parts: tuple[Part, ...] = (Working(told), self._table(), *self._states())
        return Section("update", Phrase("section_update"), parts)

    def _told(self, entry: str) -> bool:
        """Whether it belongs to all parameters, or to one that is worked out."""
        name, _, at = entry.removeprefix("new ").partition("[")
        return not at or f"{name.split('.')[0]}[{at}" in self.worked

    def _table(self) -> Table:
        ledger = self.step.ledger
        heads = (Phrase("name"), Phrase("old"), Phrase("gradient"), Phrase("new"), Phrase("line"))
        rows, anchors = [], []
        for address in parameter_addresses(self.step):
            new = ledger.entries[f"new {address}"]
            rows.append((ledger.entries[address].symbol, Value(address), Value(f"d{address}"),
                         Value(new.address), Code(new.line)))  # fmt: skip
            anchors.append(new.line)
        return Table(heads, tuple(rows), anchors=tuple(anchors))

    def _states(self) -> Iterator[Table]:
        """A table for each state that the optimizer keeps: before, after, corrected."""
        optimizer, ledger = self.step.update.optimizer, self.step.ledger
        columns = ["before", "after", *(["corrected"] if optimizer.powers else [])]
        heads = (Phrase("name"), *(Phrase(f"state_{one}") for one in columns), Phrase("line"))
        for moment in optimizer.moments:
            rows: list[tuple[Cell, ...]] = []
            anchors = []
            for address in parameter_addresses(self.step):
                name, at = address.split("[")
                own = f"{name}.{moment}[{at}"
                told = [own, f"new {own}", f"{name}.{moment}_hat[{at}"][: len(columns)]
                line = ledger.entries[told[-1]].line
                rows.append((ledger.entries[own].symbol, *map(Value, told), Code(line)))
                anchors.append(line)
            caption = Phrase("state_table", {"state": Symbol(moment)})
            yield Table(heads, tuple(rows), caption=caption, anchors=tuple(anchors))


def parameter_addresses(step: StepLedger) -> list[str]:
    """The addresses of all parameters, a neuron's together."""
    return [
        f"{name}{place_of(at)}"
        for name, node in step.graph.parameters.items()
        for at in sorted(np.ndindex(node.shape), key=lambda at: at[::-1])
    ]
