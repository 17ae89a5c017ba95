"""Random nests, with the memory they work on: the same for the same seed."""

from __future__ import annotations

import random
from dataclasses import dataclass, field

import numpy as np

from gradstone.execute.native.program import (
    ROWS,
    Compute,
    Gather,
    Instruction,
    Load,
    Nest,
    Number,
    Product,
    Reduce,
    Rows,
    Store,
    View,
    row_strides,
)
from tests.execute.native.machine import Desk

EXTENTS = (1, 2, 3, 4, 5, 7, 8, 9, 10, 16, 17, 20, 33, 40)
LARGEST = {0: 1, 1: 40, 2: 40, 3: 17, 4: 5}


@dataclass
class Maker:
    """One random nest."""

    random: random.Random
    desk: Desk
    extents: list[int] = field(default_factory=list)
    instructions: list[Instruction] = field(default_factory=list)
    values: list[tuple[int, str]] = field(default_factory=list)
    count: int = 0

    def chance(self, p: float) -> bool:
        """True with probability p."""
        return self.random.random() < p

    def view(self, extents: list[int], dtype: str, whole: bool = False) -> View:
        """A new buffer seen over some extents: axes left out, exchanged, sliced."""
        axes = [axis for axis in range(len(extents)) if whole or self.chance(0.75)]
        if self.chance(0.4):
            self.random.shuffle(axes)
        axes.sort(key=lambda axis: extents[axis] != ROWS)
        sizes = [extents[axis] for axis in axes]
        sliced = self.chance(0.3)
        first = [self.random.randint(0, 2) if sliced and n != ROWS else 0 for n in sizes]
        step = [self.random.choice((1, 1, 2)) if sliced and n != ROWS else 1 for n in sizes]
        shape = [
            self.desk.rows if n == ROWS else f + n * s
            for n, f, s in zip(sizes, first, step, strict=True)
        ]
        array = self.array(tuple(shape), dtype)
        buffer = self.desk.buffer(array, self.chance(0.5), ROWS in sizes)
        strides, offset = [0] * len(extents), 0
        for i, stride in enumerate(row_strides(buffer.shape)):
            strides[axes[i]] = stride * step[i]
            offset += first[i] * stride if sizes[i] else 0
        return View(buffer, tuple(strides), offset)

    def array(self, shape: tuple[int, ...], dtype: str) -> np.ndarray:
        """Random numbers."""
        numbers = np.random.default_rng(self.random.randint(0, 2**30))
        if dtype == "bool":
            return numbers.random(shape) < 0.5
        if dtype == "int64":
            return numbers.integers(-3, 4, shape)
        return numbers.normal(size=shape).astype(dtype)

    def new(self, dtype: str) -> int:
        """A fresh value."""
        self.count += 1
        self.values.append((self.count, dtype))
        return self.count

    def product(self, dtype: str) -> Product | None:
        """Now and then the nest begins with a product."""
        if len(self.extents) < 2 or not self.chance(0.35):
            return None
        inner = self.random.choice((0, 1, 2, 3, 5, 8, 9, 13, 4 if ROWS in self.extents else ROWS))
        *outer, m, n = self.extents
        a = self.view([*outer, m, inner], dtype)
        b = self.view([*outer, n, inner], dtype)
        self.values.append((0, dtype))
        left = View(a.buffer, (*a.strides[:-1], 0, a.strides[-1]), a.offset)
        right = View(b.buffer, (*b.strides[:-2], 0, *b.strides[-2:]), b.offset)
        return Product(left, right, inner, dtype)

    def add(self, dtype: str) -> None:
        """One more instruction on what is there."""
        floats = [one for one in self.values if one[1].startswith("float")]
        reducible = self.extents and self.extents[-1] != ROWS
        if floats and reducible and self.chance(0.15):
            value, kind = self.random.choice(floats)
            reduced = self.random.choice(("sum", "max"))
            self.instructions.append(Reduce(self.new(kind), value, reduced, kind))
            return
        value, kind = self.random.choice(self.values)
        other = self.random.choice([v for v, k in self.values if k == kind])
        if kind == "bool":
            self._add_choice(value, floats, dtype)
            return
        whole = ("a + b", "a - b", "a == b", "a < b", "maximum(a, b)", "cast(x)")
        real = (
            *whole,
            "a * b",
            "a <= b",
            "tanh(x)",
            "-x",
            "floor(x)",
            "exp(tanh(x))",
            "log1p(a*a)",
        )
        formula = self.random.choice(real if kind.startswith("float") else whole)
        result = "bool" if any(c in formula for c in "<=>") else kind
        if formula == "cast(x)":
            result = self.random.choice(("float32", "float64"))
        single = "x" in formula.replace("exp", "").replace("max", "")
        names, operands = (("x",), (value,)) if single else (("a", "b"), (value, other))
        target = self.new(result)
        self.instructions.append(Compute(target, formula, names, operands, result, kind))

    def _add_choice(self, condition: int, floats: list[tuple[int, str]], dtype: str) -> None:
        if not floats:
            target = self.new(dtype)
            self.instructions.append(
                Compute(target, "cast(x)", ("x",), (condition,), dtype, "bool")
            )
            return
        a, kind = self.random.choice(floats)
        b = self.random.choice([v for v, k in floats if k == kind])
        formula, names = "a if condition else b", ("condition", "a", "b")
        target = self.new(kind)
        self.instructions.append(Compute(target, formula, names, (condition, a, b), kind, kind))

    def finish(self) -> None:
        """Store or gather a value."""
        value, dtype = self.random.choice(self.values)
        if dtype == "bool" or self.chance(0.5):
            self.instructions.append(Store(self.view(self.extents, dtype, True), value, dtype))
            return
        kind = self.random.choice(("sum", "sum", "max"))
        lowest = -100.0 if dtype == "int64" else self.random.choice((float("-inf"), 1.0))
        start = 0.0 if kind == "sum" else lowest
        view = self.view(self.extents, dtype)
        self.instructions.append(Gather(view, value, kind, dtype, start))


def random_nest(seed: int) -> tuple[Desk, Nest]:
    """A nest and its memory."""
    chosen = random.Random(seed)
    made = Maker(chosen, Desk(rows=chosen.choice((0, 1, 2, 3, 5, 8, 17, 33, 40))))
    count = chosen.randint(0, 4)
    made.extents = [min(chosen.choice(EXTENTS), LARGEST[count]) for _ in range(count)]
    if count and made.chance(0.05):
        made.extents[chosen.randrange(count)] = 0
    if count and made.chance(0.6):
        made.extents[chosen.randrange(count)] = ROWS
    dtype = chosen.choice(("float32", "float64"))
    product = made.product(dtype)
    for _ in range(chosen.randint(1, 3)):
        kind = chosen.choice((dtype, dtype, dtype, "float32", "float64", "int64", "bool"))
        view = made.view(made.extents, kind)
        made.instructions.append(Load(made.new(kind), view, kind))
    if made.chance(0.3):
        made.instructions.append(Number(made.new(dtype), chosen.choice((0.5, 2.0)), dtype))
    if made.chance(0.1):
        made.instructions.append(Rows(made.new(dtype), dtype))
    for _ in range(chosen.randint(1, 6)):
        made.add(dtype)
    for _ in range(chosen.randint(1, 3)):
        made.finish()
    return made.desk, Nest(tuple(made.extents), product, made.instructions)
