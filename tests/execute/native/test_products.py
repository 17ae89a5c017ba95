"""Matrix products of every form against NumPy."""

from __future__ import annotations

import numpy as np
import pytest

from gradstone.execute.native import prepare
from gradstone.execute.native.program import (
    ROWS,
    Compute,
    Gather,
    Load,
    Nest,
    Product,
    Store,
    View,
)
from tests.execute.native.machine import Desk, dense

SHAPES = [
    (1, 1, 1), (1, 8, 5), (10, 2, 8), (10, 8, 8), (10, 8, 1), (8, 10, 1), (3, 1, 7), (5, 0, 4),
    (0, 3, 4), (32, 64, 10), (37, 12, 5), (33, 17, 10), (16, 16, 16), (2, 30, 70), (64, 9, 3),
    (1, 9, 8), (1, 11, 1), (3, 17, 5),
]  # fmt: skip
RANDOM = np.random.default_rng(3)


def multiplied(
    m: int, k: int, n: int, dtype: str, a_turned: bool, b_turned: bool, rows: str = ""
) -> None:
    """One product with bias, activation and column sums, checked against NumPy too."""
    sizes = {"m": m, "k": k, "n": n}
    desk = Desk(rows=sizes.get(rows, 0))
    a = RANDOM.normal(size=(m, k)).astype(dtype)
    b = RANDOM.normal(size=(k, n)).astype(dtype)
    bias = RANDOM.normal(size=n).astype(dtype)
    left = desk.buffer(a.T if a_turned else a, True, rows == ("k" if a_turned else "m"))
    right = desk.buffer(b.T if b_turned else b, True, rows == ("n" if b_turned else "k"))
    added = desk.buffer(bias, rows=rows == "n")
    y = desk.buffer(np.zeros((m, n), dtype), rows=rows == "m")
    sums = desk.buffer(np.zeros(n, dtype), rows=rows == "n")
    left_steps = (1, 0, m) if a_turned else (k, 0, 1)
    right_steps = (0, k, 1) if b_turned else (0, 1, n)
    extents = [ROWS if rows == axis else sizes[axis] for axis in "mnk"]
    product = Product(View(left, left_steps), View(right, right_steps), extents[2], dtype)
    nest = Nest((extents[0], extents[1]), product, [
        Load(1, View(added, (0, 1)), dtype),
        Compute(2, "a + b", ("a", "b"), (0, 1), dtype, dtype),
        Compute(3, "tanh(x)", ("x",), (2,), dtype, dtype),
        Gather(View(sums, (0, 1)), 2, "sum", dtype, 0.0),
        Store(View(y, (n, 1)), 3, dtype),
    ])  # fmt: skip
    terms = (np.abs(a) @ np.abs(b) + np.abs(bias)).sum(axis=0).max(initial=0.0)
    after = desk.agree(nest, terms=float(terms))
    exact = a.astype(float) @ b.astype(float) + bias
    limit = 1e-12 if dtype == "float64" else 1e-4
    np.testing.assert_allclose(after[3].reshape(m, n), np.tanh(exact), atol=limit)


@pytest.mark.parametrize("shape", SHAPES, ids=str)
@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_shapes(shape: tuple[int, int, int], dtype: str) -> None:
    multiplied(*shape, dtype, False, False)


@pytest.mark.parametrize("shape", SHAPES[:9], ids=str)
@pytest.mark.parametrize("turned", [(True, False), (False, True), (True, True)])
def test_transposed_operands(shape: tuple[int, int, int], turned: tuple[bool, bool]) -> None:
    multiplied(*shape, "float32", *turned)


@pytest.mark.parametrize("rows", ["m", "k"])
@pytest.mark.parametrize("shape", [(10, 8, 8), (33, 33, 10), (10, 10, 1), (1, 1, 4)], ids=str)
def test_rows_known_only_when_it_runs(shape: tuple[int, int, int], rows: str) -> None:
    multiplied(*shape, "float32", rows == "k", False, rows)


@pytest.mark.parametrize("turned", [(False, False), (True, False), (False, True)])
@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_large_products_are_left_to_openblas(
    turned: tuple[bool, bool], dtype: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(prepare, "LARGE_PRODUCT", 1)
    monkeypatch.setattr(prepare, "SHORT_SUM", 1)
    monkeypatch.setattr(prepare, "THIN", 1)
    multiplied(20, 70, 30, dtype, *turned)
    multiplied(20, 70, 30, dtype, True, False, "k")


@pytest.mark.parametrize("large", [True, False])
def test_stacks_of_matrices(large: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(prepare, "LARGE_PRODUCT", 1 if large else 2**40)
    monkeypatch.setattr(prepare, "SHORT_SUM", 1)
    monkeypatch.setattr(prepare, "THIN", 1)
    desk = Desk(rows=3)
    a, b = RANDOM.normal(size=(3, 4, 5)), RANDOM.normal(size=(5, 6))
    left, right = desk.buffer(a, rows=True), desk.buffer(b)
    y, z = (desk.buffer(np.zeros((3, 4, 6)), rows=True) for _ in range(2))
    product = Product(View(left, (20, 5, 0, 1)), View(right, (0, 0, 1, 6)), 5, "float64")
    after = desk.agree(
        Nest((ROWS, 4, 6), product, [Store(dense(y), 0, "float64")]),
        Nest((ROWS, 4, 6), product, [
            Compute(1, "-x", ("x",), (0,), "float64", "float64"), Store(dense(z), 1, "float64"),
        ]),
    )  # fmt: skip
    np.testing.assert_allclose(after[2].reshape(3, 4, 6), a @ b)


def test_whole_numbers_multiply_too() -> None:
    desk = Desk()
    a, b = RANDOM.integers(-5, 6, (4, 7)), RANDOM.integers(-5, 6, (7, 9))
    left, right, y = desk.buffer(a), desk.buffer(b), desk.buffer(np.zeros((4, 9), np.int64))
    product = Product(View(left, (7, 0, 1)), View(right, (0, 1, 9)), 7, "int64")
    after = desk.agree(Nest((4, 9), product, [Store(dense(y), 0, "int64")]))
    assert (after[2].reshape(4, 9) == a @ b).all()
