"""`minimize`: forms of starts, optimizers, endings, long descents, and what the diagnosis says."""

import numpy as np
import pytest

import gradstone as gs
from gradstone.descent.limits import norm_of
from gradstone.descent.log import HEAD, TAIL
from gradstone.descent.minimize import minimize
from gradstone.errors import (
    DataError,
    KindError,
    NoGradientError,
    RangeError,
    ShapeError,
    TraceError,
    UnknownNameError,
)
from gradstone.training.optimizers import OPTIMIZERS

VALLEY = "(1-x)^2 + 100(y-x^2)^2"


def test_log():
    found = minimize("x^2 + 3y^2", (2, 1), optimizer=gs.sgd(0.1), precision=1e-3)
    k = found.iterations
    assert found.path.shape == found.gradients.shape == (k + 1, 2)
    assert found.kept.tolist() == list(range(k + 1))
    np.testing.assert_allclose(found.gradients, found.path * [2, 6], rtol=1e-12)
    np.testing.assert_allclose(found.steps, -0.1 * found.gradients[:-1], rtol=1e-8)
    squares = np.square(found.gradients[:-1]).sum(axis=1)
    np.testing.assert_allclose(found.forecast, -0.1 * squares, rtol=1e-12)
    np.testing.assert_allclose(found.changes, np.diff(found.values))
    norms = np.linalg.norm(found.gradients, axis=1)
    assert (norms[:-1] >= 1e-3).all()
    assert norms[-1] < 1e-3
    np.testing.assert_allclose(found.findings.eigenvalues, [2, 6])
    assert "condition number 3" in found.diagnosis


def test_the_forecast_of_other_optimizers_follows_their_step():
    found = minimize("x^2", 1.0, optimizer=gs.momentum(0.1), max_iterations=5)
    np.testing.assert_allclose(found.forecast, found.gradients[:-1] * found.steps)


@pytest.mark.parametrize("name", OPTIMIZERS)
@pytest.mark.parametrize("grad", [None, "numeric", "own"])
def test_optimizers_go_the_same_way_by_every_gradient(name, grad):
    start, rule = (1.5, -0.5), OPTIMIZERS[name](0.05)

    def f(x, y):
        return x**2 + 0.5 * (y - 1) ** 4 + gs.exp(0.3 * x * y)

    chosen = gs.grad(f, (0, 1)) if grad == "own" else grad
    found = minimize(f, start, chosen, rule, max_iterations=30)
    reference = minimize(f, start, None, rule, max_iterations=30)
    np.testing.assert_allclose(found.path, reference.path, rtol=1e-5, atol=1e-7)
    assert found.iterations == 30


def test_adam_by_hand():
    found = minimize("x^2", 3.0, optimizer=gs.adam(0.1), max_iterations=20, precision=0)
    x, m, v = 3.0, 0.0, 0.0
    for k in range(1, 21):
        g = 2 * x
        m, v = 0.9 * m + 0.1 * g, 0.999 * v + 0.001 * g * g
        x -= 0.1 * (m / (1 - 0.9**k)) / (np.sqrt(v / (1 - 0.999**k)) + 1e-8)
    assert found.x == pytest.approx(x, rel=1e-12)


def test_schedules():
    rate = gs.step_decay(0.4, factor=0.5, every=2)
    found = minimize("x^2", 1.0, optimizer=gs.sgd(rate), max_iterations=6, precision=0)
    np.testing.assert_allclose(found.rates, [0.4, 0.4, 0.2, 0.2, 0.1, 0.1, 0.05])
    np.testing.assert_allclose(found.path[1:], found.path[:-1] * (1 - 2 * found.rates[:-1]))


@pytest.mark.parametrize(
    ("start", "shape"),
    [(2.0, ()), (2, ()), (np.float64(2.0), ()), (np.array([1.0, 2.0]), (2,)), ([[1, 2]], (1, 2))],
)
def test_one_argument(start, shape):
    found = minimize(lambda x: gs.sum(x * x), start, optimizer=gs.sgd(0.25))
    assert np.shape(found.x) == shape
    assert found.path.shape[1:] == shape
    assert isinstance(found.x, float) == (shape == ())
    assert found.status == "converged"


def test_several_arguments():
    def f(a, w):
        return (a - 1) ** 2 + gs.sum(w * w)

    found = minimize(f, (3.0, np.array([1.0, 2.0])), optimizer=gs.sgd(0.25))
    a, w = found.x
    assert a == pytest.approx(1, abs=1e-4)
    assert w.shape == (2,)
    assert found.names == ("a", "w[0]", "w[1]")
    assert found.path.shape[1:] == (3,)


