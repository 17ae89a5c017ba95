"""Rows of the table as public functions: on nodes they build graph, on arrays they compute."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

import gradstone.ops  # noqa: F401  (fills the table)
from gradstone.errors import RangeError
from gradstone.execute.interpreter import run
from gradstone.functions.trace import leaves
from gradstone.graph.node import Node, apply, input_node, known_dtype
from gradstone.graph.op import parted, row
from gradstone.graph.walk import Graph, walk


def public(name: str) -> Callable[..., Any]:
    """The public function of a row, as `gs.exp`.

    Inside a function that is being differentiated it takes and gives nodes; outside, arrays,
    lists and numbers, and it gives arrays (a NumPy number where there are no axes).
    """
    op = row(name)

    def call(*operands: Any, **attributes: Any) -> Any:
        if any(isinstance(leaf, Node) for leaf in leaves(operands)):
            return apply(name, *operands, **attributes)
        return _computed(name, operands, attributes)

    call.__name__ = call.__qualname__ = name
    call.__doc__ = op.doc
    return call


def _computed(name: str, operands: tuple[Any, ...], attributes: dict[str, Any]) -> Any:
    op = row(name)
    operands, attributes = parted(op, operands, attributes)
    given: dict[Node, Any] = {}
    symbols = []
    for operand in operands:
        weak = isinstance(operand, bool | int | float)
        array = None if weak else np.asarray(operand)
        if array is None:
            symbols.append(operand)
        else:
            node = input_node(array.shape, known_dtype(array))
            given[node] = array.astype(node.dtype, copy=False)
            symbols.append(node)
    graph = Graph(tuple(given), (apply(name, *symbols, **attributes),))
    check_labels(graph, given)
    (value,) = run(graph, *given.values())
    return value[()] if value.ndim == 0 else np.array(value)


def check_labels(graph: Graph, given: Mapping[Node, Any]) -> None:
    """RangeError where class labels of a loss lie outside 0 … classes − 1."""
    for node in walk(graph.outputs):
        if "loss" in node.op.tags and len(node.inputs) == 2:
            logits, targets = node.inputs
            value = given.get(targets, dict(targets.attributes).get("value"))
            if targets.dtype.kind == "i" and targets.ndim == logits.ndim - 1:
                _check_range(node.op.name, getattr(value, "array", value), logits.shape[-1])


def _check_range(name: str, labels: Any, classes: int) -> None:
    if labels is None or not np.size(labels):
        return
    low, high = int(np.min(labels)), int(np.max(labels))
    if low < 0 or high >= classes:
        came = f"labels from {low} to {high} came"
        raise RangeError(name, came, f"0 to {classes - 1} are wanted", "Labels count from 0.")
