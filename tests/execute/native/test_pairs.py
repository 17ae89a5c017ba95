"""Kernels in two halves, and products added to what is there: the same numbers."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from gradstone.execute.native import pairs
from gradstone.execute.native.host import this_host
from gradstone.execute.native.pairs import helps, in_pairs
from gradstone.execute.native.prepare import prepared
from gradstone.execute.native.program import (
    ROWS,
    Both,
    Compute,
    Gather,
    Load,
    Multiply,
    Nest,
    Number,
    Product,
    Step,
    Store,
    View,
)
from gradstone.execute.native.show import written
from tests.execute.native.machine import Desk, dense

RANDOM = np.random.default_rng(0)
STEPPED = """\
def step(b1, b2, b3, b0, rows):
    for i in range(2):
        for j in range(3):
            v0 = float64(0)
            for p in range(2):
                v0 += b0[2 * i + p] * b1[j + 3 * p]
            v1 = b2[0]
            v2 = v1 * v0
            v3 = b3[3 * i + j]
            v4 = v3 + v2
            b3[3 * i + j] = v4
"""


def update(desk: Desk, sizes: tuple[int, int, int], formula: str = "a - b") -> Nest:
    """W − rate · XᵀdY over numbers of the desk."""
    m, n, inner = sizes
    x, g = desk.buffer(RANDOM.normal(size=(inner, m))), desk.buffer(RANDOM.normal(size=(inner, n)))
    w, rate = desk.buffer(RANDOM.normal(size=(m, n))), desk.buffer(np.array([0.1]))
    return Nest((m, n), Product(View(x, (1, 0, m)), View(g, (0, 1, n)), inner, "float64"), [
        Load(1, View(rate, (0, 0)), "float64"),
        Compute(2, "a * b", ("a", "b"), (1, 0), "float64", "float64"),
        Load(3, dense(w), "float64"),
        Compute(4, formula, ("a", "b"), (3, 2), "float64", "float64"),
        Store(dense(w), 4, "float64"),
    ])  # fmt: skip


def prepared_steps(desk: Desk, nest: Nest) -> list[Step]:
    return list(prepared(desk.program(nest), this_host(), desk.rows).steps)


@pytest.mark.parametrize("formula", ["a - b", "a + b"])
def test_an_update_is_one_product_onto_what_is_there(formula: str) -> None:
    desk = Desk()
    nest = update(desk, (160, 144, 100), formula)
    made = [one for one in prepared_steps(desk, nest) if isinstance(one, Multiply)]
    assert len(made) == 1
    assert made[0].factor is not None
    desk.agree(nest)


def test_what_is_stored_twice_is_no_update() -> None:
    desk = Desk()
    nest = update(desk, (160, 144, 100))
    nest.instructions.append(Store(dense(desk.buffer(np.zeros((160, 144)))), 0, "float64"))
    assert not any(getattr(one, "factor", None) for one in prepared_steps(desk, nest))
    desk.agree(nest)


def test_an_update_is_printed_as_python() -> None:
    desk = Desk()
    x, g = desk.buffer(np.zeros((2, 2)), given=True), desk.buffer(np.zeros((2, 3)))
    rate, w = desk.buffer(np.zeros(1)), desk.buffer(np.zeros((2, 3)))
    product = Product(View(x, (2, 0, 1)), View(g, (0, 1, 3)), 2, "float64")
    one = Multiply((2, 3), product, dense(w), View(rate, ()))
    assert written(desk.program(one)) == STEPPED


@pytest.fixture(autouse=True)
def small_kernels_are_cut(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pairs, "WORTH", 2**18)


def halved(desk: Desk, nest: Nest) -> list[Step]:
    """The nest in two halves, which as machine code and as Python do what the nest does."""
    steps = in_pairs([nest], desk.rows)
    assert helps([nest], desk.rows)
    whole = desk.oracle(desk.program(nest))
    for found in (desk.machine(desk.program(*steps)), desk.oracle(desk.program(*steps))):
        for a, b in zip(found, whole, strict=True):
            np.testing.assert_allclose(a, b, rtol=1e-12, atol=1e-12)
    return steps


def extents(steps: list[Step]) -> list[Any]:
    (one,) = steps
    assert isinstance(one, Both)
    assert isinstance(one.first, Nest)
    assert isinstance(one.second, Nest)
    return [one.first.extents, one.second.extents]


def test_a_product_is_cut_along_its_rows() -> None:
    desk = Desk()
    nest = update(desk, (61, 80, 64))
    assert extents(halved(desk, nest)) == [(31, 80), (30, 80)]


def relu(desk: Desk, columns: int, along: tuple[int, int]) -> Nest:
    """A rectifier, its sums kept along some axes."""
    x = desk.buffer(RANDOM.normal(size=(desk.rows, columns)), given=True, rows=True)
    y = desk.buffer(np.zeros((desk.rows, columns)), rows=True)
    total = desk.buffer(np.zeros(max(desk.rows, columns)))
    return Nest((ROWS, columns), None, [
        Load(1, dense(x), "float64"),
        Number(2, 0.0, "float64"),
        Compute(3, "maximum(a, b)", ("a", "b"), (1, 2), "float64", "float64"),
        Gather(View(total, along), 3, "sum", "float64", 0.0),
        Store(dense(y), 3, "float64"),
    ])  # fmt: skip


def test_a_nest_is_cut_where_its_sums_are_not() -> None:
    over_rows = halved(desk := Desk(rows=200), relu(desk, 101, (0, 1)))
    assert extents(over_rows) == [(ROWS, 48), (ROWS, 53)]
    over_columns = halved(desk := Desk(rows=201), relu(desk, 100, (1, 0)))
    assert extents(over_columns) == [(101, 100), (100, 100)]


def test_what_is_small_or_hands_numbers_on_stays_whole() -> None:
    desk = Desk(rows=10)
    assert not helps([relu(desk, 10, (1, 0))], 10)
    desk = Desk(rows=500)
    assert not helps([relu(desk, 200, (0, 0))], 500)
    w = desk.buffer(np.zeros((300, 300)))
    turned = Nest((300, 300), None, [
        Load(1, View(w, (1, 300)), "float64"),
        Compute(2, "exp(x)", ("x",), (1,), "float64", "float64"),
        Store(dense(w), 2, "float64"),
    ])  # fmt: skip
    assert not helps([turned], 500)


def test_a_long_sum_is_cut_and_added_up_by_its_reader() -> None:
    desk = Desk()
    x, w = desk.buffer(RANDOM.normal(size=(80, 400))), desk.buffer(RANDOM.normal(size=(400, 96)))
    y = desk.buffer(np.zeros((80, 96)))
    nest = Nest((80, 96), Product(View(x, (400, 0, 1)), View(w, (0, 1, 96)), 400, "float64"), [
        Compute(1, "tanh(x)", ("x",), (0,), "float64", "float64"),
        Store(dense(y), 1, "float64"),
    ])  # fmt: skip
    both, reader = prepared_steps(desk, nest)
    assert isinstance(both, Both)
    assert isinstance(both.first, Multiply)
    assert isinstance(both.second, Multiply)
    assert both.first.product.inner + both.second.product.inner == 400
    assert isinstance(reader, Nest)
    desk.agree(nest)
