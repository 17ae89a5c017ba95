"""Nests as machine code against the Python they print."""

from __future__ import annotations

import numpy as np
import pytest

from gradstone.data.philox import uniform
from gradstone.execute.native.program import (
    ROWS,
    Compute,
    Draw,
    Fill,
    Gather,
    Load,
    Nest,
    Number,
    Pick,
    Reduce,
    Scatter,
    Store,
    View,
)
from tests.execute.native.machine import Desk, dense
from tests.execute.native.randomly import random_nest

FLOATS = ("float32", "float64")
RANDOM = np.random.default_rng(7)


@pytest.mark.parametrize("seed", range(60))
def test_random_nests(seed: int) -> None:
    desk, nest = random_nest(seed)
    single = any(one.dtype == "float32" for one in nest.instructions)
    desk.agree(nest, tolerance=2e-5 if single else None)


@pytest.mark.parametrize("size", [0, 1, 3, 8, 15, 16, 17, 63, 64, 65, 200])
@pytest.mark.parametrize("dtype", FLOATS)
def test_every_tail(size: int, dtype: str) -> None:
    desk = Desk(rows=size)
    x = desk.buffer(RANDOM.normal(size=size).astype(dtype), given=True, rows=True)
    y = desk.buffer(np.zeros(size, dtype), given=True, rows=True)
    desk.agree(
        Nest((ROWS,), None, [
            Load(1, dense(x), dtype),
            Compute(2, "x * x - x", ("x",), (1,), dtype, dtype),
            Store(dense(y), 2, dtype),
        ])
    )  # fmt: skip


@pytest.mark.parametrize("columns", [1, 5, 16, 40, 128, 700])
@pytest.mark.parametrize("kind", ["sum", "max"])
def test_rows_reduced_and_used_again(columns: int, kind: str) -> None:
    desk = Desk(rows=5)
    x = desk.buffer(RANDOM.normal(size=(5, columns)), given=True, rows=True)
    y = desk.buffer(np.zeros((5, columns)), given=True, rows=True)
    total = desk.buffer(np.zeros(1))
    desk.agree(
        Nest((ROWS, columns), None, [
            Load(1, dense(x), "float64"),
            Reduce(2, 1, kind, "float64"),
            Compute(3, "a - b", ("a", "b"), (1, 2), "float64", "float64"),
            Compute(4, "exp(x)", ("x",), (3,), "float64", "float64"),
            Reduce(5, 4, "sum", "float64"),
            Compute(6, "a / b", ("a", "b"), (4, 5), "float64", "float64"),
            Store(dense(y), 6, "float64"),
            Gather(View(total, (0, 0)), 6, "sum", "float64", 0.0),
        ])
    )  # fmt: skip


def test_a_row_reduced_after_it_was_multiplied() -> None:
    desk = Desk(rows=3)
    a = desk.buffer(RANDOM.normal(size=(3, 4)), rows=True)
    b = desk.buffer(RANDOM.normal(size=(4, 1500)))
    y = desk.buffer(np.zeros((3, 1500)), rows=True)
    from gradstone.execute.native.program import Product

    product = Product(View(a, (4, 0, 1)), View(b, (0, 1, 1500)), 4, "float64")
    desk.agree(
        Nest((ROWS, 1500), product, [
            Reduce(1, 0, "max", "float64"),
            Compute(2, "a - b", ("a", "b"), (0, 1), "float64", "float64"),
            Store(dense(y), 2, "float64"),
        ])
    )  # fmt: skip


@pytest.mark.parametrize("dtype", FLOATS)
def test_an_axis_of_nothing_leaves_the_start(dtype: str) -> None:
    desk = Desk()
    x = desk.buffer(np.zeros((3, 0), dtype))
    largest = desk.buffer(np.ones(3, dtype))
    after = desk.agree(
        Nest((3, 0), None, [
            Load(1, View(x, (0, 1)), dtype),
            Gather(View(largest, (1, 0)), 1, "max", dtype, float("-inf")),
        ])
    )  # fmt: skip
    assert (after[1] == float("-inf")).all()


def test_not_a_number_reaches_sums_and_maxima() -> None:
    desk = Desk()
    numbers = RANDOM.normal(size=(4, 20))
    numbers[1, 13], numbers[2, 19], numbers[3, 0] = np.nan, np.inf, -np.inf
    x = desk.buffer(numbers)
    sums, maxima, rows = (desk.buffer(np.zeros(n)) for n in (20, 4, 4))
    after = desk.agree(
        Nest((4, 20), None, [
            Load(1, dense(x), "float64"),
            Reduce(2, 1, "max", "float64"),
            Gather(View(sums, (0, 1)), 1, "sum", "float64", 0.0),
            Gather(View(maxima, (1, 0)), 1, "max", "float64", float("-inf")),
            Store(View(rows, (1, 0)), 2, "float64"),
        ])
    )  # fmt: skip
    np.testing.assert_array_equal(after[2], numbers.max(axis=1))
    np.testing.assert_array_equal(after[3], numbers.max(axis=1))


