"""Indices that lie outside: the interpreter's error, and no foreign memory read or written."""

from functools import partial

import numpy as np
import pytest

import gradstone as gs
from gradstone.autodiff.gradient import gradient
from gradstone.data.batches import Batches
from gradstone.execute.evaluation import Evaluation, Held
from gradstone.execute.interpreter import Interpreter
from gradstone.execute.looping import PlainLoop, Stepping, Stretch
from gradstone.execute.native.arranging import arranged
from gradstone.execute.native.executor import Machine, NativeExecutor
from gradstone.execute.native.host import this_host
from gradstone.execute.native.looping import NativeLoop
from gradstone.execute.native.program import ROWS, Block
from gradstone.execute.native.schedule import schedule
from gradstone.execute.roads import executor
from gradstone.graph.node import apply, input_node
from gradstone.graph.walk import Graph
from tests.execute.native.machine import Fenced

RANDOM = np.random.default_rng(3)
ROADS = ("native", "interpreter")
TABLE = RANDOM.normal(size=(3, 5))


def told(function, *arrays):
    """The outputs, or the error as text."""
    try:
        return [one.tolist() for one in function(*arrays)]
    except IndexError as error:
        return str(error)


def both_ways(axis, count, dtype="int64", computed=None):
    """A pick from a table of shape (3, 5), and the gradient of its sum of squares."""
    x, given = input_node((3, 5), "float64"), input_node((count,), dtype)
    picked = apply("take", x, given if computed is None else computed(given), axis=axis)
    loss = (picked * picked).sum()
    return Graph((x, given), (picked, *gradient(loss, [x])))


@pytest.mark.parametrize("axis", [0, 1])
@pytest.mark.parametrize("place", [0, 6])
def test_both_roads_take_and_refuse_the_same(axis, place):
    graph = both_ways(axis, 7)
    native, plain = (executor(road).compile(graph) for road in ROADS)
    size = TABLE.shape[axis]
    for index in (0, size - 1, -1, -size, size, -size - 1, 2**40, -(2**63), 2**63 - 1, 1):
        indices = np.array([0, 1, 2, -1, 0, 2, 1])
        indices[place] = index
        found, wanted = told(native, TABLE, indices), told(plain, TABLE, indices)
        assert found == wanted
        inside = -size <= index < size
        assert inside or found == f"index {index} is out of bounds for axis {axis} with size {size}"


def test_indices_computed_inside():
    graph = both_ways(1, 2, "float64", lambda given: apply("cast", given * 2.0, dtype="int64"))
    native, plain = (executor(road).compile(graph) for road in ROADS)
    with np.errstate(invalid="ignore"):
        for number in (1.5, -0.5, -2.5, 2.5, -3.0, np.nan, np.inf, -1e30):
            indices = np.array([0.0, number])
            assert told(native, TABLE, indices) == told(plain, TABLE, indices)


@pytest.mark.parametrize("kind", [int, np.array])
def test_a_single_index(kind):
    x, index = input_node((3, 5), "float64"), input_node((), "int64")
    graph = Graph((x, index), (apply("take", x, index, axis=0),))
    for number in (2, -3, 3, -4):
        arrays = TABLE, np.asarray(kind(number), np.int64)
        found, wanted = (told(executor(road).compile(graph), *arrays) for road in ROADS)
        assert found == wanted


@pytest.mark.parametrize("axis", [0, 1])
@pytest.mark.parametrize("indices", [2, -3, [2, 0], [-1, -3, 1], [0, 5], [-6], 7])
def test_constants_are_checked_when_it_is_compiled(indices, axis):
    x = input_node((3, 5), "float64")
    picked = apply("take", x, np.array(indices), axis=axis)
    graph = Graph((x,), (picked, *gradient((picked * picked).sum(), [x])))
    wanted = told(Interpreter().compile(graph), TABLE)
    if isinstance(wanted, str):
        with pytest.raises(IndexError) as error:
            NativeExecutor().compile(graph)
        assert str(error.value) == wanted
    else:
        assert schedule(graph).outside is None
        assert told(NativeExecutor().compile(graph), TABLE) == wanted


def test_an_axis_without_entries():
    x, index = input_node((0, 5), "float64"), input_node((2,), "int64")
    taken = Graph((x, index), (apply("take", x, index, axis=0),))
    y = input_node((2, 5), "float64")
    added = Graph((y, index), (apply("scatter_add", y, index, axis=0, size=0),))
    for graph in (taken, added):
        arrays = np.zeros(graph.inputs[0].shape), np.zeros(2, np.int64)
        wanted = told(Interpreter().compile(graph), *arrays)
        with pytest.raises(IndexError) as error:
            NativeExecutor().compile(graph)
        assert str(error.value) == wanted


