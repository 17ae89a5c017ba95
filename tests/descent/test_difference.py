"""The central difference beside the exact derivative, and gradients that are typed."""

import numpy as np
import pytest

import gradstone as gs
from gradstone.checking.numeric import error_by_step
from gradstone.descent.difference import STEPS, difference
from gradstone.descent.minimize import minimize
from gradstone.descent.tokens import ExpressionError
from gradstone.descent.typed import typed_gradient
from gradstone.errors import DataError, KindError, RangeError, ShapeError, UnknownNameError


def test_d8():
    found = difference("0.01x^2 + 0.1x", 5)
    assert found.central == pytest.approx(0.1999999999990898, rel=1e-9)
    assert found.slope == pytest.approx(0.2, rel=1e-12)
    assert found.intercept == pytest.approx(-0.25, rel=1e-12)
    assert found.tangent == "0.2 x − 0.25"
    assert found.third == 0
    assert found.balance is None
    assert found.best[0] == 1


def test_d9():
    found = difference("sin(x)", 1)
    for h, told in ((1e-1, 9.0e-4), (1e-4, 9.0e-10), (1e-12, 1.2e-5), (1e-17, 0.5403)):
        error = found.errors[np.argmin(np.abs(np.log(found.steps / h)))]
        assert told / 3 < error < told * 3
    assert found.third == pytest.approx(-np.cos(1), rel=1e-12)
    assert found.tangent == "0.540302 x + 0.301169"
    assert found.balance == pytest.approx(1.27e-5, rel=0.01)
    large, small = found.steps > 1e-3, (found.steps > 1e-14) & (found.steps < 1e-7)
    np.testing.assert_allclose(found.errors[large], found.truncation[large], rtol=0.06)
    assert (found.errors[small] < 2 * found.rounding[small]).all()
    np.testing.assert_allclose(
        found.errors, error_by_step(np.sin, 1.0, float(np.cos(1.0)), STEPS.tolist()), atol=1e-9,
        rtol=2,
    )  # fmt: skip
    h, error = found.best
    assert 1e-7 < h < 1e-4
    assert error == np.nanmin(found.errors)


def test_a_function_of_python_and_its_domain():
    found = difference(lambda x: gs.log(x), 0.5)
    assert found.slope == 2
    assert found.name == "x"
    assert np.isnan(found.errors[-1])  # log(0.5 − 1)
    assert found.best[0] < 0.1


def test_tangents():
    assert difference("x^2", 0).tangent == "0"
    assert difference("3x", 2).tangent == "3 x"
    assert difference("-t + 1", 2).tangent == "−t + 1"
    assert difference("x", 1).tangent == "x"


@pytest.mark.parametrize(
    ("f", "x", "slopes"),
    [("|x|", 0, (-1, 1)), ("relu(x) + x", 0, (1, 2)), ("|x - 1e3|", 1e3, (-1, 1)),
     ("max(x, 2x) + 1e6", 0, (1, 2))],
)  # fmt: skip
def test_a_kink_is_told(f, x, slopes):
    assert difference(f, x).sides == pytest.approx(slopes, rel=1e-3)


@pytest.mark.parametrize(
    ("f", "x"),
    [("|x|", 1), ("x^3", 0), ("1/x", 1e-3), ("e^x", 300), ("sqrt(x)", 1e-6), ("5 + 0x", 1),
     ("1e9 + x", 0), ("tanh(1000x)", 0), ("cos(50x)", 0.02), ("1e9 + sin(x)", 1)],
)  # fmt: skip
def test_no_kink_where_f_is_smooth(f, x):
    assert difference(f, x).sides is None


@pytest.mark.parametrize(
    ("arguments", "error", "words"),
    [
        (("ln(x)", -1), DataError, r"log\(-1\)"),
        (("sqrt(x)", 0), DataError, "not finite"),
        (("x y", 1), ShapeError, "2 variables"),
        (("3", 1), DataError, "no variable"),
        (("x +", 1), ExpressionError, "the end came"),
        (("x", 1, 0.0), RangeError, "above 0"),
        (("x", 1, -1e-4), RangeError, "step"),
        (("x", float("nan")), DataError, "finite"),
    ],
)
def test_bad_input(arguments, error, words):
    with pytest.raises(error, match=words):
        difference(*arguments)


def test_a_typed_gradient():
    slopes = typed_gradient(["2x e^y", "x^2 e^y"], ["x", "y"])
    assert slopes(3.0, 0.0) == (6, 9)
    assert typed_gradient(["2"], ["x"])(5.0) == 2
    assert typed_gradient("max(x, y), 2y", ["x", "y"])(3.0, 4.0) == (4, 8)


@pytest.mark.parametrize("grad", ["2x, 2y", "2x；2y", ["2x", "2y"], ("2 x", "y + y")])
@pytest.mark.parametrize("f", ["x^2 + y^2", lambda x, y: x * x + y * y])
def test_minimize_takes_typed_gradients(f, grad):
    found = minimize(f, (1.0, 2.0), grad)
    np.testing.assert_array_equal(found.path, minimize("x^2 + y^2", (1, 2)).path)


@pytest.mark.parametrize(
    ("grad", "error", "words"),
    [
        ("2x", ShapeError, "1 formula came: 2 are wanted, for x, y"),
        (["2x", "2y", "1"], ShapeError, "3 formulas came"),
        ("2x, z", ExpressionError, "grad, place 1: 'z' is not known"),
        ("2x, 2 + sinn(y)", ExpressionError, r"grad, place 5: .*\n  2 \+ sinn\(y\)\n      \^{4}$"),
        ("numerics", UnknownNameError, "Did you mean numeric"),
        ([1, 2], KindError, 'list came: a function, formulas or "numeric"'),
    ],
)
def test_typed_gradients_that_are_wrong(grad, error, words):
    with pytest.raises(error, match=words):
        minimize("x^2 + y^2", (1, 2), grad)


def test_a_word_in_a_list_is_a_formula():
    with pytest.raises(ExpressionError, match="grad, place 1: 'numeric' is not known"):
        minimize("x^2", 3, ["numeric"])


def test_formulas_are_no_gradient_of_an_array():
    with pytest.raises(ShapeError, match="an array for a start came"):
        minimize(lambda x: gs.sum(x * x), np.ones(2), "2x")
