"""Nodes: interned, immutable, and no numbers."""

from __future__ import annotations

import gc
import math
import threading
import weakref
from dataclasses import FrozenInstanceError

import numpy as np
import pytest

import gradstone as gs
from gradstone.autodiff.gradient import gradient
from gradstone.errors import KindError, RangeError, ShapeError, TraceError, UnknownNameError
from gradstone.execute.interpreter import Interpreter
from gradstone.graph.node import Node, apply, constant, input_node
from gradstone.graph.walk import Graph, walk


@pytest.fixture
def x() -> Node:
    return input_node((2, 3), "float64")


class TestInterning:
    def test_equal_computations_are_one_node(self, x):
        assert apply("tanh", x) is apply("tanh", x)
        assert x * 2.0 + 1.0 is x * 2.0 + 1.0
        assert apply("sum", x, axis=-1) is apply("sum", x, axis=(1,)) is apply("sum", x, 1)
        assert x[0] is x[-2] is x[np.int64(0)]
        assert x[0, :] is x[0, ...] is x[-2, 0:3]
        assert apply("softmax", x) is apply("softmax", x, axis=-1)
        assert gradient(apply("sum", x * x), [x])[0] is gradient(apply("sum", x * x), [x])[0]

    def test_different_computations_are_different_nodes(self, x):
        assert apply("tanh", x) is not apply("exp", x)
        assert apply("sum", x, axis=0) is not apply("sum", x, axis=1)
        assert x - 1.0 is not 1.0 - x
        assert apply("leaky_relu", x, slope=0.1) is not apply("leaky_relu", x, slope=0.2)
        assert input_node((), "float64") is not input_node((), "float64")

    def test_numbers_are_known_by_dtype_and_bits(self):
        assert constant(0.5) is constant(0.5) is constant(np.float64(0.5))
        assert constant(0.5) is not constant(0.5, "float32")
        assert constant(1.0) is not constant(1)
        assert constant(1) is not constant(True)
        assert constant(0.0) is not constant(-0.0)
        assert constant(float("nan")) is constant(float("nan"))
        assert constant(0.1) is not constant(np.nextafter(0.1, 1))

    def test_random_numbers_are_known_by_their_key(self):
        def drawn(seed: int, stream: int, step: int = 0) -> Node:
            return apply(
                "random_uniform", step, seed=seed, stream=stream, shape=(3,), dtype="float32"
            )

        assert drawn(1, 2) is drawn(1, 2)
        assert len({drawn(1, 2), drawn(2, 2), drawn(1, 3), drawn(1, 2, step=1)}) == 4

    def test_nodes_nobody_needs_are_forgotten(self, x):
        node = apply("tanh", x * 3.0)
        seen = weakref.ref(node)
        assert seen() is not None
        del node
        gc.collect()
        assert seen() is None
        assert apply("tanh", x * 3.0) is apply("tanh", x * 3.0)

    def test_threads_get_the_same_nodes(self, x):
        found: list[list[Node]] = []
        ready = threading.Barrier(8)

        def build() -> None:
            ready.wait()
            node, nodes = x, []
            for k in range(300):
                node = apply("tanh", node * float(k)) + x
                nodes.append(node)
            found.append(nodes)

        threads = [threading.Thread(target=build) for _ in range(8)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert len(found) == 8
        for nodes in found:
            assert all(a is b for a, b in zip(nodes, found[0], strict=True))

    def test_nodes_come_and_go_in_threads(self):
        errors: list[BaseException] = []

        def build() -> None:
            try:
                for k in range(150):
                    x = input_node((2,), "float64")
                    total = apply("sum", apply("sigmoid", x * float(k % 7)))
                    assert gradient(total, [x])[0].shape == (2,)
            except BaseException as error:
                errors.append(error)

        threads = [threading.Thread(target=build) for _ in range(6)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert not errors


class TestLongChains:
    """A chain of 10,000 additions is no deeper than one."""

    def test_additions(self):
        x = input_node((), "float64")
        node = x
        for _ in range(10_000):
            node = node + x
        assert len(walk([node])) == 10_001
        (slope,) = gradient(node, [x])
        values = Interpreter().compile(Graph((x,), (node, slope)))(np.array(2.0))
        assert values[0] == 20_002
        assert values[1] == 10_001
        seen = weakref.ref(node)
        del node, slope
        gc.collect()
        assert seen() is None

    def test_defined_rows(self):
        x = input_node((2,), "float64")
        node = x
        for _ in range(3_000):
            node = apply("relu", node)
        (slope,) = gradient(apply("sum", node), [x])
        values = Interpreter().compile(Graph((x,), (node, slope)))(np.array([2.0, -1.0]))
        np.testing.assert_array_equal(values[0], [2, 0])
        np.testing.assert_array_equal(values[1], [1, 0])
        trace = Interpreter().trace(Graph((x,), (node,)), np.array([2.0, -1.0]))
        assert len(trace.values) > 3_000
        del node, slope, trace
        gc.collect()

    def test_through_the_public_functions(self):
        def chain(x):
            total = x
            for _ in range(10_000):
                total = total + x
            return total

        assert gs.value_and_grad(chain)(1.5) == (15_001.5, 10_001)


REFUSED = {
    "==": (lambda x: x == 1.0, "gs.equal"),
    "!=": (lambda x: x != 1.0, "gs.equal"),
    "if": (lambda x: 1 if x > 0 else 2, "gs.where"),
    "and": (lambda x: x and x, "gs.where"),
    "not": (lambda x: not x, "gs.where"),
    "bool": (lambda x: bool(x), "gs.where"),
    "float": (lambda x: float(x), "gs functions"),
    "int": (lambda x: int(x), "gs functions"),
    "index": (lambda x: range(x), "gs functions"),
    "math": (lambda x: math.exp(x), "gs functions"),
    "len": (lambda x: len(x), r"x\.shape"),
    "for": (lambda x: [part for part in x], r"x\[0\]"),  # noqa: C416
    "unpacking": (lambda x: (lambda a, b: a)(*x), r"x\[0\]"),
    "builtin sum": (lambda x: sum(x), r"x\[0\]"),
    "builtin max": (lambda x: max(x, 0.0), "gs.where"),
    "in": (lambda x: 1.0 in x, "gs.equal"),
    "in a list": (lambda x: x in [1.0, 2.0], "gs.equal"),
    "x[0] =": (lambda x: x.__setitem__(0, 1.0), "gs.where"),
    "np.array": (lambda x: np.array(x), "gs functions"),
    "np.asarray": (lambda x: np.asarray(x), "gs functions"),
    "np.array of several": (lambda x: np.array([x, x]), "gs functions"),
}


class TestRefusals:
    @pytest.mark.parametrize("what", REFUSED)
    def test_what_needs_a_number_says_what_to_write(self, x, what):
        act, instead = REFUSED[what]
        with pytest.raises(
            TraceError, match=rf"a node of a graph came: .* is wanted\. .*{instead}"
        ):
            act(x)

    def test_fields_do_not_change(self, x):
        with pytest.raises(FrozenInstanceError):
            x.shape = (3, 2)

    def test_out_and_methods_of_ufuncs(self, x):
        with pytest.raises(TraceError, match=r"np\.add: .* a plain call is wanted"):
            np.add.reduce(x)
        with pytest.raises(TraceError, match=r"np\.exp"):
            np.exp(x, out=np.ones((2, 3)))
        array = np.ones((2, 3))
        with pytest.raises(TraceError, match=r"np\.add"):
            array += x

    def test_numpy_functions_that_are_not_rows(self, x):
        for act in (np.cumsum, np.linalg.norm, np.isnan, np.arctan):
            with pytest.raises(UnknownNameError, match="is not known"):
                act(x)

    @pytest.mark.parametrize("act", [np.size, lambda x: np.take(x, [0]), lambda x: np.pad(x, 1)])
    def test_numpy_functions_that_mean_something_else(self, x, act):
        with pytest.raises((TraceError, KindError), match=r"np\..* something else"):
            act(x)

    def test_dot_of_more_than_two_axes_is_not_matmul(self):
        a, b = input_node((2, 3, 4), "float64"), input_node((2, 4, 5), "float64")
        with pytest.raises(TraceError, match=r"np\.dot: .*gs\.matmul"):
            np.dot(a, b)


class TestNotation:
    """Operators, methods and NumPy's functions build the same nodes as apply."""

    def test_operators(self, x):
        y = input_node((2, 3), "float64")
        assert x + y is apply("add", x, y)
        assert x - y is apply("subtract", x, y)
        assert x * y is apply("multiply", x, y)
        assert x / y is apply("divide", x, y)
        assert x**y is apply("power", x, y)
        assert -x is apply("negate", x)
        assert abs(x) is apply("absolute", x)
        assert x @ y.T is apply("matmul", x, apply("transpose", y))
        assert (x < y) is apply("less", x, y)
        assert (x <= y) is apply("less_equal", x, y)
        assert (x > y) is apply("greater", x, y)
        assert (x >= y) is apply("greater_equal", x, y)

    def test_reflected_operators(self, x):
        assert 2.0 + x is apply("add", 2.0, x)
        assert 2.0 - x is apply("subtract", 2.0, x)
        assert 2.0 * x is apply("multiply", 2.0, x)
        assert 2.0 / x is apply("divide", 2.0, x)
        assert 2.0**x is apply("power", 2.0, x)
        assert (2.0 < x) is apply("greater", x, 2.0)  # noqa: SIM300
        assert np.float64(2.0) * x is apply("multiply", 2.0, x)
        array = np.ones((4, 2))
        assert (array @ x).shape == (4, 3)
        assert ([1.0, 2.0, 3.0] + x).shape == (2, 3)  # noqa: RUF005

    def test_methods(self, x):
        assert x.T is apply("transpose", x)
        assert (x.ndim, x.size, x.shape, x.dtype) == (2, 6, (2, 3), np.float64)
        assert x.reshape(3, 2) is x.reshape((3, 2)) is x.reshape([3, -1])
        assert x.sum() is apply("sum", x)
        assert x.sum(0) is apply("sum", x, axis=0)
        assert x.mean(axis=1, keepdims=True).shape == (2, 1)
        assert x.max(axis=0).shape == (3,)
        assert x.astype("float32").dtype == np.float32
        assert repr(x) == "<input (2, 3) float64>"

    def test_numpy_s_functions(self, x):
        y = input_node((3, 2), "float64")
        assert np.exp(x) is apply("exp", x)
        assert np.abs(x) is apply("absolute", x)
        assert np.negative(x) is -x
        assert np.true_divide(x, 2.0) is x / 2.0
        assert np.maximum(x, 0.0) is apply("maximum", x, 0.0)
        assert np.sum(x) is apply("sum", x)
        assert np.sum(x, axis=1) is np.sum(x, 1) is apply("sum", x, axis=1)
        assert np.mean(x, axis=0, keepdims=True) is apply("mean", x, axis=0, keepdims=True)
        assert np.max(x) is np.amax(x) is apply("max", x)
        assert np.dot(x, y) is np.matmul(x, y) is x @ y
        assert np.transpose(x) is x.T
        assert np.reshape(x, (3, 2)) is x.reshape(3, 2)
        assert np.where(x > 0.0, x, 0.0) is apply("where", x > 0.0, x, 0.0)
        assert np.concatenate([x, x]) is apply("concatenate", [x, x])
        assert np.concatenate([x, x], 1) is apply("concatenate", [x, x], axis=1)

    @pytest.mark.parametrize(
        "index",
        [
            *(0, -1, slice(1), slice(None, None, -1), (slice(None), 1), (1, 2), None, ...),
            *((..., 0), (None, ..., None), (slice(-9, None, -1),), np.int64(1), ()),
        ],
        ids=repr,
    )
    def test_indices_pick_what_numpy_picks(self, x, index):
        given = np.arange(6.0).reshape(2, 3)
        (found,) = Interpreter().compile(Graph((x,), (x[index],)))(given)
        np.testing.assert_array_equal(found, given[index])
        assert x[index].shape == given[index].shape


class TestOperands:
    def test_python_numbers_are_weak(self):
        x = input_node((2,), "float32")
        for node in (x + 1, x + 1.5, 2.0 / x, x**2, x * True):
            assert node.dtype == np.float32

    def test_arrays_and_their_scalars_are_not_weak(self):
        x = input_node((2,), "float32")
        assert (x + np.ones(2)).dtype == np.float64
        assert (x + np.float32(1.0)).dtype == np.float32
        assert (x + np.float64(1.0)).dtype == (np.ones(2, "float32") + np.float64(1.0)).dtype
        assert (x + np.ones(2, dtype=np.float16)).dtype == np.float32

    def test_whole_numbers_become_floats_where_they_must(self):
        n = input_node((2,), "int64")
        assert (n + 1).dtype == np.int64
        assert (n + 0.5).dtype == np.float64
        assert (n / 2).dtype == np.float64
        assert apply("exp", n).dtype == np.float64
        assert (n < 0.5).dtype == np.bool_

    def test_captured_arrays_are_kept_as_they_were(self):
        x = input_node((2,), "float64")
        array = np.array([1.0, 2.0])
        node = x * array
        array[:] = 100.0
        (found,) = Interpreter().compile(Graph((x,), (node,)))(np.array([3.0, 4.0]))
        np.testing.assert_array_equal(found, [3, 8])

    @pytest.mark.parametrize(
        ("act", "message"),
        [
            (lambda x: apply("add", x), r"add: 1 arguments came: wanted are 2 operands\."),
            (lambda x: apply("exp", x, 2.0), r"exp: 2 arguments came: wanted are 1 operand\."),
            (lambda x: apply("sum"), r"sum: 0 .*wanted are 1 operand and perhaps axis, keepdims\."),
            (lambda x: apply("sum", x, 0, axis=0), r"sum: axis came twice: each is wanted once"),
            (lambda x: apply("concatenate", []), r"concatenate: 0 arguments came: .*some operands"),
            (lambda x: apply("exp", x, axis=0), r"exp: .*axis"),
            (lambda x: apply("cast", x, "float16"), r"cast: dtype float16 came: bool, int64,"),
            (lambda x: apply("cast", x, "floaty"), r"cast: .*floaty"),
            (lambda x: x * 1j, r"dtype: complex128 came: bool, int64, float32 or float64"),
            (lambda x: x * "a", r"dtype: <U1 came"),
            (lambda x: x + None, r"dtype: object came"),
            (lambda x: apply("leaky_relu", x, slope=np.ones(1)), r"leaky_relu: unhashable"),
            (
                lambda x: apply("take", x, 0.5),
                r"take: indices of dtype float64 came: whole numbers",
            ),
            (lambda x: apply("reshape", x, (3.0, 2)), r"reshape: 'float' object"),
            (lambda x: np.sum(x, 0, np.float32), r"sum: "),
        ],
    )
    def test_operands_of_a_wrong_kind(self, x, act, message):
        with pytest.raises(KindError, match=f"^{message}"):
            act(x)

    @pytest.mark.parametrize(
        ("act", "message"),
        [
            (
                lambda x: x @ x,
                r"matmul: inner sizes differ, \(2, 3\) @ \(2, 3\): 3 is not 2\. Transpose one",
            ),
            (lambda x: x @ 2.0, r"matmul: \(2, 3\) @ \(\) came: .*Write \* for a number"),
            (lambda x: x + np.ones(2), r"add: shapes \(2, 3\) and \(2,\) do not broadcast: .*Resh"),
            (lambda x: x.reshape(4), r"reshape: \(2, 3\) to \(4,\) came: 6 entries are wanted"),
            (lambda x: x.reshape(-1, -1), r"reshape"),
            (lambda x: x.reshape(-2, -3), r"reshape"),
            (lambda x: apply("broadcast", x, (3, 2)), r"broadcast: "),
            (lambda x: apply("broadcast", x, (3,)), r"broadcast: .*sizes may only grow from 1"),
            (lambda x: apply("concatenate", [x, x.T]), r"concatenate: \(2, 3\) and \(3, 2\) came"),
            (lambda x: apply("max", x[:0]), r"max: an empty axis of \(0, 3\) came: at least one"),
            (lambda x: apply("pad", x, (4,), slice(0, 2)), r"pad: .* the slice holds \(2,\)"),
            (lambda x: apply("scatter_add", x, [0], size=3), r"scatter_add: entries \(2, 3\) and"),
            (lambda x: apply("mse", x, x[0]), r"mse: predictions \(2, 3\) and targets \(3,\) came"),
        ],
    )
    def test_shapes_that_do_not_fit(self, x, act, message):
        with pytest.raises(ShapeError, match=f"^{message}"):
            act(x)

    @pytest.mark.parametrize(
        ("act", "message"),
        [
            (lambda x: x.sum(axis=2), r"sum: axis 2 came: the operand has 2 axes"),
            (lambda x: x.sum(axis=(0, -2)), r"sum: axis \(0, -2\) came: .*named once"),
            (lambda x: apply("transpose", x, (0, 0)), r"transpose: order \(0, 0\) came"),
            (lambda x: apply("transpose", x, (5, 0)), r"transpose: axis 5 came"),
            (lambda x: x[2], r"slice: index 2 came: the axis has 2 entries"),
            (lambda x: x[0, 0, 0], r"slice: 3 indices came: the operand has 2 axes"),
            (lambda x: x[True], r"slice: index True came"),
            (lambda x: apply("softmax", x[0, 0]), r"max: axis -1 came: the operand has 0 axes"),
        ],
    )
    def test_axes_and_indices_outside(self, x, act, message):
        with pytest.raises(RangeError, match=f"^{message}"):
            act(x)

    def test_unknown_rows(self, x):
        with pytest.raises(
            UnknownNameError, match=r"op: 'sigmoit' is not known: .* mean sigmoid or"
        ):
            apply("sigmoit", x)
