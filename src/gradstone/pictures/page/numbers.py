"""Numbers and words of a figure as a page holds them: short, safe, readable without Matplotlib."""

from __future__ import annotations

import json
import math
import re
from collections.abc import Iterable
from typing import Any

import numpy as np
from matplotlib.axis import Axis

MOST = 2000
"""At most so many points of a line go into a page, evenly chosen."""
DIGITS = 9
SIGNS = {
    "alpha": "α", "beta": "β", "eta": "η", "theta": "θ", "lambda": "λ", "sigma": "σ",
    "Delta": "Δ", "nabla": "∇", "partial": "∂", "cdot": "·", "times": "×", "approx": "≈",
}  # fmt: skip
LOW, HIGH = (str.maketrans("0123456789+-", "₀₁₂₃₄₅₆₇₈₉₊₋"),
             str.maketrans("0123456789+-−n", "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁻ⁿ"))  # fmt: skip


def short(value: float, digits: int = DIGITS) -> float | int | None:
    """A number with so many digits; None where it is not finite."""
    if not math.isfinite(value):
        return None
    rounded = float(f"{value:.{digits}g}")
    return int(rounded) if rounded.is_integer() and abs(rounded) < 1e15 else rounded


def numbers(values: Iterable[float]) -> list[float | int | None]:
    """Numbers with nine digits each."""
    return [short(float(value)) for value in values]


def pixels(values: Iterable[float]) -> list[float]:
    """Places in a drawing, to a hundredth of a unit."""
    return [round(float(value), 2) for value in values]


def kept(points: np.ndarray[Any, Any]) -> np.ndarray[Any, Any]:
    """The rows of points (k, n) that a page holds: all finite, at most MOST, first and last too."""
    places = np.flatnonzero(np.isfinite(points).all(axis=1))
    if len(places) > MOST:
        places = places[np.linspace(0, len(places) - 1, MOST).round().astype(int)]
    return places


def words(text: str) -> str:
    r"""A text of a figure as plain text, its simple formulas in signs.

    >>> words(r"cost \$5, $\eta = x_{12}^2$")
    'cost $5, η = x₁₂²'
    """
    parts = re.split(r"(?<!\\)\$", text)
    if len(parts) % 2 == 0:  # a dollar alone
        parts = [text]
    parts[1::2] = map(_formula, parts[1::2])
    return "".join(parts).replace(r"\$", "$")


def _formula(text: str) -> str:
    text = re.sub(r"\\(?:mathdefault|mathrm|mathbf|mathit|operatorname)", "", text)
    text = re.sub(r"\\([A-Za-z]+)(?: (?=\w))?", lambda found: SIGNS.get(found[1], found[1]), text)
    text = re.sub(r"_(?:\{([^{}]*)\}|(\w))", lambda found: _moved(found, LOW), text)
    text = re.sub(r"\^(?:\{([^{}]*)\}|(\w))", lambda found: _moved(found, HIGH), text)
    return text.replace("{", "").replace("}", "")


def _moved(found: re.Match[str], signs: dict[int, int]) -> str:
    """An index or exponent in small signs."""
    return (found[1] or found[2]).translate(signs)


def ticks(axis: Axis) -> list[tuple[float, str]]:
    """Places and words of the ticks of an axis within its limits."""
    places = np.asarray(axis.get_majorticklocs(), dtype=float)
    told = axis.get_major_formatter().format_ticks(places.tolist())
    low, high = sorted(axis.get_view_interval())
    slack = 1e-9 * (high - low)
    return [
        (float(place), words(label))
        for place, label in zip(places, told, strict=True)
        if low - slack <= place <= high + slack
    ]


def names(axis: Axis) -> dict[str, str]:
    """What ticks are called that bear a name instead of a number, by the number."""
    return {str(short(place)): label for place, label in ticks(axis) if label[:1].isalpha()}


def packed(told: Any) -> str:
    """JSON that can stand within a script element."""
    text = json.dumps(told, ensure_ascii=False, allow_nan=False, separators=(",", ":"))
    return text.replace("<", "\\u003c")
