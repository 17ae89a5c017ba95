"""x[…] with arrays of whole numbers in it means what it means in NumPy."""

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import gradstone as gs
from gradstone.autodiff.gradient import gradient
from gradstone.errors import KindError, RangeError, ShapeError, TraceError
from gradstone.execute.interpreter import Interpreter, run
from gradstone.execute.native.executor import NativeExecutor
from gradstone.functions.trace import trace
from gradstone.graph.node import Node, input_node
from gradstone.graph.walk import Graph, walk

EACH = settings(
    deadline=None, derandomize=True, max_examples=300, suppress_health_check=list(HealthCheck)
)


@st.composite
def indexed(draw):
    """A shape, and an index with at least one array."""
    shape = tuple(draw(st.lists(st.integers(1, 4), min_size=1, max_size=4)))
    count = draw(st.integers(1, len(shape)))
    common = draw(st.sampled_from([(), (1,), (3,), (2, 3), (0,)]))
    dots = draw(st.booleans())
    before = draw(st.integers(0, count)) if dots else count
    axes = [*range(before), *range(len(shape) - count + before, len(shape))]
    parts = [draw(part(shape[axis], common)) for axis in axes]
    chosen = draw(st.integers(0, count - 1))
    parts[chosen] = draw(array(shape[axes[chosen]], common))
    if dots:
        parts.insert(before, ...)
    for _ in range(draw(st.integers(0, 1))):
        parts.insert(draw(st.integers(0, len(parts))), None)
    return shape, tuple(parts)


def part(size, common):
    cut = st.tuples(*[st.none() | st.integers(-4, 4)] * 2, st.sampled_from([None, 1, 2, -1]))
    return st.one_of(
        st.integers(-size, size - 1), array(size, common), cut.map(lambda one: slice(*one))
    )


@st.composite
def array(draw, size, common):
    cut = draw(st.integers(0, len(common)))
    shape = tuple(1 if draw(st.booleans()) and n else n for n in common[cut:])
    seed = draw(st.integers(0, 99))
    return np.random.default_rng(seed).integers(-size, size, shape)


@given(indexed())
@EACH
def test_as_numpy(drawn):
    shape, index = drawn
    x = np.random.default_rng(0).normal(size=shape)
    node = input_node(shape, np.float64)
    wanted = x[index]
    agree(Graph((node,), (node[index],)), [x], [wanted])


@given(indexed())
@EACH
def test_indices_that_are_nodes(drawn):
    shape, index = drawn
    x = np.random.default_rng(0).normal(size=shape)
    node = input_node(shape, np.float64)
    symbols = {i: input_node(one.shape, np.int64) for i, one in enumerate(index) if arrays(one)}
    given = tuple(symbols.get(i, one) for i, one in enumerate(index))
    graph = Graph((node, *symbols.values()), (node[given],))
    agree(graph, [x, *(index[i] for i in symbols)], [x[index]])


@given(indexed())
@settings(EACH, max_examples=60)
def test_machine_code_and_gradients(drawn):
    shape, index = drawn
    x = np.random.default_rng(0).normal(size=shape)
    node = input_node(shape, np.float64)
    picked = node[index]
    seeds = np.arange(1.0, picked.size + 1).reshape(picked.shape)
    (slope,) = gradient((picked * seeds).sum(), [node])
    wanted = np.zeros(shape)
    np.add.at(wanted, index, seeds)
    graph = Graph((node,), (picked, slope))
    agree(graph, [x], [x[index], wanted])
    found = NativeExecutor().compile(graph)(x)
    for one, other in zip(found, [x[index], wanted], strict=True):
        np.testing.assert_allclose(one, other, rtol=1e-12)


def arrays(part):
    return isinstance(part, np.ndarray)


def agree(graph, given, wanted):
    for one, other in zip(Interpreter().compile(graph)(*given), wanted, strict=True):
        assert one.shape == other.shape
        np.testing.assert_allclose(one, other, rtol=1e-12)


def test_the_label_of_each_sample():
    labels = np.array([2, 0, 2, -1])
    z = np.random.default_rng(0).normal(size=(4, 3))

    def loss(z):
        e = np.exp(z - np.max(z, axis=1, keepdims=True))
        p = e / np.sum(e, axis=1, keepdims=True)
        return -np.mean(np.log(p[np.arange(len(labels)), labels]))

    assert gs.grad(loss)(z) == pytest.approx(gs.grad(gs.cross_entropy)(z, labels % 3), rel=1e-12)
    found = gs.audit(loss, z)
    assert found.passed
    assert not found.notes


def test_labels_as_an_argument():
    def f(z, labels):
        return gs.sum(z[np.arange(2), labels] ** 2)

    z = np.array([[1.0, 2.0], [3.0, 4.0]])
    np.testing.assert_array_equal(gs.grad(f)(z, np.array([1, -2])), [[0, 4], [6, 0]])
    for bad in ([0, 2], [-3, 0]):
        with pytest.raises(IndexError, match="out of bounds"):
            gs.grad(f)(z, np.array(bad))


def test_repeated_indices_add():
    slope = gs.grad(lambda x: gs.sum(x[[0, 0, 2]] * np.array([1.0, 2.0, 4.0])))(np.ones(3))
    np.testing.assert_array_equal(slope, [3, 0, 4])


def test_a_list_of_numbers_is_an_array():
    x = input_node((3, 2), np.float64)
    assert x[[0, 2]].shape == (2, 2)
    assert x[[]].shape == (0, 2)
    assert x[np.ix_([0, 2], [1])].shape == (2, 1)


@pytest.mark.parametrize("dtype", ["uint8", "uint64", "int8"])
def test_any_whole_numbers_are_indices(dtype):
    x, rows = np.arange(6.0).reshape(2, 3), np.array([1, 0, 1], dtype)
    traced = trace(lambda x: x[rows, 2], (x,), (0,)).graph
    np.testing.assert_array_equal(run(traced, x)[0], x[rows, 2])


def test_known_indices_are_one_array():
    x = input_node((3, 2), np.float64)
    names = [one.op.name for one in walk([x[np.arange(3), [0, 1, -1]]])]
    assert names == ["input", "reshape", "constant", "take"]


@pytest.mark.parametrize(
    ("index", "kind", "words"),
    [
        (np.array([0, 3]), RangeError, "index 3 came: the axis has 3 entries"),
        ((0, np.array([-3])), RangeError, "index -3 came: the axis has 2 entries"),
        ((np.array([0]), 2), RangeError, "index 2 came: the axis has 2 entries"),
        ((np.array([0, 1]), np.array([0, 1, 1])), ShapeError, r"\(2,\), \(3,\) came"),
        (np.array([True, False, True]), KindError, r"dtype bool came.*gs\.where"),
        (np.array([0.5]), KindError, "dtype float64 came"),
        (([0], 0, 0), RangeError, "3 indices came: the operand has 2 axes"),
        (([0], ..., ...), RangeError, "came twice"),
        (([0], True), KindError, "dtype bool came"),
        ("name", KindError, "dtype <U4 came"),
    ],
)
def test_bad_indices(index, kind, words):
    x = input_node((3, 2), np.float64)
    with pytest.raises(kind, match=words):
        _ = x[index]


def test_an_array_does_not_take_a_node():
    i = input_node((2,), np.int64)
    assert isinstance(gs.take(np.ones(3), i), Node)
    with pytest.raises(TraceError):
        _ = np.ones(3)[i]
