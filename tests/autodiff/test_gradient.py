"""Reverse mode as graph to graph."""

from __future__ import annotations

import numpy as np
import pytest

from gradstone.autodiff.gradient import gradient, unbroadcast
from gradstone.errors import NoGradientError, ShapeError
from gradstone.execute.interpreter import run
from gradstone.graph.node import apply, constant, input_node
from gradstone.graph.walk import Graph, walk

GIVEN = np.array([0.5, -1.0, 2.0])


@pytest.fixture
def x():
    return input_node((3,), "float64")


def values(x, *nodes):
    return run(Graph((x,), nodes), GIVEN)


def test_by_intermediate_values(x):
    hidden = apply("tanh", x)
    total = apply("sum", hidden * hidden)
    by_hidden, by_x = values(x, *gradient(total, [hidden, x]))
    np.testing.assert_allclose(by_hidden, 2 * np.tanh(GIVEN))
    np.testing.assert_allclose(by_x, 2 * np.tanh(GIVEN) * (1 - np.tanh(GIVEN) ** 2))


def test_by_defined_intermediate_values(x):
    hidden = apply("gelu", x)
    total = apply("sum", hidden * 3.0)
    (found,) = values(x, *gradient(total, [hidden]))
    np.testing.assert_array_equal(found, [3, 3, 3])


def test_shares_of_all_uses_are_added(x):
    total = apply("sum", x * x * x + x)
    (found,) = values(x, *gradient(total, [x]))
    np.testing.assert_allclose(found, 3 * GIVEN**2 + 1)


def test_the_same_op_twice_shares_no_state(x):
    total = apply("sum", apply("exp", x) * apply("exp", x * 2.0))
    (found,) = values(x, *gradient(total, [x]))
    np.testing.assert_allclose(found, 3 * np.exp(3 * GIVEN))


def test_what_is_not_used_gets_zeros(x):
    other = input_node((2, 2), "float32")
    slopes = gradient(apply("sum", x), [other, x])
    assert (slopes[0].shape, slopes[0].dtype) == ((2, 2), np.float32)
    np.testing.assert_array_equal(run(Graph((x,), slopes), GIVEN)[0], np.zeros((2, 2)))


def test_a_constant_output_gets_zeros(x):
    (slope,) = gradient(constant(3.0), [x])
    np.testing.assert_array_equal(values(x, slope)[0], np.zeros(3))


def test_of_itself(x):
    upstream = constant(np.array([1.0, 2.0, 3.0]))
    (found,) = values(x, *gradient(x, [x], upstream))
    np.testing.assert_array_equal(found, [1, 2, 3])


def test_upstream_gradients(x):
    upstream = input_node((3,), "float64")
    slopes = gradient(apply("square", x), [x], upstream)
    found = run(Graph((x, upstream), slopes), GIVEN, np.array([1.0, 10.0, 100.0]))
    np.testing.assert_allclose(found[0], 2 * GIVEN * [1, 10, 100])


def test_upstream_takes_the_dtype_of_the_output():
    x = input_node((3,), "float32")
    (slope,) = gradient(apply("exp", x), [x], constant(np.ones(3)))
    assert slope.dtype == np.float32


def test_through_casts_and_no_further_than_floats(x):
    narrow = apply("sum", apply("cast", x, dtype="float32") * 2.0)
    (slope,) = gradient(narrow, [x])
    assert slope.dtype == np.float64
    np.testing.assert_array_equal(values(x, slope)[0], [2, 2, 2])
    whole = apply("cast", apply("cast", x, dtype="int64"), dtype="float64")
    np.testing.assert_array_equal(values(x, *gradient(apply("sum", whole), [x]))[0], [0, 0, 0])


def test_what_leads_nowhere_is_not_differentiated(x):
    step = apply("sum", apply("heaviside", constant(np.ones(3))) * x)
    np.testing.assert_array_equal(values(x, *gradient(step, [x]))[0], [1, 1, 1])


def test_orders_three_and_four(x):
    node = apply("sum", apply("sin", x))
    for _ in range(4):
        (slope,) = gradient(node, [x])
        node = apply("sum", slope)
    np.testing.assert_allclose(values(x, slope)[0], np.sin(GIVEN), rtol=1e-12)


def test_the_gradient_is_graph_of_rows(x):
    slopes = gradient(apply("sum", apply("sigmoid", x)), [x])
    assert {node.op.name for node in walk(slopes)} >= {"sigmoid", "multiply", "subtract"}


class TestRefusals:
    def test_an_output_with_axes(self, x):
        message = r"gradient: an output of shape \(3,\) came: a scalar is wanted\. Sum .*gs\.vjp"
        with pytest.raises(NoGradientError, match=message):
            gradient(x * 2.0, [x])

    def test_an_output_that_is_no_float(self, x):
        with pytest.raises(NoGradientError, match="an output of dtype int64 came"):
            gradient(apply("sum", apply("cast", x, dtype="int64")), [x])

    def test_a_variable_that_is_no_float(self, x):
        whole = input_node((3,), "int64")
        with pytest.raises(NoGradientError, match="a value of dtype int64 came: float32 or"):
            gradient(apply("sum", x * whole), [whole])

    def test_an_upstream_of_another_shape(self, x):
        message = r"an upstream gradient of shape \(2,\) came: the output has shape \(3,\)"
        with pytest.raises(ShapeError, match=message):
            gradient(x * 2.0, [x], constant(np.ones(2)))


@pytest.mark.parametrize(
    ("shape", "like"),
    [
        ((2, 3), (3,)),
        ((2, 3), (2, 1)),
        ((2, 3), (1, 3)),
        ((2, 3), (1, 1)),
        ((2, 3), ()),
        ((4, 2, 3), (2, 1)),
        ((4, 2, 3), (1, 2, 1)),
        ((0, 3), (1, 3)),
        ((0,), (1,)),
        ((0,), ()),
        ((2, 3), (2, 3)),
    ],
)
def test_undoing_a_broadcast_is_its_transpose(shape, like):
    share = input_node(shape, "float64")
    node = unbroadcast(share, input_node(like, "float64"))
    assert node.shape == like
    given = np.arange(float(np.prod(shape))).reshape(shape) + 1
    (found,) = run(Graph((share,), (node,)), given)
    other = np.random.default_rng(0).normal(size=like)
    repeated = np.broadcast_to(other, shape)
    assert np.sum(found * other) == pytest.approx(np.sum(given * repeated))
