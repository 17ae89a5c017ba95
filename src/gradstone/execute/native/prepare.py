"""Program to program: each nest in the form for which there are good kernels."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from math import prod

from gradstone.execute.native.analysis import operands_of
from gradstone.execute.native.axes import in_best_form, picked
from gradstone.execute.native.blocks import over_samples
from gradstone.execute.native.expressions import is_long
from gradstone.execute.native.host import Host
from gradstone.execute.native.pairs import with_sums_cut
from gradstone.execute.native.program import (
    ROWS,
    Block,
    Both,
    Compute,
    Extents,
    Gather,
    Kernel,
    Load,
    Multiply,
    Nest,
    Product,
    Program,
    Reduce,
    Step,
    Store,
    View,
)
from gradstone.execute.native.split import Scratch, reduction_apart, split
from gradstone.execute.native.tiling import ROW_VECTORS
from gradstone.execute.native.updates import update_in

LARGE_PRODUCT = 2**21
"""Multiplications from which OpenBLAS is faster than the kernels made here."""
SHORT_SUM = 64
"""Up to this many terms of a sum its right operand stays in the first cache, and they keep up."""
THIN = 48
"""OpenBLAS, which packs its operands first, is slower on matrices with fewer rows or columns."""


def prepared(program: Program, host: Host, rows: int) -> Program:
    """The program with kernels chosen, for about so many rows; the one given stays as it is."""
    scratch = Scratch()
    chosen = _Chosen(host, rows, scratch)
    steps: list[Step] = []
    for one in program.steps:
        if isinstance(one, Block):
            inside = _Chosen(host, one.size, scratch)
            body = [step for nest in one.body for step in inside.any(nest)]
            steps += [step for step in body if not over_samples(step)]  # weights, turned once
            steps.append(Block([step for step in body if over_samples(step)], one.size))
        else:
            steps += [one] if isinstance(one, Both) else chosen.any(one)
    steps = with_sums_cut(steps, rows, scratch)
    buffers = [*program.buffers, *scratch.buffers]
    return replace(program, steps=steps, buffers=buffers)


@dataclass(frozen=True, slots=True)
class _Chosen:
    host: Host
    rows: int
    scratch: Scratch

    def any(self, step: Kernel) -> Iterator[Kernel]:
        """The steps that do what a step does."""
        if isinstance(step, Nest):
            yield from self.of(step)
        else:
            yield step

    def of(self, nest: Nest) -> Iterator[Kernel]:
        """The steps that do what the nest does."""
        if nest.product is not None and not any(0 in operands_of(o) for o in nest.instructions):
            nest = Nest(nest.extents, None, nest.instructions)
        if nest.product is not None and 0 not in nest.extents:
            yield from self._product(nest, nest.product)
        else:
            yield from self._plain(nest)

    def size(self, extent: int) -> int:
        """An extent, samples counted as expected."""
        return self.rows * (extent // ROWS) if extent % ROWS == 0 else extent

    # Plain nests -----------------------------------------------------------------------------
    def _plain(self, nest: Nest) -> Iterator[Kernel]:
        long = self._reduction_too_long(nest)
        if long is None:
            yield nest
            return
        for part in reduction_apart(nest, long, self.scratch):
            yield from self._plain(part)

    def _reduction_too_long(self, nest: Nest) -> int | None:
        """Where the first reduction is whose row does not fit into registers."""
        if not nest.reduces:
            return None
        columns = nest.extents[-1]
        lanes = self.host.vector_bytes // 8
        if columns % ROWS != 0 and columns <= lanes * ROW_VECTORS:
            return None
        return next(i for i, one in enumerate(nest.instructions) if isinstance(one, Reduce))

    # Products --------------------------------------------------------------------------------
    def _product(self, nest: Nest, product: Product) -> Iterator[Kernel]:
        if nest.reduces and self._reduction_too_long(nest) is not None:
            yield from self._apart(nest, 0)
        elif self._large(nest, product):
            yield from self._multiplied(nest, product)
        elif nest.extents[-1] == 1 and not nest.reduces:
            yield from self._single_column(nest, product)
        elif self._better_apart(nest) is not None:
            yield from self._apart(nest, self._better_apart(nest) or 0)
        else:
            yield from self._adjacent(nest, product)

    def _apart(self, nest: Nest, at: int) -> Iterator[Kernel]:
        """The product with the first instructions, then the rest as a nest of its own."""
        first, rest = split(nest, at, self.scratch)
        assert first.product is not None
        yield from self._product(first, first.product)
        yield from self._plain(rest)

    def _better_apart(self, nest: Nest) -> int | None:
        """Where narrow rows leave lanes empty in front of long functions: the first of these."""
        assert nest.product is not None
        full = self.host.vector_bytes // (4 if nest.product.dtype == "float32" else 8)
        if nest.reduces or nest.extents[-1] > full // 2:
            return None
        long = [
            i
            for i, one in enumerate(nest.instructions)
            if isinstance(one, Compute) and is_long(one.formula)
        ]
        if not long:
            return None
        rest = in_best_form(split(nest, long[0], Scratch())[1])
        return long[0] if len(rest.extents) == 1 else None

    def _single_column(self, nest: Nest, product: Product) -> Iterator[Kernel]:
        """A matrix times a vector: lanes along the rows where they are adjacent, else along p."""
        left, right = product.left.strides, product.right.strides
        if left[-3] == 1 or nest.extents[-2] == 1:
            yield from self._adjacent(turned(nest, product), None)
            return
        if left[-1] != 1 or right[-1] not in (0, 1):
            yield from self._adjacent(nest, product)
            return
        first, rest = split(nest, 0, self.scratch)
        view = next(one.view for one in first.instructions if isinstance(one, Store))
        yield dot(nest, product, view)
        yield from self._plain(rest)

    def _adjacent(self, nest: Nest, product: Product | None) -> Iterator[Kernel]:
        """The right operand's rows made adjacent first where they are not."""
        product = nest.product if product is None else product
        assert product is not None
        strides = product.right.strides
        rows = prod(self.size(one) for one in nest.extents[:-1])
        if strides[-2] in (0, 1) or nest.extents[-1] == 1 or rows < 2:
            yield nest
            return
        extents = (*nest.extents, product.inner)
        axes = [axis for axis, stride in enumerate(strides) if stride]
        order = sorted(axes, key=lambda axis: (axis == len(strides) - 2, axis))
        target = self._copy(extents, order, product)
        copy = Nest(extents, None, [
            Load(1, product.right, product.dtype), Store(target, 1, product.dtype)
        ])  # fmt: skip
        yield picked(copy, order)
        yield Nest(nest.extents, replace(product, right=target), nest.instructions)

    def _copy(self, extents: Extents, order: list[int], product: Product) -> View:
        """A scratch buffer with the axes in an order, the last of them adjacent."""
        inner = self.scratch.over(
            [extents[axis] for axis in order], range(len(order)), product.dtype
        )
        strides = [0] * len(extents)
        for axis, stride in zip(order, inner.strides, strict=True):
            strides[axis] = stride
        return View(inner.buffer, tuple(strides))

    def _large(self, nest: Nest, product: Product) -> bool:
        """Whether OpenBLAS should do it."""
        if product.dtype not in ("float32", "float64"):
            return False
        m, n = (self.size(one) for one in nest.extents[-2:])
        inner = self.size(product.inner)
        if min(m, n) < THIN or inner <= SHORT_SUM:
            return False
        return m * n * inner >= LARGE_PRODUCT and _known_to_blas(product)

    def _multiplied(self, nest: Nest, product: Product) -> Iterator[Kernel]:
        only = nest.instructions[0] if len(nest.instructions) == 1 else None
        if isinstance(only, Store) and only.view.strides[-1] == 1 and only.operand == 0:
            yield Multiply(nest.extents, product, only.view)
            return
        update = update_in(nest)
        if update is not None:
            factor = self.scratch.over((), (), product.dtype)
            yield update.made(factor)
            yield Multiply(nest.extents, product, update.target, factor)
            return
        first, rest = split(nest, 0, self.scratch)
        view = next(one.view for one in first.instructions if isinstance(one, Store))
        yield Multiply(nest.extents, product, view)
        yield from self._plain(rest)


