"""Numeric checks of told gradients: the graph evaluated with one number moved."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np

from gradstone.accounts.account import Check
from gradstone.autodiff.rewrite import replace
from gradstone.checking.numeric import differences
from gradstone.execute.interpreter import Interpreter
from gradstone.graph.node import Node, input_node
from gradstone.graph.walk import Graph, walk

Array = np.ndarray[Any, Any]
TOLERANCE = 1e-6
"""Largest relative difference of a gradient by differences that counts as the same."""
TINY = 1e-9


def moved(
    output: Node, node: Node, values: Mapping[Node, Array], inputs: Sequence[Node]
) -> Callable[[Array], float]:
    """The output as a function of one node's value, the inputs as they are."""
    symbol = input_node(node.shape, node.dtype)
    (end,) = replace([output], {node: symbol})
    used = set(walk([end]))
    others = tuple(one for one in inputs if one is not node and one in used)
    program = Interpreter().compile(Graph((symbol, *others), (end,)))
    fixed = [values[one] for one in others]
    return lambda value: float(program(value, *fixed)[0])


def checks(
    output: Node,
    node: Node,
    values: Mapping[Node, Array],
    inputs: Sequence[Node],
    gradient: Array,
    places: Sequence[int],
) -> dict[int, Check]:
    """For flat places of a node, its gradient beside central differences."""
    point = np.array(values[node], dtype=np.float64)
    found = differences(moved(output, node, values, inputs), point, np.asarray(places, dtype=int))
    told = {}
    for place in places:
        numeric, mine = float(found.gradient.flat[place]), float(gradient.flat[place])
        told[place] = judged(numeric, mine, bool(found.kink.flat[place]))
    return told


def judged(numeric: float, mine: float, kink: bool, least: float = TINY) -> Check:
    """The verdict on a gradient beside a difference quotient; `least` is as small as 0."""
    size = max(abs(numeric), abs(mine), least)
    difference = abs(numeric - mine) / size
    if kink:
        return Check(numeric, difference, "kink")
    return Check(numeric, difference, "ok" if difference <= TOLERANCE else "differs")
