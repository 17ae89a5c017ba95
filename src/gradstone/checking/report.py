"""The verdict of an audit, as data and as text."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import isfinite
from typing import Any

from gradstone.checking.evidence import Cause
from gradstone.checking.verdict import KINK, OK, UNCLEAR, WRONG, Row

SHOWN = 12
HEADS = {
    "gradient": ("entry", "offered", "numeric", "relative error", "step h", "verdict"),
    "own": ("entry", "analytic", "numeric", "relative error", "step h", "verdict"),
    "step": ("entry", "new", "should be", "relative error", "step h", "verdict"),
    "numeric": ("entry", "", "numeric", "", "step h", "verdict"),
}


@dataclass(frozen=True, slots=True)
class Audit:
    """The verdict on a gradient or on a whole step.

    Attributes:
        kind: what was judged: "gradient" (offered), "own" (Gradstone's), "step", or "numeric"
            (nothing: the function cannot be traced and no gradient was offered).
        value: of the function at the point.
        rows: one for each entry that was checked. total: how many entries there are.
        causes: the likely ones, where something is wrong.
        notes: what else should be known, a sentence each.
    """

    kind: str
    value: float
    rows: tuple[Row, ...]
    total: int
    causes: tuple[Cause, ...] = ()
    notes: tuple[str, ...] = ()

    @property
    def passed(self) -> bool:
        """Nothing is wrong, and nothing was changed in place."""
        return not self.causes and all(row.verdict != WRONG for row in self.rows)

    @property
    def cause(self) -> str | None:
        """The likely causes in words, or None where all is well."""
        return " ".join(map(str, self.causes)) or None

    def count(self, verdict: str) -> int:
        """How many rows have a verdict."""
        return sum(row.verdict == verdict for row in self.rows)

    def worst(self, most: int = SHOWN) -> list[Row]:
        """The rows worth looking at, in their order: wrong ones first, then large errors."""
        rank = {WRONG: 3, KINK: 2, UNCLEAR: 1, OK: 0}
        size = {id(row): row.error if isfinite(row.error) else 0.0 for row in self.rows}
        order = sorted(
            self.rows, key=lambda row: (rank.get(row.verdict, 0), size[id(row)]), reverse=True
        )
        chosen = {id(row) for row in order[:most]}
        return [row for row in self.rows if id(row) in chosen]

    def to_text(self, most: int = SHOWN) -> str:
        """A table, the counts, the likely cause and the notes; at most so many rows."""
        shown = self.worst(most)
        lines = [f"value {self.value:.10g}", ""]
        lines += aligned_columns([HEADS[self.kind], *(_cells(row, self.kind) for row in shown)])
        if len(shown) < len(self.rows):
            lines.append(f"… the {len(shown)} worst of {len(self.rows)} entries")
        lines += ["", self._summary()]
        lines += [f"likely cause: {cause}" for cause in self.causes]
        lines += [f"note: {note}" for note in self.notes]
        return "\n".join(lines)

    def _summary(self) -> str:
        counts = [(self.count(verdict), verdict) for verdict in (OK, WRONG, KINK, UNCLEAR)]
        told = ", ".join(f"{number} {verdict}" for number, verdict in counts if number)
        word = "passed" if self.passed else "rejected"
        if self.kind == "numeric":
            word, told = "numeric only", "nothing to compare with"
        number = str(len(self.rows)) + (f" of {self.total}" if len(self.rows) < self.total else "")
        entries = "entry" if self.total == 1 else "entries"
        return f"{word}: {number} {entries} checked: {told or 'none'}"

    def to_dict(self) -> dict[str, Any]:
        """Everything, in numbers, texts and lists, as JSON takes it; no number is None."""
        names = ("offered", "numeric", "error", "step")
        return {
            "passed": self.passed,
            "kind": self.kind,
            "value": self.value,
            "cause": self.cause,
            "causes": [
                {"name": c.name, "place": c.place, "entries": list(c.entries), "text": str(c)}
                for c in self.causes
            ],
            "notes": list(self.notes),
            "total": self.total,
            "rows": [
                {"entry": row.place, "verdict": row.verdict}
                | {name: _finite(getattr(row, name)) for name in names}
                for row in self.rows
            ],
        }

    def __str__(self) -> str:
        return self.to_text()


def _finite(number: float) -> float | None:
    return number if isfinite(number) else None


def _cells(row: Row, kind: str) -> tuple[str, ...]:
    if kind == "numeric":
        return (row.place, "", f"{row.numeric:.10g}", "", f"{row.step:.1e}", "")
    error = f"{row.error:.1e}" if isfinite(row.error) else "-"
    step = f"{row.step:.1e}" if isfinite(row.step) else "-"
    return (row.place, f"{row.offered:.10g}", f"{row.numeric:.10g}", error, step, row.verdict)


def aligned_columns(table: Sequence[Sequence[str]]) -> list[str]:
    """Lines of a table: the first column and the last to the left, numbers to the right."""
    columns = [column for column in zip(*table, strict=True) if any(column)]
    widths = [max(map(len, column)) for column in columns]
    lines = []
    for cells in zip(*columns, strict=True):
        last = len(cells) - 1
        padded = [
            cell.ljust(width) if i in (0, last) else cell.rjust(width)
            for i, (cell, width) in enumerate(zip(cells, widths, strict=True))
        ]
        lines.append("  ".join(padded).rstrip())
    return lines
