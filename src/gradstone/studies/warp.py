"""How a hidden layer bends the plane of its inputs until a straight cut separates the classes.

A network 2-H-K sends a point x to h = f(x·W1 + b1), and its output layer cuts the space of h
straight. Up to three neurons that space is seen as it is; of more, the two directions in which the
points vary most (principal components, Pearson 1901).
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from math import acos, cos, pi, sin
from typing import Any

import numpy as np

import gradstone.ops  # noqa: F401  (fills the table)
from gradstone.execute.interpreter import InterpretedProgram, Interpreter
from gradstone.graph.node import apply, input_node
from gradstone.graph.walk import Graph

Array = np.ndarray[Any, Any]
Arrays = dict[str, Array]
STAGES = ("input", "weights", "bias", "activation")
"""What stands still at the moments 0, 1, 2 and 3; between them the plane moves on."""
SEEN_WHOLE = 3
STRAIGHT = 1e-9


def applied(name: str, values: Array) -> Array:
    """An activation by name, of values (…, neurons)."""
    made: Array = _program(name, values.shape, values.dtype.name)(values)[0]
    return made


@lru_cache(maxsize=64)
def _program(name: str, shape: tuple[int, ...], dtype: str) -> InterpretedProgram:
    node = input_node(shape, dtype)
    return Interpreter().compile(Graph((node,), (apply(name, node),)))


def hidden(parameters: Arrays, activation: str, points: Array) -> Array:
    """The hidden layer's values h for points (…, 2): (…, H)."""
    return applied(activation, points @ parameters["W1"] + parameters["b1"])


def probabilities(parameters: Arrays, activation: str, points: Array) -> Array:
    """What the network says of points (N, 2): of the second class (N, 1), or of each (N, K)."""
    scores = hidden(parameters, activation, points) @ parameters["W2"] + parameters["b2"]
    return applied("softmax" if scores.shape[-1] > 1 else "sigmoid", scores)


@dataclass(frozen=True, slots=True, eq=False)
class Warp:
    """A hidden layer as a movement of the plane.

    Attributes:
        parameters: W1 (2, H), b1, W2 (H, K), b2; K is 1 for two classes. activation: by name.
        directions: (H, D), orthonormal, in which the space of h is seen; D is H up to 3, then 2.
        middle: (H,), the mean of h over the points; the cut is seen in the plane through it.
        shares: for weights, bias and activation the share of the points' variance that these
            directions hold, 0 to 1.
        separated: the share of the points on the right side of the cut as it is seen.
    """

    parameters: Arrays
    activation: str
    directions: Array
    middle: Array
    shares: tuple[float, float, float]
    separated: float

    @property
    def size(self) -> int:
        """How many neurons there are."""
        return len(self.directions)

    @property
    def seen(self) -> int:
        """In how many directions h is seen."""
        return int(self.directions.shape[1])

    def at(self, points: Array, moment: float) -> Array:
        """Where points (…, 2) are at a moment from 0 (input) to 3 (bent): (…, 2), or (…, 3).

        On the way to the weights the plane turns as a rigid body in space while it is stretched, so
        a mirrored one turns over. One neuron ends on the line (h, 0).
        """
        if moment <= 1:
            turn = turning(self.parameters["W1"] @ self.directions, moment)
            made: Array = points @ turn[:2]
            return made[..., : max(2, self.seen)]
        sums = points @ self.parameters["W1"] + min(moment - 1, 1.0) * self.parameters["b1"]
        if moment > 2:
            bent = applied(self.activation, sums)
            sums = sums + (moment - 2) * (bent - sums)
        view = sums @ self.directions
        return view if self.seen > 1 else np.concatenate([view, np.zeros_like(view)], axis=-1)

    def cut(self) -> tuple[Array, Array]:
        """Scores of the classes in the space as it is seen: z·slope (D, K) + offset (K,).

        With K = 1 the cut is where the score is 0, else where two classes have the same.
        """
        slope = self.directions.T @ self.parameters["W2"]
        return slope, self.parameters["b2"] + self.middle @ self.parameters["W2"] - (
            self.middle @ self.directions
        ) @ slope

    def threshold(self) -> float:
        """For one neuron and two classes: the h at which the output is undecided."""
        return -float(self.parameters["b2"][0]) / float(self.parameters["W2"][0, 0])


def warp_of(
    parameters: Arrays,
    activation: str,
    points: Array,
    classes: Array,
    directions: Array | None = None,
) -> Warp:
    """The warp of a network with one hidden layer.

    Args:
        parameters: of a network 2-H-K. points: (N, 2) as the network takes them.
        classes: (N,) whole numbers. directions: in which to look; None: those that fit.
    """
    held = {name: np.asarray(one, dtype=np.float64) for name, one in parameters.items()}
    sums = points @ held["W1"]
    stages = (sums, sums + held["b1"], hidden(held, activation, points))
    look = principal(stages[-1]) if directions is None else directions
    first = Warp(held, activation, look, stages[-1].mean(axis=0), (1.0, 1.0, 1.0), 0.0)
    slope, offset = first.cut()
    scores = (stages[-1] @ look) @ slope + offset
    said = scores.argmax(axis=1) if scores.shape[1] > 1 else scores[:, 0] > 0
    shares = tuple(_share(one, look) for one in stages)
    return Warp(
        held, activation, look, first.middle, (shares[0], shares[1], shares[2]),
        float((said == classes).mean()),
    )  # fmt: skip


