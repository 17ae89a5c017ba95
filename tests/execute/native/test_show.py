"""The printed program: it reads well, and it runs."""

from __future__ import annotations

import numpy as np

from gradstone.execute.native.program import (
    ROWS,
    Compute,
    Gather,
    Load,
    Nest,
    Number,
    Product,
    Reduce,
    Store,
    View,
)
from gradstone.execute.native.show import written
from tests.execute.native.machine import Desk, dense

LAYER = """\
def step(b1, b3, b4, b0, b2, rows):
    b4[0] = 0.0
    for i in range(rows):
        for j in range(3):
            v0 = float64(0)
            for p in range(2):
                v0 += b0[2 * i + p] * b1[j + 3 * p]
            v1 = b2[j]
            v2 = v0 + v1
            v4 = maximum(v2, 0.0)
            b4[0] += v4
            b3[3 * i + j] = v4
"""
SHARES = """\
def step(b0, b1, rows):
    for i in range(2):
        v3 = [None] * 4
        v2 = float64(0.0)
        for j in range(4):
            v1 = b0[4 * i + j]
            v3[j] = exp(v1)
            v2 += v3[j]
        for j in range(4):
            v4 = v3[j] / v2
            b1[4 * i + j] = v4
"""


def test_a_layer() -> None:
    desk = Desk(rows=2)
    x = desk.buffer(np.arange(4.0).reshape(2, 2), given=True, rows=True)
    w, bias = desk.buffer(np.ones((2, 3))), desk.buffer(np.array([-2.0, 0, 1]), given=True)
    y, total = desk.buffer(np.zeros((2, 3)), rows=True), desk.buffer(np.zeros(1))
    nest = Nest((ROWS, 3), Product(View(x, (2, 0, 1)), View(w, (0, 1, 3)), 2, "float64"), [
        Load(1, View(bias, (0, 1)), "float64"),
        Compute(2, "a + b", ("a", "b"), (0, 1), "float64", "float64"),
        Number(3, 0.0, "float64"),
        Compute(4, "maximum(a, b)", ("a", "b"), (2, 3), "float64", "float64"),
        Gather(View(total, (0, 0)), 4, "sum", "float64", 0.0),
        Store(dense(y), 4, "float64"),
    ])  # fmt: skip
    assert written(desk.program(nest)) == LAYER
    after = desk.agree(nest)
    np.testing.assert_array_equal(after[3], [0, 1, 2, 3, 5, 6])
    assert after[4] == 17


def test_a_row_is_complete_before_its_sum_is_used() -> None:
    desk = Desk()
    x, y = desk.buffer(np.zeros((2, 4))), desk.buffer(np.zeros((2, 4)))
    nest = Nest((2, 4), None, [
        Load(1, dense(x), "float64"),
        Compute(3, "exp(x)", ("x",), (1,), "float64", "float64"),
        Reduce(2, 3, "sum", "float64"),
        Compute(4, "a / b", ("a", "b"), (3, 2), "float64", "float64"),
        Store(dense(y), 4, "float64"),
    ])  # fmt: skip
    assert written(desk.program(nest)) == SHARES
    assert (desk.agree(nest)[1] == 0.25).all()
