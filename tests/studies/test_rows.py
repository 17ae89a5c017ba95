"""Rows as networks take them."""

import numpy as np
import pytest

import gradstone as gs
from gradstone.data.drawn import drawn_set
from gradstone.errors import ShapeError
from gradstone.studies.rows import Prepared, pair
from gradstone.training.objective import Objective
from gradstone.training.optimizers import sgd
from gradstone.training.step import Plan

MOONS, OTHER = drawn_set("moons", 30), drawn_set("moons", 10, seed=1)


def plan(network, loss="cross_entropy", dtype="float32"):
    return Plan(network, Objective(loss), sgd(), dtype=dtype)


def test_trainings_that_take_rows_alike_share_them():
    rows = Prepared(pair(MOONS), pair(OTHER))
    (x, t), (out, _) = rows.of(plan(gs.MLP([2, 4, 2])))
    (same, labels), _ = rows.of(plan(gs.MLP([2, 9, 9, 2])))
    assert same is x
    assert labels is t
    assert (x.dtype, t.dtype, out.shape) == (np.float32, np.int64, (10, 2))
    double, _ = rows.of(plan(gs.MLP([2, 4, 2]), dtype="float64"))
    assert double[0].dtype == np.float64
    one, _ = rows.of(plan(gs.MLP([2, 4, 1], output="sigmoid"), "binary_cross_entropy"))
    assert one[1].shape == (30, 1)


def test_a_network_that_does_not_take_them():
    rows = Prepared(pair(MOONS), None)
    rows.of(plan(gs.MLP([2, 4, 2])))
    with pytest.raises(ShapeError):
        rows.of(plan(gs.MLP([3, 4, 2])))


def test_a_pair():
    assert pair(MOONS)[0] is MOONS.inputs
    assert pair(([[1.0]], [0]))[1] == [0]
    with pytest.raises(ShapeError, match="pair"):
        pair((1, 2, 3))
