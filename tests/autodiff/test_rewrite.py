"""Rewrites keep every value, bit for bit."""

from __future__ import annotations

import numpy as np
import pytest

from gradstone.autodiff.gradient import gradient
from gradstone.autodiff.rewrite import lower, replace, simplify, value_of
from gradstone.execute.interpreter import run
from gradstone.graph.node import apply, constant, input_node
from gradstone.graph.walk import Graph, walk

SPECIAL = np.array([0.0, -0.0, 1.0, -2.5, np.inf, -np.inf, np.nan, 5e-324])


@pytest.fixture
def x():
    return input_node(SPECIAL.shape, "float64")


@pytest.mark.parametrize(
    "build",
    [
        lambda x: 1.0 * x,
        lambda x: x * 1.0,
        lambda x: x / 1.0,
        lambda x: x**1.0,
        lambda x: apply("negate", -x),
        lambda x: apply("reshape", x, shape=(8,)),
        lambda x: apply("broadcast", x, shape=(8,)),
        lambda x: apply("cast", x, dtype="float64"),
    ],
)
def test_what_changes_nothing_is_left_out(x, build):
    graph = simplify(Graph((x,), (build(x),)))
    assert graph.outputs == (x,)
    assert run(graph, SPECIAL)[0].tobytes() == run(Graph((x,), (build(x),)), SPECIAL)[0].tobytes()


@pytest.mark.parametrize(
    "build",
    [
        lambda x: x + 0.0,
        lambda x: x - 0.0,
        lambda x: 0.0 * x,
        lambda x: x - x,
        lambda x: x / x,
        lambda x: 1.0 / x,
        lambda x: 2.0**x,
        lambda x: constant(1.0) * apply("sum", x) * np.ones(8),
        lambda x: x * np.ones(8),
        lambda x: x**0.0,
    ],
)
def test_what_could_change_a_bit_stays(x, build):
    node = build(x)
    simple = simplify(Graph((x,), (node,)))
    assert run(simple, SPECIAL)[0].tobytes() == run(Graph((x,), (node,)), SPECIAL)[0].tobytes()
    assert simple.outputs[0].shape == (8,)


def test_a_number_that_broadcasts_is_kept():
    x = input_node((), "float64")
    ones = constant(np.ones(3))
    graph = simplify(Graph((x,), (x * ones, apply("broadcast", x, shape=(3,)) * 1.0)))
    assert [node.shape for node in graph.outputs] == [(3,), (3,)]


def test_dtypes_are_kept():
    x = input_node((3,), "float32")
    graph = simplify(Graph((x,), (apply("cast", x, dtype="float64") * 1.0,)))
    assert graph.outputs[0].dtype == np.float64


def test_lowered_graphs_hold_primitives_alone(x):
    node = apply("sum", apply("gelu", x) + apply("elu", x) + apply("softmax", x))
    graph = Graph((x,), (node, *gradient(node, [x])), {node: "total"})
    plain, new = lower(graph)
    assert all(one.op.kind != "defined" for one in walk(plain.outputs))
    assert set(walk(graph.outputs)) <= set(new)
    assert plain.roles == {new[node]: "total"}
    given = np.linspace(-2, 2, 8)
    for told, found in zip(run(graph, given), run(plain, given), strict=True):
        assert told.tobytes() == found.tobytes()


def test_replaced_nodes(x):
    y = input_node((8,), "float64")
    node = apply("relu", x * 2.0) + x
    (found,) = replace([node], {x: y})
    assert found is apply("relu", y * 2.0) + y
    (found,) = replace([node], {x * 2.0: y})
    assert found is apply("relu", y) + x
    assert replace([node], {}) == [node]


def test_numbers_are_read_from_scalars_only(x):
    assert value_of(constant(2.5)) == 2.5
    assert value_of(constant(np.ones(2))) is None
    assert value_of(x) is None
