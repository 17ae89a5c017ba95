"""A Python function becomes a graph."""

from __future__ import annotations

import numpy as np

import gradstone as gs
from gradstone.functions.trace import leaves, mapped, trace
from gradstone.graph.node import Node

TREE = {"a": [1, {"b": 2}], "c": (3, 4), "d": []}


def test_leaves_in_order():
    assert list(leaves(TREE)) == [1, 2, 3, 4]
    assert list(leaves(5)) == [5]


def test_mapped_keeps_the_form():
    assert mapped(lambda x: x * 10, TREE) == {"a": [10, {"b": 20}], "c": (30, 40), "d": []}


def test_arrays_become_inputs_with_names():
    def f(parameters, x, labels, rate=0.1):
        assert rate == 0.5
        return gs.cross_entropy(x @ parameters["W"], labels)

    labels = np.array([0, 1])
    traced = trace(f, ({"W": np.ones((3, 2))}, np.ones((2, 3)), labels, 0.5), (0,))
    graph = traced.graph
    assert [graph.roles[node] for node in graph.inputs] == ["W", "x", "labels"]
    assert [node.dtype for node in graph.inputs] == ["float64", "float64", "int64"]
    assert len(traced.arrays) == 3
    assert traced.places == {0: {"W": graph.inputs[0]}}
    assert not traced.inside
    assert graph.outputs[0].op.name == "cross_entropy"


def test_names_of_lists_and_of_functions_without_names():
    traced = trace(lambda *p: gs.sum(p[0][0]) + p[1], ([np.ones(2)], 2.0), (0, 1))
    names = [traced.graph.roles[node] for node in traced.graph.inputs]
    assert names == ["argument0[0]", "argument1"]
    traced = trace(gs.sum, (np.ones(2),), (0,))
    assert len(traced.graph.inputs) == 1


def test_whole_numbers_that_are_differentiated_become_floats():
    traced = trace(
        lambda n, m: gs.sum(n) * 1.0 + gs.sum(m), (np.ones(2, int), np.ones(2, int)), (0,)
    )
    assert [node.dtype for node in traced.graph.inputs] == ["float64", "int64"]


def test_inside_another_trace():
    seen = []

    def outer(x):
        traced = trace(lambda y: y * x, (2.0,), (0,))
        seen.append(traced)
        return x

    trace(outer, (1.0,), (0,))
    assert seen[0].inside
    assert all(isinstance(node, Node) for node in seen[0].graph.inputs)
