"""When numbers leave the finite: where it began, and why."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from gradstone.execute.interpreter import Interpreter
from gradstone.graph.walk import Graph, walk

GROWTH = 1e6


def culprit(graph: Graph, arrays: Sequence[Any]) -> str:
    """The first node whose value is not finite although all it is computed from is; in words.

    Empty where every value is finite.
    """
    trace = Interpreter().trace(graph, *arrays)
    for node in walk((*graph.inputs, *graph.outputs)):
        value = trace[node]
        if value.dtype.kind == "f" and node.op.kind != "source" and not np.isfinite(value).all():
            name = graph.roles.get(node)
            place = f"{node.op.name} ({name})" if name else node.op.name
            bad = value[~np.isfinite(value)].ravel()[0]
            causes = [trace[one] for one in node.inputs if trace[one].size]
            peak = max((float(np.abs(one).max()) for one in causes), default=0.0)
            return f"it began with {bad} in {place}, of values up to {peak:.3g}"
    return ""


def reason(first: float, last: float, rate: float, step: int) -> str:
    """What probably made a loss leave the finite numbers, and what to try.

    Args:
        first, last: the loss before training and at the end. rate: the learning rate.
        step: how many updates were done.
    """
    if step == 0 and not np.isfinite(last):
        return "Scale the inputs to about −1 … 1, and start from smaller weights."
    if np.isfinite(last) and last > first:
        grew = f"the loss rose from {first:.6g} to {last:.6g}"
        return f"{grew}: the learning rate {rate:g} is probably too large. Try {rate / 10:g}."
    return f"Try a learning rate below {rate:g}, and inputs scaled to about −1 … 1."
