"""How a nest's places are covered by tiles: a few rows of a few vectors, held in registers."""

from __future__ import annotations

from dataclasses import dataclass
from math import prod

from gradstone.execute.native import ir
from gradstone.execute.native.analysis import Analysis
from gradstone.execute.native.host import Host
from gradstone.execute.native.loops import Count, multiple
from gradstone.execute.native.program import ROWS

PLAIN_VECTORS = 4
ROW_VECTORS = 64
"""Vectors a whole row may take where something is reduced along it."""


@dataclass(frozen=True, slots=True)
class Part:
    """Some rounds of a loop, all with tiles of the same size.

    Attributes:
        first, end, step: the loop.
        size: rows, or vectors, of a tile.
        valid: of the last vector's lanes: None all, a number the first few; -1: as many as
            there are left when the code runs.
    """

    first: Count
    end: Count
    step: int
    size: int
    valid: int | None = None


@dataclass(frozen=True, slots=True)
class Tiling:
    """The loops over a nest's rows and columns.

    Attributes:
        count: lanes of a vector.
        vectors, rows: of the usual tile.
    """

    count: int
    vectors: int
    rows: int


def is_static(extent: int) -> bool:
    """Whether an extent is known when the code is made."""
    return extent == 0 or extent % ROWS != 0


def lanes_for(host: Host, analysis: Analysis) -> int:
    """Lanes of the nest's vectors: a full register of the narrowest float, or one short row."""
    nest = analysis.nest
    if not nest.extents or analysis.scalar or nest.extents[-1] == 0:
        return 1
    dtypes = {view.buffer.dtype for view in analysis.views()}
    narrow = "float32" in dtypes or dtypes <= {"bool"}
    full = host.vector_bytes // (4 if narrow else 8)
    columns = nest.extents[-1]
    if not is_static(columns) or columns >= full:
        return full
    return 1 << (columns - 1).bit_length()


def tiling_for(host: Host, analysis: Analysis) -> Tiling:
    """The tile of a nest."""
    nest, count = analysis.nest, lanes_for(host, analysis)
    columns = nest.extents[-1] if nest.extents else 1
    needed = max(1, -(-columns // count)) if is_static(columns) else ROW_VECTORS
    rows = nest.extents[-2] if len(nest.extents) > 1 else 1
    if nest.product is not None:
        return _product_tiling(host, analysis, count, needed, rows)
    if nest.reduces:
        assert is_static(columns), "a row of unknown length is reduced in one piece"
        assert needed <= ROW_VECTORS, "a row too long for registers is reduced in one piece"
        return Tiling(count, needed, _rows(rows, max(1, 8 // needed)))
    vectors = min(needed, PLAIN_VECTORS)
    return Tiling(count, vectors, _rows(rows, PLAIN_VECTORS // vectors))


def _rows(rows: int, wanted: int) -> int:
    """About as many rows as wanted; a divisor of the rows where that leaves no remainder."""
    if not is_static(rows):
        return wanted
    even = [r for r in range(wanted + wanted // 4, wanted // 2, -1) if r and rows % r == 0]
    return max(1, even[0] if even else min(rows, wanted))


def _product_tiling(host: Host, analysis: Analysis, count: int, needed: int, rows: int) -> Tiling:
    """The tile that keeps two multipliers busy with few loads and leaves a short remainder."""
    whole_rows = analysis.nest.reduces
    vectors = needed if whole_rows else min(needed, 4 if host.registers >= 32 else 2)
    while not whole_rows and needed % vectors and vectors > 2:
        vectors -= 1
    most = min(24, host.registers - 2)
    fitting = [r for r in (12, 8, 6, 5, 4, 3, 2) if r * vectors + vectors <= most] or [1]
    if not is_static(rows):
        return Tiling(count, vectors, min(fitting[0], 8))
    if rows <= fitting[0]:
        return Tiling(count, vectors, max(rows, 1))
    even = [r for r in fitting if rows % r == 0 and r * vectors >= 8]
    return Tiling(count, vectors, (even or fitting)[0])


def row_parts(b: ir.IRBuilder, rows: Count, size: int) -> list[Part]:
    """Tiles of `size` rows, then what is left: in one smaller tile where known, else one by one."""
    end = multiple(b, 0, rows, size)
    parts = [Part(0, end, size, size)]
    if isinstance(rows, int) and isinstance(end, int):
        left = rows - end
        return [
            one for one in (*parts, Part(end, rows, max(left, 1), left)) if one.first != one.end
        ]
    return parts if size == 1 else [*parts, Part(end, rows, 1, 1)]


def column_parts(b: ir.IRBuilder, columns: Count, count: int, vectors: int) -> list[Part]:
    """Tiles of so many vectors, then the rest with a mask."""
    step = count * vectors
    if isinstance(columns, int):
        end = columns // step * step
        parts = [Part(0, end, step, vectors)] if end else []
        if end < columns:
            left = columns - end
            valid = left % count or None
            parts.append(Part(end, columns, step, -(-left // count), valid))
        return parts
    full = multiple(b, 0, columns, step)
    if count == 1:
        return [Part(0, full, step, vectors), Part(full, columns, 1, 1)]
    return [Part(0, full, step, vectors), Part(full, columns, count, 1, -1)]


def places(extents: tuple[int, ...]) -> int:
    """How many places there are, rows counted as one."""
    return prod(1 if one == ROWS else one for one in extents)
