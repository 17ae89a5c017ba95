"""The result of `compare`, as data and as text."""

from __future__ import annotations

from dataclasses import dataclass
from math import isfinite
from typing import Any

from gradstone.checking.evidence import Cause
from gradstone.checking.report import aligned_columns
from gradstone.checking.steps.judging import DIFFERS, EQUAL, FOLLOWS

HEAD = ("quantity", "shape", "largest relative difference", "verdict")


@dataclass(frozen=True, slots=True)
class Difference:
    """A number that differs, and is not right given those before it.

    Attributes:
        quantity: as "dnet2". index: of the first entry that differs, counted from 0; () for a
            number, and where shapes differ.
        here, there: the two values: ours, made of their own earlier numbers, and theirs. NaN
            where shapes differ.
        key: what it was called there.
        cause: the likely mistake; None where no known one gives these numbers.
    """

    quantity: str
    index: tuple[int, ...]
    here: float
    there: float
    key: str
    cause: Cause | None

    @property
    def place(self) -> str:
        """The entry as it is written, as "dnet2[0,0]"."""
        return self.quantity + (f"[{','.join(map(str, self.index))}]" if self.index else "")

    def __str__(self) -> str:
        """The place and both values."""
        key = f" ({self.key})" if self.key not in (self.quantity, self.place) else ""
        if not isfinite(self.here):
            return f"{self.place}{key}"
        return f"{self.place}{key}: {self.here:.10g} here, {self.there:.10g} there"


@dataclass(frozen=True, slots=True)
class Line:
    """One quantity of the comparison.

    Attributes:
        quantity: its name. shape: of what came.
        error: the largest relative difference, |a − b| / max(|a|, |b|) over its entries; NaN
            where shapes differ.
        verdict: "equal", "differs", or "right given the earlier numbers": an error carried
            forward.
    """

    quantity: str
    shape: tuple[int, ...]
    error: float
    verdict: str


@dataclass(frozen=True, slots=True)
class Compared:
    """Two traces of the same step, compared in order of computation.

    Attributes:
        lines: one for each quantity that both have.
        differences: one for each cause, the first number in order of computation first.
        unknown: keys that were not understood, or have nothing to be compared with.
        notes: layouts that were recognised, and what else should be known, a sentence each.
    """

    lines: tuple[Line, ...]
    differences: tuple[Difference, ...] = ()
    unknown: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()

    @property
    def ok(self) -> bool:
        """Whether nothing differs."""
        return not self.differences

    @property
    def verdict(self) -> str:
        """The word "equal" or "differs"."""
        return EQUAL if self.ok else DIFFERS

    @property
    def first(self) -> Difference | None:
        """The first number that differs."""
        return self.differences[0] if self.differences else None

    @property
    def cause(self) -> Cause | None:
        """The likely mistake behind the first number that differs, where one is known."""
        return self.differences[0].cause if self.differences else None

    @property
    def carried(self) -> tuple[str, ...]:
        """Quantities that are right given the earlier numbers: errors carried forward."""
        return tuple(line.quantity for line in self.lines if line.verdict == FOLLOWS)

    def to_text(self) -> str:
        """The first difference, its likely cause, and a table of all quantities."""
        told = [*self._summary(), ""]
        told += aligned_columns([HEAD, *(_cells(line) for line in self.lines)])
        told += [""] if self.unknown or self.notes else []
        told += [f"note: {note}" for note in self.notes]
        if self.unknown:
            told.append(f"keys not understood: {', '.join(self.unknown)}")
        return "\n".join(told)

    def _summary(self) -> list[str]:
        if self.first is None:
            return [f"equal: {len(self.lines)} quantities compared"]
        told = [f"differs: the first number that does is {self.first}"]
        none = "no known mistake gives it"
        told.append(f"likely cause: {self.cause}" if self.cause else none)
        told += [f"besides: {one}: {one.cause or none}" for one in self.differences[1:]]
        return told

    def to_dict(self) -> dict[str, Any]:
        """Everything, in numbers, texts and lists, as JSON takes it; no number is None."""
        return {
            "verdict": self.verdict,
            "differences": [
                {
                    "place": one.place,
                    "key": one.key,
                    "here": one.here if isfinite(one.here) else None,
                    "there": one.there if isfinite(one.there) else None,
                    "cause": one.cause.name if one.cause else None,
                    "text": str(one.cause) if one.cause else None,
                }
                for one in self.differences
            ],
            "lines": [
                {
                    "quantity": line.quantity,
                    "shape": list(line.shape),
                    "error": line.error if isfinite(line.error) else None,
                    "verdict": line.verdict,
                }
                for line in self.lines
            ],
            "unknown": list(self.unknown),
            "notes": list(self.notes),
        }

    def __str__(self) -> str:
        return self.to_text()


def _cells(line: Line) -> tuple[str, ...]:
    error = f"{line.error:.1e}" if isfinite(line.error) else "-"
    return (line.quantity, str(line.shape), error, line.verdict)