def test_the_start_is_left_alone():
    start = np.array([1.0, 2.0])

    def f(x):
        x[:] = 7.0
        return 1.0

    found = minimize(f, start, grad="numeric", max_iterations=2)
    assert start.tolist() == [1.0, 2.0]
    assert found.status == "plateau"


def test_several_starts():
    found = minimize("x^4 - x^2 + x/10", starts=[-0.5, 0.5, 2.0], optimizer=gs.sgd(0.05))
    assert [one.status for one in found.all] == ["converged"] * 3
    assert found.lowest is found[0]
    assert "x = −0.5" in found.diagnosis
    assert "do not tell" in found.diagnosis
    assert "不能回答" in found.told("zh")
    assert minimize("-x^2", starts=[1, 2]).lowest is None


def test_statuses_of_flat_places():
    assert minimize("x^3", 1).status == "saddle"
    assert "inflection" in minimize("x^3", 1).diagnosis
    assert minimize("x^4", 1, max_iterations=3000).status == "converged"
    assert minimize("-x^4", 0.01).status == "maximum"
    assert minimize("cos(x)", 0).status == "maximum"
    assert minimize("-e^(-x^2)", 5).status == "plateau"
    assert minimize("sigmoid(x)", 0, optimizer=gs.sgd(5)).status == "plateau"
    assert minimize("x^2 + 0y", (1, 1)).status == "plateau"
    assert minimize("5 + 0x", 1).status == "plateau"
    assert minimize("x^2 - y^2", (1, 0)).status == "saddle"


def test_a_kink():
    found = minimize("|x|", 1.05, max_iterations=500)
    assert found.status == "oscillating"
    assert "kink" in found.diagnosis


def test_slow_is_not_oscillating():
    assert minimize("x", 0, max_iterations=500).status == "not converged"
    assert minimize("x^2", 1, optimizer=gs.sgd(0.99)).status == "converged"


def test_leaving_the_domain():
    found = minimize("ln(x)", 1, optimizer=gs.sgd(0.1))
    assert found.status == "diverged"
    assert found.x < 0
    assert np.isnan(found.value)
    assert np.isfinite(found.values[:-1]).all()
    assert "log(-" in found.diagnosis
    assert "NaN" not in found.diagnosis


def test_a_gradient_that_is_not_finite():
    found = minimize("sqrt(|x|)", 0)
    assert (found.status, found.iterations, found.value) == ("diverged", 0, 0)


def test_a_black_box_that_raises():
    import math

    found = minimize(lambda x: math.log(x), 1.0, grad="numeric", optimizer=gs.sgd(0.4))
    assert found.status == "diverged"
    assert "math domain error" in found.diagnosis


def test_numeric_descent_is_diagnosed():
    found = minimize(lambda x, y: float(x) ** 2 + float(y) ** 4 + y * y, (1.0, 1.0), "numeric")
    assert found.status == "converged"
    np.testing.assert_allclose(found.findings.eigenvalues, [2, 2], atol=1e-4)


def test_momentum_is_diagnosed():
    found = minimize("x^2 + y^2/10", (3, 4), optimizer=gs.momentum(0.05))
    assert found.status == "converged"
    assert "rates below 1.9 converge" in found.diagnosis
    assert minimize("x^2", 1, optimizer=gs.momentum(1.89), max_iterations=3000).status != "diverged"
    assert minimize("x^2", 1, optimizer=gs.momentum(1.92), max_iterations=3000).status == "diverged"


def test_nesterov_is_diagnosed():
    # 2 (1 + β) / (λ (1 + 2β)) with λ = 2
    largest = 1.9 / 2.8
    below = gs.nesterov(largest * 0.99)
    assert f"{largest:.6g}" in minimize("x^2", 1, optimizer=below, max_iterations=5000).diagnosis
    assert minimize("x^2", 1, optimizer=below, max_iterations=5000).status == "converged"
    above = gs.nesterov(largest * 1.01)
    assert minimize("x^2", 1, optimizer=above, max_iterations=5000).status == "diverged"


@pytest.mark.parametrize("formula", ["(x+1)^2-1", "x^3", "-x^2", "cos(x)", "ln(x)", "|x|", "x^4"])
def test_chinese(formula):
    found = minimize(formula, 0.3, optimizer=gs.sgd(0.5), max_iterations=100)
    told = found.told("zh")
    assert "{" not in told
    assert any("一" <= one <= "鿿" for one in told)
    with pytest.raises(UnknownNameError):
        found.told("de")


