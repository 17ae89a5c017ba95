"""Sums and maxima on their way: carried in registers through loops, then written."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from gradstone.execute.native.evaluate import combine, everywhere, neutral, row_of, tree
from gradstone.execute.native.frames import Frame
from gradstone.execute.native.lanes import Value
from gradstone.execute.native.memory import load, store
from gradstone.execute.native.program import Gather
from gradstone.execute.native.tiling import is_static

Sums = dict[int, list[Value]]
"""For each gather that is under way, by its number in the nest, its accumulators."""


def shape_of(frame: Frame, gather: Gather) -> tuple[int, int]:
    """A gather's accumulators: rows (one where they are summed), vectors (one where they are)."""
    strides, known = gather.view.strides, frame.analysis
    rows = frame.rows if known.row >= 0 and strides[known.row] else 1
    return rows, frame.vectors if strides and strides[-1] else 1


def zeros(frame: Frame, gather: Gather) -> list[Value]:
    """Accumulators that nothing has joined yet."""
    rows, vectors = shape_of(frame, gather)
    return [neutral(frame.lanes(gather.dtype), gather.kind)] * (rows * vectors)


def joined(frame: Frame, gather: Gather, sums: Sequence[Value]) -> list[Value]:
    """The accumulators after a tile's values joined them."""
    v, kind = frame.lanes(gather.dtype), gather.kind
    lines = list(_lines(frame, gather))
    if shape_of(frame, gather)[0] == 1:
        lines = [[tree(v, kind, column) for column in zip(*lines, strict=True)]]
    new = [one for line in lines for one in line]
    return [combine(v, kind, a, b) for a, b in zip(sums, new, strict=True)]


def _lines(frame: Frame, gather: Gather) -> Iterator[list[Value]]:
    """For each row of the tile what joins: its vectors, or their combination."""
    held, strides = frame.held[gather.operand], gather.view.strides
    for i in range(frame.rows):
        if strides and strides[-1]:
            yield [held.vector(i, j) for j in range(frame.vectors)]
        else:
            yield [row_of(frame, gather.kind, held, i)]


def flush(frame: Frame, gather: Gather, sums: Sequence[Value], once: bool) -> None:
    """Write the accumulators; `once`: they are complete, so that nothing is there before."""
    rows, vectors = shape_of(frame, gather)
    across = gather.view.strides[-1] if gather.view.strides else 0
    v = frame.lanes(gather.dtype)
    if not across:
        sums = [v.lane(one, 0) for one in everywhere(v, gather.kind, sums)]
        v = v.scalar()
    for i in range(rows):
        for j in range(vectors):
            mask = frame.masks[j] if across else None
            pointer = frame.pointer(gather.view, i, j)
            value = sums[i * vectors + j]
            if not once:
                value = combine(v, gather.kind, load(v, pointer, across or 1, mask), value)
            elif not _sure(frame, gather):
                value = combine(v, gather.kind, v.number(gather.start), value)
            store(v, pointer, value, across or 1, mask)


def _sure(frame: Frame, gather: Gather) -> bool:
    """Whether the start changes nothing: 0, and there surely is something to sum."""
    sizes = zip(frame.analysis.nest.extents, gather.view.strides, strict=True)
    some = all(stride or (is_static(n) and n > 0) for n, stride in sizes)
    return some and gather.start == 0 and gather.kind == "sum"


def flat(sums: Sums) -> list[Value]:
    """All accumulators in one list."""
    return [one for number in sorted(sums) for one in sums[number]]


def unflat(values: Sequence[Value], like: Sums) -> Sums:
    """The same gathers with other values."""
    found, start = {}, 0
    for number in sorted(like):
        found[number] = list(values[start : start + len(like[number])])
        start += len(like[number])
    return found
