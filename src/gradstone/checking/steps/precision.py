"""How exact the numbers of a trace are: typed with some digits, float32, or float64."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import numpy as np

from gradstone.checking.steps.quantities import Array

EXACT = 1e-9
"""Relative, for float64 numbers and for typed ones, whose last digit counts besides."""
NARROW = 1e-4
TYPED_DIGITS = 13
"""Numbers of at most so many digits were typed or rounded."""
ENOUGH_DIGITS = 4
"""With so many digits a number by itself says how it was rounded; 0.6 may stand for 0.6 exactly."""
LOOKED_AT = 300
HALF = 0.6
"""Units in the last place by which a rounded number may be off."""


@dataclass(frozen=True, slots=True)
class Precision:
    """How far numbers may be off.

    Attributes:
        kind: "float64", "float32" or "typed".
        tolerance: relative error that counts as none.
        epsilon: relative rounding error of the numbers' own dtype.
        decimals, digits: of typed numbers, at most, behind the point and in all.
    """

    kind: str
    tolerance: float
    epsilon: float
    decimals: int = 0
    digits: int = 0

    @classmethod
    def of(cls, arrays: Iterable[Array], tolerance: float | None) -> Precision:
        """The precision of what was computed elsewhere.

        Args:
            tolerance: relative, in place of the one that goes with the kind of numbers.
        """
        floats = [one for one in arrays if one.dtype.kind == "f"]
        narrow = [float(np.finfo(one.dtype).eps) for one in floats if one.dtype.itemsize < 8]
        numbers = np.concatenate([*(_some(one) for one in floats), np.zeros(0)])
        told = [_told(float(one)) for one in numbers if np.isfinite(one) and one]
        digits = max((count for count, _ in told), default=17)
        typed = digits <= TYPED_DIGITS
        if not narrow and told and not typed and _are_float32(numbers):
            narrow = [float(np.finfo(np.float32).eps)]
        if narrow:
            return cls("float32", NARROW if tolerance is None else tolerance, max(narrow))
        epsilon = float(np.finfo(np.float64).eps)
        chosen = EXACT if tolerance is None else tolerance
        if not typed:
            return cls("float64", chosen, epsilon)
        return cls("typed", chosen, epsilon, max(decimals for _, decimals in told), digits)

    def unit(self, array: Array) -> Array:
        """How far each number may be off by rounding alone."""
        size = np.abs(np.nan_to_num(np.asarray(array, dtype=np.float64)))
        if self.kind != "typed":
            return self.epsilon * size
        told = [_told(one) for one in _some(np.asarray(array)[np.isfinite(array)])]
        digits, decimals = self.digits, self.decimals
        if max((count for count, _ in told), default=0) >= ENOUGH_DIGITS:
            digits, decimals = max(count for count, _ in told), max(places for _, places in told)
        leading = np.floor(np.log10(np.where(size > 0, size, 1.0)))
        unit = np.maximum(10.0**-decimals, 10.0 ** (leading - digits + 1))
        if size.size <= LOOKED_AT:
            own = [10.0 ** -_told(one)[1] for one in size.ravel()]
            unit = np.minimum(unit, np.reshape(own, size.shape))
        return np.asarray(HALF * unit)

    def slack(self, one: Array, other: Array, noise: Any = 0.0) -> Array:
        """By how much two numbers may differ and count as equal, entry by entry.

        Beside the largest entry small ones may be rounding of a sum.
        """
        known = np.isfinite(one) & np.isfinite(other)
        largest = np.max(np.abs(other), initial=0.0, where=known)
        size = np.maximum(np.abs(one), np.abs(other))
        floor = self.tolerance * largest / (10 if self.kind == "float32" else 1000)
        return np.asarray(self.tolerance * size + floor + noise)


def agree(one: Array, other: Array, slack: Any) -> bool:
    """Whether arrays agree wherever the first was given; NaN stands for what was not."""
    if one.shape != other.shape:
        return False
    given = ~np.isnan(one)
    with np.errstate(invalid="ignore"):
        close = np.abs(one - other) <= slack
    return bool(close[given].all())


def _some(array: Array) -> Array:
    """Some of the numbers of an array, spread over it."""
    flat = np.asarray(array, dtype=np.float64).ravel()
    return flat[:: max(1, len(flat) // LOOKED_AT)]


def _told(number: float) -> tuple[int, int]:
    """How many digits a number has, in all and behind the point."""
    parts = Decimal(repr(float(number))).as_tuple()
    return len(parts.digits), max(0, -int(parts.exponent))


def _are_float32(numbers: Array) -> bool:
    with np.errstate(over="ignore"):
        return bool((numbers.astype(np.float32) == numbers).all())
