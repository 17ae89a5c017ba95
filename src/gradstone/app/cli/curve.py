"""What can be measured of a function of one number: on a grid, by the rows themselves."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from gradstone.autodiff.gradient import gradient
from gradstone.errors import GradstoneError, NoGradientError
from gradstone.execute.interpreter import run
from gradstone.graph.node import apply, constant, input_node
from gradstone.graph.op import Op
from gradstone.graph.walk import Graph

Array = np.ndarray[Any, Any]
END, STEPS = 10, 1000  # the grid goes from −END to END with so many steps a unit
FALLEN = 1e-3  # a slope below this share of the largest counts as saturated, if it still falls


@dataclass(frozen=True, slots=True)
class Curve:
    """A function of one number on points: its values, and slopes where it has any."""

    x: Array
    y: Array
    slope: Array | None


def curve(op: Op, points: Array) -> Curve | None:
    """The row on points, float64; None where it is no function of one number."""
    x = input_node(points.shape, "float64")
    try:
        y = apply(op.name, x)
    except GradstoneError:
        return None
    if len(op.domain) != 1 or y.shape != x.shape or y.dtype != x.dtype or "axis" in op.names:
        return None
    try:
        outputs = (y, *gradient(y, [x], apply("broadcast", constant(1.0), shape=x.shape)))
    except NoGradientError:
        outputs = (y,)
    values = run(Graph((x,), outputs), points)
    return Curve(points, values[0], values[1] if len(values) > 1 else None)


def grid() -> Array:
    """The points that are measured on."""
    return np.arange(-END * STEPS, END * STEPS + 1) / STEPS


def range_of(one: Curve) -> str:
    """The least and the largest value, and whether they are still moving at the ends."""
    low, high = float(one.y.min()), float(one.y.max())
    words = f"{figure(low)} … {figure(high)}"
    if one.slope is None:
        return words
    scale = np.abs(one.slope).max() * FALLEN
    moving = [
        side
        for side, place in (("left", 0), ("right", -1))
        if abs(one.slope[place]) > scale and one.y[place] in (low, high)
    ]
    beyond = f", and on beyond the grid on the {' and the '.join(moving)}"
    return words + (beyond if moving else "")


def largest_slope(one: Curve) -> str:
    """The largest |f′| and where it is."""
    assert one.slope is not None
    sizes = np.abs(one.slope)
    most = float(sizes.max())
    places = one.x[sizes >= most * (1 - 1e-12)]
    words = f"{figure(most, 7)} at x = {figure(places[0])}"
    if len(places) > 2:
        return words.replace(" at ", " from ") + f" to {figure(places[-1])}"
    if len(places) == 2:
        return f"{words} and {figure(places[1])}"
    return words + (", the end of the grid" if abs(places[0]) == END else "")


def saturation(one: Curve, side: int) -> str:
    """Whether f′ dies out to the left (side 0) or the right (side −1), and how.

    Hard: it is exactly 0 from some point on. Soft: it falls towards 0 and is not 0.
    """
    turn = 1 if side == 0 else -1
    x, y = one.x[::turn], one.y[::turn]
    slope = np.diff(y, append=y[-1]) if one.slope is None else one.slope[::turn]
    sign, limit = "≤" if side == 0 else "≥", f"where f = {figure(y[0])}"
    moving = np.flatnonzero(slope)
    if slope[0] == 0:
        reached = moving[0] - (one.slope is not None) if len(moving) else -1
        last = x[reached]
        return f"hard: f′ = 0 for x {sign} {figure(last)}, {limit}"
    size = np.abs(slope)
    if size[0] < FALLEN * size.max() and size[0] < size[END * STEPS // 2]:
        return f"soft: f′ = {figure(slope[0], 2)} at {figure(x[0])}, {limit}"
    return f"none: f′ = {figure(slope[0], 4)} at {figure(x[0])}"


def monotone(one: Curve) -> str:
    """Whether the function only rises or only falls."""
    steps = np.diff(one.y)
    if (steps > 0).all() or (steps < 0).all():
        return f"yes, {'rising' if steps[0] > 0 else 'falling'} everywhere"
    if (steps >= 0).all() or (steps <= 0).all():
        return f"yes, {'never falling' if (steps >= 0).all() else 'never rising'}, in parts flat"
    places = [(int(one.y.argmin()), "least"), (int(one.y.argmax()), "largest")]
    told = [
        f"its {word} value is {figure(one.y[at], 7)} at x = {figure(one.x[at])}"
        for at, word in places
        if 0 < at < len(one.y) - 1
    ]
    return f"no: {' and '.join(told)}" if told else "no"


def figure(value: float, digits: int = 10) -> str:
    """A number with a proper minus, zero without one.

    >>> figure(-0.25), figure(-0.0)
    ('−0.25', '0')
    """
    return ("−" if value < 0 else "") + f"{abs(value):.{digits}g}"
