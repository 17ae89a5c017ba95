"""The state of code being made inside some of a nest's loops: where it is, what it holds."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from gradstone.execute.native import ir
from gradstone.execute.native.analysis import Analysis
from gradstone.execute.native.host import Host
from gradstone.execute.native.lanes import Lanes, Value
from gradstone.execute.native.loops import Count, times
from gradstone.execute.native.memory import Mask, constant_mask, moved, running_mask
from gradstone.execute.native.program import ROWS, View
from gradstone.execute.native.tiling import Part

Key = tuple[int, tuple[int, ...], int]


@dataclass(frozen=True, slots=True)
class Site:
    """What nests of one function share.

    Attributes:
        rows: the number of samples, an i64 value or known.
        pointers: to the first number of each buffer, by the buffer's id.
    """

    builder: ir.IRBuilder
    host: Host
    rows: Count
    pointers: dict[int, Value]

    def count(self, extent: int) -> Count:
        """An extent as a number or an i64 value."""
        if extent and extent % ROWS == 0:
            return times(self.builder, self.rows, extent // ROWS)
        return extent


@dataclass(frozen=True, slots=True)
class Held:
    """A value on a tile: for each row (or one for all), its vectors (or one for all).

    Attributes:
        values: vectors, or scalars where it is the same along the lanes.
        spread: the same as vectors, where wanted; `values` where they are vectors.
    """

    dtype: str
    values: Sequence[Sequence[Value]]
    spread: Sequence[Sequence[Value]]

    def scalar(self, row: int) -> Value:
        """The number of a row."""
        return _at(self.values, row, 0)

    def vector(self, row: int, number: int) -> Value:
        """The vector at a place of the tile."""
        return _at(self.spread, row, number)

    def rows(self, first: int, count: int) -> Held:
        """The same for some of the tile's rows."""
        part = slice(first, first + count)
        values = self.values[part] if len(self.values) > 1 else self.values
        spread = self.spread[part] if len(self.spread) > 1 else self.spread
        return Held(self.dtype, values, spread)


def _at(values: Sequence[Sequence[Value]], row: int, number: int) -> Value:
    line = values[row if len(values) > 1 else 0]
    return line[number if len(line) > 1 else 0]


@dataclass(frozen=True, slots=True)
class Frame:
    """Where code is being made.

    Attributes:
        index: the axes whose loops surround it, with the place of the tile's first number.
        rows, vectors: of the tile, as far as bound. masks: for each vector.
        above: rows of the tile before the frame's own, where it is a part of one.
        held: values at hand. pointers: for each view, to the number at `index`.
    """

    site: Site
    analysis: Analysis
    count: int
    index: dict[int, Count] = field(default_factory=dict)
    rows: int = 1
    vectors: int = 1
    masks: tuple[Mask, ...] = (None,)
    held: dict[int, Held] = field(default_factory=dict)
    pointers: dict[Key, Value] = field(default_factory=dict)
    above: int = 0

    def lanes(self, dtype: str) -> Lanes:
        """Vectors of the nest."""
        return Lanes(self.site.builder, self.site.host, dtype, self.count)

    def pointer(self, view: View, row: int = 0, vector: int = 0) -> Value:
        """To the number at a row and a vector's first lane of the tile."""
        distance = self.distance(view.strides, row, vector)
        return moved(self.site.builder, self.pointers[key_of(view)], distance)

    def distance(self, strides: Sequence[int], row: int, vector: int) -> int:
        """How much further than the tile's first number that is."""
        down = strides[self.analysis.row] if self.analysis.row >= 0 else 0
        across = strides[-1] if strides else 0
        return (self.above + row) * down + vector * self.count * across

    def part(self, first: int, count: int) -> Frame:
        """Some of the tile's rows."""
        held = {value: one.rows(first, count) for value, one in self.held.items()}
        return replace(self, rows=count, above=self.above + first, held=held)

    def bound(self, axis: int, at: Count, part: Part | None = None) -> Frame:
        """The frame inside one more loop."""
        b = self.site.builder
        pointers = {
            key: moved(b, pointer, at, key[1][axis]) if key[1][axis] else pointer
            for key, pointer in self.pointers.items()
        }
        rows, vectors, masks = self.rows, self.vectors, self.masks
        if part is not None and axis == self.analysis.column:
            vectors, masks = part.size, self._masks(part, at)
        elif part is not None:
            rows = part.size
        index, held = {**self.index, axis: at}, dict(self.held)
        return Frame(
            self.site, self.analysis, self.count, index, rows, vectors, masks, held, pointers
        )

    def _masks(self, part: Part, at: Count) -> tuple[Mask, ...]:
        full: tuple[Mask, ...] = (None,) * (part.size - 1)
        if part.valid is None or self.count == 1:
            return (*full, None)
        v = self.lanes("int64")
        if part.valid >= 0:
            return (*full, constant_mask(v, part.valid))
        left = self.site.builder.sub(part.end, at, flags=("nsw",))
        return (*full, running_mask(v, left))


def root(site: Site, analysis: Analysis, count: int) -> Frame:
    """The frame outside all loops."""
    pointers = {
        key_of(view): moved(site.builder, site.pointers[id(view.buffer)], view.offset)
        for view in analysis.views()
    }
    return Frame(site, analysis, count, pointers=pointers)


def key_of(view: View) -> Key:
    """What tells views apart."""
    return id(view.buffer), view.strides, view.offset
