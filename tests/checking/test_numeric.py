"""Central differences: right, with a step that suits, and the caller's arrays untouched."""

import math

import numpy as np
import pytest

import gradstone as gs
from gradstone.checking.numeric import error_by_step, numeric_gradient
from gradstone.errors import DataError, KindError, RangeError, ShapeError


def test_d8_fixed_step():
    found = numeric_gradient(lambda x: 0.01 * x**2 + 0.1 * x, 5, h=1e-4)
    assert found.gradient == 0.1999999999990898
    assert found.step == 1e-4
    tangent_at_0 = (0.01 * 5**2 + 0.1 * 5) - found.gradient * 5
    assert tangent_at_0 == pytest.approx(-0.25, rel=1e-9)


def test_d9_error_is_u_shaped():
    steps = [10.0**-k for k in range(1, 19)]
    for f in (math.sin, np.sin, gs.sin):
        errors = error_by_step(f, 1, math.cos(1), steps)
        expected = {0: 9.0e-4, 3: 9.0e-10, 11: 1.2e-5}
        for place, error in expected.items():
            assert error / 3 < errors[place] < error * 3
        np.testing.assert_allclose(errors[16:], 0.5403, rtol=1e-4)
        assert errors.argmin() in range(3, 8)


@pytest.mark.parametrize("x", [(3.0, 4.0), (3, 4), np.array([3.0, 4.0]), [3, 4]])
def test_g6_squares(x):
    found = numeric_gradient(lambda v: v[0] ** 2 + v[1] ** 2, x)
    np.testing.assert_allclose(found.gradient, (6, 8), rtol=1e-9)
    np.testing.assert_array_equal(np.asarray(found), found.gradient)


def test_g6_matrices():
    found = numeric_gradient(lambda w: np.sum(w) ** 2, [[1, 2], [3, 4]])
    np.testing.assert_allclose(found.gradient, np.full((2, 2), 20), rtol=1e-9)
    x = np.array([0.6, 0.9])
    found = numeric_gradient(lambda w: np.sum(x @ w), np.ones((2, 2)))
    np.testing.assert_allclose(found.gradient, [[0.6, 0.6], [0.9, 0.9]], rtol=1e-9)


@pytest.mark.parametrize("shape", [(), (1,), (0,), (0, 3), (2, 3, 4), (7,)])
def test_any_shape(shape):
    x = np.random.default_rng(0).normal(size=shape)
    before = x.copy()
    found = numeric_gradient(lambda v: np.sum(np.sin(v) * np.exp(v)), x)
    assert found.gradient.shape == found.step.shape == shape
    np.testing.assert_allclose(found.gradient, np.exp(x) * (np.sin(x) + np.cos(x)), rtol=1e-7)
    np.testing.assert_array_equal(x, before)


@pytest.mark.parametrize(
    ("f", "x", "slope"),
    [
        (math.sin, 1.0, math.cos(1.0)),
        (math.exp, 20.0, math.exp(20.0)),
        (math.log, 1e-10, 1e10),
        (math.log, 1e10, 1e-10),
        (math.sqrt, 1e-6, 500.0),
        (lambda x: math.sin(1e4 * x), 0.3, 1e4 * math.cos(3e3)),
        (math.sin, 1e6, math.cos(1e6)),
        (lambda x: x**20, 1.5, 20 * 1.5**19),
        (lambda x: 5 + 1e-6 * x, 2.0, 1e-6),
        (lambda x: 1 / (1 + math.exp(-x)), 0.0, 0.25),
        (lambda x: x**3, 0.0, 0.0),
    ],
)
def test_best_step_and_honest_error(f, x, slope):
    found = numeric_gradient(f, x)
    assert abs(found.gradient - slope) <= max(1e-8 * abs(slope), 1e-12)
    assert abs(found.gradient - slope) <= 10 * found.error + 1e-15
    assert not found.kink
    assert found.step > 0


@pytest.mark.parametrize("distance", [1e-3, 1e-5, 1e-7])
def test_a_kink_nearby_is_not_crossed(distance):
    found = numeric_gradient(abs, distance)
    assert found.gradient == pytest.approx(1, rel=1e-7)
    assert found.step < distance
    assert not found.kink


def test_kinks_are_seen():
    found = numeric_gradient(lambda v: np.sum(np.maximum(v, 0)), [0.0, 1.0, -1.0])
    assert found.kink.tolist() == [True, False, False]
    assert (found.left[0], found.right[0]) == pytest.approx((0, 1))
    assert numeric_gradient(lambda x: abs(x) + x**2, 0.0).kink
    assert not numeric_gradient(lambda x: x * abs(x), 0.0).kink


def test_argument_changed_in_place_is_reported_and_survived():
    def spoils(v):
        v *= 2
        return v.sum()

    x = np.ones(3)
    found = numeric_gradient(spoils, x)
    np.testing.assert_allclose(found.gradient, 2, rtol=1e-9)
    assert found.changed
    assert (x == 1).all()
    assert not numeric_gradient(np.sum, x).changed


def test_a_sample_of_entries():
    x = np.arange(100.0)
    found = numeric_gradient(lambda v: v @ v, x, entries=7, seed=1)
    known = np.isfinite(found.gradient)
    assert (known.sum(), found.checked) == (7, 7)
    np.testing.assert_allclose(found.gradient[known], 2 * x[known], rtol=1e-6, atol=1e-9)
    again = numeric_gradient(lambda v: v @ v, x, entries=7, seed=1)
    np.testing.assert_array_equal(np.isfinite(again.gradient), known)


def test_bad_input():
    with pytest.raises(RangeError, match=r"h: -1 came"):
        numeric_gradient(abs, 1.0, h=-1)
    with pytest.raises(RangeError, match="steps"):
        error_by_step(abs, 1.0, 1.0, [0.0])
    with pytest.raises(ShapeError, match=r"shape \(2,\) came back.*Sum it"):
        numeric_gradient(lambda v: v, [1.0, 2.0])
    with pytest.raises(KindError, match="NoneType came back"):
        numeric_gradient(lambda v: None, 1.0)
    with pytest.raises(KindError, match="complex"):
        numeric_gradient(abs, 1j)
    with pytest.raises(ShapeError, match="different lengths"):
        numeric_gradient(abs, [[1], [2, 3]])
    with pytest.raises(DataError, match="NaN or infinity"):
        numeric_gradient(abs, np.nan)
    with pytest.raises(DataError, match="inf came at x"):
        numeric_gradient(lambda x: np.divide(1.0, x), 0.0)
