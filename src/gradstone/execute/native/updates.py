"""Nests that only add a multiple of a product to what is there, as W − rate · XᵀdY does."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from gradstone.execute.native.analysis import Effect
from gradstone.execute.native.program import (
    Compute,
    Instruction,
    Load,
    Nest,
    Number,
    Store,
    View,
)


@dataclass(frozen=True, slots=True)
class Update:
    """target += ± factor · product.

    Attributes:
        factor: what makes it, the same at every place; None: it is 1.
    """

    target: View
    factor: Load | Number | None
    negative: bool
    dtype: str

    def made(self, factor: View) -> Nest:
        """The nest without loops that puts the factor, with its sign, into memory."""
        made: list[Instruction] = [Number(1, 1.0, self.dtype)]
        if isinstance(self.factor, Load):
            view = View(self.factor.view.buffer, (), self.factor.view.offset)
            made = [Load(1, view, self.dtype)]
        elif self.factor is not None:
            made = [Number(1, self.factor.number, self.dtype)]
        if self.negative:
            made.append(Compute(2, "-x", ("x",), (1,), self.dtype, self.dtype))
        return Nest((), None, [*made, Store(factor, len(made), self.dtype)])


def update_in(nest: Nest) -> Update | None:
    """The update that a product's nest is, if it is one."""
    made = {one.target: one for one in nest.instructions if not isinstance(one, Effect)}
    stores = [one for one in nest.instructions if isinstance(one, Effect)]
    store = stores[0]
    total = made.get(store.operand)
    if len(stores) > 1 or not isinstance(store, Store) or not isinstance(total, Compute):
        return None
    for place, value in enumerate(total.operands):
        old = made.get(value)
        if total.formula not in ("a + b", "a - b") or (place and total.formula == "a - b"):
            continue
        if isinstance(old, Load) and old.view == store.view and store.view.strides[-1] == 1:
            other = total.operands[1 - place]
            factor = _factor(made, other)
            if other == 0 or factor is not None:
                return Update(store.view, factor, total.formula == "a - b", total.dtype)
    return None


def _factor(made: Mapping[int, Instruction], value: int) -> Load | Number | None:
    """What the product is multiplied by in a value, where that is the same at every place."""
    one = made.get(value)
    if not isinstance(one, Compute) or one.formula != "a * b" or 0 not in one.operands:
        return None
    factor = made.get(one.operands[not one.operands.index(0)])
    if isinstance(factor, Number):
        return factor
    return factor if isinstance(factor, Load) and not any(factor.view.strides) else None
