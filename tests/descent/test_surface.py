"""Values and gradients at many points at once are those of the points one by one."""

import math

import numpy as np
import pytest

import gradstone as gs
from gradstone.descent.minimize import minimize
from gradstone.descent.problem import Problem, traced
from gradstone.descent.surface import gradients_at, values_at
from tests.descent.functions import EXAMPLES

MATRIX = np.array([[2.0, 1.0], [1.0, 3.0]])
FUNCTIONS = [
    ("x^3 - 2x", 1.0),
    ("max(x, y)^2 + |y| + ln(x + 9)", (1.0, 2.0)),
    (lambda x: gs.sum(x * x * gs.exp(x)), np.ones(2)),
    (lambda x: x[0] ** 2 + 3 * x[1] ** 2, np.ones(2)),
    (lambda x: x @ (MATRIX @ x) + 5, np.ones(2)),
    (lambda a, w: (a - 1) ** 2 + gs.sum(gs.softmax(w) * w), (3.0, np.ones(2))),
    (lambda w: gs.sum(gs.max(w, axis=1)) + gs.sum(gs.reshape(w, shape=(6,)) ** 2),
     np.ones((2, 3))),
    (lambda x: 0 * x + 3.0, 1.0),
]  # fmt: skip


def points_for(descent, count):
    return np.random.default_rng(1).normal(size=(count, descent.form.size))


@pytest.mark.parametrize(("f", "start"), FUNCTIONS)
def test_many_points_are_each_as_by_itself(f, start):
    descent = minimize(f, start, max_iterations=1)
    points = points_for(descent, 37)
    problem = Problem(descent.function, descent.form, traced(descent.function, descent.form,
                                                             points[0]))  # fmt: skip
    single = [problem.both(one) for one in points]
    np.testing.assert_allclose(values_at(descent, points), [v for v, _ in single], rtol=1e-12)
    slopes = gradients_at(descent, points)
    np.testing.assert_allclose(slopes, [g for _, g in single], rtol=1e-12, atol=1e-12)
    assert slopes.shape == points.shape


@pytest.mark.parametrize("example", EXAMPLES, ids=str)
def test_known_functions(example):
    descent = minimize(example.formula, example.starts[0], max_iterations=0)
    points = points_for(descent, 500)
    wanted = example.by_hand(points[:, 0], points[:, 1])
    np.testing.assert_allclose(values_at(descent, points), wanted, rtol=1e-9, atol=1e-9)
    h = 1e-6
    slopes = gradients_at(descent, points)
    rise = example.by_hand(points[:, 0] + h, points[:, 1])
    fall = example.by_hand(points[:, 0] - h, points[:, 1])
    np.testing.assert_allclose(slopes[:, 0], (rise - fall) / (2 * h), rtol=1e-4, atol=1e-2)


def test_a_black_box():
    descent = minimize(lambda x, y: math.sin(x) + y * y, (1.0, 2.0), "numeric", max_iterations=1)
    points = points_for(descent, 20)
    wanted = np.stack([np.cos(points[:, 0]), 2 * points[:, 1]], axis=1)
    np.testing.assert_allclose(values_at(descent, points), np.sin(points[:, 0]) + points[:, 1] ** 2)
    np.testing.assert_allclose(gradients_at(descent, points), wanted, atol=1e-8)


def test_no_value():
    descent = minimize("ln(x)", 1, max_iterations=1)
    found = values_at(descent, np.array([[1.0], [-1.0], [np.e]]))
    np.testing.assert_allclose(found, [0, np.nan, 1])


def test_numeric_gradients_of_a_formula_are_those_of_a_black_box():
    typed = minimize("(x+1)^2 + x y^2", (1, 2), "numeric", max_iterations=5)
    boxed = minimize(
        lambda x, y: (float(x) + 1) ** 2 + float(x) * float(y) ** 2, (1.0, 2.0), "numeric",
        max_iterations=5,
    )  # fmt: skip
    np.testing.assert_allclose(typed.path, boxed.path, rtol=1e-12)
