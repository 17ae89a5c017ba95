"""When numbers leave the finite: where it began, and why."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np

from gradstone.execute.interpreter import Interpreter, Trace
from gradstone.graph.node import Node
from gradstone.graph.walk import Graph, walk

GROWTH = 1e6


def culprit(graph: Graph, arrays: Sequence[Any]) -> str:
    """The first node whose value is not finite although all it is computed from is; in words.

    Empty where every value is finite.
    """
    trace = Interpreter().trace(graph, *arrays)
    node = _first((*graph.inputs, *graph.outputs), trace)
    if node is None:
        return ""
    inner = None if node.expansion is None else _first((node.expansion,), trace)
    name = f"{node.op.name} ({graph.roles[node]})" if node in graph.roles else node.op.name
    return f"it began in {name}: {_computed(node if inner is None else inner, trace)}"


def _first(outputs: Iterable[Node], trace: Trace) -> Node | None:
    for node in walk(outputs):
        value = trace[node]
        if node.op.kind != "source" and value.dtype.kind == "f" and not np.isfinite(value).all():
            return node
    return None


def _computed(node: Node, trace: Trace) -> str:
    """What came out, with what went in, as "log(0) = -inf"."""
    value, given = trace[node], [trace[one] for one in node.inputs]
    place = tuple(np.argwhere(~np.isfinite(value))[0])
    if node.op.kind == "elementwise":
        numbers = [f"{np.broadcast_to(one, value.shape)[place]:.6g}" for one in given]
        return f"{node.op.name}({', '.join(numbers)}) = {value[place]}"
    peak = max((float(np.abs(one).max()) for one in given if one.size), default=0.0)
    return f"{node.op.name} of values up to {peak:.6g} = {value[place]}"


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
