"""The type check of a graph, made after every transform."""

from __future__ import annotations

from gradstone.graph.node import DTYPES, Node
from gradstone.graph.op import OPS
from gradstone.graph.walk import Graph, walk


def check(graph: Graph) -> Graph:
    """The graph itself, after a look at every node.

    Raises:
        AssertionError: a row that is not in the table, a recorded shape or dtype that its
            rule does not give, an input that is not declared. Always a mistake of ours.
    """
    given = set(graph.inputs)
    for node in walk(graph.outputs):
        _check_node(node)
        assert node.op.name != "input" or node in given, f"{node} is used but not given"
    return graph


def _check_node(node: Node) -> None:
    name = node.op.name
    assert OPS.get(name) is node.op, f"{name} is not a row of the table"
    assert node.dtype in DTYPES, f"{name} has dtype {node.dtype}"
    if node.op.kind == "source":
        return
    wanted = node.op.result(*node.inputs, **dict(node.attributes))
    assert wanted == (node.shape, node.dtype), f"{node} should be {wanted}"
    shared = {n.dtype for i, n in enumerate(node.inputs) if i not in node.op.exact}
    assert len(shared) <= 1, f"{name} mixes {shared}"
