"""Steps described by Gradstone, to compare with: N1 and N5 of CASES.md, and a regression."""

from __future__ import annotations

from typing import Any

import gradstone as gs
from gradstone.training.trace import StepTrace, step_trace
from tests.checking.hand import LABELS5, PARAMETERS1, PARAMETERS5, T1, X1, X5

SIGMOIDS = gs.MLP([2, 2, 2], "sigmoid", "sigmoid")
N1 = step_trace(SIGMOIDS, X1, T1, "half_sse", gs.sgd(0.5), PARAMETERS1)
N5 = step_trace(gs.MLP([3, 2, 3], "tanh", "softmax"), X5, LABELS5, None, gs.sgd(0.1), PARAMETERS5)
NO_SLOPE = "local derivative missing"
OTHERS = "numbers of other parameters"


def of_regression(x: Any, t: Any, p: Any, optimizer: Any = None, **settings: Any) -> StepTrace:
    """A step of the regression of `steps`."""
    return step_trace(gs.MLP([2, 4, 1]), x, t, "mse", optimizer or gs.sgd(0.1), p, **settings)


def names(found: Any) -> list[str | None]:
    """The causes' names."""
    return [one.cause.name if one.cause else None for one in found.differences]
