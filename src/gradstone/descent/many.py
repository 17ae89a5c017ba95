"""One graph run at many points together: each value has an axis of points in front."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import Any

import numpy as np

from gradstone.autodiff.rewrite import lower
from gradstone.descent.form import Array
from gradstone.graph.node import Node
from gradstone.graph.walk import Graph, walk


class Many:
    """A graph that takes its inputs for k points at once.

    Element-wise rows and reductions run once on all points. Other rows run point by point, so that
    each is what it is by itself, whatever axes it speaks of.
    """

    def __init__(self, graph: Graph) -> None:
        """Lay the graph out in primitive rows."""
        self.graph = lower(graph)[0]
        self.order = [one for one in walk(self.graph.outputs) if one.op.name != "input"]

    def run(self, *arrays: Array) -> list[Array]:
        """The outputs (k, …) for inputs (k, …)."""
        count = len(arrays[0])
        values: dict[Node, Array] = dict(zip(self.graph.inputs, arrays, strict=True))
        alone: dict[Node, Array] = {}  # what is the same at every point
        with np.errstate(all="ignore"):
            for node in self.order:
                if all(one in alone for one in node.inputs):
                    alone[node] = np.asarray(_rule(node)(*[alone[one] for one in node.inputs]))
                else:
                    values[node] = _of_many(node, values, alone, count)
        outputs = []
        for node in self.graph.outputs:
            same = alone.get(node)
            whole = values[node] if same is None else np.broadcast_to(same, (count, *same.shape))
            outputs.append(np.array(whole))
        return outputs


def _rule(node: Node) -> Any:
    attributes = dict(node.attributes)
    if node.op.name == "constant":
        value = attributes["value"]
        return lambda: getattr(value, "array", value)
    assert node.op.forward is not None
    return partial(node.op.forward, np, **attributes)


def _of_many(node: Node, values: dict[Node, Array], alone: dict[Node, Array], count: int) -> Array:
    rule = _rule(node)
    if node.op.kind == "elementwise":
        found = rule(*_aligned(node.inputs, values, alone))
        return np.asarray(np.broadcast_to(found, (count, *node.shape)))
    if node.op.kind == "reduction":
        (whole,), attributes = node.inputs, dict(node.attributes)
        later = tuple(axis + 1 for axis in attributes.pop("axis"))
        return np.asarray(rule(values[whole], axis=later, **attributes))
    rows = [
        rule(*[alone[one] if one in alone else values[one][k] for one in node.inputs])
        for k in range(count)
    ]
    return np.stack(rows)


def _aligned(
    inputs: Sequence[Node], values: dict[Node, Array], alone: dict[Node, Array]
) -> list[Array]:
    """Operands of as many axes each, that of the points in front."""
    axes = max(one.ndim for one in inputs)
    found = []
    for one in inputs:
        gaps = (1,) * (axes - one.ndim)
        found.append(
            alone[one] if one in alone else values[one].reshape(len(values[one]), *gaps, *one.shape)
        )
    return found
