"""The loop language: what a compiled graph is made of, between the graph and machine code.

A program is a list of nests. A nest is a set of loops around a few instructions on single
numbers; its last axis is the one that is vectorised. Everything is written for one place of the
nest's index space: which number is loaded, what is computed from it, where it goes.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from math import prod
from typing import Any

import numpy as np

ROWS = 2**31 - 1
"""Stands for the number of samples in a batch. A prime: no other extent is a multiple of it."""

Extents = tuple[int, ...]


@dataclass(slots=True, eq=False)
class Buffer:
    """A piece of memory, laid out in row order of its shape.

    Attributes:
        name: as the printed program calls it.
        shape: its first extent may be ROWS.
        dtype: "float32", "float64", "int64" or "bool" (a byte each).
        given: by the caller (an input, a captured array); else it lives in the arena.
        offset: in the arena, bytes from its start; a multiple of 64.
    """

    name: str
    shape: Extents
    dtype: str
    given: bool = False
    offset: int = 0

    def entries(self, rows: int) -> int:
        """How many numbers it holds for a batch of `rows`."""
        return prod(rows if extent == ROWS else extent for extent in self.shape)

    def bytes(self, rows: int) -> int:
        """How much memory that takes."""
        return self.entries(rows) * (1 if self.dtype == "bool" else np.dtype(self.dtype).itemsize)


@dataclass(frozen=True, slots=True)
class View:
    """A number of a buffer for each place of a nest.

    Attributes:
        strides: along each axis of the nest, in numbers; 0 where it plays no part.
        offset: of place 0, in numbers.
    """

    buffer: Buffer
    strides: tuple[int, ...]
    offset: int = 0


@dataclass(frozen=True, slots=True)
class Load:
    """value[target] = the number at the view's place."""

    target: int
    view: View
    dtype: str


@dataclass(frozen=True, slots=True)
class Pick:
    """value[target] = the number at the view's place, moved on by index · stride numbers.

    The index is the int64 value `index`; it must lie inside (see `indices`).
    """

    target: int
    view: View
    index: int
    stride: int
    dtype: str


@dataclass(frozen=True, slots=True)
class Number:
    """value[target] = a constant."""

    target: int
    number: Any
    dtype: str


@dataclass(frozen=True, slots=True)
class Rows:
    """value[target] = the number of samples in the batch, as a number of the dtype."""

    target: int
    dtype: str


@dataclass(frozen=True, slots=True)
class Compute:
    """value[target] = an element-wise primitive of other values.

    Attributes:
        formula: the row's `program` column, as "a if condition else b".
        names: the operands' names in it. operands: their values. dtype: of the result.
        source: the operands' shared dtype.
    """

    target: int
    formula: str
    names: tuple[str, ...]
    operands: tuple[int, ...]
    dtype: str
    source: str


@dataclass(frozen=True, slots=True)
class Draw:
    """value[target] = a random number in [0, 1): number `place` of a Philox stream.

    Attributes:
        step: an int64 value. place: strides of the number's position over the nest's axes.
    """

    target: int
    step: int
    seed: int
    stream: int
    place: tuple[int, ...]
    dtype: str


@dataclass(frozen=True, slots=True)
class Reduce:
    """value[target] = the sum or the largest of a value over the nest's last axis.

    It is ready in the same nest, for every place of the row.
    """

    target: int
    operand: int
    kind: str
    dtype: str


@dataclass(frozen=True, slots=True)
class Store:
    """The number at the view's place = value[operand]."""

    view: View
    operand: int
    dtype: str


@dataclass(frozen=True, slots=True)
class Gather:
    """The number at the view's place is joined by value[operand]: += or max.

    The view's strides are 0 along the axes that are summed; the nest begins by setting what the
    view reaches to `start`, or goes on from what is there where `start` is None. The result is
    ready after the nest.
    """

    view: View
    operand: int
    kind: str
    dtype: str
    start: float | None


@dataclass(frozen=True, slots=True)
class Scatter:
    """The number at the view's place, moved on by index · stride numbers, += value[operand]."""

    view: View
    index: int
    stride: int
    operand: int
    dtype: str


Instruction = Load | Pick | Number | Rows | Compute | Draw | Reduce | Store | Gather | Scatter


@dataclass(frozen=True, slots=True)
class Product:
    """What a nest of extents (…, m, n) begins with: value 0 = Σₚ left[…, m, p] · right[…, p, n].

    Attributes:
        left, right: views with one stride more than the nest has axes: the last is p's. The
            left's stride along n and the right's along m are 0.
        inner: how many p there are; may be ROWS. dtype: of the operands and of the sum.
    """

    left: View
    right: View
    inner: int
    dtype: str


@dataclass(slots=True, eq=False)
class Nest:
    """Loops and what is done at each place.

    Attributes:
        extents: of the loops, outermost first; one of them may be ROWS. () is done once.
        product: what value 0 is, where the nest begins with a matrix product.
        instructions: in order; each target is assigned once.
    """

    extents: Extents
    product: Product | None = None
    instructions: list[Instruction] = field(default_factory=list)

    @property
    def reduces(self) -> bool:
        """Whether a whole row of the last axis must be at hand at once."""
        return any(isinstance(one, Reduce) for one in self.instructions)


@dataclass(slots=True, eq=False)
class Fill:
    """A buffer set to one number before something is scattered or padded into it."""

    buffer: Buffer
    number: float


@dataclass(frozen=True, slots=True)
class Multiply:
    """A stack of large products, left to OpenBLAS: target = left · right. Made by `prepared`.

    Attributes:
        extents: of the stack, then m and n; views as in Nest and Product.
        factor: one number; where there is one, target += factor · left · right.
    """

    extents: Extents
    product: Product
    target: View
    factor: View | None = None


Kernel = Nest | Fill | Multiply
"""What runs without another step inside it."""


@dataclass(slots=True, eq=False)
class Block:
    """Nests over samples, run on `size` rows of the batch after the other."""

    body: Sequence[Kernel]
    size: int


@dataclass(frozen=True, slots=True)
class Both:
    """Two kernels that do not wait for each other, for two threads."""

    first: Kernel
    second: Kernel


Step = Kernel | Block | Both


@dataclass(slots=True, eq=False)
class Program:
    """A graph as nests.

    Attributes:
        inputs: for each input of the graph, its buffer. captured: buffers with their arrays.
        outputs: for each output of the graph, the view of its shape that holds it.
        steps: in order.
        buffers: those of the arena, in order of first use.
        outside: one number, set to 0 by the caller, to which steps add how many indices lay
            outside of their axes; None where none need be checked.
    """

    inputs: list[Buffer]
    captured: list[tuple[Buffer, Any]]
    outputs: list[View]
    steps: Sequence[Step]
    buffers: list[Buffer]
    outside: Buffer | None = None


def row_strides(shape: Sequence[int]) -> tuple[int, ...]:
    """Strides of a shape in row order, in numbers; the first extent may be ROWS."""
    strides: list[int] = []
    step = 1
    for extent in reversed(shape):
        strides.append(step)
        step *= extent
    return tuple(reversed(strides))
