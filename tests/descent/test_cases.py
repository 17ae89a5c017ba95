"""Descent with known answers (group D of the project's cases), as a call and as a command."""

import numpy as np
import pytest

import gradstone as gs
from gradstone.checking.numeric import error_by_step, numeric_gradient
from gradstone.descent.minimize import minimize

PARABOLA = "(x+1)**2-1"
WELLS = "-(e^(-x^2-y^2) - 2e^(-(x-1)^2-(y-1)^2))/2"


def wells(x, y):
    return -(gs.exp(-(x**2) - y**2) - 2 * gs.exp(-((x - 1) ** 2) - (y - 1) ** 2)) / 2


def offered(x, y):
    return 2 * x * np.exp(-(x**2) - y**2), 2 * y * np.exp(-(x**2) - y**2)


def descended(rate, **settings):
    return minimize(PARABOLA, 13, optimizer=gs.sgd(rate), **settings)


def test_d1():
    found = descended(0.9, precision=1e-4)
    assert (found.status, found.iterations, found.path.shape) == ("converged", 57, (58,))
    closed = -1 + 14 * (-0.8) ** np.arange(58)
    np.testing.assert_allclose(found.path, closed, rtol=1e-9)
    np.testing.assert_allclose(found.path[:4], [13, -12.2, 7.96, -8.168], rtol=1e-12)
    assert found.x == pytest.approx(-1.0000419041749455, abs=1e-15)
    assert found.value == pytest.approx(-0.9999999982440401, abs=1e-12)
    assert len(np.unique(found.path)) == 58
    assert "−0.8" in found.diagnosis
    assert "zig-zag" in found.diagnosis
    assert "57 updates" in found.diagnosis


def test_d1_as_a_function_of_python():
    found = minimize(lambda x: (x + 1) ** 2 - 1, 13.0, optimizer=gs.sgd(0.9))
    np.testing.assert_array_equal(found.path, descended(0.9).path)


@pytest.mark.parametrize(
    ("rate", "iterations", "end"), [(0.1, 57, -0.9999580958250545), (0.5, 1, -1.0)]
)
def test_d2_converging(rate, iterations, end):
    found = descended(rate)
    assert (found.status, found.iterations) == ("converged", iterations)
    assert found.x == pytest.approx(end, rel=1e-12)


def test_d2_the_right_rate_is_exact():
    assert descended(0.5).x == -1.0


def test_d2_oscillating():
    found = descended(1.0)
    assert found.status == "oscillating"
    assert found.path[:3].tolist() == [13, -15, 13]
    assert found.diagnosis.startswith("Oscillates")
    assert "neither grows nor shrinks" in found.diagnosis


def test_d2_diverging():
    found = descended(1.1)
    assert found.status == "diverged"
    assert found.diagnosis.startswith("Diverged")
    assert "−1.2" in found.diagnosis


def test_d3():
    found = descended(1e-4, max_iterations=10_000)
    assert (found.status, found.iterations) == ("not converged", 10_000)
    assert found.x == pytest.approx(0.8943150138882203, rel=1e-12)
    assert len(found.path) == 10_001
    assert "the end is no minimum yet" in found.diagnosis


@pytest.mark.parametrize(
    ("at", "gradient"),
    [
        ((1, 1), (0.1353352832, 0.1353352832)),
        ((0, 0), (0.2706705665, 0.2706705665)),
        ((0.3, -0.4), (0.35445126, -0.06989827)),
    ],
)
@pytest.mark.parametrize("f", [wells, WELLS])
def test_d4(f, at, gradient):
    found = minimize(f, at, max_iterations=0)
    np.testing.assert_allclose(found.gradients[0], gradient, atol=1e-7)


def test_d5():
    found = minimize(WELLS, (0, 0), optimizer=gs.sgd(0.5), precision=1e-10)
    assert found.status == "converged"
    np.testing.assert_allclose(found.x, [-0.16366449] * 2, atol=5e-9)
    assert found.value == pytest.approx(-0.40726411012, abs=1e-11)


def test_d6_the_audit_rejects_it():
    audit = gs.audit(wells, 1.0, 1.0, grad=offered, argnums=(0, 1))
    assert not audit.passed
    assert "0.27067" in audit.to_text()
    assert "0.13533" in audit.to_text()


def test_d6_descent_by_it():
    found = minimize(wells, (1.0, 1.0), grad=offered, optimizer=gs.sgd(0.001), precision=0.001)
    assert found.iterations == 4892
    np.testing.assert_allclose(found.x, [0.00035336] * 2, atol=5e-9)
    assert found.value == pytest.approx(-0.3644732005, abs=1e-10)
    assert found.status == "not converged"
    assert "not stationary" in found.diagnosis
    assert "gs.audit" in found.diagnosis


def bowl(x):
    return x[0] ** 2 + x[1] ** 2


@pytest.mark.parametrize(
    ("rate", "updates", "status", "end"),
    [
        (0.1, 100, "converged", (-6.11110793e-10, 8.14814391e-10)),
        (0.01, 100, "not converged", (-0.39785867, 0.53047822)),
    ],
)
def test_d7(rate, updates, status, end):
    found = minimize(
        bowl, np.array([-3.0, 4.0]), optimizer=gs.sgd(rate), precision=0, max_iterations=updates
    )
    assert (found.iterations, found.status) == (updates, status)
    np.testing.assert_allclose(found.x, end, rtol=1e-8)


def test_d7_the_start_stays():
    start = np.array([-3.0, 4.0])
    found = minimize(bowl, start, optimizer=gs.sgd(0.9), precision=0, max_iterations=200)
    assert found.iterations == 200
    assert np.abs(found.x).max() < 1e-12
    np.testing.assert_allclose(found.path[1], [2.4, -3.2], rtol=1e-12)
    assert start.tolist() == [-3.0, 4.0]


def test_d7_diverging():
    found = minimize(
        bowl, np.array([-3.0, 4.0]), optimizer=gs.sgd(10), precision=0, max_iterations=200
    )
    assert found.status == "diverged"


def test_d8():
    found = numeric_gradient(lambda x: 0.01 * x**2 + 0.1 * x, 5.0, h=1e-4)
    assert float(found.gradient) == pytest.approx(0.1999999999990898, rel=1e-9)
    # the tangent 0.2 x − 0.25
    traced = minimize("0.01x^2 + 0.1x", 5, max_iterations=0)
    slope = traced.gradients[0]
    assert slope == pytest.approx(0.2, rel=1e-12)
    assert traced.value - slope * 5 == pytest.approx(-0.25, rel=1e-12)


def test_d8_descent_on_a_black_box():
    found = minimize(lambda x: 0.01 * x**2 + 0.1 * x, 5.0, grad="numeric", max_iterations=1)
    assert found.gradients[0] == pytest.approx(0.2, rel=1e-9)
    assert found.x == pytest.approx(4.98, rel=1e-9)


def test_d9():
    steps = [1e-1, 1e-4, 1e-12, 1e-17]
    errors = error_by_step(np.sin, 1.0, float(np.cos(1.0)), steps)
    for error, told in zip(errors, (9.0e-4, 9.0e-10, 1.2e-5, 0.5403), strict=True):
        assert told / 3 < error < told * 3
