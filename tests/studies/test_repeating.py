"""A training done again ends where it did, and what cannot be repeated is said."""

from __future__ import annotations

import numpy as np
import pytest

import gradstone as gs
from gradstone.errors import DataError
from gradstone.studies.repeating import repeated

X = np.random.default_rng(0).normal(size=(50, 2))
Y = np.where(X[:, 0] > 0, "right", "left")
NETWORK = gs.MLP([2, 6, 2], "relu", "softmax", dropout=0.2)


def test_the_same_end():
    run = gs.train(NETWORK, X, Y, epochs=12, batch_size=7, seed=3)
    t = np.array(["left", "right"]).searchsorted(Y)
    again = repeated(run, X, t, places=10)
    for name, one in run.parameters.items():
        np.testing.assert_allclose(again.parameters[name], one, rtol=1e-4, atol=1e-6)
    steps = [step for step, _ in again.snapshots]
    assert steps == [*range(0, 96, 9), 96]
    assert again.snapshots[-1][1] == again.parameters
    np.testing.assert_array_equal(
        again.snapshots[0][1]["W1"], NETWORK.initial_values(3)["W1"].astype(np.float32)
    )


def test_after_early_stopping(tmp_path):
    run = gs.train(NETWORK, X, Y, epochs=60, early_stopping=2, optimizer=gs.adam(0.1))
    assert run.best_epoch < run.epoch
    run.save(tmp_path)
    again = repeated(gs.load(tmp_path), X, np.array(["left", "right"]).searchsorted(Y))
    assert again.epoch == run.best_epoch


def test_values_that_no_seed_drew():
    given = {"W1": np.ones((2, 6)) * np.arange(6)}
    run = gs.train(NETWORK, X, Y, epochs=3, parameters=given)
    with pytest.raises(DataError, match="begun from given values"):
        repeated(run, X, np.array(["left", "right"]).searchsorted(Y))
