"""Rewrites that keep every value: arithmetic with 1 and 0 folded, defined rows lowered."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import gradstone.ops  # noqa: F401  (fills the table)
from gradstone.graph.check import check
from gradstone.graph.node import Captured, Node, intern
from gradstone.graph.walk import Graph, walk


def rebuilt(node: Node, inputs: tuple[Node, ...]) -> Node:
    """The same row and attributes on other inputs of the same shapes and dtypes."""
    if inputs == () or all(a is b for a, b in zip(inputs, node.inputs, strict=True)):
        return node
    return intern(node.op, inputs, dict(node.attributes), node.shape, node.dtype)


def rewrite(graph: Graph, rule: Callable[[Node], Node]) -> tuple[Graph, dict[Node, Node]]:
    """The graph with a rule applied to every node, operands first.

    Returns:
        the new graph, checked, and for each old node the new one of the same value.
    """
    new: dict[Node, Node] = {}
    for node in walk(graph.outputs):
        new[node] = rule(rebuilt(node, tuple(new[one] for one in node.inputs)))
    outputs = tuple(new[node] for node in graph.outputs)
    roles = {new[node]: name for node, name in graph.roles.items() if node in new}
    return check(Graph(graph.inputs, outputs, roles)), new


def value_of(node: Node) -> float | None:
    """The number that a node spells out; None for other nodes."""
    if node.op.name != "constant" or node.shape:
        return None
    value = dict(node.attributes)["value"]
    return None if isinstance(value, Captured) else float(value)


def folded(node: Node) -> Node:
    """The node, or a simpler one of the same bits."""
    name, inputs = node.op.name, node.inputs
    if name in _SAME_WITH:
        for position, number in _SAME_WITH[name]:
            other = inputs[1 - position]
            if value_of(inputs[position]) == number and _alike(other, node):
                return other
    if name in ("reshape", "broadcast", "cast") and _alike(inputs[0], node):
        return inputs[0]
    if name == "negate" and inputs[0].op.name == "negate":
        return inputs[0].inputs[0]
    return node


_SAME_WITH: dict[str, Sequence[tuple[int, float]]] = {
    "multiply": ((0, 1.0), (1, 1.0)),
    "divide": ((1, 1.0),),
    "power": ((1, 1.0),),
}


def _alike(one: Node, other: Node) -> bool:
    return one.shape == other.shape and one.dtype == other.dtype


def simplify(graph: Graph) -> Graph:
    """The graph without multiplications by 1 and changes of shape or dtype to the same.

    Only rewrites that keep every bit: x + 0 stays (−0 + 0 is 0), 0 · x stays (x may be NaN).
    """
    return rewrite(graph, folded)[0]


def lower(graph: Graph) -> tuple[Graph, dict[Node, Node]]:
    """The graph in primitive rows alone, and for each told node the primitive one."""
    new: dict[Node, Node] = {}
    for node in walk(graph.outputs, _expanded):
        new[node] = _primitive(node, new)
    outputs = tuple(new[node] for node in graph.outputs)
    roles = {new[node]: name for node, name in graph.roles.items() if node in new}
    return check(Graph(graph.inputs, outputs, roles)), new


def _expanded(node: Node) -> tuple[Node, ...]:
    return node.inputs if node.expansion is None else (*node.inputs, node.expansion)


def _primitive(node: Node, new: dict[Node, Node]) -> Node:
    if node.expansion is not None:
        return new[node.expansion]
    return rebuilt(node, tuple(new[one] for one in node.inputs))


def replace(nodes: Sequence[Node], values: dict[Node, Node]) -> list[Node]:
    """The nodes with some of what they are computed from replaced by other nodes."""
    new: dict[Node, Any] = dict(values)
    for node in walk(nodes):
        if node not in new:
            new[node] = rebuilt(node, tuple(new[one] for one in node.inputs))
    return [new[node] for node in nodes]