@pytest.mark.parametrize("axis", [0, 1])
@pytest.mark.parametrize("index", [-1, -4, 3, 4, -6, 5, 6, 12, -20])
def test_nothing_is_written_outside(axis, index):
    y, given = input_node((4, 4), "float64"), input_node((4,), "int64")
    added = apply("scatter_add", y, given, axis=axis, size=3)
    machine = Machine(schedule(Graph((y, given), (added,))), [added.shape])
    fence = Fenced(machine)
    machine([np.ones((4, 4)), np.array([0, index, 1, 2])])
    assert fence.is_intact()
    assert machine.outside() == (not -3 <= index < 3)
    machine([np.ones((4, 4)), np.array([0, 1, -3, 2])])
    assert not machine.outside(), "each call begins anew"


def test_an_axis_as_long_as_the_batch():
    """Its size is known only while running."""
    x, given = input_node((ROWS, 4), "float64"), input_node((ROWS,), "int64")
    flat = apply("take", x.reshape(ROWS * 4), given, axis=0)
    graph = Graph((x, given), (apply("take", x, given, axis=0), flat))
    machine = Machine(schedule(graph), [(ROWS, 4), (ROWS,)], 40, runtime=True)
    for rows in (1, 7, 40):
        batch, indices = RANDOM.normal(size=(rows, 4)), RANDOM.integers(-rows, rows, rows)
        found = machine([batch, indices], rows)
        assert not machine.outside()
        np.testing.assert_array_equal(found[0], batch[indices])
        np.testing.assert_array_equal(found[1], batch.reshape(-1)[indices])
        indices[-1] = rows
        machine([batch, indices], rows)
        assert machine.outside()


# Loops -----------------------------------------------------------------------------------------
def looked_up(table, weights, x, t):
    """The loss of rows of a table, times weights, against targets."""
    return gs.square(gs.tanh(apply("take", table, x, axis=0) @ weights) - t).sum() * 0.01


def loops(size, trains_table=True, form=looked_up, width=4):
    """Loops on rows of a table, natively on one thread and two, and in Python."""
    x, t = RANDOM.integers(-6, 6, size), RANDOM.normal(size=(size, 3))
    carried = [RANDOM.normal(size=(6, width)), RANDOM.normal(size=(width, 3))]

    def graph(rows, steps=True):
        inputs = [input_node((rows,), "int64"), input_node((rows, 3), "float64")]
        inputs += [input_node(one.shape, "float64") for one in carried]
        loss = form(*inputs[2:], *inputs[:2])
        taught = inputs[2 if trains_table else 3 :]
        new = [w - 0.01 * g for w, g in zip(taught, gradient(loss, taught), strict=True)]
        kept = inputs[2:3] if len(new) == 1 else []
        return Graph(tuple(inputs), (loss, *(kept + new if steps else [])))

    kinds = tuple((one.shape, "float64") for one in carried)
    stepping = Stepping(graph, 1, kinds, Evaluation(partial(graph, steps=False), 2, True))
    made = [NativeLoop(stepping, x, t, count) for count in (1, 2)]
    return [*made, PlainLoop(Interpreter(), stepping, x, t)], carried


def run(loop, carried, batches, steps, first=0):
    return loop.run(Stretch(carried, batches, first, steps, 1e30, np.zeros(1)))


