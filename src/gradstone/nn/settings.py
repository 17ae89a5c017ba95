"""Settings as they may be: whole and real numbers, each within its range."""

from __future__ import annotations

from math import inf
from numbers import Integral, Real
from typing import Any

from gradstone.errors import RangeError


def whole(subject: str, value: Any, least: int = 1) -> int:
    """A whole number, Python's or NumPy's, as Python's.

    Args:
        subject: what it is, for the message.
        value: what came.
        least: the smallest that may be.

    Raises:
        RangeError: something else, or a number below.
    """
    if isinstance(value, bool) or not isinstance(value, Integral) or value < least:
        raise RangeError(subject, f"{value!r} came", f"a whole number from {least} is wanted")
    return int(value)


def real(
    subject: str, value: Any, low: float = 0.0, below: float = inf, above: bool = False
) -> float:
    """A real number, Python's or NumPy's, as Python's float.

    Args:
        subject: what it is, for the message.
        value: what came.
        low: the smallest that may be; with `above` the largest that may not be.
        below: the number it must stay below.

    Raises:
        RangeError: something else, or a number outside.
    """
    fits = isinstance(value, Real) and not isinstance(value, bool)
    if not fits or not low <= float(value) < below or (above and value == low):
        end = "" if below == inf else f" to below {below:g}"
        start = f"above {low:g}" if above else f"from {low:g}"
        raise RangeError(subject, f"{value!r} came", f"a finite number {start}{end} is wanted")
    return float(value)
