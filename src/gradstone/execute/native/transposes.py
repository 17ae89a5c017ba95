"""A copy with two axes exchanged, block by block through registers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from gradstone.execute.native.frames import Site
from gradstone.execute.native.lanes import Lanes, Value
from gradstone.execute.native.loops import Count, loop
from gradstone.execute.native.memory import constant_mask, load, moved, store
from gradstone.execute.native.program import ROWS, Load, Nest, Store, View

SIZES = {"float32": 4, "float64": 8, "int64": 8}
LARGEST_BLOCK = 8
"""Wider blocks are a little faster, but their shuffles take LLVM four times as long."""


@dataclass(frozen=True, slots=True)
class Exchange:
    """A nest that only copies, along one axis adjacent numbers to ones that are apart.

    Attributes:
        source, target: views. loaded, stored: the axes along which each is adjacent.
    """

    extents: tuple[int, ...]
    source: View
    target: View
    dtype: str
    loaded: int
    stored: int


def exchange_in(nest: Nest) -> Exchange | None:
    """The exchange that a nest is, if it is one."""
    if nest.product is not None or len(nest.instructions) != 2 or len(nest.extents) < 2:
        return None
    first, last = nest.instructions
    if not isinstance(first, Load) or not isinstance(last, Store) or first.dtype not in SIZES:
        return None
    loaded, stored = _adjacent(first.view), _adjacent(last.view)
    if loaded is None or stored is None or loaded == stored:
        return None
    if any(nest.extents[axis] % ROWS == 0 or nest.extents[axis] < 2 for axis in (loaded, stored)):
        return None
    return Exchange(nest.extents, first.view, last.view, first.dtype, loaded, stored)


def _adjacent(view: View) -> int | None:
    axes = [axis for axis, stride in enumerate(view.strides) if stride == 1]
    return axes[0] if len(axes) == 1 else None


def emit_exchange(site: Site, one: Exchange) -> None:
    """The copy, in loops over the other axes and over blocks."""
    b = site.builder
    others = [axis for axis in range(len(one.extents)) if axis not in (one.loaded, one.stored)]
    source = moved(b, site.pointers[id(one.source.buffer)], one.source.offset)
    target = moved(b, site.pointers[id(one.target.buffer)], one.target.offset)

    def nested(left: Sequence[int], a: Value, c: Value) -> None:
        if not left:
            _blocks(site, one, a, c)
            return
        axis = left[0]

        def body(at: Count, _: list[Value]) -> list[Value]:
            here = moved(b, a, at, one.source.strides[axis])
            nested(left[1:], here, moved(b, c, at, one.target.strides[axis]))
            return []

        loop(b, 0, site.count(one.extents[axis]), 1, body)

    nested(others, source, target)


def _blocks(site: Site, one: Exchange, source: Value, target: Value) -> None:
    """Whole blocks, then what is left at the right, then both below."""
    rows, columns = one.extents[one.stored], one.extents[one.loaded]
    full = site.host.vector_bytes // SIZES[one.dtype]
    size = min(full, LARGEST_BLOCK, 1 << (max(rows, columns) - 1).bit_length())
    v = Lanes(site.builder, site.host, one.dtype, size)
    apart = one.source.strides[one.stored], one.target.strides[one.loaded]
    for height, top, bottom in _parts(rows, size):
        for width, left, right in _parts(columns, size):
            _some_blocks(v, (source, target), apart, (height, width), (top, bottom, left, right))


def _parts(extent: int, size: int) -> list[tuple[int, int, int]]:
    """Sizes of blocks, and from where to where they reach."""
    whole = extent // size * size
    return [(size, 0, whole), (extent - whole, whole, extent)]


def _some_blocks(
    v: Lanes,
    pointers: tuple[Value, Value],
    apart: tuple[int, int],
    sizes: tuple[int, int],
    span: tuple[int, int, int, int],
) -> None:
    """Blocks of one size."""
    b, (top, bottom, left, right) = v.builder, span

    def row(i: Count, _: list[Value]) -> list[Value]:
        source, target = moved(b, pointers[0], i, apart[0]), moved(b, pointers[1], i)

        def column(j: Count, _: list[Value]) -> list[Value]:
            _block(v, moved(b, source, j), moved(b, target, j, apart[1]), apart, sizes)
            return []

        loop(b, left, right, v.count, column)
        return []

    if left < right:
        loop(b, top, bottom, v.count, row)


def _block(
    v: Lanes, source: Value, target: Value, apart: tuple[int, int], sizes: tuple[int, int]
) -> None:
    """One block of sizes[0] rows and sizes[1] columns."""
    b, (height, width) = v.builder, sizes
    mask = constant_mask(v, width) if width < v.count else None
    held = [load(v, moved(b, source, i * apart[0]), 1, mask) for i in range(height)]
    turned = turned_block(v, [*held, *[held[0]] * (v.count - height)])
    mask = constant_mask(v, height) if height < v.count else None
    for j in range(width):
        store(v, moved(b, target, j * apart[1]), turned[j], 1, mask)


def turned_block(v: Lanes, rows: Sequence[Value]) -> list[Value]:
    """The transpose of a square block held in `count` vectors: log₂(count) rounds of pairs."""
    block, distance, n = list(rows), 1, v.count
    while distance < n:
        result = list(block)
        low = [j if not j & distance else n + j - distance for j in range(n)]
        high = [j + distance if not j & distance else n + j for j in range(n)]
        for i in range(n):
            if not i & distance:
                a, b = block[i], block[i + distance]
                result[i], result[i + distance] = v.shuffle(a, b, low), v.shuffle(a, b, high)
        block, distance = result, distance * 2
    return block
