"""Initial values: their distribution, their seeds, and what may be given."""

import warnings

import numpy as np
import pytest

import gradstone as gs
from gradstone.errors import (
    DataError,
    GradstoneError,
    KindError,
    RangeError,
    ShapeError,
    UnknownNameError,
)


def values(rule, inputs=400, outputs=100, seed=0, **options):
    return gs.Sequential(gs.Linear(inputs, outputs, initial=rule, **options)).initial_values(seed)


@pytest.mark.parametrize("name", ["glorot", "xavier"])
def test_glorot_is_uniform_between_its_limits(name):
    drawn, limit = values(name)["W1"], np.sqrt(6 / 500)
    assert np.abs(drawn).max() <= limit
    assert drawn.max() > 0.999 * limit
    assert drawn.min() < -0.999 * limit
    assert drawn.mean() == pytest.approx(0, abs=limit / 100)
    assert drawn.std() == pytest.approx(limit / np.sqrt(3), rel=0.01)
    inner = (np.abs(drawn) < limit / 2).mean()
    assert inner == pytest.approx(0.5, abs=0.01)


@pytest.mark.parametrize(
    ("rule", "deviation"),
    [("he", np.sqrt(2 / 400)), ("normal", 0.01), (gs.normal_initial(0.7), 0.7)],
)
def test_normal_rules_have_their_deviation(rule, deviation):
    drawn = values(rule)["W1"]
    assert drawn.std() == pytest.approx(deviation, rel=0.02)
    assert drawn.mean() == pytest.approx(0, abs=deviation / 50)
    within = (np.abs(drawn) < deviation).mean()
    assert within == pytest.approx(0.6827, abs=0.01)
    assert (np.abs(drawn) > 3 * deviation).mean() == pytest.approx(0.0027, abs=0.001)


def test_constants_and_arrays():
    assert (values(0.25)["W1"] == 0.25).all()
    assert (values("zeros")["W1"] == 0).all()
    given = np.arange(6.0).reshape(2, 3)
    found = values(given, 2, 3, bias_initial=[7, 8, 9])
    assert found["W1"].tolist() == given.tolist()
    assert found["b1"].tolist() == [7, 8, 9]
    assert values("he", bias_initial=0.1)["b1"].tolist() == [0.1] * 100


def test_seeds():
    net = gs.MLP([5, 7, 7, 2])
    one, same, other = (net.initial_values(seed) for seed in (3, 3, 4))
    assert all((one[name] == same[name]).all() for name in one)
    assert all((one[name] != other[name]).any() for name in ("W1", "W2", "W3"))
    square = gs.MLP([4, 4, 4, 4], initial="he").initial_values()
    assert (square["W1"] != square["W2"]).any()
    assert (square["W2"] != square["W3"]).any()


def test_initial_values_stay_what_they_are():
    """Runs of former versions must repeat: these numbers never change."""
    drawn = gs.MLP([2, 2], initial="glorot").initial_values(0)["W1"].ravel()
    he = gs.MLP([2, 2], initial="he").initial_values(7)["W1"].ravel()
    np.testing.assert_allclose(drawn, GLOROT_0, rtol=1e-12)
    np.testing.assert_allclose(he, HE_7, rtol=1e-12)


GLOROT_0 = [-0.951252249331438, -0.08363289379776695, -0.8427233279703573, 0.8881146496076486]
HE_7 = [0.4459456379175311, 0.024493086555397534, 1.4591688747450065, 0.9369081181827287]


def test_a_run_starts_from_the_seed_and_from_what_is_given():
    net, X = gs.MLP([2, 3, 1]), np.eye(2)
    run = gs.train(net, X, [0.0, 1.0], epochs=0, seed=5, dtype="float64")
    assert (run.parameters["W1"] == net.initial_values(5)["W1"]).all()
    given = np.array([[1.0], [2.0], [3.0]])
    run = gs.train(net, X, [0.0, 1.0], epochs=0, seed=5, parameters={"W2": given})
    assert run.parameters["W2"].tolist() == given.tolist()
    assert run.parameters["W1"] == pytest.approx(net.initial_values(5)["W1"])
    run = gs.train(net, X, [0.0, 1.0], epochs=3, parameters={"W2": given})
    assert given.ravel().tolist() == [1, 2, 3]


