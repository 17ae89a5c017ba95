"""One nest made into two that run one after the other, with scratch memory between them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from gradstone.execute.native.analysis import Analysis, Effect, operands_of
from gradstone.execute.native.program import (
    ROWS,
    Buffer,
    Draw,
    Gather,
    Instruction,
    Load,
    Nest,
    Reduce,
    Store,
    View,
    row_strides,
)


@dataclass(slots=True)
class Scratch:
    """Buffers made on the way."""

    buffers: list[Buffer] = field(default_factory=list)

    def over(self, extents: Sequence[int], axes: Iterable[int], dtype: str) -> View:
        """A new buffer's view over a nest, dense along some of its axes; samples outermost."""
        order = sorted(axes, key=lambda axis: (extents[axis] % ROWS != 0, axis))
        shape = tuple(extents[axis] for axis in order)
        buffer = Buffer(f"scratch{len(self.buffers)}", shape, dtype)
        self.buffers.append(buffer)
        strides = [0] * len(extents)
        for axis, stride in zip(order, row_strides(shape), strict=True):
            strides[axis] = stride
        return View(buffer, tuple(strides))


def needed_by(instructions: Sequence[Instruction], wanted: Iterable[int]) -> set[int]:
    """The values that these depend on, themselves included."""
    found = set(wanted)
    for one in reversed(instructions):
        if not isinstance(one, Effect) and one.target in found:
            found.update(operands_of(one))
    return found


def costly(nest: Nest) -> set[int]:
    """Values that are not computed twice: of the product, of draws, of long functions."""
    found = {0} if nest.product is not None else set()
    for one in nest.instructions:
        if isinstance(one, Effect):
            continue
        if isinstance(one, Draw | Reduce) or found.intersection(operands_of(one)):
            found.add(one.target)
    return found


def split(nest: Nest, at: int, scratch: Scratch) -> tuple[Nest, Nest]:
    """The nest cut before instruction `at`: what is costly is handed over through memory."""
    before, after = nest.instructions[:at], nest.instructions[at:]
    wanted = needed_by(after, {value for one in after for value in operands_of(one)})
    analysis = Analysis(nest)
    made = {one.target: one for one in before if not isinstance(one, Effect)}
    dtypes = {target: one.dtype for target, one in made.items()}
    if nest.product is not None:
        dtypes[0] = nest.product.dtype
    handed = _frontier(before, after, costly(nest))
    stores: list[Instruction] = []
    loads: list[Instruction] = []
    for value in sorted(handed):
        view = scratch.over(nest.extents, sorted(analysis.varies[value]), dtypes[value])
        stores.append(Store(view, value, dtypes[value]))
        loads.append(Load(value, view, dtypes[value]))
    again = needed_by(before, wanted - handed) - handed
    repeated = [one for one in before if not isinstance(one, Effect) and one.target in again]
    repeated = [one for one in repeated if one.target not in costly(nest)]
    first = Nest(nest.extents, nest.product, [*before, *stores])
    return without_unused(first), Nest(nest.extents, None, [*loads, *repeated, *after])


def _frontier(
    before: Sequence[Instruction], after: Sequence[Instruction], dear: set[int]
) -> set[int]:
    """The costly values that the second part reads, itself or through what it repeats."""
    found: set[int] = set()
    pending = {value for one in after for value in operands_of(one)}
    by_target = {one.target: one for one in before if not isinstance(one, Effect)}
    seen: set[int] = set()
    while pending:
        value = pending.pop()
        if value in seen:
            continue
        seen.add(value)
        if value in dear and (value == 0 or value in by_target):
            found.add(value)
        elif value in by_target:
            pending.update(operands_of(by_target[value]))
    return found


def without_unused(nest: Nest) -> Nest:
    """The nest without values that nobody reads."""
    effects = [one for one in nest.instructions if isinstance(one, Effect)]
    wanted = needed_by(nest.instructions, {v for one in effects for v in operands_of(one)})
    kept = [one for one in nest.instructions if isinstance(one, Effect) or one.target in wanted]
    return Nest(nest.extents, nest.product, kept)


def reduction_apart(nest: Nest, at: int, scratch: Scratch) -> tuple[Nest, Nest]:
    """The nest cut around the reduction at a place: it becomes a nest of its own."""
    one = nest.instructions[at]
    assert isinstance(one, Reduce), one
    axes = range(len(nest.extents) - 1)
    view = scratch.over(nest.extents, axes, one.dtype)
    start = 0.0 if one.kind == "sum" else float("-inf")
    if one.kind == "max" and one.dtype == "int64":
        start = -(2**63)
    gather = Gather(view, one.operand, one.kind, one.dtype, start)
    pure = [before for before in nest.instructions[:at] if not isinstance(before, Effect)]
    first = without_unused(Nest(nest.extents, nest.product, [*pure, gather]))
    rest = list(nest.instructions)
    rest[at] = Load(one.target, view, one.dtype)
    return first, Nest(nest.extents, nest.product, rest)