def test_a_long_descent_is_thinned():
    found = minimize(
        VALLEY, (-1.2, 1), optimizer=gs.sgd(1e-3), precision=0, max_iterations=200_001, keep=1000
    )
    assert found.iterations == 200_001
    assert len(found.path) <= 1001 + HEAD + TAIL
    assert (np.diff(found.kept) > 0).all()
    assert found.kept[:HEAD].tolist() == list(range(HEAD))
    assert found.kept[-TAIL:].tolist() == list(range(200_002 - TAIL, 200_002))
    steps = np.isfinite(found.steps).all(axis=1)
    assert (steps == (np.diff(found.kept) == 1)).all()
    value = (1 - found.path[:, 0]) ** 2 + 100 * (found.path[:, 1] - found.path[:, 0] ** 2) ** 2
    np.testing.assert_allclose(found.values, value, rtol=1e-9, atol=1e-15)


@pytest.mark.parametrize("name", ["sgd", "nesterov", "adam"])
def test_machine_code_goes_the_same_way(name):
    rule = OPTIMIZERS[name](1e-4)
    settings = {"optimizer": rule, "max_iterations": 6000, "precision": 1e-3}
    fast = minimize(VALLEY, (-1.2, 1), **settings)
    slow = minimize(VALLEY, (-1.2, 1), executor="interpreter", **settings)
    assert (fast.status, fast.iterations) == (slow.status, slow.iterations)
    assert len(fast.path) == len(slow.path) == fast.iterations + 1
    np.testing.assert_allclose(fast.path, slow.path, rtol=1e-9)
    np.testing.assert_allclose(fast.values, slow.values, rtol=1e-7)


def test_machine_code_stops_where_the_descent_does():
    settings = {"optimizer": gs.sgd(1e-3), "precision": 1e-6}
    fast = minimize(VALLEY, (-1.2, 1), max_iterations=1_000_000, **settings)
    slow = minimize(VALLEY, (-1.2, 1), max_iterations=50_000, executor="interpreter", **settings)
    assert fast.iterations == slow.iterations
    assert fast.status == "converged"
    assert fast.kept[-TAIL:].tolist() == list(
        range(fast.iterations - TAIL + 1, fast.iterations + 1)
    )


def test_machine_code_leaves_the_domain_where_the_descent_does():
    settings = {"optimizer": gs.sgd(1e-3), "max_iterations": 20_000, "precision": 0}
    fast = minimize("ln(x)", 1, **settings)
    slow = minimize("ln(x)", 1, executor="interpreter", **settings)
    assert fast.status == slow.status == "diverged"
    assert fast.iterations == slow.iterations
    np.testing.assert_array_equal(fast.kept, slow.kept)
    grown = minimize("-x^2", 1e-3, optimizer=gs.sgd(1e-3), max_iterations=100_000)
    assert grown.status == "diverged"
    assert abs(grown.value) > 1e6


def test_a_million_updates_are_soon_done():
    settings = {"optimizer": gs.sgd(1e-3), "precision": 0, "max_iterations": 1_000_000}
    minimize(VALLEY, (-1.2, 1), **settings)
    found = minimize(VALLEY, (-1.2, 1), **settings)
    assert found.iterations == 1_000_000
    np.testing.assert_allclose(found.x, [1, 1], atol=1e-9)


def test_progress_is_told():
    heard = []
    minimize(
        "x^2", 1, optimizer=gs.sgd(1e-7), precision=0, max_iterations=300_000,
        progress=lambda *told: heard.append(told),
    )  # fmt: skip
    assert heard
    numbers = [one[0] for one in heard]
    assert numbers == sorted(numbers)
    assert all(norm == pytest.approx(2 * np.sqrt(value)) for _, value, norm in heard)


