"""The gradient of a black box from differences: any function, arrays of any shape."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from math import isfinite
from typing import Any

import numpy as np

from gradstone.checking.rounding import scatter
from gradstone.checking.slope import EPSILON, WIDE, Precision, Slope, central_difference, slope
from gradstone.errors import DataError, KindError, RangeError, ShapeError

Array = np.ndarray[Any, Any]
NAN = float("nan")


@dataclass(frozen=True, slots=True, eq=False)
class NumericGradient:
    """A gradient from central differences, entry by entry; arrays of the argument's shape.

    Attributes:
        gradient: the central differences; NaN where an entry was not asked for or has none.
        step: the h of each entry.
        error: how far each may be off; NaN where the step was given.
        kink: entries where the function has a kink, so that left and right disagree.
        left, right: the one-sided differences at a small step.
        checked: how many entries were computed.
        changed: the function changed its argument in place; it was given copies, so the
            caller's array is as it was and the numbers are right all the same.
        epsilon: the rounding error of the function's values; larger where it computes in
            float32, which makes differences rough.
    """

    gradient: Array
    step: Array
    error: Array
    kink: Array
    left: Array
    right: Array
    checked: int
    changed: bool = False
    epsilon: float = EPSILON

    def __array__(self, dtype: Any = None, copy: bool | None = None) -> Array:
        return np.array(self.gradient, dtype=dtype)


def numeric_gradient(
    f: Callable[[Any], Any],
    x: Any,
    h: float | None = None,
    *,
    entries: int | None = None,
    seed: int = 0,
) -> NumericGradient:
    """The gradient of any Python function at x, from central differences.

    Args:
        f: a black box that takes an array of x's shape (a number where x is one) and returns
            a number. It is given fresh copies; values that are not finite beside x, and
            ValueError or ArithmeticError raised there, count as no value.
        x: numbers of any shape, also whole ones; computed in float64 and left as they are.
        h: a step for all entries: exactly (f(x+h) − f(x−h)) / 2h. Without it, several steps
            are tried for each entry and the one kept where neighbouring steps agree best.
        entries: how many entries to compute, drawn at random with the seed; all without it.
        seed: of that draw.

    Raises:
        KindError: x or f(x) are not real numbers. ShapeError: f returned an array.
        DataError: x or f(x) are not finite. RangeError: h or entries are not positive.

    Formula: f'(x) = (f(x+h) − f(x−h)) / 2h + O(h²) (Press et al., Numerical Recipes, 5.7).
    """
    point = _point(x)
    _positive("h", h)
    _positive("entries", entries)
    box = BlackBox(f)
    places = drawn(point.size, entries, seed)
    return differences(box, point, places, h, lambda: box.changed)


def error_by_step(f: Callable[[Any], Any], x: float, slope: float, steps: Sequence[float]) -> Array:
    """The error of the central difference for each step: the U-shaped curve over h.

    Args:
        f: a function of one number. x: where. slope: the exact derivative there.
        steps: values of h, all positive.

    Returns:
        |(f(x+h) − f(x−h)) / 2h − slope|, one for each step.

    Raises:
        KindError, ShapeError: as `numeric_gradient`. RangeError: a step is not positive.
    """
    for h in steps:
        _positive("steps", h)
    box = BlackBox(f)
    found = [
        central_difference(lambda value: box(np.array(value)), float(x), float(h)) for h in steps
    ]
    return np.abs(np.array(found) - slope)


def drawn(size: int, entries: int | None, seed: int) -> Array:
    """The flat places of all entries, or of some, drawn with the seed and in order."""
    if entries is None or entries >= size:
        return np.arange(size)
    return np.sort(np.random.default_rng(seed).choice(size, entries, replace=False))


def differences(
    value: Callable[[Array], float],
    point: Array,
    places: Array,
    h: float | None = None,
    changed: Callable[[], bool] = lambda: False,
    small: float = 1e-5,
    magnitude: float = 0.0,
    rounding: float | None = None,
) -> NumericGradient:
    """Differences of a function of an array that never changes it, at some flat places.

    Entries below `small` times the largest need not be known to a relative error;
    `magnitude` is that of the numbers the function computes with; `rounding`, the standard
    deviation of its value from rounding, is measured where it is not given.
    """
    names = ("value", "step", "error", "kink", "left", "right")
    columns = [np.full(point.shape, False if name == "kink" else NAN) for name in names]
    known = Precision()
    if h is None and len(places):
        known = precision(value, point, magnitude, rounding)
    for place, found in _slopes(value, point, places, h, small, known):
        for name, column in zip(names, columns, strict=True):
            column.flat[place] = getattr(found, name)
    gradient, step, error, kink, left, right = columns
    return NumericGradient(
        gradient, step, error, kink, left, right, len(places), changed(), known.epsilon
    )


def _slopes(
    value: Callable[[Array], float],
    point: Array,
    places: Array,
    h: float | None,
    small: float,
    known: Precision,
) -> Iterator[tuple[int, Slope]]:
    moved = point.copy()
    largest = 0.0
    with np.errstate(all="ignore"):
        middle = value(moved)
        if not isfinite(middle):
            raise DataError("the function", f"{middle} came at x", "a finite value is wanted")
        for place in map(int, places):
            x = float(point.flat[place])

            def displaced(number: float, place: int = place, x: float = x) -> float:
                moved.flat[place] = number
                try:
                    return value(moved)
                except (ValueError, ArithmeticError):
                    return NAN
                finally:
                    moved.flat[place] = x

            if h is None:
                found = slope(displaced, x, middle, largest * small, known)
            else:
                found = Slope(central_difference(displaced, x, h), h, NAN, False, NAN, NAN)
            largest = max(largest, abs(found.value))
            yield place, found


def precision(
    value: Callable[[Array], float], point: Array, magnitude: float, rounding: float | None
) -> Precision:
    """How a function's values are rounded; measured on a line through the point."""
    epsilon = _epsilon(value, point)
    if rounding is None:
        way = point * np.random.default_rng(1).uniform(0.5, 1.0, point.shape)
        rounding = scatter(lambda t: _at(value, point + (t - 1.0) * way), 1.0, epsilon)
    return Precision(epsilon, WIDE * rounding, magnitude)


