"""The derivative of a function of one number from differences, with the step that suits it.

A central difference (f(x+h) − f(x−h)) / 2h is wrong by about f''' h²/6 where h is large and by
about eps |f| / h where h is small. So several steps are tried, and the one kept is where two
neighbouring steps agree best. Steps are powers of two, so that x + h and x − h lose no digits
(Press et al., Numerical Recipes, 5.7).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from math import frexp, isfinite

import numpy as np

EPSILON = float(np.finfo(np.float64).eps)
FEW_STEPS = tuple(2.0**-k for k in (12, 15, 18))
ALL_STEPS = tuple(2.0**-k for k in (6, 9, 12, 15, 18, 21, 24, 27))
GOOD = 1e-8

Function = Callable[[float], float]


@dataclass(frozen=True, slots=True)
class Slope:
    """A derivative from differences.

    Attributes:
        value: the central difference at the step. step: h.
        error: how far it may be off: what two neighbouring steps differ by, and rounding.
        kink: the one-sided differences disagree and do not come together as h shrinks.
        left, right: the one-sided differences at a small step.
    """

    value: float
    step: float
    error: float
    kink: bool
    left: float
    right: float


NOWHERE = Slope(float("nan"), float("nan"), float("inf"), False, float("nan"), float("nan"))


def central_difference(function: Function, x: float, h: float) -> float:
    """(f(x+h) − f(x−h)) / 2h, as it stands."""
    return (function(x + h) - function(x - h)) / (2 * h)


def slope(function: Function, x: float, middle: float, good: float = GOOD) -> Slope:
    """The derivative at x, with the step where neighbouring steps agree best.

    Args:
        function: of one number; values that are not finite count as not there.
        x: the place. middle: the function's value there.
        good: the error, relative to the derivative, with which three steps are enough.
    """
    unit = _power_of_two(max(abs(x), 1.0))
    found = _of_steps(function, x, middle, [unit * h for h in FEW_STEPS])
    if _settled(found, good):
        return found
    found = _of_steps(function, x, middle, [unit * h for h in ALL_STEPS])
    if _settled(found, good) or abs(x) in (0.0, 1.0):
        return found
    other = _power_of_two(min(abs(x), 1.0))
    again = _of_steps(function, x, middle, [other * h for h in ALL_STEPS])
    return min(found, again, key=lambda one: one.error)


def _settled(found: Slope, good: float) -> bool:
    return not found.kink and found.error <= good * abs(found.value)


def _power_of_two(number: float) -> float:
    return float(2.0 ** (frexp(number)[1] - 1))


def _of_steps(function: Function, x: float, middle: float, steps: Sequence[float]) -> Slope:
    h = np.array([step for step in steps if x + step != x and x - step != x])
    if h.size < 3:
        return NOWHERE
    up = np.array([function(x + step) for step in h])
    down = np.array([function(x - step) for step in h])
    with np.errstate(all="ignore"):
        central = (up - down) / (2 * h)
        noise = EPSILON * np.maximum(np.maximum(abs(up), abs(down)), abs(middle)) / h
        errors = abs(np.diff(central)) + noise[1:]
        jumps = abs(up - 2 * middle + down) / h
    errors = np.where(np.isfinite(errors), errors, np.inf)
    best = int(np.argmin(errors)) + 1
    if not isfinite(errors[best - 1]):
        return NOWHERE
    small = min(best + 2, h.size - 1)
    left, right = (middle - down[small]) / h[small], (up[small] - middle) / h[small]
    kink = _stays(jumps[small - 2], jumps[small], noise[small])
    return Slope(float(central[best]), float(h[best]), float(errors[best - 1]), kink, left, right)


def _stays(jump_before: float, jump: float, noise: float) -> bool:
    """Whether the one-sided differences differ as much with a step 64 times smaller.

    Of a smooth function they come 64 times closer; noise grows 64 times.
    """
    return bool(jump > 50 * noise and 0.5 * jump_before < jump < 16 * jump_before)
