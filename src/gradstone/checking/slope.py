"""The derivative of a function of one number from differences, with the step that suits it.

A central difference (f(x+h) − f(x−h)) / 2h is wrong by about f''' h²/6 where h is large and by
about eps |f| / h where h is small. So several steps are tried, and the one kept is where two
neighbouring steps agree best. Steps are powers of two, so that x + h and x − h lose no digits
(Press et al., Numerical Recipes, 5.7).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache
from math import frexp, inf, isfinite, nan
from sys import float_info

EPSILON = float_info.epsilon
FEW_STEPS = tuple(2.0**-k for k in (12, 15, 18))
ALL_STEPS = tuple(2.0**-k for k in (6, 9, 12, 15, 18, 21, 24, 27))
GOOD = 1e-7  # relative error with which three steps are enough
ROUGH = 1e-5  # and with which steps of another unit are not tried

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


NOWHERE = Slope(nan, nan, inf, False, nan, nan)


def central_difference(function: Function, x: float, h: float) -> float:
    """(f(x+h) − f(x−h)) / 2h, as it stands."""
    return (function(x + h) - function(x - h)) / (2 * h)


def slope(
    function: Function,
    x: float,
    middle: float,
    scale: float = 0.0,
    epsilon: float = EPSILON,
    magnitude: float = 0.0,
) -> Slope:
    """The derivative at x, with the step where neighbouring steps agree best.

    Args:
        function: of one number; values that are not finite count as not there.
        x: the place. middle: the function's value there.
        scale: a size below which the derivative need not be known to a relative error.
        epsilon: the relative rounding error of the function's values.
        magnitude: of the largest number the function computes with: its value is rounded as
            that is, however small the value itself.
    """
    function = cache(function)
    size = max(abs(middle), magnitude)
    unit = _power_of_two(max(abs(x), 1.0))
    found = _of_steps(function, x, middle, [unit * h for h in FEW_STEPS], epsilon, size)
    if _settled(found, GOOD, scale):
        return found
    found = _of_steps(function, x, middle, [unit * h for h in ALL_STEPS], epsilon, size)
    if _settled(found, ROUGH, scale) or abs(x) in (0.0, 1.0):
        return found
    other = _power_of_two(min(abs(x), 1.0))
    again = _of_steps(function, x, middle, [other * h for h in ALL_STEPS], epsilon, size)
    return min(found, again, key=lambda one: one.error)


def _settled(found: Slope, good: float, scale: float) -> bool:
    return not found.kink and found.error <= good * max(abs(found.value), scale)


def _power_of_two(number: float) -> float:
    return float(2.0 ** (frexp(number)[1] - 1))


def _of_steps(
    function: Function,
    x: float,
    middle: float,
    steps: Sequence[float],
    epsilon: float,
    size: float,
) -> Slope:
    h = [step for step in steps if x + step != x and x - step != x]
    if len(h) < 3:
        return NOWHERE
    up, down = [function(x + step) for step in h], [function(x - step) for step in h]
    triples = list(zip(h, up, down, strict=True))
    central = [(above - below) / (2 * step) for step, above, below in triples]
    noise = [epsilon * max(abs(a), abs(b), size) / step for step, a, b in triples]
    jumps = [abs(above - 2 * middle + below) / step for step, above, below in triples]
    errors = [abs(central[k] - central[k - 1]) + noise[k] for k in range(1, len(h))]
    errors = [error if isfinite(error) else inf for error in errors]
    best = errors.index(min(errors)) + 1
    if errors[best - 1] == inf:
        return NOWHERE
    small = min(best + 2, len(h) - 1)
    left, right = (middle - down[small]) / h[small], (up[small] - middle) / h[small]
    kink = _stays(jumps[small - 2], jumps[small], noise[small])
    return Slope(central[best], h[best], errors[best - 1], kink, left, right)


def _stays(jump_before: float, jump: float, noise: float) -> bool:
    """Whether the one-sided differences differ as much with a step 64 times smaller.

    Of a smooth function they come 64 times closer; noise grows 64 times.
    """
    return jump > 50 * noise and 0.5 * jump_before < jump < 16 * jump_before
