"""Stationary points by Newton's method, and of what nature they are."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np

from gradstone.descent.form import Array
from gradstone.descent.limits import norm_of
from gradstone.descent.problem import Problem

MOST_STEPS, AT_REST = 100, 1e-12
STEADY = 0.9  # steps that shrink less from one to the next find no end
SHORT = 1e-6  # of max(1, |x|): steps so short go nowhere
NEAR = 30.0
"""A stationary point within so many first Newton steps is the one that an end belongs to."""
FLAT = 1e-8  # an eigenvalue below this share of the largest curvature met counts as 0
PROBES, LENGTHS = 16, (1e-3, 1e-2, 1e-1)
Nature = Literal["minimum", "maximum", "saddle", "flat"]


@dataclass(frozen=True, slots=True)
class Stationary:
    """Where Newton's method from some point leads.

    Attributes:
        x: the point. value: f there. eigenvalues: of the Hessian there, ascending.
        nature: "flat" where f changes neither up nor down in some direction.
        distance: from where it began. near: few first Newton steps away.
    """

    x: Array
    value: float
    eigenvalues: Array
    nature: Nature
    distance: float
    near: bool


def stationary(problem: Problem, start: Array, scale: float) -> Stationary | None:
    """The point with gradient 0 that Newton's method finds from a start; None for none.

    Steps are least squares solutions of H s = −g, so that directions without curvature stay.

    Args:
        scale: the largest curvature met on the path.
    """
    x, first, step = start, 0.0, np.zeros_like(start)
    for _ in range(MOST_STEPS):
        slopes, bent = problem.both(x)[1], problem.curvature(x)
        if bent is None or not (np.isfinite(bent).all() and np.isfinite(slopes).all()):
            return None
        step = np.linalg.lstsq(bent, -slopes, rcond=1e-12)[0]
        x, first = x + step, first or norm_of(step)
        if norm_of(step) <= AT_REST * max(1.0, norm_of(x)):
            return _described(problem, start, x, first, scale)
        if norm_of(x - start) > 1e6 * max(1.0, norm_of(start)):
            return None
    return None


def runs_away(problem: Problem, x: Array) -> bool:
    """Whether Newton's steps go far in one direction without becoming shorter: f is flattening."""
    steps = []
    for _ in range(2):
        slopes, bent = problem.both(x)[1], problem.curvature(x)
        if bent is None or not (np.isfinite(bent).all() and np.isfinite(slopes).all()):
            return False
        steps.append(np.linalg.lstsq(bent, -slopes, rcond=1e-12)[0])
        x = x + steps[-1]
    lengths = [norm_of(one) for one in steps]
    far = lengths[0] > SHORT * max(1.0, norm_of(x))
    return far and bool(steps[0] @ steps[1] > 0) and lengths[1] >= STEADY * lengths[0]


def _described(
    problem: Problem, start: Array, x: Array, first: float, scale: float
) -> Stationary | None:
    value, slopes = problem.both(x)
    bent = problem.curvature(x)
    if bent is None or not (np.isfinite(value) and np.isfinite(bent).all()):
        return None
    values = np.linalg.eigvalsh(bent)
    if norm_of(slopes) > 1e-6 * max(1.0, scale):  # no gradient within the reach of H
        return None
    distance = norm_of(x - start)
    if np.abs(values).min() <= FLAT * scale and runs_away(problem, start):
        return None  # it came to rest only where f flattens out in rounding
    nature = nature_of(problem, x, value, values, scale)
    return Stationary(x, value, values, nature, distance, distance <= NEAR * first or first == 0.0)


def nature_of(problem: Problem, x: Array, value: float, values: Array, scale: float) -> Nature:
    """Of a stationary point; where the Hessian does not tell, f around it is looked at."""
    small = FLAT * scale
    if values[0] < -small and values[-1] > small:
        return "saddle"
    if values[0] > small:
        return "minimum"
    if values[-1] < -small:
        return "maximum"
    changes = _around(problem, x, value)
    rises, falls = bool((changes > 0).any()), bool((changes < 0).any())
    if rises and falls:
        return "saddle"
    if falls:
        return "maximum" if bool((changes < 0).all()) else "flat"
    return "minimum" if bool((changes > 0).all()) else "flat"


def _around(problem: Problem, x: Array, value: float) -> Array:
    """What f changes by in many directions; 0 where it is only rounding, or has no value."""
    draw = np.random.default_rng(0).normal(size=(PROBES * x.size, x.size))
    ways = np.concatenate([np.eye(x.size), draw / np.linalg.norm(draw, axis=1, keepdims=True)])
    reach, rounding = max(1.0, norm_of(x)), 1e-14 * max(abs(value), 1e-3)
    changes = np.zeros(2 * len(ways))
    for length in LENGTHS:
        moved = np.array([problem.value(x + length * reach * way) for way in (*ways, *-ways)])
        change = np.nan_to_num(moved - value)
        changes = np.where((changes == 0.0) & (np.abs(change) > rounding), change, changes)
    return changes
