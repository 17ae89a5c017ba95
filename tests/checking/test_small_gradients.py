"""Right gradients pass where gradients are small, and wrong ones of normal size do not."""

import numpy as np
import pytest

import gradstone as gs
from gradstone.checking.audit import audit
from tests.checking.hand import LABELS5, X5, n5_gradient, sigmoid, softmax

LOGITS = (5.0, 10.0, 15.0, 20.0, 25.0, 30.0, 36.0, 40.0)


def n5(p):
    return gs.cross_entropy(gs.tanh(X5 @ p["W1"] + p["b1"]) @ p["W2"] + p["b2"], LABELS5)


def n5_in_numpy(p):
    z = np.tanh(X5 @ p["W1"] + p["b1"]) @ p["W2"] + p["b2"]
    return float(-np.mean(np.log(softmax(z)[[0, 1], [int(one) for one in LABELS5]])))


def trained(steps):
    rng = np.random.default_rng(0)
    sizes = {"W1": (3, 4), "b1": (4,), "W2": (4, 3), "b2": (3,)}
    p = {name: rng.normal(size=size) for name, size in sizes.items()}
    for _ in range(steps):
        gradient = n5_gradient(p)
        length = np.sqrt(sum(np.sum(one**2) for one in gradient.values()))
        p = {name: p[name] - 0.05 * gradient[name] / length for name in p}
    return p


def no_alarm(found):
    assert found.passed, str(found)
    assert {row.verdict for row in found.rows} == {"ok"}, str(found)
    assert found.cause is None


@pytest.mark.parametrize("steps", [50, 200, 400])
@pytest.mark.parametrize("f", [n5, n5_in_numpy])
def test_a_trained_net(f, steps):
    p = trained(steps)
    no_alarm(audit(f, p, grad=n5_gradient))
    if f is n5:
        no_alarm(audit(f, p))


def test_a_mistake_in_a_trained_net_is_named_all_the_same():
    found = audit(n5, trained(50), grad=lambda p: n5_gradient(p, "softmax twice"))
    assert not found.passed
    assert "softmax applied twice" in found.cause
    found = audit(n5, trained(50), grad=lambda p: n5_gradient(p, "sum over samples"))
    assert not found.passed


def least_squares(scale, noise, seed):
    """A linear fit: inputs, targets and the best weights."""
    rng = np.random.default_rng(seed)
    x = scale * rng.normal(size=(12, 3))
    t = x @ rng.normal(size=(3, 2)) + noise * rng.normal(size=(12, 2))
    return x, t, np.linalg.lstsq(x, t, rcond=None)[0]


@pytest.mark.parametrize("seed", range(3))
@pytest.mark.parametrize("noise", [0.0, 1.0])
@pytest.mark.parametrize("scale", [1e-3, 1.0, 1e3])
def test_least_squares_at_the_optimum(scale, noise, seed):
    x, t, best = least_squares(scale, noise, seed)

    def right(w):
        return 2 * x.T @ (x @ w - t) / t.size

    no_alarm(audit(lambda w: gs.mse(x @ w, t), best))
    no_alarm(audit(lambda w: gs.mse(x @ w, t), best, grad=right))
    found = audit(lambda w: gs.mse(x @ w, t), best + 0.1, grad=lambda w: 2 * right(w))
    assert "factor 2" in found.cause


@pytest.mark.parametrize("noise", [0.0, 1.0])
@pytest.mark.parametrize("scale", [1e-3, 1.0])
def test_least_squares_that_cannot_be_traced(scale, noise):
    x, t, best = least_squares(scale, noise, 0)
    found = audit(
        lambda w: float(np.mean((x @ w - t) ** 2)),
        best,
        grad=lambda w: 2 * x.T @ (x @ w - t) / t.size,
    )
    no_alarm(found)


@pytest.mark.parametrize("logit", LOGITS)
def test_saturated_softmax(logit):
    z = np.array([[logit, 0.0, 0.0]])

    def f(z):
        return gs.cross_entropy(z, [0])

    no_alarm(audit(f, z, grad=lambda z: softmax(z) - np.eye(3)[:1]))
    no_alarm(audit(f, z))
    found = audit(f, z, grad=lambda z: softmax(z) - np.eye(3)[1:2])
    assert not found.passed


@pytest.mark.parametrize("logit", [*LOGITS, *(-one for one in LOGITS)])
def test_saturated_sigmoid(logit):
    def right(x):
        return (sigmoid(x) - 1) * sigmoid(x) * (1 - sigmoid(x))

    no_alarm(audit(lambda x: gs.half_sse(gs.sigmoid(x), 1.0), logit, grad=right))
    no_alarm(audit(lambda x: gs.half_sse(gs.sigmoid(x), 1.0), logit))


def test_rounding_is_noted_once():
    z, labels = np.array([[25.0, 0.0, 0.0]]), [0]
    right = softmax(z) - np.eye(3)[:1]
    near = right + np.array([[2e-15, 0.0, 0.0]])  # of p − 1, and p is 1 up to 1e-11
    found = audit(lambda z: gs.cross_entropy(z, labels), z, grad=near)
    no_alarm(found)
    assert sum("too small to tell apart from rounding" in note for note in found.notes) == 1
    beside = right + np.array([[0.0, 1e-14, 0.0]])  # of p, which is known to all digits
    assert not audit(lambda z: gs.cross_entropy(z, labels), z, grad=beside).passed
