"""Which blocks over samples are worth two threads, and what their halves must keep apart."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from math import prod

from gradstone.execute.native.expressions import is_long
from gradstone.execute.native.program import (
    ROWS,
    Block,
    Buffer,
    Compute,
    Fill,
    Gather,
    Kernel,
    Load,
    Multiply,
    Nest,
    Scatter,
    Store,
    View,
    row_strides,
)

PLAIN, LONG = 4, 32
"""What an element-wise instruction costs, in multiplications of a product; LONG: exp and the like.
"""
LEAST = 2**18
"""Multiplications of a batch, counted so, from which a second thread pays: some 5 µs."""
PER_SUM = 64
"""The same for each number that the halves add up in the end."""


def worth_halves(block: Block, rows: int) -> bool:
    """Whether a block should be done in halves, on a batch of so many rows."""
    if rows < 2 * block.size or any(one.kind != "sum" for one in _gathers(block)):
        return False
    sums = sum(one.view.buffer.entries(1) for one in sums_of(block).values())
    return rows * sum(map(row_work, block.body)) >= max(LEAST, PER_SUM * sums)


def row_work(step: Kernel) -> int:
    """What a step costs for each row of a batch, in multiplications of a product."""
    if isinstance(step, Fill):
        return PLAIN * step.buffer.entries(1)
    places = prod(1 if one == ROWS else one for one in step.extents)
    inner = 0 if step.product is None else 1 if step.product.inner == ROWS else step.product.inner
    if isinstance(step, Multiply):
        return places * inner
    costs = [
        LONG if is_long(one.formula) else PLAIN
        for one in step.instructions
        if isinstance(one, Compute)
    ]
    over_rows = any(extent == ROWS for extent in step.extents)
    return places * (inner + (sum(costs) if over_rows else 0))


def sums_of(block: Block) -> dict[int, Gather]:
    """For each buffer that grows from block to block, by its id, an instruction that adds to it."""
    return {id(one.view.buffer): one for one in _gathers(block)}


def written_by(block: Block) -> list[Buffer]:
    """What the nests of a block write, which each half needs for itself."""
    found: dict[int, Buffer] = {}
    for step in block.body:
        found |= {id(one): one for one in _writes(step)}
    return list(found.values())


def joined(buffer: Buffer, other: Buffer) -> Nest:
    """The nest that adds a buffer's numbers to those of another of the same shape."""
    strides, dtype = row_strides(buffer.shape), buffer.dtype
    return Nest(tuple(buffer.shape), None, [
        Load(1, View(buffer, strides), dtype),
        Load(2, View(other, strides), dtype),
        Compute(3, "a + b", ("a", "b"), (1, 2), dtype, dtype),
        Store(View(buffer, strides), 3, dtype),
    ])  # fmt: skip


def twin(buffer: Buffer) -> Buffer:
    """A buffer of the same kind."""
    return replace(buffer)


def _gathers(block: Block) -> Iterator[Gather]:
    for step in block.body:
        if isinstance(step, Nest):
            for one in step.instructions:
                if isinstance(one, Gather) and one.start is None:
                    yield one


def _writes(step: Kernel) -> Iterator[Buffer]:
    if isinstance(step, Fill):
        yield step.buffer
    elif isinstance(step, Multiply):
        yield step.target.buffer
    else:
        for one in step.instructions:
            if isinstance(one, Store | Gather | Scatter):
                yield one.view.buffer