@pytest.mark.parametrize("trains_table", [True, False])
@pytest.mark.parametrize(("size", "batch"), [(12, 4), (30, 30), (2000, 1000), (1500, 1024)])
def test_loops_take_and_refuse_the_same(size, batch, trains_table, two_cores):
    made, carried = loops(size, trains_table, width=4 if size < 100 else 40)
    batches = Batches(size, batch, 5)
    first, second, wanted = (run(loop, carried, batches, 6) for loop in made)
    for found in (first, second):
        for a, b in zip(found.carried, wanted.carried, strict=True):
            np.testing.assert_allclose(a, b, rtol=1e-11)
    before = [one.copy() for one in carried]
    made[0].x[size // 2] = 6
    for loop in made:
        with pytest.raises(IndexError, match="index 6 is out of bounds for axis 0 with size 6"):
            run(loop, carried, batches, 6)
    assert all((a == b).all() for a, b in zip(before, carried, strict=True))
    made[0].x[size // 2] = -6
    again, _, wanted = (run(loop, carried, batches, 6) for loop in made)
    np.testing.assert_allclose(again.carried[1], wanted.carried[1], rtol=1e-11)


def test_steps_before_the_wrong_index_are_done():
    """The caller may go up to it: the fourth batch, in the order of the rows, has it."""
    (one, _, plain), carried = loops(20)
    one.x[13] = -7
    batches = Batches(20, 4, shuffle=False)
    found, wanted = (run(loop, carried, batches, 3) for loop in (one, plain))
    assert found.steps == 3
    np.testing.assert_allclose(found.carried[0], wanted.carried[0], rtol=1e-12)
    for loop in (one, plain):
        with pytest.raises(IndexError, match="index -7 "):
            run(loop, found.carried, batches, 1, first=3)


@pytest.mark.parametrize("steps", [3, 6])
@pytest.mark.parametrize("held", [5, 1100])
def test_samples_held_out(steps, held):
    made, carried = loops(12)
    batches = Batches(12, 4, 0)
    samples = Held(RANDOM.integers(-6, 6, held), RANDOM.normal(size=(held, 3)))
    for loop in made:
        loop.held = samples
    found, _, wanted = (run(loop, carried, batches, steps).evaluations for loop in made)
    np.testing.assert_allclose(found, wanted, rtol=1e-11)
    samples.x[held - 2] = 9
    for loop in made:
        assert run(loop, carried, batches, 2).steps == 2, "no epoch ends before"
        with pytest.raises(IndexError, match="index 9 "):
            run(loop, carried, batches, steps)


def test_where_the_roads_differ_the_run_ends_before_the_step(monkeypatch):
    (one, *_), carried = loops(12)
    wanted = run(one, carried, Batches(12, 4, shuffle=False), 2)
    one.x[10] = 6
    monkeypatch.setattr(PlainLoop, "run", lambda *_: None)
    found = run(one, carried, Batches(12, 4, shuffle=False), 6)
    assert (found.steps, np.isnan(found.loss)) == (2, True)
    np.testing.assert_array_equal(found.carried[0], wanted.carried[0])


# Samples that look at each other -----------------------------------------------------------------
def neighbours(table, weights, x, t):
    """Each sample learned from the one that its index names; x goes from -6 to 5."""
    h = gs.tanh(t @ table.reshape(3, 8)[:, :4])
    return gs.square(apply("take", h, x, axis=0) @ weights - t).sum() * 0.01


def beside_the_first(table, weights, x, t):
    """Each sample beside the first of its batch."""
    h = gs.tanh(t @ table.reshape(3, 8)[:, :4])
    return gs.square((h - h[0]) @ weights - t).sum() * 0.01


@pytest.mark.parametrize("form", [neighbours, beside_the_first, looked_up])
def test_blocks_only_where_samples_are_alone(form):
    (one, _, plain), carried = loops(1000, False, form)
    batches = Batches(1000, 1000)
    found, wanted = (run(loop, carried, batches, 3) for loop in (one, plain))
    for a, b in zip(found.carried, wanted.carried, strict=True):
        np.testing.assert_allclose(a, b, rtol=1e-11)
    made = arranged(one.stepping.graph(ROWS), {1: 2, 2: 3}, 1000, this_host())
    in_blocks = any(isinstance(step, Block) for step in made.program.steps)
    assert in_blocks == (form is looked_up)


# Class labels ----------------------------------------------------------------------------------
def test_labels_beyond_the_classes_read_nothing():
    """They are compared, not used as indices: such a sample has no share in the loss."""
    z, t = input_node((4, 3), "float64"), input_node((4,), "int64")
    loss = gs.cross_entropy(z, t)
    graph = Graph((z, t), (loss, *gradient(loss, [z])))
    assert schedule(graph).outside is None
    numbers = RANDOM.normal(size=(4, 3))
    found, wanted = (
        executor(road).compile(graph)(numbers, np.array([0, 3, -1, 2**40])) for road in ROADS
    )
    for a, b in zip(found, wanted, strict=True):
        np.testing.assert_allclose(a, b, rtol=1e-13)


@pytest.mark.parametrize("road", ROADS)
@pytest.mark.parametrize("label", [3, -1])
def test_training_refuses_such_labels(road, label):
    with pytest.raises(gs.errors.RangeError, match="0 to 2 are wanted"):
        gs.train(gs.MLP([2, 3]), np.zeros((2, 2)), [0, label], "cross_entropy", executor=road)
