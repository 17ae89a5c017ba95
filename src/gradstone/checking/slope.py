"""The derivative of a function of one number from differences, with the step that suits it.

A central difference (f(x+h) − f(x−h)) / 2h is wrong by about f''' h²/6 where h is large and by
about eps |f| / h where h is small. So several steps are tried, and the one kept is where two
neighbouring steps agree best. Steps are powers of two, so that x + h and x − h lose no digits
(Press et al., Numerical Recipes, 5.7).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import cache
from itertools import pairwise
from math import frexp, inf, isfinite, nan
from sys import float_info

from gradstone.checking.rounding import scatter

EPSILON = float_info.epsilon
FEW_STEPS = tuple(2.0**-k for k in (12, 15, 18))
ALL_STEPS = tuple(2.0**-k for k in (6, 9, 12, 15, 18, 21, 24, 27))
GOOD = 1e-7  # relative error with which three steps are enough
ROUGH = 1e-5  # and with which steps of another unit are not tried
WIDE = 3.0  # standard deviations

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


@dataclass(frozen=True, slots=True)
class Precision:
    """How a function's values are rounded.

    Attributes:
        epsilon: relative. rounding: absolute, how far a value may be off at least.
        magnitude: of the numbers that the function computes with. Where its value does not
            move at all, as ln(1 + 1e-20 x) does not, it may be lost in such a number.
    """

    epsilon: float = EPSILON
    rounding: float = 0.0
    magnitude: float = 0.0


PLAIN = Precision()
NOWHERE = Slope(nan, nan, inf, False, nan, nan)


def central_difference(function: Function, x: float, h: float) -> float:
    """(f(x+h) − f(x−h)) / 2h, as it stands."""
    return (function(x + h) - function(x - h)) / (2 * h)


def slope(
    function: Function,
    x: float,
    middle: float,
    scale: float = 0.0,
    precision: Precision = PLAIN,
) -> Slope:
    """The derivative at x, with the step where neighbouring steps agree best.

    Args:
        function: of one number; values that are not finite count as not there.
        x: the place. middle: the function's value there.
        scale: a size below which the derivative need not be known to a relative error.
        precision: how the function's values are rounded at x.

    Where steps do not agree, that rounding is measured beside x too, as it may grow from
    there on: that of Σ(x w − t)² does, where the fit is exact.
    """
    function = cache(function)
    values = _Values(function, x, middle, precision)
    unit = _power_of_two(max(abs(x), 1.0))
    found = values.slope([unit * h for h in FEW_STEPS])
    if _settled(found, GOOD, scale):
        return found
    found = values.slope([unit * h for h in ALL_STEPS])
    if _settled(found, GOOD, scale):
        return found
    values = replace(values, growth=_growth(values, found.step))
    found = values.slope([unit * h for h in ALL_STEPS])
    if _settled(found, ROUGH, scale) or abs(x) in (0.0, 1.0):
        return found
    other = _power_of_two(min(abs(x), 1.0))
    again = values.slope([other * h for h in ALL_STEPS])
    return min(found, again, key=lambda one: one.error)


def _settled(found: Slope, good: float, scale: float) -> bool:
    return not found.kink and found.error <= good * max(abs(found.value), scale)


def _growth(values: _Values, step: float) -> float:
    beside = WIDE * scatter(values.function, values.x + step, values.precision.epsilon)
    return max(0.0, beside - values.precision.rounding) / step if beside else 0.0


def _power_of_two(number: float) -> float:
    return float(2.0 ** (frexp(number)[1] - 1))


@dataclass(frozen=True, slots=True)
class _Values:
    """A function beside a place; with a step h, rounding grows by growth · h."""

    function: Function
    x: float
    middle: float
    precision: Precision
    growth: float = 0.0

    def slope(self, steps: Sequence[float]) -> Slope:
        """The derivative, by that of these steps which agrees best with the one before."""
        x, middle = self.x, self.middle
        h = [step for step in steps if x + step != x and x - step != x]
        if len(h) < 3:
            return NOWHERE
        up, down = [self.function(x + step) for step in h], [self.function(x - step) for step in h]
        triples = list(zip(h, up, down, strict=True))
        central = [(above - below) / (2 * step) for step, above, below in triples]
        noise = [self._noise(a, b) / step + self.growth for step, a, b in triples]
        jumps = [abs(above - 2 * middle + below) / step for step, above, below in triples]
        errors = [gap + rest for gap, rest in zip(_gaps(central), noise[1:], strict=True)]
        errors = [error if isfinite(error) else inf for error in errors]
        best = errors.index(min(errors)) + 1
        if errors[best - 1] == inf:
            return NOWHERE
        small = min(best + 2, len(h) - 1)
        left, right = (middle - down[small]) / h[small], (up[small] - middle) / h[small]
        kink = _stays(jumps[small - 2], jumps[small], noise[small])
        return Slope(central[best], h[best], errors[best - 1], kink, left, right)

    def _noise(self, above: float, below: float) -> float:
        """How far rounding puts one value off."""
        flat = above == below == self.middle
        least = self.precision.magnitude if flat else 0.0
        size = max(abs(above), abs(below), abs(self.middle), least)
        return max(self.precision.epsilon * size, self.precision.rounding)


def _gaps(central: Sequence[float]) -> list[float]:
    """How much each difference is off from the one before it.

    Two may agree by chance. With steps 8 times smaller the gap becomes 64 times smaller or,
    where it is of rounding, 8 times larger: what the next gap tells counts too.
    """
    gaps = [abs(b - a) for a, b in pairwise(central)]
    after = [*(gap / 8 for gap in gaps[1:]), gaps[-2] / 64]
    return [max(pair) for pair in zip(gaps, after, strict=True)]


def _stays(jump_before: float, jump: float, noise: float) -> bool:
    """Whether the one-sided differences differ as much with a step 64 times smaller.

    Of a smooth function they come 64 times closer; noise grows 64 times.
    """
    return jump > 50 * noise and 0.5 * jump_before < jump < 16 * jump_before