def test_he_before_relu_and_its_family_else_glorot():
    for name, rule in {"relu": "he", "gelu": "he", "tanh": "glorot", "sigmoid": "glorot"}.items():
        layers = gs.MLP([3, 4, 2], activation=name).layers
        assert layers[0].initial == gs.initial(rule)
        assert layers[2].initial == gs.initial("glorot")


@pytest.mark.parametrize(
    ("make", "kind", "words"),
    [
        (lambda: gs.initial("glorut"), UnknownNameError, ["'glorut'", "Did you mean glorot"]),
        (lambda: gs.initial(float("inf")), DataError, ["inf", "finite"]),
        (lambda: gs.initial([1, None]), DataError, ["[1, None]", "array"]),
        (lambda: gs.initial([[1, 2], [3]]), DataError, ["array"]),
        (lambda: gs.normal_initial(0), RangeError, ["scale", "0 came", "above 0"]),
        (
            lambda: gs.Linear(2, 3, initial=np.ones((3, 2))),
            ShapeError,
            ["Linear initial", "(3, 2)", "(2, 3) is wanted", "Transpose"],
        ),
        (lambda: gs.Linear(2, 3, bias_initial=[1, 2]), ShapeError, ["bias_initial", "(3,)"]),
    ],
)
def test_rules_that_are_none(make, kind, words):
    with pytest.raises(kind) as caught:
        make()
    assert all(word in str(caught.value) for word in words), caught.value


@pytest.mark.parametrize(
    ("given", "kind", "words"),
    [
        ({"W1": np.ones((3, 2))}, ShapeError, ["parameter W1", "(3, 2)", "(2, 3)", "Transpose"]),
        ({"w1": np.ones((2, 3))}, UnknownNameError, ["'w1'", "W1"]),
        ({"W1": [["a"] * 3] * 2}, KindError, ["parameter W1", "numbers are wanted"]),
        ({"b1": [0, np.nan, 1]}, DataError, ["parameter b1", "nan at [1]", "finite"]),
    ],
)
def test_given_parameters_that_do_not_fit(given, kind, words):
    with pytest.raises(kind) as caught:
        gs.train(gs.MLP([2, 3, 1]), np.eye(2), [0.0, 1.0], parameters=given)
    assert isinstance(caught.value, GradstoneError)
    assert all(word in str(caught.value) for word in words), caught.value


@pytest.mark.parametrize(
    ("net", "fate"),
    [
        (gs.MLP([2, 3, 1], initial="zeros"), "stay twins"),
        (gs.MLP([2, 3, 1], initial=0.5), "stay twins"),
        (gs.MLP([2, 3, 2, 1], initial=0.5), "layer 2"),
        (gs.MLP([2, 3, 1], initial=0.5, bias=False), "layer 1"),
        (
            gs.Sequential(gs.Linear(2, 3, initial=1.0), "tanh", gs.Linear(3, 1)),
            "differ only by what follows",
        ),
    ],
)
def test_equal_neurons_draw_a_warning(net, fate):
    with pytest.warns(UserWarning, match="start equal") as caught:
        net.initial_values()
    assert any(fate in str(one.message) for one in caught)


@pytest.mark.parametrize(
    "net",
    [
        gs.MLP([2, 3, 1]),
        gs.MLP([2, 1], initial="zeros"),
        gs.MLP([2, 1, 1], initial=0.3),
        gs.MLP([1, 4, 1], initial="normal"),
        gs.Sequential(
            gs.Linear(2, 3, initial=0.5, bias_initial=[0, 1, 2]), "tanh", gs.Linear(3, 1)
        ),
    ],
)
def test_no_warning_where_nothing_is_equal(net):
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        net.initial_values()


def test_twins_stay_twins():
    net = gs.MLP([2, 3, 1], initial=0.5, activation="tanh")
    with pytest.warns(UserWarning, match="twins"):
        run = gs.train(net, np.eye(2), [1.0, -1.0], optimizer=gs.sgd(0.1), epochs=20)
    weights = run.parameters["W1"]
    assert (weights == weights[:, :1]).all()
    assert (weights != 0.5).all()