def _known_to_blas(product: Product) -> bool:
    """Whether both operands step by 1 along one of their axes, and by more along the other."""
    left = (product.left.strides[-3], product.left.strides[-1])
    right = (product.right.strides[-1], product.right.strides[-2])
    return all(1 in pair and min(pair) > 0 for pair in (left, right))


def turned(nest: Nest, product: Product) -> Nest:
    """The nest with rows and columns exchanged: its product is that of the transposed operands."""
    axes = [*range(len(nest.extents) - 2), len(nest.extents) - 1, len(nest.extents) - 2]
    swapped = picked(Nest(nest.extents, product, nest.instructions), axes)
    assert swapped.product is not None
    left, right = swapped.product.right, swapped.product.left
    return Nest(swapped.extents, replace(product, left=left, right=right), swapped.instructions)


def dot(nest: Nest, product: Product, target: View) -> Nest:
    """A product with a single column as a nest whose lanes run along p."""

    def over_inner(view: View) -> View:
        return View(view.buffer, (*view.strides[:-2], view.strides[-1]), view.offset)

    extents = (*nest.extents[:-1], product.inner)
    dtype = product.dtype
    return Nest(extents, None, [
        Load(1, over_inner(product.left), dtype),
        Load(2, over_inner(product.right), dtype),
        Compute(3, "a * b", ("a", "b"), (1, 2), dtype, dtype),
        Gather(View(target.buffer, (*target.strides[:-1], 0), target.offset), 3, "sum", dtype, 0.0),
    ])  # fmt: skip
