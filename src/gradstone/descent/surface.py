"""The values of a function that was descended on, at other points: what pictures are made of."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from gradstone.descent.descent import Descent
from gradstone.descent.form import Array, Form
from gradstone.descent.problem import Problem, traced
from gradstone.errors import GradstoneError


def values_at(descent: Descent, points: Array) -> Array:
    """f at points, rows of all entries (k, size) -> (k,); NaN where it has no value."""
    problem = _problem(descent.function, descent.form, points[0])
    return np.array([problem.value(one) for one in np.asarray(points, dtype=np.float64)])


def _problem(function: Callable[..., Any], form: Form, flat: Array) -> Problem:
    try:
        return Problem(function, form, traced(function, form, flat))
    except GradstoneError:
        return Problem(function, form, None)  # a black box