def _at(value: Callable[[Array], float], point: Array) -> float:
    try:
        with np.errstate(all="ignore"):
            return value(point)
    except (ValueError, ArithmeticError):
        return NAN


def _epsilon(value: Callable[[Array], float], point: Array) -> float:
    """The relative rounding error of a function's values: are they all float32 numbers?

    It is called at three points nearby whose entries have all their digits.
    """
    random = np.random.default_rng(0)
    found: set[float] = set()
    for _ in range(3):
        nearby = point + 1e-3 * np.maximum(np.abs(point), 1e-3) * random.random(point.shape)
        found.add(_at(value, nearby))
    narrow = len(found) == 3 and all(float(np.float32(one)) == one for one in found)
    return float(np.finfo(np.float32).eps) if narrow else EPSILON


class BlackBox:
    """A function that is given copies of its argument, and watched: does it change them?"""

    def __init__(self, function: Callable[[Any], Any]) -> None:
        """Nothing is called yet."""
        self.function = function
        self.changed = False

    def __call__(self, point: Array) -> float:
        """The function's value, a Python number."""
        copy = point.copy()
        value = self.function(copy if copy.ndim else copy[()])
        self.changed = self.changed or copy.tobytes() != point.tobytes()
        return scalar(value)


def scalar(value: Any) -> float:
    """What a function returned as one number; KindError, ShapeError where it is none."""
    array = np.asarray(value)
    if array.dtype.kind not in "fiub":
        came = f"{type(value).__name__} came back"
        raise KindError("the function", came, "a real number is wanted", "Return the loss.")
    if array.ndim:
        came = f"an array of shape {array.shape} came back"
        raise ShapeError("the function", came, "a single number is wanted", "Sum it first.")
    return float(array)


def _point(x: Any) -> Array:
    try:
        given = np.asarray(x)
    except ValueError as error:
        raise ShapeError("x", "rows of different lengths came", "an array is wanted") from error
    if given.dtype.kind not in "fiub":
        came = f"{type(x).__name__} of dtype {given.dtype} came"
        raise KindError("x", came, "real numbers are wanted")
    point = given.astype(np.float64)
    if not np.isfinite(point).all():
        raise DataError("x", "NaN or infinity came", "finite numbers are wanted")
    return point


def _positive(name: str, number: float | None) -> None:
    if number is not None and not (isfinite(number) and number > 0):
        raise RangeError(name, f"{number} came", "a positive number is wanted")
