"""When a descent ends: the gradient is small, or the numbers run away."""

from __future__ import annotations

from dataclasses import dataclass
from math import hypot, isfinite
from typing import Literal

import numpy as np

from gradstone.descent.form import Array

GROWTH, LARGEST = 1e6, 1e300
Ending = Literal["precise", "grown", "lost", "spent", "interrupted"]
"""Below the precision; f or x grew a million-fold; not finite; all updates done; Ctrl-C."""


@dataclass(frozen=True, slots=True)
class Limits:
    """The bounds of a descent.

    Attributes:
        precision: below it the gradient's 2-norm ends the descent; 0: it never does.
        value: |f| above it has run away.
        reach, slope: beyond the reach x has run away unless the gradient's 2-norm fell below
            the slope.
    """

    precision: float
    value: float
    reach: float
    slope: float

    def ending(self, x: Array, value: float, gradient: Array) -> Ending | None:
        """Why a descent ends at a point; None where it goes on."""
        norm = norm_of(gradient)
        if not (isfinite(value) and norm <= LARGEST and np.isfinite(x).all()):
            return "lost"
        if abs(value) > self.value or (norm_of(x) > self.reach and norm >= self.slope):
            return "grown"
        return "precise" if norm < self.precision else None


def limits(precision: float, x: Array, value: float, gradient: Array) -> Limits:
    """The bounds of a descent from a start."""
    size = max(1.0, norm_of(x))
    return Limits(precision, GROWTH * max(1.0, abs(value)), GROWTH * size, norm_of(gradient))


def norm_of(x: Array) -> float:
    """The 2-norm of all entries, also of those whose squares are too large."""
    with np.errstate(over="ignore", invalid="ignore"):
        found = float(np.sqrt(np.sum(np.square(x))))
    return found if isfinite(found) else hypot(*x.ravel().tolist())
