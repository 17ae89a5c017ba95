"""What a descent remembers: the points of its path, thinned in the middle of long ones."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass, field
from typing import NamedTuple

from gradstone.descent.form import Array

HEAD, TAIL = 200, 64
"""So many points are always kept at the beginning, and at the end."""


class Mark(NamedTuple):
    """A point of a path. number: of updates before it. gradient: the one that is followed."""

    number: int
    x: Array
    value: float
    gradient: Array


@dataclass(slots=True)
class Log:
    """The points of a path as they come.

    Attributes:
        stride: beyond the head and before the tail every so many points are kept.
        kept: points that stay. tail: the last ones, in one piece.
    """

    stride: int = 1
    kept: list[Mark] = field(default_factory=list)
    tail: deque[Mark] = field(default_factory=deque)

    def add(self, mark: Mark) -> None:
        """The next point."""
        self.tail.append(mark)
        if len(self.tail) > TAIL:
            self._settle()

    def add_thinned(self, marks: list[Mark]) -> None:
        """Points with others between them that are not there; the next one follows none."""
        while self.tail:
            self._settle()
        self.kept += marks

    def _settle(self) -> None:
        """The first of the tail stays or is forgotten."""
        mark = self.tail[0]
        if mark.number < HEAD or mark.number % self.stride == 0:
            self.kept.append(mark)
        self.tail.popleft()

    def marks(self) -> list[Mark]:
        """All points that are remembered, in order."""
        # Ctrl-C may have come while a point was settled: it then stands in both
        end = self.kept[-1].number if self.kept else -1
        return [*self.kept, *(one for one in self.tail if one.number > end)]

    def last(self) -> list[Mark]:
        """The last points that follow each other without a gap, up to `TAIL` and more."""
        marks = self.marks()[-2 * TAIL :]
        end = marks[-1].number - len(marks) + 1
        return [one for place, one in enumerate(marks) if one.number == end + place]
