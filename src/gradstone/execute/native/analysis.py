"""What is known of a nest before a line of code is made: who varies along what, who needs whom."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass, field

from gradstone.execute.native.expressions import is_long, parsed
from gradstone.execute.native.program import (
    Compute,
    Draw,
    Gather,
    Instruction,
    Load,
    Nest,
    Number,
    Pick,
    Reduce,
    Rows,
    Scatter,
    Store,
    View,
)

Effect = Store | Gather | Scatter
Pure = Load | Pick | Number | Rows | Compute | Draw | Reduce


def operands_of(one: Instruction) -> tuple[int, ...]:
    """The values an instruction reads."""
    if isinstance(one, Compute):
        return one.operands
    if isinstance(one, Reduce | Store | Gather):
        return (one.operand,)
    if isinstance(one, Scatter):
        return (one.index, one.operand)
    if isinstance(one, Pick):
        return (one.index,)
    return (one.step,) if isinstance(one, Draw) else ()


def strides_of(one: Instruction) -> tuple[int, ...]:
    """How an instruction itself steps along the axes; () where it does not."""
    if isinstance(one, Load | Pick | Store | Gather | Scatter):
        return one.view.strides
    return one.place if isinstance(one, Draw) else ()


@dataclass(slots=True)
class Analysis:
    """Facts about a nest in its best form.

    Attributes:
        column: its last axis, that of the lanes; -1 where there is none. row: the one before.
        varies: for each value, the axes along which it does.
        spread: values that do not vary along the lanes, yet meet others that do.
    """

    nest: Nest
    varies: dict[int, frozenset[int]] = field(default_factory=dict)
    spread: set[int] = field(default_factory=set)

    def __post_init__(self) -> None:
        if self.nest.product is not None:
            self.varies[0] = frozenset(range(len(self.nest.extents)))
        for one in self.nest.instructions:
            if not isinstance(one, Effect):
                self.varies[one.target] = self._axes(one)
        for one in self.nest.instructions:
            self.spread.update(self._spread_by(one))

    @property
    def column(self) -> int:
        """The axis of the lanes; -1 where there is none."""
        return len(self.nest.extents) - 1

    @property
    def row(self) -> int:
        """The axis before it; below 0 where there is none."""
        return len(self.nest.extents) - 2

    def _axes(self, one: Pure) -> frozenset[int]:
        own = frozenset(axis for axis, stride in enumerate(strides_of(one)) if stride)
        found = own.union(*(self.varies[value] for value in operands_of(one)))
        return found - {self.column} if isinstance(one, Reduce) else found

    def wide(self, value: int) -> bool:
        """Whether it varies along the lanes."""
        return self.column in self.varies[value]

    def by_row(self, value: int) -> bool:
        """Whether it varies along the rows."""
        return self.row in self.varies[value]

    def _spread_by(self, one: Instruction) -> Iterator[int]:
        wide = self._along_lanes(one)
        for value in operands_of(one):
            if not self.wide(value) and (wide or isinstance(one, Reduce | Gather)):
                yield value

    def _along_lanes(self, one: Instruction) -> bool:
        if isinstance(one, Compute):
            return self.wide(one.target)
        if isinstance(one, Store | Scatter):
            return one.view.strides[-1:] not in ((), (0,))
        return False

    @property
    def written(self) -> set[int]:
        """The buffers the nest writes to, by id."""
        return {id(one.view.buffer) for one in self.nest.instructions if isinstance(one, Effect)}

    def movable(self, one: Pure) -> bool:
        """Whether it may be done before the loops it does not vary along."""
        if isinstance(one, Load | Pick):
            return id(one.view.buffer) not in self.written
        return True

    @property
    def long(self) -> bool:
        """Whether it calls functions of dozens of instructions."""
        instructions = self.nest.instructions
        return any(isinstance(one, Compute) and is_long(one.formula) for one in instructions)

    @property
    def scalar(self) -> bool:
        """Whether its places must be visited one by one: scattered lanes may meet."""
        return any(
            isinstance(one, Scatter) and (self.wide(one.index) or one.view.strides[-1:] != (1,))
            for one in self.nest.instructions
        )

    def views(self) -> Iterator[View]:
        """All views it steps through, the product's without p."""
        for one in self.nest.instructions:
            if isinstance(one, Load | Pick | Store | Gather | Scatter):
                yield one.view
        if self.nest.product is not None:
            for view in (self.nest.product.left, self.nest.product.right):
                yield View(view.buffer, view.strides[:-1], view.offset)

    def first_added(self) -> Compute | None:
        """The instruction by which something that is at hand is added to the product's sum.

        The sum may then begin with it.
        """
        users = [one for one in self.nest.instructions if 0 in operands_of(one)]
        if len(users) != 1 or not isinstance(users[0], Compute):
            return None
        tree, one = parsed(users[0].formula), users[0]
        if not isinstance(tree, ast.BinOp) or not isinstance(tree.op, ast.Add):
            return None
        sides = isinstance(tree.left, ast.Name) and isinstance(tree.right, ast.Name)
        return one if sides and len(set(one.operands)) == 2 else None
