"""Losses: their definitions, their targets, and that they never broadcast."""

from __future__ import annotations

import numpy as np
import pytest

import gradstone as gs
from gradstone.errors import KindError, RangeError, ShapeError
from tests.support import numbers, shares

Z, T = numbers(4, 3), numbers(4, 3, salt="targets")
P, Q = shares(4, 3), shares(4, 3)[::-1]
LABELS = np.array([2, 0, 1, 1])
ONE_HOT = np.eye(3)[LABELS]


def log_softmax(z):
    return z - np.log(np.exp(z).sum(axis=-1, keepdims=True))


def sigmoid(z):
    return 1 / (1 + np.exp(-z))


@pytest.mark.parametrize(
    ("name", "wanted"),
    [
        ("half_sse", 0.5 * ((Z - T) ** 2).sum()),
        ("sse", ((Z - T) ** 2).sum()),
        ("mse", ((Z - T) ** 2).mean()),
        ("mae", np.abs(Z - T).mean()),
    ],
)
def test_losses_of_numbers(name, wanted):
    assert getattr(gs, name)(Z, T) == pytest.approx(wanted, rel=1e-14)


def test_cross_entropies_sum_over_outputs_and_average_over_samples():
    wanted = -(P * log_softmax(Z)).sum(axis=1).mean()
    assert gs.cross_entropy(Z, P) == pytest.approx(wanted, rel=1e-14)
    wanted = -(P * np.log(Q)).sum(axis=1).mean()
    assert gs.cross_entropy_of_probabilities(Q, P) == pytest.approx(wanted, rel=1e-14)
    wanted = -(P * np.log(sigmoid(Z)) + (1 - P) * np.log(1 - sigmoid(Z))).sum(axis=1).mean()
    assert gs.binary_cross_entropy(Z, P) == pytest.approx(wanted, rel=1e-14)
    found = gs.binary_cross_entropy_of_probabilities(sigmoid(Z), P)
    assert found == pytest.approx(wanted, rel=1e-13)


def test_labels_one_hot_rows_and_soft_shares():
    wanted = -log_softmax(Z)[np.arange(4), LABELS].mean()
    for targets in (LABELS, LABELS.astype(np.int32), LABELS.astype(np.uint8), LABELS.tolist()):
        assert gs.cross_entropy(Z, targets) == pytest.approx(wanted, rel=1e-14)
    assert gs.cross_entropy(Z, ONE_HOT) == pytest.approx(wanted, rel=1e-14)
    wanted = -np.log(P)[np.arange(4), LABELS].mean()
    assert gs.cross_entropy_of_probabilities(P, LABELS) == pytest.approx(wanted, rel=1e-14)
    assert gs.cross_entropy_of_probabilities(P, ONE_HOT) == pytest.approx(wanted, rel=1e-14)


def test_a_single_sample_may_come_without_its_axis():
    assert gs.cross_entropy(Z[0], 2) == gs.cross_entropy(Z[:1], [2])
    assert gs.binary_cross_entropy(Z[0], P[0]) == gs.binary_cross_entropy(Z[:1], P[:1])
    assert gs.binary_cross_entropy(0.0, 1.0) == pytest.approx(np.log(2))


@pytest.mark.parametrize("dtype", ["float64", "float32"])
def test_gradients_by_logits_are_probabilities_less_targets(dtype):
    z = Z.astype(dtype)
    p = np.exp(log_softmax(Z))
    for targets in (LABELS, ONE_HOT, ONE_HOT.astype("float32")):
        slope = gs.grad(lambda z, t=targets: gs.cross_entropy(z, t))(z)
        assert slope.dtype == dtype
        np.testing.assert_allclose(slope, (p - ONE_HOT) / 4, atol=1e-6 if dtype == "float32" else 0)
    slope = gs.grad(gs.binary_cross_entropy)(z, P.astype(dtype))
    assert slope.dtype == dtype
    np.testing.assert_allclose(slope, (sigmoid(Z) - P) / 4, atol=1e-6)


@pytest.mark.parametrize("name", ["half_sse", "sse", "mse", "mae", "binary_cross_entropy"])
def test_losses_never_broadcast(name):
    """(N, 1) against (N,) is the mistake that broadcasts to (N, N)."""
    message = rf"^{name}: predictions \(4, 1\) and targets \(4,\) came: equal shapes are wanted\. "
    with pytest.raises(ShapeError, match=message + "Losses never broadcast"):
        getattr(gs, name)(np.ones((4, 1)), np.ones(4))


@pytest.mark.parametrize("name", ["cross_entropy", "cross_entropy_of_probabilities"])
@pytest.mark.parametrize(
    "targets", [np.ones((4, 2)), np.ones(4), np.zeros(3, int), np.ones((1, 3))]
)
def test_targets_of_another_shape(name, targets):
    with pytest.raises(
        ShapeError, match=rf"^{name}: logits \(4, 3\) and .* targets .* came: labels"
    ):
        getattr(gs, name)(P, targets)


def test_targets_of_another_kind():
    with pytest.raises(KindError, match=r"cross_entropy: bool targets came: class labels"):
        gs.cross_entropy(Z, ONE_HOT.astype(bool))
    with pytest.raises(ShapeError, match=r"cross_entropy: a single number came: one value a class"):
        gs.cross_entropy(0.5, 1)


@pytest.mark.parametrize("labels", [[2, 0, 1, 3], [-1, 0, 0, 0], [0, 0, 0, 255]])
@pytest.mark.parametrize("dtype", ["int64", "int32", "int16"])
def test_labels_outside_the_classes(labels, dtype):
    labels = np.array(labels, dtype=dtype)
    message = r"^cross_entropy: labels from -?\d+ to \d+ came: 0 to 2 are wanted\. Labels count fr"
    with pytest.raises(RangeError, match=message):
        gs.cross_entropy(Z, labels)
    with pytest.raises(RangeError, match=message):  # captured
        gs.grad(lambda z: gs.cross_entropy(z, labels))(Z)
    with pytest.raises(RangeError, match=message):  # an argument
        gs.grad(lambda z, t: gs.cross_entropy(z, t))(Z, labels)
    with pytest.raises(RangeError, match=message):
        gs.vjp(lambda z: gs.cross_entropy(z, labels), Z)


def test_unsigned_labels_outside_the_classes():
    with pytest.raises(RangeError, match="labels from 3 to 3 came"):
        gs.cross_entropy(Z[:1], np.array([3], dtype=np.uint8))


def test_no_samples():
    assert np.isnan(gs.mse(np.ones((0, 2)), np.ones((0, 2))))
    assert gs.sse(np.ones((0, 2)), np.ones((0, 2))) == 0


def test_one_hot_rows_may_be_whole_numbers():
    logits = np.array([[1.0, 2.0, 3.0], [1.0, 2.0, 3.0]])
    rows = np.array([[0, 0, 1], [1, 0, 0]])
    assert gs.cross_entropy(logits, rows) == gs.cross_entropy(logits, [2, 0])
    slope = gs.grad(lambda z: gs.cross_entropy(z, rows))(logits)
    np.testing.assert_array_equal(slope, gs.grad(lambda z: gs.cross_entropy(z, rows * 1.0))(logits))
