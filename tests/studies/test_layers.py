"""What a batch shows of every layer agrees with the traced step; saturation by its definition."""

from __future__ import annotations

import numpy as np
import pytest

import gradstone as gs
from gradstone.errors import DataError
from gradstone.nn.layers import Activation
from gradstone.studies.layers import layer_numbers, saturation

X = np.random.default_rng(1).normal(size=(20, 3))
LABELS = np.arange(20) % 2


@pytest.mark.parametrize(
    ("output", "y", "loss"),
    [("softmax", LABELS, None), (None, LABELS, "cross_entropy"), (None, X[:, :2], "sse"),
     ("sigmoid", X[:, :2] > 0, None), ("tanh", X[:, :2], "half_sse")],
)  # fmt: skip
def test_they_are_the_numbers_of_the_step(output, y, loss):
    network = gs.MLP([3, 4, 2], "tanh", output, dropout=0.5)
    run = gs.train(network, X, y, loss, epochs=1, dtype="float64", l2=0.1, l1=0.01)
    trace = gs.step_trace(network, X, y, loss, parameters=run.parameters, l2=0.1, l1=0.01)
    layers = layer_numbers(run, X, y)
    assert [one.number for one in layers] == [1, 2]
    for one in layers:
        np.testing.assert_allclose(one.weights, run.parameters[f"W{one.number}"])
        np.testing.assert_allclose(one.outputs, trace[f"out{one.number}"], rtol=1e-10)
        np.testing.assert_allclose(one.gradient, trace[f"dW{one.number}"], rtol=1e-9, atol=1e-14)


def test_names_of_classes():
    names = np.array(["no", "yes"])[LABELS]
    run = gs.train(gs.MLP([3, 2, 1], "relu", "sigmoid"), X, names, epochs=1)
    assert [one.activation for one in layer_numbers(run, X, names)] == ["relu", "sigmoid"]


@pytest.mark.parametrize(
    ("name", "net", "share"),
    [("sigmoid", [0, 5.9, 6.2, -7], 0.5), ("tanh", [0, 2.9, 3.1, -9], 0.5), ("relu", [-1, 1], None),
     ("softmax", [1, 2], None), ("gelu", [1], None)],
)  # fmt: skip
def test_saturation(name, net, share):
    assert saturation(Activation(name), np.array([net], dtype=float)) == share


def test_numbers_that_left_the_finite():
    run = gs.train(gs.MLP([3, 2]), X, X[:, :2], epochs=0)
    run.parameters["W1"][0, 0] = np.inf
    with pytest.raises(DataError, match="layer 1"):
        layer_numbers(run, X, X[:, :2])
