"""A sample of benchmarks/vector_math.py: the float32 functions against float64."""

from __future__ import annotations

import numpy as np
import pytest

from benchmarks import vector_math
from gradstone.execute.native.functions import LONG

LIMITS = {
    "exp": 1.1, "expm1": 1.7, "log": 0.9, "log1p": 1.5, "sqrt": 0.501, "sin": 0.6, "cos": 0.6,
    "tanh": 2.6, "sigmoid": 2.5, "softplus": 1.8, "erf": 1.2, "power": 0.6,
}  # fmt: skip
"""Units of the last place."""


@pytest.mark.parametrize("name", LIMITS)
def test_every_9973rd_input(name):
    worst = vector_math.worst_of(name, 0, vector_math.PATTERNS, 9973)
    assert worst.error <= LIMITS[name], worst


def test_every_long_function_is_in_the_table():
    assert set(LONG) <= set(LIMITS) == set(vector_math.REFERENCES)


def test_the_measure():
    found = np.array([1.0, 1.0 + 2**-23, np.inf, np.nan, 0.0, -0.0, 2**-149], np.float32)
    exact = np.array([1.0, 1.0, np.inf, np.nan, 0.0, 0.0, 2**-150])
    assert vector_math.units_off(found, exact).tolist() == [0, 1, 0, 0, 0, np.inf, 0.5]
    found = np.array([np.inf, 3.4028235e38, np.inf, np.nan, 1.0], np.float32)
    exact = np.array([float(np.finfo(np.float32).max), 2.0**128, 1e39, 1.0, np.nan])
    off = vector_math.units_off(found, exact)
    assert off[:3].tolist() == [1, 1, 0]
    assert np.isinf(off[3:]).all()