@pytest.mark.parametrize(
    ("arguments", "settings", "error", "words"),
    [
        (("ln(x)", -1), {}, DataError, r"log\(-1\)"),
        (("x", float("nan")), {}, DataError, "finite"),
        (("x y", 1), {}, ShapeError, "for x, y"),
        (("x", (1, 2)), {}, ShapeError, "2 numbers came: 1 is wanted, for x"),
        (("x", "one"), {}, KindError, "'one'"),
        (("5", 1), {}, DataError, "no variable"),
        ((3, 1), {}, KindError, "a function or a formula"),
        (("x", None), {}, KindError, "none came"),
        ((lambda x: x, np.ones(2)), {}, ShapeError, "an array of shape"),
        ((lambda x: np.sum([float(x)]), 1.0), {}, TraceError, "numeric"),
        ((lambda x: 3, 1.0), {}, NoGradientError, "int64"),
        (("x", 1), {"grad": "auto"}, UnknownNameError, "numeric"),
        (("x", 1), {"grad": 3}, KindError, "int came"),
        (("x y", (1, 2)), {"grad": lambda x, y: 1.0}, ShapeError, "a tuple of 2 numbers"),
        (("x", 1), {"optimizer": "sgd"}, KindError, "gs.sgd"),
        (("x", 1), {"precision": -1}, RangeError, "from 0"),
        (("x", 1), {"max_iterations": 1.5}, RangeError, "whole number"),
        (("x", 1), {"executor": "gpu"}, UnknownNameError, "gpu"),
        (("x",), {"starts": []}, KindError, "some starts"),
        (("x", ()), {}, ShapeError, "0 numbers came"),
        ((lambda x, y: x, 1.0), {"grad": "numeric"}, ShapeError, "f: a function of .x, y. came"),
        (("x", 1), {"grad": lambda x, y: (1, 2)}, ShapeError, "grad: .* one of .x. is wanted"),
    ],
)
def test_bad_input(arguments, settings, error, words):
    with pytest.raises(error, match=words):
        minimize(*arguments, **settings)


# Newton's reference, and what the pace is told of ------------------------------------------------
@pytest.mark.parametrize("formula", ["tanh(x)", "sigmoid(x)", "tanh(x) + y^2"])
def test_where_f_only_flattens_there_is_no_stationary_point(formula):
    start = (-3.0, 1.0) if "y" in formula else -3.0
    for precision in (1e-4, 1e-2):
        found = minimize(formula, start, precision=precision)
        assert found.status in ("not converged", "plateau")
        assert found.findings.newton is None


def test_flat_points_that_are_stationary_are_found():
    for formula, start in (("x^4", 1), ("x^3", 1), ("x^2 y^2", (1, 1)), ("(x+y)^2", (1, 2))):
        assert minimize(formula, start).findings.newton is not None


def test_the_pace_of_another_gradient_is_not_told():
    other = minimize("x^2", 1, lambda x: 3 * x)
    assert other.status == "converged"
    assert "multiplies the distance" not in other.diagnosis
    assert "Observed: the last steps were multiplied by 0.7 each." in other.diagnosis
    assert "= 0.8: it shrinks" in minimize("x^2", 1, "numeric").diagnosis


def test_a_kink_of_a_black_box_is_no_plateau():
    found = minimize(lambda x: x * x if x > 0 else -x, 1.0, "numeric")
    assert found.status == "converged"


def test_with_momentum_many_rates_are_the_best():
    """√β wherever the update's eigenvalues are complex: (1−√β)²/λ … (1+√β)²/λ (Goh 2017)."""
    found = minimize("x^2 + 10y^2", (1, 1), optimizer=gs.momentum(0.05))
    assert "by 0.948683 an update" in found.diagnosis
    assert "the best there is about 0.0014 … 0.19." in found.diagnosis
    assert "elsewhere f'' is another" not in found.diagnosis  # the swings make the ratio


def test_a_zig_zag_along_the_steepest_direction_alone():
    found = minimize("x^2 + 10y^2", (1, 1), optimizer=gs.sgd(0.09))
    assert "it shrinks, in a zig-zag along the steepest direction" in found.diagnosis
    assert "沿最陡方向呈之字形" in found.told("zh")
    assert "elsewhere f'' is another" not in found.diagnosis


def test_numbers_whose_squares_are_too_large():
    found = minimize("1e100(x+y)^2", (1, 1))
    assert found.status == "diverged"
    assert found.forecast.tolist() == pytest.approx([-3.2e200])
    assert "|x| = 5.657e+99" in found.diagnosis
    assert norm_of(np.array([3e200, -4e200])) == pytest.approx(5e200)
    assert np.isnan(norm_of(np.array([np.nan, 1.0])))


@pytest.mark.parametrize("formula", ["x^4", "abs(x)"])
def test_a_minimum_without_curvature_is_not_denied(formula):
    found = minimize(formula, 0)
    assert found.status == "plateau"
    assert "do not tell a minimum from a flat stretch" in found.told("en")


def test_a_factor_that_only_rounds_to_1_does_not_stay():
    slow = {"optimizer": gs.sgd(1e-12), "max_iterations": 1000}
    told = minimize("(1-x)^2 + 100(y-x^2)^2", (-1.2, 1), **slow).diagnosis
    assert "to 1 along the flattest" in told
    assert "very slowly" in told
    assert "it stays" not in told
