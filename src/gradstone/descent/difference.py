"""The central difference beside the exact derivative: how its error depends on the step."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from gradstone.autodiff.gradient import gradient
from gradstone.autodiff.rewrite import simplify
from gradstone.checking.numeric import error_by_step
from gradstone.checking.slope import EPSILON, central_difference
from gradstone.descent.expression import Expression, expression
from gradstone.descent.form import Array
from gradstone.descent.minimize import prepared
from gradstone.descent.problem import Problem
from gradstone.descent.words import figure
from gradstone.errors import DataError, RangeError, ShapeError
from gradstone.execute.interpreter import run
from gradstone.graph.walk import Graph
from gradstone.nn.settings import real

STEPS = 10.0 ** (np.arange(-68, 1) / 4.0)
"""From 1e-17 to 1, four to a decade."""

KINK = 1e-3  # slopes that differ by less than this share of the larger are alike


@dataclass(frozen=True, slots=True, eq=False)
class Difference:
    """A numeric derivative and its error.

    Attributes:
        x: where. value: f there. slope: the exact derivative. third: f'''.
        step: the h that was asked for. central: the difference with it.
        steps: values of h, ascending. errors: of the difference with each; NaN where f has no
            value. name: of the variable.
        sides: the slopes to the left and to the right where they differ: f has a kink there, and
            `slope` is no derivative, only what the rules of its ops give.
        function: of one number, for pictures.
    """

    x: float
    value: float
    slope: float
    third: float
    step: float
    central: float
    steps: Array
    errors: Array
    name: str
    sides: tuple[float, float] | None
    function: Callable[[float], float] = field(repr=False)

    @property
    def error(self) -> float:
        """|central − slope|."""
        return abs(self.central - self.slope)

    @property
    def intercept(self) -> float:
        """Of the tangent: value − slope · x."""
        return self.value - self.slope * self.x

    @property
    def tangent(self) -> str:
        """The tangent as an equation, "0.2 x − 0.25"."""
        if not self.slope:
            return figure(self.value)
        slope = figure(self.slope)
        rise = {"1": self.name, "−1": f"−{self.name}"}.get(slope, f"{slope} {self.name}")
        if abs(self.intercept) <= 8 * EPSILON * max(abs(self.value), abs(self.slope * self.x)):
            return rise
        sign = "−" if self.intercept < 0 else "+"
        return f"{rise} {sign} {figure(abs(self.intercept))}"

    @property
    def best(self) -> tuple[float, float]:
        """The h of the least error, of several the largest, and that error."""
        known = np.where(np.isfinite(self.errors), self.errors, np.inf)
        place = len(known) - 1 - int(np.argmin(known[::-1]))
        return float(self.steps[place]), float(self.errors[place])

    @property
    def rounding(self) -> Array:
        """About what rounding does at each step: ε|f| / h."""
        return np.asarray(EPSILON * abs(self.value) / self.steps)

    @property
    def truncation(self) -> Array:
        """What leaving out the higher terms does at each step: |f'''| h² / 6."""
        return np.asarray(abs(self.third) * np.square(self.steps) / 6.0)

    @property
    def balance(self) -> float | None:
        """The h where both are equal, (6 ε |f| / |f'''|)^(1/3); None where one is 0."""
        if not (self.value and self.third and np.isfinite(self.third)):
            return None
        return float((6.0 * EPSILON * abs(self.value) / abs(self.third)) ** (1.0 / 3.0))


def difference(f: Callable[..., Any] | str, x: float, step: float = 1e-4) -> Difference:
    """The central difference of a function of one number, its exact derivative, and the errors.

    Args:
        f: a formula, or a function of gs functions. x: where. step: h.

    Raises:
        ExpressionError: a formula that cannot be read. ShapeError: a formula of more variables.
        DataError: f or its derivative is not finite at x. RangeError: a step that is not above 0.
        TraceError: a function that a graph cannot record.

    Formula: error = |f'''| h²/6 + about ε|f|/h (Press et al., Numerical Recipes, 5.7).
    """
    function = expression(f) if isinstance(f, str) else f
    if isinstance(function, Expression) and len(function.variables) > 1:
        came = f"{len(function.variables)} variables came ({', '.join(function.variables)})"
        raise ShapeError("expression", came, "one is wanted", "As sin(x).")
    h = real("step", step)
    if not h > 0:
        raise RangeError("step", f"{step} came", "a number above 0 is wanted", "As 1e-4.")
    problem, flat = prepared(function, float(x))
    value, slopes = problem.both(flat)
    if not (np.isfinite(value) and np.isfinite(slopes).all()):
        reason = problem.reason(flat)
        came = f"f or its slope is not finite there ({reason})"
        raise DataError(f"x = {figure(float(x))}", came, "a point where both are is wanted")

    def alone(place: Any) -> float:
        return problem.value(np.array([float(place)]))

    slope = float(slopes[0])
    errors = error_by_step(alone, float(x), slope, STEPS.tolist())
    central = central_difference(alone, float(x), h)
    name = problem.form.names[0]
    return Difference(
        float(x), value, slope, _third(problem, flat), h, central, STEPS, errors, name,
        sides(alone, float(x)), alone,
    )  # fmt: skip


def sides(f: Callable[[float], float], x: float) -> tuple[float, float] | None:
    """The slopes of f to the left and to the right of a kink; None where they are alike.

    Where f is smooth they differ by f'' h, which shrinks with h; at a kink they stay apart.
    """
    value, found = f(x), []
    for h in (1e-4 * max(1.0, abs(x)), 1e-6 * max(1.0, abs(x))):
        found.append(((value - f(x - h)) / h, (f(x + h) - value) / h))
    apart, closer = (abs(right - left) for left, right in found)
    size, noise = max(map(abs, found[1])), 64.0 * EPSILON * abs(value) / h
    if closer > 0.5 * apart and closer > KINK * size + noise:
        return found[1]
    return None


def _third(problem: Problem, flat: Array) -> float:
    """f''' at a point; NaN where it has none."""
    graph = problem.graph
    assert graph is not None
    (output,) = graph.outputs
    for _ in range(3):
        (output,) = gradient(output, graph.inputs)
    (found,) = run(simplify(Graph(graph.inputs, (output,))), *problem.form.parts(flat))
    return float(found)
