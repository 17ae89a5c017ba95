"""How far rounding goes, against what it does."""

import numpy as np
import pytest

import gradstone as gs
from gradstone.autodiff.gradient import gradient
from gradstone.checking.audit import audit
from gradstone.checking.numeric import numeric_gradient
from gradstone.checking.rounding import Rounding, scatter
from gradstone.graph.node import input_node

EPSILON = float(np.finfo(np.float64).eps)


def slopes(f, x):
    """The standard deviation of the gradient of f at x from rounding."""
    node = input_node(x.shape, x.dtype)
    (slope,) = gradient(f(node), [node])
    return Rounding([node], [slope]).of([x])[0]


def test_a_huge_number_that_is_divided_out_rounds_nothing():
    def f(z):
        e = np.exp(z)
        return np.sum(e * e) / np.sum(e) ** 2

    near, far = np.array([0.1, 0.5, 0.9]), np.array([25.1, 25.5, 25.9])
    assert (slopes(f, near) < 4 * EPSILON).all()
    assert (slopes(f, far) < 4 * 25 * EPSILON).all()
    mask = np.array([0.0, 0.0, -1e9])
    assert (slopes(lambda z: f(z + mask), near) < 4 * EPSILON).all()


@pytest.mark.parametrize("scale", [1e-3, 1.0, 1e3, 1e5])
def test_a_difference_of_near_numbers_rounds_much(scale):
    rng = np.random.default_rng(0)
    x = scale * rng.normal(size=(12, 3))
    w = rng.normal(size=3)
    t = x @ w
    found = slopes(lambda w: gs.mse(x @ w, t), w)
    assert (found > scale**2 * EPSILON / 10).all()
    assert (found < scale**2 * EPSILON * 10).all()


def test_what_float32_leaves():
    x = np.array([0.3, 0.7], dtype=np.float32)
    found = slopes(lambda x: gs.sum(gs.exp(x)), x)
    assert (found > 1e-8).all()
    assert (found < 1e-6).all()
    node = input_node((2,), np.float64)
    (slope,) = gradient(gs.sum(gs.exp(node)), [node])
    (wide,), (narrow,) = (
        Rounding([node], [slope]).of([x.astype(float)], least) for least in (0.0, 2.0**-23)
    )
    assert narrow == pytest.approx(wide * 2.0**29, rel=0.1)


@pytest.mark.parametrize(
    "f",
    [
        lambda x: gs.sum(gs.relu(x - 1.0)),
        lambda x: gs.max(x),
        lambda x: gs.sum(gs.absolute(x - 1.0)),
        lambda x: gs.sum(gs.where(x > 1.0, x**2, x)),
        lambda x: gs.sum(x * gs.floor(x + 1e-9)),
    ],
)
def test_decisions_stay_as_they_are(f):
    """At a tie or a kink the other side's gradient is no rounding error."""
    assert (slopes(f, np.full(3, 0.1 + 0.9)) < 1e-12).all()


def test_scatter_sees_the_rounding_of_what_a_value_is_made_of():
    def variance(x):
        y = np.array([x, 1.0, 2.0]) + 1e3
        return float(np.mean(y**2) - np.mean(y) ** 2)

    assert 1e6 * EPSILON / 10 < scatter(variance, 0.5, EPSILON) < 1e6 * EPSILON * 10
    assert scatter(np.sin, 0.5, EPSILON) < EPSILON
    assert scatter(lambda x: 1.0, 0.5, EPSILON) == 0.0
    assert scatter(lambda x: float("nan"), 0.5, EPSILON) == 0.0


@pytest.mark.parametrize("offset", [0.0, 1e3, 1e5])
def test_the_error_of_a_difference_is_honest_about_it(offset):
    x = np.random.default_rng(0).normal(size=7)

    def f(x):
        return float(np.mean((x + offset) ** 2) - np.mean(x + offset) ** 2)

    found = numeric_gradient(f, x)
    gap = np.abs(found.gradient - 2 * (x - np.mean(x)) / 7)
    assert (gap <= 10 * found.error).all()
    assert not found.kink.any()


def test_steps_that_agree_by_chance_are_not_taken():
    x = np.array([1.2e-6, -0.7e-6, 0.4e-6, 2.2e-6])
    found = numeric_gradient(lambda x: float(np.sum(np.sin(x / 1e-6))), x)
    np.testing.assert_allclose(found.gradient, 1e6 * np.cos(x / 1e-6), rtol=1e-6)


@pytest.mark.parametrize("error", [1e-3, 1e-5])
def test_a_small_error_under_a_huge_number_is_found(error):
    x = np.random.default_rng(0).normal(size=(5, 3))
    labels = np.array([0, 1, 2, 1, 0])
    mask = np.where(np.arange(3) == 2, -1e9, 0.0)

    def shares(z):
        e = np.exp(z)
        return e / np.sum(e, axis=1, keepdims=True)

    def far(w):
        return -np.mean(np.log(shares(x @ w + 25.0)[np.arange(5), labels]))

    def masked(w):
        return np.mean(gs.softmax(x @ w + mask) ** 2)

    w = np.random.default_rng(1).normal(size=(3, 3))
    right = x.T @ (shares(x @ w) - np.eye(3)[labels]) / 5
    assert audit(far, w, grad=right).passed
    for f, whole in ((far, right), (masked, gs.grad(masked)(w))):
        wrong = whole * np.where(np.arange(9).reshape(3, 3) == 4, 1 + error, 1.0)
        found = audit(f, w, grad=wrong)
        assert [row.place for row in found.rows if row.verdict == "wrong"] == ["w[1,1]"]


def test_infinity_and_conditions_among_the_data():
    mask, keep = np.array([0.0, 0.0, -np.inf]), np.array([True, False, True])
    z = np.array([0.3, 0.5, 0.2])

    def f(z, keep):
        e = np.exp(z + mask)
        return np.sum((e / np.sum(e)) ** 2) + gs.sum(gs.where(keep, z, 0.0) ** 2)

    found = audit(f, z, keep, argnums=0)
    assert found.passed
    assert not found.notes
    assert audit(f, z, keep, grad=gs.grad(f)(z, keep), argnums=0).passed
