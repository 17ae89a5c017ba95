"""Every formula of the table as machine code against the row's own NumPy rule."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest

from gradstone.execute.native.program import Compute, Load, Nest, Store
from gradstone.graph.op import OPS, Op
from gradstone.ops import elementwise  # noqa: F401
from tests.execute.native.machine import Array, Desk, dense

ROWS_WITH_FORMULAS = sorted(name for name, op in OPS.items() if op.program)
SPECIAL = (0.0, -0.0, 1.0, -1.0, 0.5, -0.5, 2.0, -2.5, 3.0, 1e-30, -1e-30, 1e30, 88.0, -103.0,
           np.inf, -np.inf, np.nan)  # fmt: skip
UNITS = {"exp": 2, "expm1": 3, "log": 2, "log1p": 3, "tanh": 4, "erf": 4, "power": 2, "sin": 2,
         "cos": 2}  # fmt: skip
"""The most that a function may be off, in units of the last place; else it is exact."""


def evaluated(op: Op, operands: list[Array], dtype: str) -> tuple[Array, Array]:
    """What machine code and the row's rule give, on arrays of one length."""
    desk = Desk()
    names = {1: ("x",), 2: ("a", "b"), 3: ("condition", "a", "b")}[len(operands)]
    with np.errstate(all="ignore"):
        attributes = {"dtype": np.dtype(dtype)} if op.name == "cast" else {}
        wanted = np.asarray(op.forward(np, *operands, **attributes))
    buffers = [desk.buffer(one, given=True) for one in operands]
    target = desk.buffer(np.zeros_like(wanted), given=True)
    loads = [Load(i, dense(one), one.dtype) for i, one in enumerate(buffers, 1)]
    last = len(loads) + 1
    values, source = tuple(range(1, last)), buffers[-1].dtype
    compute = Compute(last, op.program, names, values, wanted.dtype.name, source)
    store = Store(dense(target), last, wanted.dtype.name)
    program = desk.program(Nest(wanted.shape, None, [*loads, compute, store]))
    return desk.machine(program)[-1], wanted


def units_apart(found: Array, wanted: Array) -> float:
    """The largest distance in units of the last place of the wanted numbers."""
    finite = np.isfinite(wanted) & (found != wanted)
    smallest = np.finfo(wanted.dtype).tiny
    place = np.spacing(np.maximum(np.abs(wanted[finite]), smallest))
    distance = np.abs(found[finite].astype(float) - wanted[finite].astype(float))
    return float((distance / place).max(initial=0))


def agree(op: Op, operands: list[Array], dtype: str) -> None:
    """Same NaNs, infinities, signs of zeros; numbers within the function's error."""
    found, wanted = evaluated(op, operands, dtype)
    if wanted.dtype.kind != "f":
        np.testing.assert_array_equal(found, wanted)
        return
    np.testing.assert_array_equal(np.isnan(found), np.isnan(wanted))
    infinite = np.isinf(wanted)
    np.testing.assert_array_equal(found[infinite], wanted[infinite])
    zero = wanted == 0
    np.testing.assert_array_equal(np.signbit(found[zero]), np.signbit(wanted[zero]))
    assert units_apart(found, wanted) <= UNITS.get(op.name, 0)


@pytest.mark.parametrize("dtype", ["float32", "float64"])
@pytest.mark.parametrize("name", ROWS_WITH_FORMULAS)
def test_special_numbers(name: str, dtype: str) -> None:
    op = OPS[name]
    grid = np.meshgrid(*[np.array(SPECIAL, dtype)] * len(op.domain))
    operands = [one.reshape(-1) for one in grid]
    if len(operands) == 3:
        operands[0] = operands[0] > 0
    agree(op, operands, dtype)


@pytest.mark.parametrize("dtype", ["float32", "float64"])
@pytest.mark.parametrize("name", ROWS_WITH_FORMULAS)
def test_numbers_of_the_domain(name: str, dtype: str) -> None:
    op, random = OPS[name], np.random.default_rng(5)
    operands = [random.uniform(*span, 997).astype(dtype) for span in op.domain]
    if len(operands) == 3:
        operands[0] = operands[0] > 0.5
    agree(op, operands, dtype)


@pytest.mark.parametrize("name", ROWS_WITH_FORMULAS)
def test_whole_numbers(name: str) -> None:
    op, random = OPS[name], np.random.default_rng(5)
    if op.accepts == "float":
        return
    operands = [random.integers(-5, 6, 50) for _ in op.domain]
    if len(operands) == 3:
        operands[0] = operands[0] > 0
    agree(op, operands, "float64")


@pytest.mark.parametrize("source", ["float32", "float64", "int64", "bool"])
@pytest.mark.parametrize("dtype", ["float32", "float64", "int64", "bool"])
def test_casts(source: str, dtype: str) -> None:
    agree(OPS["cast"], [np.array([0, 1, -2, 3, 100, 0, 7]).astype(source)], dtype)


REFERENCES: dict[str, tuple[Callable[[Array], Array], float]] = {
    "exp": (np.exp, 1.1),
    "expm1": (np.expm1, 2.0),
    "log": (np.log, 0.9),
    "log1p": (np.log1p, 1.5),
    "tanh": (np.tanh, 2.6),
    "sin": (np.sin, 0.51),
    "cos": (np.cos, 0.51),
    "sqrt": (np.sqrt, 0.51),
}


@pytest.mark.parametrize("name", REFERENCES)
def test_error_of_single_precision(name: str) -> None:
    """Every 40009th of all 2³² float32 numbers, against float64."""
    reference, limit = REFERENCES[name]
    x = np.arange(0, 2**32, 40009, dtype=np.uint64).astype(np.uint32).view(np.float32)
    found, _ = evaluated(OPS[name], [x], "float32")
    with np.errstate(all="ignore"):
        wanted = reference(x.astype(np.float64))
        rounded = wanted.astype(np.float32)
    np.testing.assert_array_equal(np.isnan(found), np.isnan(rounded))
    normal = np.isfinite(rounded) & np.isfinite(found)
    assert (found[~normal] == rounded[~normal])[~np.isnan(rounded[~normal])].all()
    place = np.spacing(np.maximum(np.abs(rounded[normal]), np.finfo(np.float32).tiny))
    assert (np.abs(found[normal] - wanted[normal]) / place).max() <= limit
