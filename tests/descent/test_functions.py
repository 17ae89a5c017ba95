"""Known functions from several starts: gradients and statuses, judged by hand."""

import numpy as np
import pytest

import gradstone as gs
from gradstone.checking.numeric import numeric_gradient
from gradstone.descent.expression import expression
from gradstone.descent.minimize import minimize
from tests.descent.functions import EXAMPLES

PRECISION, UPDATES = 1e-4, 3000


def gradient_by_hand(f, x):
    return numeric_gradient(lambda p: float(f(p[0], p[1])), np.array(x)).gradient


def hessian_by_hand(f, x, h=2e-4):
    found = np.zeros((2, 2))
    for i, a in enumerate(np.eye(2) * h):
        for j, b in enumerate(np.eye(2) * h):
            corners = [f(*(x + s * a + t * b)) * s * t for s in (1, -1) for t in (1, -1)]
            found[i, j] = sum(corners) / (4 * h * h)
    return found


def status_by_hand(example, path, values):
    """From the definition: the gradient's norm at the end, the Hessian there, the last steps."""
    end, f = path[-1], example.by_hand
    if abs(values[-1]) > 1e6 * max(1, abs(values[0])) or not np.isfinite(values[-1]):
        return "diverged"
    if np.linalg.norm(gradient_by_hand(f, end)) >= PRECISION * (1 + 1e-6):
        back = np.linalg.norm(path[-21:-2] - path[-1], axis=1).min()
        step = np.linalg.norm(path[-1] - path[-2])
        return "oscillating" if back < 0.01 * step else "not converged"
    values = np.linalg.eigvalsh(hessian_by_hand(f, end))
    if np.abs(values).max() < 1e-3:  # none of these functions is so flat beside a minimum
        flat = f(*(end + 1e-2)) - f(*end), f(*(end - [1e-2, 0])) - f(*end)
        return "saddle" if max(map(abs, flat)) > 1e-8 else "plateau"
    if values[0] > 0:
        return "converged"
    return "maximum" if values[1] < 0 else "saddle"


@pytest.mark.parametrize("place", range(5))
@pytest.mark.parametrize("example", EXAMPLES, ids=str)
def test_function(example, place):
    start = tuple(map(float, example.starts[place]))
    f = expression(example.formula)
    assert f.variables == ("x", "y")
    assert float(f(*start)) == pytest.approx(float(example.by_hand(*start)), rel=1e-12, abs=1e-12)
    found = minimize(
        f, start, optimizer=gs.sgd(example.rate), precision=PRECISION, max_iterations=UPDATES
    )
    for at in (0, len(found.path) // 2, -1):
        x, slope = found.path[at], found.gradients[at]
        if abs(found.values[at]) < 1e6:
            wanted = gradient_by_hand(example.by_hand, x)
            np.testing.assert_allclose(slope, wanted, rtol=1e-6, atol=1e-6)
    assert found.status == status_by_hand(example, found.path, found.values)
    if found.status == "converged":
        assert found.findings.newton.nature == "minimum"
        assert found.findings.newton.distance < 0.05


def test_every_status_is_met():
    met = {
        minimize(
            one.formula, tuple(map(float, start)), optimizer=gs.sgd(one.rate), max_iterations=300
        ).status
        for one in EXAMPLES
        if one.name in ("sphere", "saddle", "monkey saddle", "easom", "rosenbrock")
        for start in one.starts
    }
    assert met >= {"converged", "saddle", "plateau", "diverged", "not converged"}


def test_gradients_at_random_points():
    draw = np.random.default_rng(1)
    for example in EXAMPLES:
        f = expression(example.formula)
        for x in draw.uniform(-1.5, 1.5, (20, 2)):
            slope = gs.grad(f, (0, 1))(*map(float, x))
            wanted = gradient_by_hand(example.by_hand, x)
            size = max(1.0, float(np.abs(wanted).max()))
            np.testing.assert_allclose(slope, wanted, rtol=1e-6, atol=1e-8 * size)