@pytest.mark.parametrize("dtype", FLOATS)
def test_picking_and_scattering_by_index(dtype: str) -> None:
    desk = Desk(rows=9)
    table = desk.buffer(RANDOM.normal(size=(6, 5)).astype(dtype))
    rows = desk.buffer(RANDOM.integers(0, 6, 9), given=True, rows=True)
    columns = desk.buffer(RANDOM.integers(0, 5, (9, 5)), rows=True)
    whole = desk.buffer(np.zeros((9, 5), dtype), rows=True)
    single = desk.buffer(np.zeros((9, 5), dtype), rows=True)
    added = desk.buffer(RANDOM.normal(size=(6, 5)).astype(dtype))
    mixed = desk.buffer(RANDOM.normal(size=5).astype(dtype))
    desk.agree(
        Nest((ROWS, 5), None, [
            Load(1, View(rows, (1, 0)), "int64"),
            Load(2, dense(columns), "int64"),
            Pick(3, View(table, (0, 1)), 1, 5, dtype),
            Pick(4, View(table, (0, 0)), 2, 1, dtype),
            Store(dense(whole), 3, dtype),
            Store(dense(single), 4, dtype),
        ]),
        Nest((ROWS, 5), None, [
            Load(1, View(rows, (1, 0)), "int64"),
            Load(2, dense(whole), dtype),
            Scatter(View(added, (0, 1)), 1, 5, 2, dtype),
        ]),
        Nest((ROWS, 5), None, [
            Load(1, dense(columns), "int64"),
            Load(2, dense(single), dtype),
            Scatter(View(mixed, (0, 0)), 1, 1, 2, dtype),
        ]),
    )  # fmt: skip


@pytest.mark.parametrize("dtype", FLOATS)
@pytest.mark.parametrize("shape", [(7,), (3, 10), (5, 33)])
def test_draws_are_those_of_the_stream(dtype: str, shape: tuple[int, ...]) -> None:
    desk = Desk()
    step = desk.buffer(np.array([5]))
    y = desk.buffer(np.zeros(shape, dtype))
    zeros = (0,) * len(shape)
    view = dense(y)
    after = desk.machine(
        desk.program(
            Nest(shape, None, [
                Load(1, View(step, zeros), "int64"),
                Draw(2, 1, 2**40 + 3, 11, view.strides, dtype),
                Store(view, 2, dtype),
            ])
        )
    )  # fmt: skip
    wanted = uniform(2**40 + 3, 11, 5, shape, dtype)
    np.testing.assert_array_equal(after[1], wanted.reshape(-1))


def test_buffers_are_filled() -> None:
    desk = Desk(rows=3)
    made = [
        desk.buffer(np.zeros((3, 5), dtype), rows=True) for dtype in ("float32", "int64", "bool")
    ]
    after = desk.agree(*(Fill(one, 1.0) for one in made))
    assert all((array == 1).all() for array in after)


def test_a_negative_zero_stays_one() -> None:
    desk = Desk()
    after = desk.agree(Fill(desk.buffer(np.ones(5)), -0.0))
    assert np.signbit(after[0]).all()


def test_updates_in_place_see_each_number_once() -> None:
    desk = Desk()
    w, g = (desk.buffer(RANDOM.normal(size=(8, 8))) for _ in range(2))
    desk.agree(
        Nest((8, 8), None, [
            Load(1, dense(w), "float64"),
            Load(2, dense(g), "float64"),
            Number(3, 0.1, "float64"),
            Compute(4, "a * b", ("a", "b"), (3, 2), "float64", "float64"),
            Compute(5, "a - b", ("a", "b"), (1, 4), "float64", "float64"),
            Store(dense(w), 5, "float64"),
        ])
    )  # fmt: skip


@pytest.mark.parametrize("shape", [(2, 2), (8, 8), (64, 10), (10, 64), (17, 33), (3, 5), (40, 2)])
@pytest.mark.parametrize("dtype", ["float32", "float64", "int64", "bool"])
def test_transposed_copies(shape: tuple[int, int], dtype: str) -> None:
    desk = Desk()
    rows, columns = shape
    x = desk.buffer(RANDOM.integers(0, 100, (3, *shape)).astype(dtype), given=True)
    y = desk.buffer(np.zeros((3, columns, rows), dtype), given=True)
    desk.agree(
        Nest((3, rows, columns), None, [
            Load(1, dense(x), dtype),
            Store(View(y, (rows * columns, 1, rows)), 1, dtype),
        ])
    )  # fmt: skip
