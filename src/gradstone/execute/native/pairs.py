"""Kernels cut in two, for two threads.

The cut depends on shapes alone, so that the numbers do not depend on how many threads there are.
A product of OpenBLAS is cut along the longest of m, n and p. Each half packs the operand that is
not cut as a whole: along the shorter of m and n a cut costs up to twice the time. Along p nothing
is packed twice, and each thread meets only its own rows of the weights, there as in their update;
but both halves have a whole output, added up by the nest that reads it. GFLOP/s on two cores of
2.5 GHz, two halves against OpenBLAS's own two threads: 512 × 1024 × 1024, n cut, 221 and 226;
1024 × 512 × 1024, m cut, 230 and 231; inside a step 64 × 1000 × 100, p cut, 142 (alone 128).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise
from math import prod

from gradstone.execute.native.expressions import is_long
from gradstone.execute.native.halves import LONG, PLAIN
from gradstone.execute.native.program import (
    ROWS,
    Both,
    Compute,
    Draw,
    Gather,
    Instruction,
    Load,
    Multiply,
    Nest,
    Number,
    Pick,
    Product,
    Scatter,
    Step,
    Store,
    View,
)
from gradstone.execute.native.split import Scratch

WORTH = 2**19
"""Multiplications of a kernel, counted so, from which a second thread pays: some 10 µs."""
LONGER = 2
"""A sum so many times longer than both sides of the output is cut itself."""
VIEWING = Load | Pick | Store | Gather | Scatter
EVEN, LEAST = 16, 8
"""Cuts lie at a multiple of EVEN along lanes; LEAST places are left on either side of any."""


def in_pairs(steps: Sequence[Step], rows: int) -> list[Step]:
    """The steps for a known number of rows, those in two halves that are worth it."""
    return [_paired(one, rows) for one in steps]


def helps(steps: Sequence[Step], rows: int) -> bool:
    """Whether a second thread has anything to do in them."""
    return any(isinstance(one, Both) for one in in_pairs(steps, rows))


def _paired(step: Step, rows: int) -> Step:
    if not isinstance(step, Nest | Multiply) or _work(step, rows) < WORTH:
        return step
    extents = [_size(one, rows) for one in step.extents]
    axes = _axes_of_product(extents) if isinstance(step, Multiply) else _axes_of_nest(step)
    for axis in axes:
        first = _middle(extents[axis], EVEN if axis == len(extents) - 1 else 1)
        if first:
            rest = extents[axis] - first
            return Both(_part(step, axis, 0, first), _part(step, axis, first, rest))
    return step


def _size(extent: int, rows: int) -> int:
    return rows * (extent // ROWS) if extent % ROWS == 0 else extent


def _middle(size: int, even: int) -> int:
    """How long the first half is; 0: too short to be cut."""
    first = (size + even) // (2 * even) * even
    return first if min(first, size - first) >= LEAST else 0


def _work(step: Nest | Multiply, rows: int) -> int:
    """What a step costs, in multiplications of a product."""
    inner = _size(step.product.inner, rows) if step.product else 0
    made = step.instructions if isinstance(step, Nest) else ()
    return prod(_size(one, rows) for one in step.extents) * (inner + sum(map(_cost, made)))


def _cost(one: Instruction) -> int:
    if isinstance(one, Number):
        return 0
    return LONG if isinstance(one, Compute) and is_long(one.formula) else PLAIN


def _axes_of_product(extents: Sequence[int]) -> list[int]:
    """The longer axis of the output."""
    last = len(extents) - 1
    return [last if extents[last] > extents[last - 1] else last - 1]


def _axes_of_nest(nest: Nest) -> list[int]:
    """The axes along which nothing is handed from one place to another."""
    if any(isinstance(one, Draw | Scatter) for one in nest.instructions) or _overlaps(nest):
        return []
    written = [one.view for one in nest.instructions if isinstance(one, Store | Gather)]
    axes = range(len(nest.extents) - nest.reduces)
    return [axis for axis in axes if all(view.strides[axis] for view in written)]


def _overlaps(nest: Nest) -> bool:
    """Whether a place may read what another one writes."""
    written = {
        id(one.view.buffer): (one.view.strides, one.view.offset)
        for one in nest.instructions
        if isinstance(one, Store | Gather)
    }
    read = [one.view for one in nest.instructions if isinstance(one, Load)]
    picked = [one.view for one in nest.instructions if isinstance(one, Pick)]
    picked += [nest.product.left, nest.product.right] if nest.product else []
    return any(id(view.buffer) in written for view in picked) or any(
        written.get(id(view.buffer), (view.strides, view.offset)) != (view.strides, view.offset)
        for view in read
    )


def _part(step: Nest | Multiply, axis: int, first: int, count: int) -> Nest | Multiply:
    """A step on some of the places along an axis."""

    def moved(view: View) -> View:
        return replace(view, offset=view.offset + first * view.strides[axis])

    product = step.product
    if product is not None:
        product = replace(product, left=moved(product.left), right=moved(product.right))
    extents = (*step.extents[:axis], count, *step.extents[axis + 1 :])
    if isinstance(step, Multiply):
        assert product is not None
        return replace(step, extents=extents, product=product, target=moved(step.target))
    made = step.instructions
    return Nest(extents, product, [
        replace(one, view=moved(one.view)) if isinstance(one, VIEWING) else one for one in made
    ])  # fmt: skip


# Long sums -----------------------------------------------------------------------------------
def with_sums_cut(steps: Sequence[Step], rows: int, scratch: Scratch) -> list[Step]:
    """The steps with long sums of products in two halves, added up by the nest that follows."""
    found = list(steps)
    for place, (one, reader) in enumerate(pairwise(steps)):
        if isinstance(one, Multiply) and isinstance(reader, Nest) and _sum_long(one, rows):
            at = _place_of_load(reader, one.target)
            if at is not None and any(one.target.buffer is each for each in scratch.buffers):
                other, nest = _adding(reader, at, scratch)
                found[place : place + 2] = [_sum_cut(one, other), nest]
    return found


def _sum_long(one: Multiply, rows: int) -> bool:
    sides = [_size(extent, rows) for extent in one.extents[-2:]]
    inner = one.product.inner
    return inner % ROWS != 0 and inner >= LONGER * max(sides) and one.factor is None


def _place_of_load(nest: Nest, view: View) -> int | None:
    for place, one in enumerate(nest.instructions):
        if isinstance(one, Load) and one.view == view:
            return place
    return None


def _adding(nest: Nest, at: int, scratch: Scratch) -> tuple[View, Nest]:
    """Where the other half of a sum goes, and the nest that adds both where it reads one."""
    one, made = nest.instructions[at], nest.instructions
    assert isinstance(one, Load)
    axes = [axis for axis, step in enumerate(one.view.strides) if step]
    other, dtype = scratch.over(nest.extents, axes, one.dtype), one.dtype
    free = 1 + max(getattr(each, "target", 0) for each in made)
    loads = [Load(free, one.view, dtype), Load(free + 1, other, dtype)]
    total = Compute(one.target, "a + b", ("a", "b"), (free, free + 1), dtype, dtype)
    return other, Nest(nest.extents, nest.product, [*made[:at], *loads, total, *made[at + 1 :]])


def _sum_cut(one: Multiply, other: View) -> Both:
    """Both halves of the sums, each to its own target."""
    product, first = one.product, _middle(one.product.inner, EVEN)

    def moved(view: View) -> View:
        return replace(view, offset=view.offset + first * view.strides[-1])

    rest = Product(moved(product.left), moved(product.right), product.inner - first, product.dtype)
    return Both(
        replace(one, product=replace(product, inner=first)),
        replace(one, product=rest, target=other),
    )
