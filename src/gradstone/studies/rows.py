"""Rows as networks take them, made once for all trainings that take them alike."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from gradstone.data.sets import DataSet
from gradstone.errors import ShapeError
from gradstone.training.loop import Array
from gradstone.training.step import Plan
from gradstone.training.targets import inputs, labels_of, targets

Rows = DataSet | tuple[Any, Any]
"""A data set, or a pair (X, y) as `gs.train` takes them."""
Pair = tuple[Array, Array]


def pair(rows: Rows) -> tuple[Any, Any]:
    """X and y as they are; ShapeError where they are no two."""
    if isinstance(rows, DataSet):
        return rows.inputs, rows.targets
    if len(rows) != 2:
        raise ShapeError("rows", f"{len(rows)} arrays came", "a pair (X, y) is wanted")
    return rows


@dataclass(frozen=True, slots=True)
class Prepared:
    """Rows to train on, and perhaps rows only to measure on, with what was made of them."""

    training: tuple[Any, Any]
    held_out: tuple[Any, Any] | None
    made: dict[Any, tuple[Pair, Pair | None]] = field(default_factory=dict)

    def of(self, plan: Plan) -> tuple[Pair, Pair | None]:
        """Both as a training takes them; equal plans share them.

        Raises:
            ShapeError, DataError, RangeError: rows that its network or its loss does not take.
        """
        key = (plan.dtype, plan.objective.loss, plan.network.width)
        if key not in self.made:
            out = None if self.held_out is None else self._prepared(plan, self.held_out)
            self.made[key] = self._prepared(plan, self.training), out
        for one in filter(None, self.made[key]):
            plan.network.check(one[0].shape[1:])
        return self.made[key]

    def _prepared(self, plan: Plan, rows: tuple[Any, Any]) -> Pair:
        """Classes are numbered as in the training rows."""
        x = inputs(plan.network, rows[0], plan.dtype)
        loss, width = plan.objective.loss, plan.network.check(x.shape[1:])[-1]
        labels = labels_of(self.training[1], loss, width)
        return x, targets(rows[1], len(x), loss, width, labels, plan.dtype)
