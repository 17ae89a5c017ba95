"""Samples held out, measured in machine code after each epoch: the interpreter's numbers."""

import numpy as np
import pytest

import gradstone as gs
from gradstone.data.batches import Batches
from gradstone.execute.evaluation import PART, Evaluation, Held
from gradstone.execute.interpreter import Interpreter
from gradstone.execute.looping import PlainLoop, Stepping, Stretch
from gradstone.execute.native.looping import NativeLoop
from gradstone.training.objective import SUM_LOSSES, Objective
from gradstone.training.step import Batch, Plan

NETS = {
    "registers": [2, 3, 1],
    "kernels": [5, 30, 17, 3],
    "products": [131, 203, 97, 5],
}
CASES = [
    ("kernels", 1, "mse"), ("kernels", PART, "mse"), ("kernels", 2 * PART, "mse"),
    ("kernels", PART + 7, "half_sse"), ("registers", 7, "mse"), ("registers", PART + 7, "mse"),
    ("products", 160, "mse"), ("products", PART + 7, "half_sse"),
]  # fmt: skip


def loops(sizes, held, batches, loss="mse", dtype="float64"):
    """Loops of a network on one thread, on two, and step by step; what they carry at first."""
    random = np.random.RandomState(0)
    net = gs.MLP(sizes, "tanh")
    plan = Plan(net, Objective(loss, ("r2", "mae")), gs.sgd(1e-3), dtype=dtype)

    def rows(count):
        return [random.randn(count, size).astype(dtype) for size in (sizes[0], sizes[-1])]

    x, t = rows(batches.size)
    carried = [one.astype(dtype) for one in net.initial_values(0).values()]
    evaluation = Evaluation(
        lambda n: plan.evaluation(Batch.like(x, t, n)), len(carried), loss in SUM_LOSSES
    )
    carried += plan.initial_state().values()
    stepping = Stepping(
        lambda n: plan.training(Batch.like(x, t, n)).graph, 3,
        tuple((one.shape, one.dtype.name) for one in carried), evaluation,
    )  # fmt: skip
    made = [NativeLoop(stepping, x, t, count) for count in (1, 2)]
    made += [PlainLoop(Interpreter(), stepping, x, t)]
    samples = Held(*rows(held))
    for one in made:
        one.held = samples
    return made, carried


def ran(loop, carried, batches, first, steps):
    done = loop.run(Stretch(carried, batches, first, steps, 1e30, np.zeros(3)))
    assert done.steps == steps
    return done


@pytest.mark.parametrize(("name", "size", "loss"), CASES)
def test_one_thread_two_and_the_interpreter_agree(name, size, loss, two_cores):
    batches = Batches(90, 40, 3)
    (one, two, plain), carried = loops(NETS[name], size, batches, loss)
    ran(one, carried, batches, 0, 9)
    two.made = one.made
    first, second, wanted = (ran(loop, carried, batches, 0, 9) for loop in (one, two, plain))
    assert first.evaluations.tobytes() == second.evaluations.tobytes()
    assert first.evaluations.shape == (3, 3)
    np.testing.assert_allclose(first.evaluations, wanted.evaluations, rtol=1e-12)


@pytest.mark.parametrize("name", NETS)
def test_in_float32(name):
    batches = Batches(90, 40, 3)
    (one, _, plain), carried = loops(NETS[name], PART + 33, batches, dtype="float32")
    found, wanted = (ran(loop, carried, batches, 0, 9) for loop in (one, plain))
    np.testing.assert_allclose(found.evaluations, wanted.evaluations, rtol=3e-6)


def test_the_definition_by_hand():
    batches = Batches(20, 20)
    (_, _, plain), carried = loops([2, 1], 30, batches)
    done = ran(plain, carried, batches, 0, 1)
    w, b = done.carried[:2]
    apart = plain.held.x @ w + b - plain.held.t
    found = [np.mean(apart**2), np.sum(apart**2), np.sum(np.abs(apart))]
    np.testing.assert_allclose(done.evaluations, [found], rtol=1e-12)


@pytest.mark.parametrize("road", [0, 2])
def test_only_epochs_that_end_are_measured(road):
    """Nine steps, three an epoch, however they are cut: each epoch's row is the same."""
    batches = Batches(90, 40, 3)
    made, carried = loops([2, 3, 1], 7, batches)
    loop = made[road]
    whole = ran(loop, carried, batches, 0, 9).evaluations
    head = ran(loop, carried, batches, 0, 4)
    assert head.evaluations[0].tobytes() == whole[0].tobytes()
    assert not head.evaluations[1].any()
    inside = ran(loop, head.carried, batches, 4, 1)
    assert not inside.evaluations.any()
    rest = ran(loop, inside.carried, batches, 5, 4)
    assert rest.evaluations.tobytes() == whole[1:].tobytes()


def test_other_samples_between_runs():
    batches = Batches(30, 30)
    made, carried = loops([2, 3, 1], 7, batches)
    other = Held(made[0].held.x[:3] * 2.0, made[0].held.t[:3])
    for samples in (other, None, other._replace(x=other.x + 1.0)):
        for loop in made:
            loop.held = samples
        found, _, wanted = (ran(loop, carried, batches, 0, 2).evaluations for loop in made)
        np.testing.assert_allclose(found, wanted, rtol=1e-12)
        assert found.any() == (samples is not None)


@pytest.mark.parametrize("part", ["x", "t"])
def test_samples_of_another_form_are_refused(part):
    """Machine code would read beyond their end."""
    (loop, *_), carried = loops([2, 3, 1], 7, Batches(30, 30))
    narrow = getattr(loop.held, part).astype(np.float32)
    loop.held = loop.held._replace(**{part: narrow})
    with pytest.raises(gs.errors.ShapeError, match=r"float32 .* float64"):
        ran(loop, carried, Batches(30, 30), 0, 1)
    loop.held = None
    setattr(loop, part, getattr(loop, part)[:, :0])
    with pytest.raises(gs.errors.ShapeError, match=r"\(0,\) came"):
        ran(loop, carried, Batches(30, 30), 0, 1)


@pytest.mark.parametrize("road", [0, 2])
def test_what_is_not_finite_is_told(road):
    batches = Batches(30, 30)
    made, carried = loops([2, 3, 1], 7, batches)
    loop = made[road]
    loop.held.x[2, 1] = np.inf
    loop.held.x[3, 0] = np.nan
    assert np.isnan(ran(loop, carried, batches, 0, 2).evaluations).all()


@pytest.mark.parametrize("road", [0, 2])
def test_a_step_that_fails_leaves_the_epochs_before_it(road):
    """The first batch of an epoch cannot be learned; a run begins behind it."""
    batches = Batches(90, 30, shuffle=False)
    made, carried = loops([2, 3, 1], 7, batches)
    loop = made[road]
    loop.t[10] = 1e30
    done = loop.run(Stretch(carried, batches, 1, 9, 1e30, np.zeros(3)))
    assert done.steps == 2
    wanted = ran(loop, carried, batches, 1, 2).evaluations
    assert done.evaluations[0].tobytes() == wanted[0].tobytes()
    assert wanted.all()
    assert not done.evaluations[1:].any()
