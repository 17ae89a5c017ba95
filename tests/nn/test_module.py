"""Networks: what they compute, what they are called, and what they refuse."""

import numpy as np
import pytest

import gradstone as gs
from gradstone.errors import KindError, RangeError, ShapeError, UnknownNameError
from gradstone.graph.roles import recording
from gradstone.nn.layers import activations
from tests.training.reference import ACTIVATIONS, forward, softmax, some_parameters

RANDOM = np.random.RandomState(0)
X = RANDOM.randn(6, 3)


def output(net, x, parameters=None, **options):
    """What an untrained run predicts, in float64."""
    width = net.check(x.shape[1:])[-1]
    options = {"loss": "mse", "metrics": ()} | options
    run = gs.train(net, x, np.zeros((len(x), width)), epochs=0, parameters=parameters,
                   dtype="float64", **options)  # fmt: skip
    return run.predict_proba(x)


@pytest.mark.parametrize("activation", ["tanh", "sigmoid", "relu"])
@pytest.mark.parametrize("bias", [True, False])
def test_an_mlp_by_hand(activation, bias):
    parameters = some_parameters([3, 5, 2], bias=bias)
    net = gs.MLP([3, 5, 2], activation=activation, bias=bias)
    wanted = forward(parameters, X, activation)[2]
    np.testing.assert_allclose(output(net, X, parameters), wanted, rtol=1e-13)
    assert list(net.parameters()) == (["W1", "b1", "W2", "b2"] if bias else ["W1", "W2"])


@pytest.mark.parametrize("name", ["sigmoid", "softmax", "tanh"])
def test_an_output_activation(name):
    parameters = some_parameters([3, 5, 2])
    z = forward(parameters, X)[2]
    wanted = softmax(z) if name == "softmax" else ACTIVATIONS[name][0](z)
    net = gs.MLP([3, 5, 2], activation="tanh", output=name)
    np.testing.assert_allclose(output(net, X, parameters), wanted, rtol=1e-13)


def test_case_t5_without_activations():
    parameters = some_parameters([1, 3, 1])
    x = RANDOM.randn(20, 1)
    W1, b1, W2, b2 = parameters.values()
    found = output(gs.MLP([1, 3, 1], activation=None), x, parameters)
    np.testing.assert_allclose(found, x @ (W1 @ W2) + (b1 @ W2 + b2), rtol=1e-14, atol=1e-14)


def test_sequential_with_words_is_the_mlp():
    words = gs.Sequential(gs.Linear(3, 5), "relu", gs.Linear(5, 2), "softmax")
    assert words == gs.MLP([3, 5, 2], output="softmax")
    settled = gs.Sequential(gs.Linear(3, 5), gs.Activation("leaky_relu", {"slope": 0.3}))
    parameters = {"W1": np.eye(3, 5), "b1": np.zeros(5)}
    wanted = np.where(X > 0, X, 0.3 * X)
    np.testing.assert_allclose(output(settled, X, parameters)[:, :3], wanted, rtol=1e-15)


def test_flatten_takes_images():
    images = RANDOM.randn(4, 2, 3)
    net = gs.Sequential(gs.Flatten(), gs.Linear(6, 2))
    parameters = {"W1": RANDOM.randn(6, 2), "b1": np.ones(2)}
    wanted = images.reshape(4, 6) @ parameters["W1"] + 1
    np.testing.assert_allclose(output(net, images, parameters), wanted, rtol=1e-14)
    run = gs.train(net, images, np.zeros((4, 2)), loss="mse", epochs=1)
    assert run.predict(images).shape == (4, 2)
    assert run.predict(images.reshape(4, 3, 2)).shape == (4, 2)  # other images, as many numbers


def test_every_activation_of_the_table_trains():
    for name in activations():
        if name == "heaviside":
            continue
        run = gs.train(gs.MLP([3, 4, 2], activation=name), X, X[:, :2], epochs=2)
        assert np.isfinite(run.history["loss"]).all()


def test_names_beside_the_graph():
    net = gs.MLP([3, 5, 2], activation="tanh", output="softmax")
    plan = gs.train(net, X, [0, 1, 0, 1, 0, 1], epochs=0).plan
    from gradstone.graph.node import input_node

    with recording() as roles:
        plan.prediction(input_node((2, 3), "float32"))
    assert sorted(roles.values()) == ["net1", "net2", "out1", "out2"]


def test_a_network_tells_what_it_is():
    net = gs.MLP([64, 32, 10], output="softmax")
    assert net.describe() == "64-32-10 relu softmax"
    assert (net.inputs, net.width, net.output) == (64, 10, "softmax")
    assert net.check((64,)) == (10,)
    assert gs.MLP([2, 1], activation="tanh").describe() == "2-1"
    assert {name: one.shape for name, one in net.parameters().items()} == {
        "W1": (64, 32), "b1": (32,), "W2": (32, 10), "b2": (10,),
    }  # fmt: skip


def test_numpy_sizes_are_sizes():
    assert gs.MLP(np.array([2, 3, 1])) == gs.MLP([2, 3, 1])
    assert gs.Linear(np.int64(2), 3) == gs.Linear(2, 3)


@pytest.mark.parametrize(
    ("make", "kind", "words"),
    [
        (lambda: gs.MLP([2]), RangeError, ["MLP", "[2] came", "gs.MLP([2, 8, 1])"]),
        (lambda: gs.MLP(5), RangeError, ["MLP", "5 came"]),
        (lambda: gs.MLP([2, 0, 1]), RangeError, ["Linear outputs", "0 came", "from 1"]),
        (lambda: gs.MLP([2, 2.5, 1]), RangeError, ["2.5 came", "whole number"]),
        (lambda: gs.MLP([2, True, 1]), RangeError, ["True came", "whole number"]),
        (
            lambda: gs.MLP([2, 3, 1], activation="rellu"),
            UnknownNameError,
            ["activation", "'rellu'", "Did you mean relu"],
        ),
        (lambda: gs.MLP([2, 3, 1], output="sigmiod"), UnknownNameError, ["sigmoid"]),
        (lambda: gs.MLP([2, 3, 1], dropout=1.0), RangeError, ["Dropout rate", "below 1"]),
        (lambda: gs.Dropout(-0.1), RangeError, ["Dropout rate", "-0.1"]),
        (lambda: gs.Sequential(), RangeError, ["Sequential", "no layers"]),
        (lambda: gs.Sequential(gs.Linear(2, 3), 7), KindError, ["7 came", "layer"]),
        (
            lambda: gs.Sequential(gs.Linear(2, 3), "tanh", gs.Linear(4, 1)),
            ShapeError,
            ["gives 3", "takes 4", "Linear(3, 1)"],
        ),
        (lambda: gs.Activation("tanh", {"slope": 1.0}), KindError, ["tanh", "slope"]),
        (lambda: gs.Activation("leaky_relu", {"slop": 1.0}), KindError, ["leaky_relu", "slop"]),
        (lambda: gs.Activation("exp"), UnknownNameError, ["activation", "'exp'"]),
    ],
)
def test_networks_that_are_none(make, kind, words):
    with pytest.raises(kind) as caught:
        make()
    assert all(word in str(caught.value) for word in words), caught.value
    assert "\n" not in str(caught.value)
