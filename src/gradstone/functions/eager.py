"""Rows of the table as public functions: on nodes they build graph, on arrays they compute."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

import gradstone.ops  # noqa: F401  (fills the table)
from gradstone.errors import RangeError
from gradstone.execute.interpreter import run
from gradstone.functions.trace import leaves
from gradstone.graph.node import Node, apply, input_node, known_dtype
from gradstone.graph.op import row
from gradstone.graph.walk import Graph


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
    if not op.domain and len(operands) == 1:
        operands = tuple(operands[0])
    count = len(op.domain) or len(operands)
    given: dict[Node, Any] = {}
    symbols = []
    for operand in operands[:count]:
        weak = isinstance(operand, bool | int | float)
        array = None if weak else np.asarray(operand)
        if array is None:
            symbols.append(operand)
        else:
            node = input_node(array.shape, known_dtype(array))
            given[node] = array.astype(node.dtype, copy=False)
            symbols.append(node)
    output = apply(name, *symbols, *operands[count:], **attributes)
    if "loss" in op.tags:
        check_labels(name, operands[0], operands[1])
    (value,) = run(Graph(tuple(given), (output,)), *given.values())
    return value[()] if value.ndim == 0 else np.array(value)


def check_labels(name: str, logits: Any, targets: Any) -> None:
    """RangeError where class labels lie outside 0 … classes − 1."""
    labels, values = np.asarray(targets), np.asarray(logits)
    if labels.dtype.kind != "i" or labels.ndim != values.ndim - 1 or not labels.size:
        return
    low, high, classes = int(labels.min()), int(labels.max()), values.shape[-1]
    if low < 0 or high >= classes:
        came = f"labels from {low} to {high} came"
        raise RangeError(name, came, f"0 to {classes - 1} are wanted", "Labels count from 0.")
