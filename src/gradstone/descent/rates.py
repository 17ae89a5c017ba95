"""Which learning rates converge near a minimum, and by what factor each update comes nearer."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from gradstone.descent.form import Array
from gradstone.training.optimizers import Optimizer

GRID = 400
ALIKE = 1e-6  # factors that differ by less, as a share, count as equal
STEADY = ("sgd", "momentum", "nesterov")
"""Optimizers whose updates are linear in the gradient, so that factors can be told."""


@dataclass(frozen=True, slots=True)
class Rates:
    """What the rate does near a minimum with these curvatures.

    Attributes:
        rate: of the update at the end. curvatures: eigenvalues of the Hessian, ascending.
        factors: of sgd 1 − rate · λ for each of them; of others the spectral radius.
        largest: rates below it converge.
        best: the rates of the smallest worst factor, from the first to the last; with momentum
            many are alike.
    """

    rate: float
    curvatures: Array
    factors: Array
    largest: float
    best: tuple[float, float]

    @property
    def worst(self) -> float:
        """The factor that lasts longest, or grows."""
        return float(self.factors[np.abs(self.factors).argmax()])


def rates(optimizer: Optimizer, rate: float, curvatures: Array) -> Rates | None:
    """What a rate does; None for optimizers without a factor, or where it is no minimum.

    Momentum: largest rate 2(1+β)/λ; Nesterov's: 2(1+β)/(λ(1+2β)), both from the eigenvalue −1 of
    the update as a linear map of (x, v). Source: Goh 2017; Sutskever et al. 2013.
    """
    weighed = optimizer["weight_decay"]
    if optimizer.name not in STEADY or weighed or not curvatures.size or curvatures[0] <= 0:
        return None
    low, high = float(curvatures[0]), float(curvatures[-1])
    if optimizer.name == "sgd":
        best = 2.0 / (low + high)
        return Rates(rate, curvatures, 1.0 - rate * curvatures, 2.0 / high, (best, best))
    beta = optimizer["momentum"]
    reach = 2.0 * (1.0 + beta) / high
    largest = reach if optimizer.name == "momentum" else reach / (1.0 + 2.0 * beta)
    factors = np.array([radius(optimizer, rate, one) for one in curvatures])
    tried = largest * np.arange(1, GRID) / GRID
    ends = {low, high}
    worst = np.array([max(radius(optimizer, one, bent) for bent in ends) for one in tried])
    alike = tried[worst <= worst.min() * (1.0 + ALIKE)]
    return Rates(rate, curvatures, factors, largest, (float(alike[0]), float(alike[-1])))


def radius(optimizer: Optimizer, rate: float, curvature: float) -> float:
    """The spectral radius of an update of (x, v) with momentum where f'' is constant."""
    beta = optimizer["momentum"]
    if optimizer.name == "momentum":
        rows = [[1.0 - rate * curvature, -rate * beta], [curvature, beta]]
    else:
        rows = [[1.0 - rate * curvature * (1.0 + beta), -rate * beta * beta], [curvature, beta]]
    return float(np.abs(np.linalg.eigvals(np.array(rows))).max())
