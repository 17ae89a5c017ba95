"""A nest as code: loops over tiles, values computed as far out as they can be, sums carried."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from gradstone.execute.native.accumulators import Sums, flat, flush, joined, shape_of, unflat, zeros
from gradstone.execute.native.analysis import Analysis, Effect, operands_of
from gradstone.execute.native.axes import in_best_form, picked, specialised
from gradstone.execute.native.evaluate import (
    evaluate,
    scatter,
    write,
)
from gradstone.execute.native.frames import Frame, Site, root
from gradstone.execute.native.lanes import Value
from gradstone.execute.native.loops import Count, loop
from gradstone.execute.native.program import Compute, Gather, Nest, Number, Scatter, Store
from gradstone.execute.native.sums import sum_products
from gradstone.execute.native.tiling import Part, Tiling, column_parts, row_parts, tiling_for
from gradstone.execute.native.transposes import emit_exchange, exchange_in

MANY, ABREAST, REDUCED_ABREAST = 2, 4, 8
"""From so many instructions on, a product's tile is finished so many vectors at a time."""


def emit_nest(site: Site, nest: Nest) -> None:
    """The nest's loops at the builder's position, which moves behind them."""
    rows = site.rows if isinstance(site.rows, int) else None
    nest = in_best_form(specialised(nest, rows))
    exchange = exchange_in(nest)
    if exchange is not None:
        emit_exchange(site, exchange)
        return
    analysis = Analysis(nest)
    _Loops(site, analysis, tiling_for(site.host, analysis)).emit()


@dataclass(frozen=True, slots=True)
class _Level:
    """A loop over an axis: one place at a time, or in tiles."""

    axis: int
    parts: tuple[Part, ...]
    tiled: bool


