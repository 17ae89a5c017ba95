"""A nest's loops put into the best form: no axes of size 1, a good last one, as few as can be.

The result is a nest again and means the same. The last axis becomes the lanes of vectors.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from math import prod

from gradstone.execute.native.program import (
    ROWS,
    Draw,
    Gather,
    Instruction,
    Load,
    Nest,
    Pick,
    Scatter,
    Store,
    View,
)

Strides = tuple[int, ...]
Change = Callable[[Strides], Strides]


def specialised(nest: Nest, rows: int | None) -> Nest:
    """The nest for a number of rows that is known; None: as it was."""
    if rows is None:
        return nest
    product = nest.product
    if product is not None and product.inner == ROWS:
        product = replace(product, inner=rows)
    extents = tuple(rows if one == ROWS else one for one in nest.extents)
    return Nest(extents, product, nest.instructions)


def in_best_form(nest: Nest) -> Nest:
    """The nest with its loops ordered and joined."""
    kept = 2 if nest.product is not None else 1 if nest.reduces else 0
    nest = without_single(nest, kept)
    if not kept:
        nest = joined(nest, 0)
        nest = _best_last(nest)
    return joined(nest, kept)


def views_of(nest: Nest) -> Iterator[View]:
    """All views, those of the product without its p."""
    for one in nest.instructions:
        if isinstance(one, Load | Pick | Store | Gather | Scatter):
            yield one.view


def all_strides(nest: Nest) -> Iterator[Strides]:
    """How everything steps along the nest's axes."""
    yield from (view.strides for view in views_of(nest))
    yield from (one.place for one in nest.instructions if isinstance(one, Draw))
    if nest.product is not None:
        yield nest.product.left.strides[:-1]
        yield nest.product.right.strides[:-1]


def changed(nest: Nest, extents: Sequence[int], change: Change) -> Nest:
    """The nest over other loops; `change` gives strides along them for strides along the old."""

    def moved(view: View, tail: int = 0) -> View:
        split = len(view.strides) - tail
        return replace(view, strides=(*change(view.strides[:split]), *view.strides[split:]))

    def instruction(one: Instruction) -> Instruction:
        if isinstance(one, Load | Pick | Store | Gather | Scatter):
            return replace(one, view=moved(one.view))
        return replace(one, place=change(one.place)) if isinstance(one, Draw) else one

    product = nest.product
    if product is not None:
        product = replace(product, left=moved(product.left, 1), right=moved(product.right, 1))
    return Nest(tuple(extents), product, [instruction(one) for one in nest.instructions])


def picked(nest: Nest, axes: Sequence[int]) -> Nest:
    """The nest with these of its axes in this order; the others must have size 1."""
    extents = [nest.extents[axis] for axis in axes]
    return changed(nest, extents, lambda strides: tuple(strides[axis] for axis in axes))


def without_single(nest: Nest, kept: int) -> Nest:
    """The nest without axes of size 1; the last `kept` stay."""
    last = len(nest.extents) - kept
    return picked(nest, [i for i, n in enumerate(nest.extents) if n != 1 or i >= last])


def joined(nest: Nest, kept: int) -> Nest:
    """Adjacent axes that everything steps through as one become one; the last `kept` stay."""
    axis = 0
    while axis + 1 < len(nest.extents) - kept:
        inner = nest.extents[axis + 1]
        if all(s[axis] == s[axis + 1] * inner for s in all_strides(nest)):
            extents = list(nest.extents)
            extents[axis : axis + 2] = [prod(extents[axis : axis + 2])]
            nest = changed(nest, extents, _without(axis))
        else:
            axis += 1
    return nest


def _without(axis: int) -> Change:
    return lambda strides: (*strides[:axis], *strides[axis + 1 :])


def _best_last(nest: Nest) -> Nest:
    """The axis along which most views are adjacent or constant, last."""
    if len(nest.extents) < 2:
        return nest
    count = len(nest.extents)
    best = min(range(count), key=lambda axis: (_cost(nest, axis), count - axis))
    return picked(nest, [*(i for i in range(count) if i != best), best])


def _cost(nest: Nest, axis: int) -> float:
    """What the lanes along an axis would cost: memory moved one by one, lanes left empty."""
    cost = sum(_stride_cost(view.strides[axis]) for view in views_of(nest))
    extent = nest.extents[axis]
    return cost + (4.0 / max(extent, 1) if extent < 16 else 0.0)


def _stride_cost(stride: int) -> float:
    return 0.0 if stride == 1 else 0.1 if stride == 0 else 2.0
