"""Walks: each node after those it needs, once, in a fixed order."""

from __future__ import annotations

from gradstone.graph.node import apply, constant, input_node
from gradstone.graph.walk import walk


def test_operands_come_first_and_each_node_once():
    x, y = input_node((), "float64"), input_node((), "float64")
    product = x * y
    total = product + apply("exp", product)
    order = walk([total, product])
    assert len(order) == len(set(order)) == 5
    places = {node: i for i, node in enumerate(order)}
    for node in order:
        assert all(places[one] < places[node] for one in node.inputs)


def test_the_order_is_fixed():
    x, y = input_node((), "float64"), input_node((), "float64")
    total = (x * y) + (y - x) * 2.0
    assert walk([total]) == walk([total])
    assert walk([total])[:3] == [x, y, x * y]
    assert walk([y, x])[:2] == [y, x]


def test_nodes_that_are_not_needed_are_left_out():
    x, y = input_node((), "float64"), input_node((), "float64")
    assert y not in set(walk([x + 1.0]))
    assert walk([]) == []


def test_another_rule_of_what_comes_before():
    x = input_node((), "float64")
    node = apply("relu", x)

    def expanded(one):
        return one.inputs if one.expansion is None else (one.expansion,)

    names = [one.op.name for one in walk([node], expanded)]
    assert names == ["input", "constant", "maximum", "relu"]
    assert walk([node]) == [x, node]
    assert constant(0.0) in set(walk([node], expanded))