class _Loops:
    """The loops of one nest, and which of its sums are carried through which."""

    def __init__(self, site: Site, analysis: Analysis, tiling: Tiling) -> None:
        self.site, self.analysis, self.tiling = site, analysis, tiling
        self.nest = analysis.nest
        self.gathers = [one for one in self.nest.instructions if isinstance(one, Gather)]
        self.levels = self._ordered()

    def _ordered(self) -> list[_Level]:
        b, extents, known = self.site.builder, self.nest.extents, self.analysis
        outer = [
            _Level(axis, (Part(0, self.site.count(extents[axis]), 1, 1),), False)
            for axis in range(len(extents) - 2)
        ]
        rows, columns = [], []
        if known.row >= 0:
            parts = row_parts(b, self.site.count(extents[known.row]), self.tiling.rows)
            rows = [_Level(known.row, tuple(parts), True)]
        if known.column >= 0:
            count = self.site.count(extents[known.column])
            across = column_parts(b, count, self.tiling.count, self.tiling.vectors)
            columns = [_Level(known.column, tuple(across), True)]
        inside = [*columns, *rows] if self._columns_first(columns) else [*rows, *columns]
        return [*outer, *inside]

    def _columns_first(self, columns: Sequence[_Level]) -> bool:
        """Whether rows run inside columns: for products, sums over rows, and a single tile."""
        if self.nest.product is not None or (columns and _single(columns[0])):
            return True
        row, column = self.analysis.row, self.analysis.column
        return row >= 0 and any(
            one.view.strides[column] and not one.view.strides[row] for one in self.gathers
        )

    # Sums ------------------------------------------------------------------------------------
    def _begins(self, gather: Gather) -> int:
        """The outermost level from which on all loops are over summed axes."""
        level = len(self.levels)
        while level and not gather.view.strides[self.levels[level - 1].axis]:
            level -= 1
        return level

    def _once(self, gather: Gather) -> bool:
        """Whether each sum is complete when it is first written."""
        outside = self.levels[: self._begins(gather)]
        whole = all(gather.view.strides[one.axis] or _single(one) for one in outside)
        return whole and gather.start is not None

    def emit(self) -> None:
        """All of it."""
        for gather in self.gathers:
            if gather.start is not None and not self._once(gather):
                self._set_start(gather)
        self._run(0, root(self.site, self.analysis, self.tiling.count), {})

    def _set_start(self, gather: Gather) -> None:
        strides = gather.view.strides
        store = Store(gather.view, 1, gather.dtype)
        number = Number(1, gather.start, gather.dtype)
        whole = Nest(self.nest.extents, None, [number, store])
        axes = [axis for axis, stride in enumerate(strides) if stride]
        emit_nest(self.site, picked(whole, axes))

    # Loops -----------------------------------------------------------------------------------
    def _run(self, depth: int, frame: Frame, sums: Sums) -> Sums:
        """The loops from a depth on; returns the sums that were carried in."""
        frame = self._bind_single(depth, frame)
        self._evaluate_ready(frame)
        beginning = [i for i, one in enumerate(self.gathers) if self._begins(one) == depth]
        sums = {**sums, **{i: zeros(frame, self.gathers[i]) for i in beginning}}
        if depth == len(self.levels):
            sums = self._innermost(frame, sums)
        else:
            for part in self.levels[depth].parts:
                sums = self._part(depth, part, frame, sums)
        for i in beginning:
            flush(frame, self.gathers[i], sums.pop(i), self._once(self.gathers[i]))
        return sums

    def _part(self, depth: int, part: Part, frame: Frame, sums: Sums) -> Sums:
        level = self.levels[depth]
        tile = part if level.tiled else None

        def body(at: Count, carried: list[Value]) -> list[Value]:
            inside = frame if level.axis in frame.index else frame.bound(level.axis, at, tile)
            return flat(self._run(depth + 1, inside, unflat(carried, sums)))

        found = loop(self.site.builder, part.first, part.end, part.step, body, flat(sums))
        return unflat(found, sums)

    def _bind_single(self, depth: int, frame: Frame) -> Frame:
        """Loops of a single round are no loops: what depends on them alone may move out."""
        for level in self.levels[depth:]:
            if _single(level) and level.axis not in frame.index:
                part = level.parts[0]
                frame = frame.bound(level.axis, part.first, part if level.tiled else None)
        return frame

    def _evaluate_ready(self, frame: Frame) -> None:
        """Compute all that does not vary along the loops still to come."""
        for one in self.nest.instructions:
            if isinstance(one, Effect) or one.target in frame.held:
                continue
            ready = self.analysis.varies[one.target] | self._needs(one) <= frame.index.keys()
            at_hand = all(value in frame.held for value in operands_of(one))
            if ready and at_hand and self.analysis.movable(one):
                evaluate(frame, one)

    def _needs(self, one: object) -> set[int]:
        """The axes of a value that is reduced, which the result no longer varies along."""
        column = self.analysis.column
        reduced = one.__class__.__name__ == "Reduce"
        return {column} if reduced and column >= 0 else set()

    def _innermost(self, frame: Frame, sums: Sums) -> Sums:
        """What is done on a tile: its product, then the rest, some rows at a time."""
        if self.nest.product is None:
            return self._finished(frame, sums)
        sum_products(frame, self.nest.product)
        done: Sums = {number: [] for number in sums}
        by = self._abreast(frame)
        for first in range(0, frame.rows, by):
            part = frame.part(first, min(by, frame.rows - first))
            found = self._finished(part, {n: self._of(part, n, one) for n, one in sums.items()})
            for number, values in found.items():
                if self._by_row(number):
                    done[number] += values
                else:
                    sums = {**sums, number: values}
        return {number: done[number] or values for number, values in sums.items()}

    def _of(self, part: Frame, number: int, sums: list[Value]) -> list[Value]:
        """The accumulators that belong to a part of the tile's rows."""
        if not self._by_row(number):
            return sums
        width = shape_of(part, self.gathers[number])[1]
        return sums[part.above * width : (part.above + part.rows) * width]

    def _by_row(self, number: int) -> bool:
        """Whether each row has accumulators of its own."""
        strides = self.gathers[number].view.strides
        return bool(strides[self.analysis.row])

    def _abreast(self, frame: Frame) -> int:
        """Rows of a tile finished together: enough to overlap, few enough for the registers."""
        left = [
            one
            for one in self.nest.instructions
            if isinstance(one, Compute) and one.target not in frame.held
        ]
        if len(left) < MANY:
            return frame.rows
        places = REDUCED_ABREAST if self.nest.reduces else ABREAST
        return max(1, places // frame.vectors)

    def _finished(self, frame: Frame, sums: Sums) -> Sums:
        """All instructions on a tile but those that were done before."""
        number = 0
        for one in self.nest.instructions:
            if isinstance(one, Gather):
                sums = {**sums, number: joined(frame, one, sums[number])}
                number += 1
            elif isinstance(one, Store):
                write(frame, one)
            elif isinstance(one, Scatter):
                scatter(frame, one)
            elif one.target not in frame.held:
                evaluate(frame, one)
        return sums


def _single(level: _Level) -> bool:
    """Whether the loop has exactly one round."""
    if len(level.parts) != 1:
        return False
    first, end = level.parts[0].first, level.parts[0].end
    if not isinstance(first, int) or not isinstance(end, int):
        return False
    return first < end <= first + level.parts[0].step