def principal(values: Array) -> Array:
    """Up to three columns: the axes themselves; else the two directions of largest variance.

    Args:
        values: (N, H). Returns: (H, D), each direction's largest entry positive.
    """
    size = values.shape[1]
    if size <= SEEN_WHOLE:
        return np.eye(size)
    _, _, rows = np.linalg.svd(values - values.mean(axis=0), full_matrices=False)
    two: Array = rows[:2].T
    peaks = np.abs(two).argmax(axis=0)
    made: Array = two * np.where(two[peaks, (0, 1)] < 0, -1.0, 1.0)
    return made


def edgewise(values: Array, weights: Array) -> Array:
    """Two directions in which the output layer's cut is seen from its edge, orthonormal: (H, 2).

    For two classes its normal, and at right angles the direction of largest variance; for more the
    two in which the classes' weights differ most, all there are for three.

    Args:
        values: h of the points, (N, H), H ≥ 2. weights: W2 (H, K).
    """
    between = weights if weights.shape[1] == 1 else weights - weights.mean(axis=1, keepdims=True)
    left, sizes, _ = np.linalg.svd(between, full_matrices=False)
    found = left[:, :2][:, sizes[:2] > STRAIGHT * max(float(sizes[0]), STRAIGHT)]
    if weights.shape[1] == 1 and found.shape[1]:
        found = weights / np.linalg.norm(weights)  # the second class lies to the right
    centred = values - values.mean(axis=0)
    _, _, rows = np.linalg.svd(centred - centred @ found @ found.T, full_matrices=False)
    made, _ = np.linalg.qr(np.concatenate([found, rows[:2].T], axis=1)[:, :2])
    signs = np.sign((made[:, : found.shape[1]] * found).sum(axis=0))
    made[:, : found.shape[1]] *= signs
    two: Array = made
    return two


def turning(matrix: Array, share: float) -> Array:
    """Part of the way from the identity to a matrix (2, D), D ≤ 3, filled up with zeros: (3, 3).

    The matrix is stretched apart into P·R, P symmetric and R a turn in space (polar decomposition);
    P grows in proportion, R turns about its axis at an even pace.
    """
    whole = np.zeros((3, 3))
    whole[:2, : matrix.shape[1]] = matrix
    left, sizes, right = np.linalg.svd(whole)
    if np.linalg.det(left @ right) < 0:  # the third size is 0, so its direction is free
        left[:, 2] *= -1.0
    stretch = np.eye(3) + share * ((left * sizes) @ left.T - np.eye(3))
    made: Array = stretch @ _part_of_turn(left @ right, share)
    return made


def _part_of_turn(turn: Array, share: float) -> Array:
    """The turn about the same axis by a share of the angle (Rodrigues 1840)."""
    angle = acos(float(np.clip((np.trace(turn) - 1) / 2, -1.0, 1.0)))
    if angle < STRAIGHT:
        return np.eye(3)
    if pi - angle < 1e-6:  # the antisymmetric part vanishes: the axis is that of (R + I)/2
        outer = (turn + np.eye(3)) / 2
        axis = outer[:, int(np.argmax(np.diag(outer)))]
    else:
        axis = np.array([turn[2, 1] - turn[1, 2], turn[0, 2] - turn[2, 0], turn[1, 0] - turn[0, 1]])
    x, y, z = axis / np.linalg.norm(axis)
    across = np.array([[0, -z, y], [z, 0, -x], [-y, x, 0]])
    part = angle * share
    made: Array = np.eye(3) + sin(part) * across + (1 - cos(part)) * across @ across
    return made


def grid_lines(
    extent: tuple[float, float, float, float], count: int = 11, points: int = 48
) -> Array:
    """Lines on the input plane, `count` upright and as many level: (2·count, points, 2)."""
    left, right, bottom, top = extent
    along_x, along_y = np.linspace(left, right, points), np.linspace(bottom, top, points)
    upright = [np.stack([np.full(points, x), along_y], 1) for x in np.linspace(left, right, count)]
    level = [np.stack([along_x, np.full(points, y)], 1) for y in np.linspace(bottom, top, count)]
    return np.array(upright + level)


def _share(values: Array, directions: Array) -> float:
    """The share of the variance of rows that directions hold; 1 where there is none."""
    centred = values - values.mean(axis=0)
    total = float((centred**2).sum())
    return float(((centred @ directions) ** 2).sum()) / total if total > 0 else 1.0
