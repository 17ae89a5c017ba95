"""Dropout: what it leaves out, when, and that it repeats."""

import numpy as np
import pytest

import gradstone as gs

X = np.random.RandomState(0).randn(40, 3)
Y = X @ [1.0, -2.0, 0.5]


def sums(rate, seed=0, steps=1, width=2000, layers=None):
    """What a step leaves of a layer of ones: the gradient of a linear read-out shows it."""
    layers = layers or [gs.Linear(1, width, initial=1.0), gs.Dropout(rate)]
    net = gs.Sequential(*layers, gs.Linear(width, 1, initial=0.0))
    run = gs.train(
        net, np.ones((1, 1)), [1.0], "sse", gs.sgd(1.0), 0, metrics=(), seed=seed, dtype="float64",
        parameters={"W1": np.ones((1, width)) + 1e-9 * np.arange(width)},
    )  # fmt: skip
    masks = []
    for _ in range(steps):
        run.parameters["W2"][:] = 0
        run.parameters["b2"][:] = 0
        run.parameters["b1"][:] = 0
        run.fit(np.ones((1, 1)), [1.0], epochs=1)
        masks.append(run.parameters["W2"][:, 0] / 2)
    return np.array(masks)


@pytest.mark.parametrize("rate", [0.1, 0.5, 0.8])
def test_a_share_is_left_out_and_the_rest_scaled(rate):
    kept = sums(rate, steps=5)
    assert (kept == 0).mean() == pytest.approx(rate, abs=0.02)
    assert kept[kept > 0] == pytest.approx(1 / (1 - rate), rel=1e-5)
    assert kept.mean() == pytest.approx(1.0, abs=0.05)


def test_masks_are_a_function_of_seed_and_step():
    first = sums(0.5, seed=3, steps=4) > 0
    assert (first == (sums(0.5, seed=3, steps=4) > 0)).all()
    assert len({mask.tobytes() for mask in first}) == 4
    assert (first != (sums(0.5, seed=4, steps=4) > 0)).any()


def test_two_dropouts_leave_out_different_values():
    width = 2000
    two = [gs.Linear(1, width, initial=1.0), gs.Dropout(0.5), gs.Dropout(0.5)]
    kept = sums(0.5, layers=two)
    assert (kept > 0).mean() == pytest.approx(0.25, abs=0.03)
    assert kept[kept > 0] == pytest.approx(4.0, rel=1e-5)


def test_none_where_numbers_are_read():
    net = gs.MLP([3, 50, 1], dropout=0.5)
    run = gs.train(net, X, Y, epochs=2, dtype="float64")
    z = run.predict(X)
    assert (z == run.predict(X)).all()
    hidden = np.maximum(X @ run.parameters["W1"] + run.parameters["b1"], 0)
    by_hand = hidden @ run.parameters["W2"] + run.parameters["b2"]
    np.testing.assert_allclose(z, by_hand[:, 0], rtol=1e-12)
    assert run.evaluate(X, Y)["loss"] == pytest.approx(((z - Y) ** 2).mean(), rel=1e-12)


def test_a_rate_of_zero_changes_nothing():
    plain = gs.train(gs.MLP([3, 5, 1]), X, Y, epochs=3)
    zero = gs.Sequential(gs.Linear(3, 5), "relu", gs.Dropout(0.0), gs.Linear(5, 1))
    assert (gs.train(zero, X, Y, epochs=3).predict(X) == plain.predict(X)).all()


def test_every_large_value_of_a_float32_step_is_float32():
    from gradstone.graph.walk import walk
    from gradstone.training.step import Batch

    run = gs.train(gs.MLP([3, 50, 1], dropout=0.5), X, Y, epochs=1)
    x, t = X.astype("float32"), Y.astype("float32")[:, None]
    nodes = walk(run.plan.training(Batch.like(x, t, 8)).graph.outputs)
    assert {node.dtype.name for node in nodes if node.dtype.kind == "f" and node.shape} == {
        "float32"
    }
