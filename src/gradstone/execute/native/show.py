"""A program as Python that reads well and runs, slowly: what the machine code must agree with."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Sequence
from math import erf
from typing import Any

import numpy as np

from gradstone.data.philox import uniform
from gradstone.execute.native.analysis import Effect, operands_of
from gradstone.execute.native.program import (
    ROWS,
    Block,
    Both,
    Compute,
    Draw,
    Fill,
    Gather,
    Instruction,
    Kernel,
    Load,
    Multiply,
    Nest,
    Number,
    Pick,
    Product,
    Program,
    Reduce,
    Rows,
    Scatter,
    Step,
    Store,
    View,
)

INDEX_NAMES = "ijklmnopqrstuvwxyz"
LEAST = {"int64": "-(2**63)", "bool": "False"}
"""The least number of dtypes without -inf."""


def written(program: Program) -> str:
    """The program as Python: a function of its arrays, flat, and the number of rows.

    It runs in the namespace that `namespace` gives; buffers of the arena are its first
    arguments, then come those given.
    """
    names = buffer_names(program)
    lines = [f"def step({', '.join([*names.values(), 'rows'])}):"]
    body: list[str] = []
    for number, one in enumerate(_kernels(program.steps)):
        body += [""] * (number > 0)
        body += _fill(one, names) if isinstance(one, Fill) else _Written(_nest(one), names).lines()
    return "\n".join([*lines, *("    " + line if line else "" for line in body or ["pass"])]) + "\n"


def buffer_names(program: Program) -> dict[int, str]:
    """What each buffer is called, by its id; no name twice."""
    names: dict[int, str] = {}
    every = [*program.buffers, *program.inputs, *(one for one, _ in program.captured)]
    for buffer in every:
        if id(buffer) not in names:
            plain = "".join(c if c.isalnum() else "_" for c in buffer.name)
            plain = plain if plain.isidentifier() else f"b_{plain}"
            taken = {*names.values(), *namespace(), "rows", "range", "max", "sum"}
            same = [plain, *(f"{plain}_{i}" for i in range(2, len(every) + 3))]
            names[id(buffer)] = next(one for one in same if one not in taken)
    return names


def namespace() -> dict[str, Any]:
    """The functions a written program calls."""
    functions = ("exp", "expm1", "log", "log1p", "sqrt", "sin", "cos", "tanh", "floor", "maximum")
    dtypes = ("float32", "float64", "int64", "bool")
    known: dict[str, Any] = {name: getattr(np, name) for name in functions}
    known |= {name: np.dtype(name).type for name in dtypes if name != "bool"}
    known |= {"bool": np.bool_, "power": np.power, "inf": np.inf, "nan": np.nan}
    return known | {"erf": lambda x: type(x)(erf(x)), "drawn": _drawn}


def _drawn(seed: int, stream: int, step: int, place: int, dtype: str) -> Any:
    return uniform(seed, stream, int(step), (int(place) + 1,), dtype)[-1]


def _kernels(steps: Sequence[Step]) -> Iterator[Kernel]:
    for one in steps:
        assert not isinstance(one, Block), "the program is shown as it was scheduled"
        yield from (one.first, one.second) if isinstance(one, Both) else (one,)


def _nest(one: Nest | Multiply) -> Nest:
    if isinstance(one, Nest):
        return one
    dtype = one.product.dtype
    if one.factor is None:
        return Nest(one.extents, one.product, [Store(one.target, 0, dtype)])
    factor = View(one.factor.buffer, (0,) * len(one.extents), one.factor.offset)
    return Nest(one.extents, one.product, [
        Load(1, factor, dtype),
        Compute(2, "a * b", ("a", "b"), (1, 0), dtype, dtype),
        Load(3, one.target, dtype),
        Compute(4, "a + b", ("a", "b"), (3, 2), dtype, dtype),
        Store(one.target, 4, dtype),
    ])  # fmt: skip


def _fill(one: Fill, names: dict[int, str]) -> list[str]:
    return [f"{names[id(one.buffer)]}[:] = {one.number!r}"]


def _size(extent: int) -> str:
    if not extent or extent % ROWS:
        return str(extent)
    return "rows" if extent == ROWS else f"{extent // ROWS} * rows"


def _place(strides: Sequence[int], offset: int, indices: Sequence[str], more: str = "") -> str:
    terms = [
        name if stride == 1 else f"{stride} * {name}"
        for name, stride in zip(indices, strides, strict=True)
        if stride
    ]
    terms += [str(offset)] * bool(offset) + [more] * bool(more)
    return " + ".join(terms) or "0"


class _Written:
    """One nest as lines."""

    def __init__(self, nest: Nest, names: dict[int, str]) -> None:
        self.nest, self.names = nest, names
        self.indices = list(INDEX_NAMES[: len(nest.extents)])
        self.numbers = {one.target: one for one in nest.instructions if isinstance(one, Number)}
        self.passes = self._passes()
        self.lists = self._lists()

    def lines(self) -> list[str]:
        """All of it."""
        return [*self._starts(), *self._loops(0)]

    # Passes over the last axis: a value that is reduced is complete only after its pass -----------
    def _passes(self) -> list[list[Instruction]]:
        passes: list[list[Instruction]] = [[]]
        for one in self.nest.instructions:
            passes[-1].append(one)
            if isinstance(one, Reduce):
                passes.append([])
        return passes if passes[-1] or len(passes) == 1 else passes[:-1]

    def _lists(self) -> set[int]:
        """Values that outlive their pass: kept for the whole row."""
        home = {one.target: n for n, part in enumerate(self.passes) for one in part
                if not isinstance(one, Effect)}  # fmt: skip
        home[0] = 0
        reduced = {one.target for one in self.nest.instructions if isinstance(one, Reduce)}
        return {
            value
            for n, part in enumerate(self.passes)
            for one in part
            for value in operands_of(one)
            if home[value] < n and value not in reduced and value not in self.numbers
        }

    def _starts(self) -> Iterator[str]:
        for one in self.nest.instructions:
            if isinstance(one, Gather) and one.start is not None:
                axes = [i for i, stride in enumerate(one.view.strides) if stride]
                for depth, axis in enumerate(axes):
                    size = _size(self.nest.extents[axis])
                    yield "    " * depth + f"for {self.indices[axis]} in range({size}):"
                yield "    " * len(axes) + f"{self._entry(one.view)} = {one.start!r}"

    def _loops(self, depth: int) -> Iterator[str]:
        extents = self.nest.extents
        inner = depth == len(extents) - 1
        if depth == len(extents) or (inner and len(self.passes) > 1):
            yield from self._row() if extents else self._body(self.passes[0])
            return
        yield f"for {self.indices[depth]} in range({_size(extents[depth])}):"
        inside = self._body(self.passes[0]) if inner else self._loops(depth + 1)
        yield from ("    " + line for line in inside)

    def _row(self) -> Iterator[str]:
        size = _size(self.nest.extents[-1])
        for value in sorted(self.lists):
            yield f"v{value} = [None] * {size}"
        for part in self.passes:
            reduced = [one for one in part if isinstance(one, Reduce)]
            for one in reduced:
                start = "0.0" if one.kind == "sum" else LEAST.get(one.dtype, "-inf")
                yield f"v{one.target} = {one.dtype}({start})"
            yield f"for {self.indices[-1]} in range({size}):"
            yield from ("    " + line for line in self._body(part))

    def _body(self, part: Sequence[Instruction]) -> Iterator[str]:
        if self.nest.product is not None and part is self.passes[0]:
            yield from self._product(self.nest.product)
        empty = True
        for one in part:
            if not isinstance(one, Number):
                empty = False
                yield from self._instruction(one)
        if empty and self.nest.product is None:
            yield "pass"

    # Instructions ----------------------------------------------------------------------------
    def _name(self, value: int) -> str:
        return f"v{value}[{self.indices[-1]}]" if value in self.lists else f"v{value}"

    def _value(self, value: int, plain: bool = False) -> str:
        one = self.numbers.get(value)
        if one is None:
            return self._name(value)
        number = one.number.item() if isinstance(one.number, np.generic) else one.number
        text = repr(number)
        return text if plain else f"{one.dtype}({text})"

    def _entry(self, view: View, more: str = "") -> str:
        place = _place(view.strides, view.offset, self.indices, more)
        return f"{self.names[id(view.buffer)]}[{place}]"

    def _product(self, product: Product) -> Iterator[str]:
        indices = [*self.indices, "p"]
        a, b = (
            f"{self.names[id(v.buffer)]}[{_place(v.strides, v.offset, indices)}]"
            for v in (product.left, product.right)
        )
        yield f"{self._name(0)} = {product.dtype}(0)"
        yield f"for p in range({_size(product.inner)}):"
        yield f"    {self._name(0)} += {a} * {b}"

    def _instruction(self, one: Instruction) -> Iterator[str]:
        if isinstance(one, Store):
            yield f"{self._entry(one.view)} = {self._value(one.operand)}"
        elif isinstance(one, Gather):
            yield self._join(self._entry(one.view), one.kind, self._value(one.operand))
        elif isinstance(one, Scatter):
            place = self._entry(one.view, f"{one.stride} * {self._value(one.index)}")
            yield f"{place} += {self._value(one.operand)}"
        elif isinstance(one, Reduce):
            yield self._join(f"v{one.target}", one.kind, self._value(one.operand))
        else:
            yield f"{self._name(one.target)} = {self._expression(one)}"

    def _join(self, place: str, kind: str, value: str) -> str:
        return f"{place} += {value}" if kind == "sum" else f"{place} = maximum({place}, {value})"

    def _expression(self, one: Instruction) -> str:
        if isinstance(one, Load):
            return self._entry(one.view)
        if isinstance(one, Pick):
            return self._entry(one.view, f"{one.stride} * {self._value(one.index)}")
        if isinstance(one, Rows):
            return f"{one.dtype}(rows)"
        if isinstance(one, Draw):
            place = _place(one.place, 0, self.indices)
            step = self._value(one.step)
            return f"drawn({one.seed}, {one.stream}, {step}, {place}, {one.dtype!r})"
        assert isinstance(one, Compute), one
        return self._formula(one)

    def _formula(self, one: Compute) -> str:
        all_numbers = all(value in self.numbers for value in one.operands)
        texts = {
            name: self._value(value, plain=not all_numbers)
            for name, value in zip(one.names, one.operands, strict=True)
        }
        tree = ast.parse(one.formula, mode="eval").body
        if (
            isinstance(tree, ast.Call)
            and isinstance(tree.func, ast.Name)
            and tree.func.id == "cast"
        ):
            tree.func.id = one.dtype
        return ast.unparse(_Substituted(texts).visit(tree))


class _Substituted(ast.NodeTransformer):
    """A formula with its operands' texts in place of their names."""

    def __init__(self, texts: dict[str, str]) -> None:
        self.texts = texts

    def visit_Name(self, node: ast.Name) -> ast.expr:
        """An operand's text, or the function as it is."""
        text = self.texts.get(node.id)
        return node if text is None else ast.parse(text, mode="eval").body
