"""The interpreter: the definition of every number."""

from __future__ import annotations

import warnings

import numpy as np
import pytest

from gradstone.autodiff.gradient import gradient
from gradstone.errors import KindError, ShapeError
from gradstone.execute.executor import Executor, Program
from gradstone.execute.interpreter import Interpreter, run
from gradstone.graph.node import apply, constant, input_node
from gradstone.graph.walk import Graph, walk


@pytest.fixture
def x():
    return input_node((3,), "float64")


GIVEN = np.array([1.0, -2.0, 3.0])


def test_it_is_an_executor():
    executor: Executor = Interpreter()
    x = input_node((), "float64")
    program: Program = executor.compile(Graph((x,), (x * 2.0,)))
    assert executor.name == "interpreter"
    assert program(np.array(4.0)) == [8.0]


def test_outputs_in_the_order_asked(x):
    y = input_node((), "float64")
    graph = Graph((x, y), (y * x, y, x, constant(7.0), y * x))
    found = run(graph, GIVEN, np.array(2.0))
    assert [value.shape for value in found] == [(3,), (), (3,), (), (3,)]
    np.testing.assert_array_equal(found[0], found[4])
    np.testing.assert_array_equal(found[2], GIVEN)
    assert found[3] == 7


def test_inputs_in_the_order_given_used_or_not(x):
    y = input_node((2,), "float64")
    for inputs, arrays in (((x, y), (GIVEN, np.ones(2))), ((y, x), (np.ones(2), GIVEN))):
        (found,) = run(Graph(inputs, (x + 1.0,)), *arrays)
        np.testing.assert_array_equal(found, GIVEN + 1)


def test_every_value_is_kept_in_a_trace(x):
    hidden = apply("silu", x)
    total = apply("sum", hidden)
    graph = Graph((x,), (total, *gradient(total, [x])))
    trace = Interpreter().trace(graph, GIVEN)
    assert set(walk(graph.outputs)) <= set(trace.values)
    np.testing.assert_allclose(trace[hidden], GIVEN / (1 + np.exp(-GIVEN)))
    np.testing.assert_array_equal(trace[x], GIVEN)
    assert trace.outputs[0] == trace[total]
    assert trace.graph is graph
    plain = Interpreter().compile(graph)(GIVEN)
    for one, other in zip(trace.outputs, plain, strict=True):
        assert one.tobytes() == other.tobytes()


def test_a_second_run_knows_nothing_of_the_first(x):
    program = Interpreter().compile(Graph((x,), (x * x,)))
    first = program(GIVEN)[0].copy()
    program(GIVEN * 10)
    np.testing.assert_array_equal(program(GIVEN)[0], first)


def test_the_caller_s_arrays_stay_untouched(x):
    given = GIVEN.copy()
    given.flags.writeable = False
    node = apply("scatter_add", x * 2.0, [0, 0, 1], size=3) + apply("pad", x[:2], (3,), slice(1, 3))
    run(Graph((x,), (node, *gradient(apply("sum", node * node), [x]))), given)
    np.testing.assert_array_equal(given, GIVEN)


def test_values_that_are_not_finite_come_without_warnings(x):
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        found = run(
            Graph((x,), (apply("log", x - 3.0), 1.0 / (x - 1.0), apply("exp", x * 1e3))), GIVEN
        )
        whole = run(Graph((x,), (apply("cast", x / (x - x), dtype="int64"),)), GIVEN)
    assert found[0][2] == -np.inf
    assert np.isnan(found[0][0])
    assert found[1][0] == np.inf
    assert whole[0].dtype == np.int64


def test_numpy_s_error_settings_are_as_before(x):
    before = np.geterr()
    run(Graph((x,), (apply("log", x),)), GIVEN)
    assert np.geterr() == before


class TestBadInput:
    def test_too_few_values(self, x):
        with pytest.raises(ShapeError, match=r"^graph: 0 arrays came: 1 are wanted\."):
            run(Graph((x,), (x,)))

    def test_another_shape(self, x):
        with pytest.raises(ShapeError, match=r"^an input: float64 \(2,\) came: float64 \(3,\) is"):
            run(Graph((x,), (x,)), np.ones(2))

    def test_another_dtype(self, x):
        with pytest.raises(KindError, match=r"^an input: float32 \(3,\) came"):
            run(Graph((x,), (x,)), GIVEN.astype(np.float32))

    def test_the_input_is_called_by_its_name(self, x):
        with pytest.raises(ShapeError, match=r"^pixels: float64 \(2,\) came"):
            run(Graph((x,), (x,), {x: "pixels"}), np.ones(2))

    def test_traces_are_checked_too(self, x):
        with pytest.raises(ShapeError):
            Interpreter().trace(Graph((x,), (x,)), np.ones(2))
