"""Numeric checks of told gradients: the graph evaluated with one number moved."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np

from gradstone.accounts.account import Check
from gradstone.autodiff.rewrite import replace
from gradstone.checking.model import largest
from gradstone.checking.numeric import differences
from gradstone.checking.verdict import Judge, relative_error
from gradstone.execute.interpreter import Interpreter
from gradstone.graph.node import Node, input_node
from gradstone.graph.walk import Graph, walk

Array = np.ndarray[Any, Any]
TOLERANCE = 1e-6
"""Largest relative difference of a gradient by differences that counts as the same."""
SHOWN = 1e-3
"""A gradient of which differences leave more than this share in doubt is too small to check."""
JUDGE = Judge(TOLERANCE, 0.0, at_kink=False)


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
    run = moved(output, node, values, inputs)
    scale = largest([1.0, run(point), point, *(values[one] for one in inputs)])
    found = differences(run, point, np.asarray(places, dtype=int), magnitude=scale)
    told = {}
    for place in places:
        numeric, mine = float(found.gradient.flat[place]), float(gradient.flat[place])
        error, kink = float(found.error.flat[place]), bool(found.kink.flat[place])
        told[place] = judged(numeric, mine, error, kink)
    return told


def judged(numeric: float, mine: float, error: float, kink: bool) -> Check:
    """The verdict on a gradient beside a difference quotient.

    Args:
        numeric: the quotient. mine: the gradient by rules.
        error: how far the quotient may be off; as in an audit ten times that is its doubt.
        kink: left and right slopes disagree.
    """
    apart, size, doubt = relative_error(numeric, mine), max(abs(numeric), abs(mine)), 10 * error
    if kink:
        return Check(numeric, apart, "kink")
    if JUDGE.close(mine, numeric, 0.0):
        return Check(numeric, apart, "ok")
    if not JUDGE.close(mine, numeric, doubt):
        return Check(numeric, apart, "differs")
    return Check(numeric, apart, "unclear" if doubt > SHOWN * size else "ok")
