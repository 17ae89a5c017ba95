"""Twenty functions that optimizers are tested on, typed and in NumPy, with five starts each."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

Array = np.ndarray[Any, Any]
SMALL = ((1.2, -0.7), (-1.5, 1.0), (0.3, 0.4), (2.0, 2.0), (-0.6, -1.9))
LARGE = ((3.0, 2.0), (-4.0, 1.0), (0.5, -3.0), (-2.0, -4.0), (4.5, 4.5))


@dataclass(frozen=True)
class Example:
    """A function of x and y: its formula, the same by hand, and a rate for plain descent."""

    name: str
    formula: str
    by_hand: Callable[[Array, Array], Any]
    rate: float
    starts: tuple[tuple[float, float], ...] = SMALL

    def __str__(self) -> str:
        return self.name


def _ackley(x, y):
    return (
        -20 * np.exp(-0.2 * np.sqrt(0.5 * (x**2 + y**2)))
        - np.exp(0.5 * (np.cos(2 * np.pi * x) + np.cos(2 * np.pi * y))) + np.e + 20
    )  # fmt: skip


def _beale(x, y):
    return (1.5 - x + x * y) ** 2 + (2.25 - x + x * y**2) ** 2 + (2.625 - x + x * y**3) ** 2


def _goldstein_price(x, y):
    one = 19 - 14 * x + 3 * x**2 - 14 * y + 6 * x * y + 3 * y**2
    two = 18 - 32 * x + 12 * x**2 + 48 * y - 36 * x * y + 27 * y**2
    return (1 + (x + y + 1) ** 2 * one) * (30 + (2 * x - 3 * y) ** 2 * two)


def _levy(x, y):
    return (
        np.sin(3 * np.pi * x) ** 2 + (x - 1) ** 2 * (1 + np.sin(3 * np.pi * y) ** 2)
        + (y - 1) ** 2 * (1 + np.sin(2 * np.pi * y) ** 2)
    )  # fmt: skip


EXAMPLES = (
    Example("sphere", "x^2 + y^2", lambda x, y: x**2 + y**2, 0.2),
    Example("saddle", "x^2 - y^2", lambda x, y: x**2 - y**2, 0.1,
            ((1, 0), (-2, 0), (0, 0), (1, 0.1), (0.5, -1e-3))),
    Example("monkey saddle", "x^3 - 3x y^2", lambda x, y: x**3 - 3 * x * y**2, 0.05,
            ((1, 0), (0, 0), (0.5, 0), (1, 0.1), (-0.2, 0.3))),
    Example("rosenbrock", "(1-x)^2 + 100(y-x^2)^2",
            lambda x, y: (1 - x) ** 2 + 100 * (y - x**2) ** 2, 5e-4),
    Example("himmelblau", "(x^2+y-11)^2 + (x+y^2-7)^2",
            lambda x, y: (x**2 + y - 11) ** 2 + (x + y**2 - 7) ** 2, 0.01, LARGE),
    Example("beale", "(1.5-x+x y)^2 + (2.25-x+x y^2)^2 + (2.625-x+x y^3)^2", _beale, 0.004),
    Example("booth", "(x+2y-7)^2 + (2x+y-5)^2",
            lambda x, y: (x + 2 * y - 7) ** 2 + (2 * x + y - 5) ** 2, 0.05, LARGE),
    Example("rastrigin", "20 + x^2 - 10cos(2pi x) + y^2 - 10cos(2pi y)",
            lambda x, y: 20 + x**2 - 10 * np.cos(2 * np.pi * x)
            + y**2 - 10 * np.cos(2 * np.pi * y),
            0.002, (*SMALL[:4], (0.5025, 0.0))),
    Example("matyas", "0.26(x^2+y^2) - 0.48x y",
            lambda x, y: 0.26 * (x**2 + y**2) - 0.48 * x * y, 0.5, LARGE),
    Example("three-hump camel", "2x^2 - 1.05x^4 + x^6/6 + x y + y^2",
            lambda x, y: 2 * x**2 - 1.05 * x**4 + x**6 / 6 + x * y + y**2, 0.05),
    Example("six-hump camel", "(4 - 2.1x^2 + x^4/3)x^2 + x y + (4y^2 - 4)y^2",
            lambda x, y: (4 - 2.1 * x**2 + x**4 / 3) * x**2 + x * y + (4 * y**2 - 4) * y**2,
            0.03, ((1.2, -0.7), (-1.5, 1.0), (0, 0), (0.3, 0.4), (-0.6, -1.2))),
    Example("mccormick", "sin(x+y) + (x-y)^2 - 1.5x + 2.5y + 1",
            lambda x, y: np.sin(x + y) + (x - y) ** 2 - 1.5 * x + 2.5 * y + 1, 0.1),
    Example("styblinski-tang", "(x^4 - 16x^2 + 5x + y^4 - 16y^2 + 5y)/2",
            lambda x, y: (x**4 - 16 * x**2 + 5 * x + y**4 - 16 * y**2 + 5 * y) / 2, 0.01, LARGE),
    Example("ackley",
            "-20e^(-0.2√(0.5(x²+y²))) - e^(0.5(cos(2π x) + cos(2π y))) + e + 20", _ackley, 0.01),
    Example("levy 13",
            "sin(3pi x)^2 + (x-1)^2(1 + sin(3pi y)^2) + (y-1)^2(1 + sin(2pi y)^2)", _levy, 0.002),
    Example("easom", "-cos(x)cos(y)exp(-(x-pi)^2 - (y-pi)^2)",
            lambda x, y: -np.cos(x) * np.cos(y) * np.exp(-((x - np.pi) ** 2) - (y - np.pi) ** 2),
            0.3, ((3.0, 3.0), (2.5, 3.5), (-2.0, -2.0), (3.9, 3.0), (8.5, 3.1))),
    Example("bohachevsky", "x^2 + 2y^2 - 0.3cos(3pi x) - 0.4cos(4pi y) + 0.7",
            lambda x, y: x**2 + 2 * y**2 - 0.3 * np.cos(3 * np.pi * x)
            - 0.4 * np.cos(4 * np.pi * y) + 0.7, 0.005),
    Example("zakharov", "x^2 + y^2 + (0.5x + y)^2 + (0.5x + y)^4",
            lambda x, y: x**2 + y**2 + (0.5 * x + y) ** 2 + (0.5 * x + y) ** 4, 0.01),
    Example("dixon-price", "(x-1)^2 + 2(2y^2-x)^2",
            lambda x, y: (x - 1) ** 2 + 2 * (2 * y**2 - x) ** 2, 0.005),
    Example("goldstein-price",
            "(1 + (x+y+1)^2(19 - 14x + 3x^2 - 14y + 6x y + 3y^2))"
            "(30 + (2x-3y)^2(18 - 32x + 12x^2 + 48y - 36x y + 27y^2))",
            _goldstein_price, 2e-6, ((0.1, -0.9), (-0.1, -1.1), (0.3, -0.6), (1.0, 0.5), (2, 2))),
)  # fmt: skip
