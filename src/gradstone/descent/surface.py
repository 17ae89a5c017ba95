"""The values and gradients of a function that was descended on, at many other points at once.

What pictures are made of: 10,000 points of a contour are one run of the graph on arrays.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from gradstone.autodiff.gradient import gradient
from gradstone.autodiff.rewrite import simplify
from gradstone.descent.descent import Descent
from gradstone.descent.form import Array, Form
from gradstone.descent.many import Many
from gradstone.descent.problem import Problem, traced
from gradstone.errors import GradstoneError
from gradstone.graph.walk import Graph

STEP = 2.0**-17
"""Of the differences that stand for the gradient of a black box, times max(1, |x|)."""


def values_at(descent: Descent, points: Array) -> Array:
    """f at points, rows of all entries (k, size) -> (k,); NaN where it has no value."""
    places = np.asarray(points, dtype=np.float64)
    return _values(_problem(descent.function, descent.form, places[0]), places)


def gradients_at(descent: Descent, points: Array) -> Array:
    """The gradient of f itself at points (k, size) -> (k, size); NaN where it has none.

    Of a black box central differences, (f(x+h) − f(x−h)) / 2h for each entry.
    """
    places = np.asarray(points, dtype=np.float64)
    problem = _problem(descent.function, descent.form, places[0])
    if problem.graph is None:
        steps = STEP * np.maximum(1.0, np.abs(places))
        columns = []
        for entry in range(places.shape[1]):
            way = np.zeros_like(places)
            way[:, entry] = steps[:, entry]
            rise = _values(problem, places + way) - _values(problem, places - way)
            columns.append(rise / (2.0 * steps[:, entry]))
        return np.stack(columns, axis=1)
    graph = problem.graph
    slopes = Graph(graph.inputs, gradient(graph.outputs[0], graph.inputs))
    found = Many(simplify(slopes)).run(*_parts(descent.form, places))
    return np.concatenate([one.reshape(len(places), -1) for one in found], axis=1)


def _values(problem: Problem, places: Array) -> Array:
    if problem.graph is None:
        return np.array([problem.value(one) for one in places])
    return Many(problem.graph).run(*_parts(problem.form, places))[0]


def _parts(form: Form, places: Array) -> list[Array]:
    """The arguments of all points, each (k, …)."""
    ends = np.cumsum([int(np.prod(shape)) for shape in form.shapes])
    pieces = np.split(places, ends[:-1], axis=1)
    return [one.reshape(len(places), *s) for one, s in zip(pieces, form.shapes, strict=True)]


def _problem(function: Callable[..., Any], form: Form, flat: Array) -> Problem:
    try:
        return Problem(function, form, traced(function, form, flat))
    except GradstoneError:
        return Problem(function, form, None)  # a black box
