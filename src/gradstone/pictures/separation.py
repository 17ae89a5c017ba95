"""Whether a straight line can part two classes of points in the plane."""

from __future__ import annotations

from typing import Any

import numpy as np

Array = np.ndarray[Any, Any]


def separable(points: Array, labels: Array) -> bool:
    """Whether some straight line has all points of one class on one side, the others on the other.

    Two convex hulls are apart just where a line along an edge of one of them, or across it, parts
    them (separating axis theorem).

    Args:
        points: (N, 2), finite. labels: (N,), two different ones; where there is but one, True.
    """
    sides = [points[labels == one] for one in np.unique(labels)]
    if len(sides) < 2:
        return True
    hulls = [hull(side) for side in sides]
    edges = np.concatenate([np.roll(one, -1, axis=0) - one for one in hulls])
    between = (hulls[1].mean(axis=0) - hulls[0].mean(axis=0))[None]
    axes = np.concatenate([edges @ np.array([[0.0, 1.0], [-1.0, 0.0]]), edges, between])
    first, second = (one @ axes.T for one in hulls)
    apart = (first.max(axis=0) < second.min(axis=0)) | (second.max(axis=0) < first.min(axis=0))
    return bool(apart.any())


def hull(points: Array) -> Array:
    """The corners of the convex hull, around it, (corners, 2): of points in a line the two ends.

    Andrew's monotone chain, 1979.
    """
    ordered = np.unique(points, axis=0)
    if len(ordered) < 3:
        return ordered
    return np.array([*_chain(ordered)[:-1], *_chain(ordered[::-1])[:-1]])


def _chain(ordered: Array) -> list[Any]:
    """The corners that turn left, from the first point to the last."""
    kept: list[Any] = []
    for x, y in ordered.tolist():
        while len(kept) > 1 and _turn(kept[-2], kept[-1], (x, y)) <= 0:
            kept.pop()
        kept.append((x, y))
    return kept


def _turn(a: Any, b: Any, c: Any) -> float:
    return float((b[0] - a[0]) * (c[1] - a[1]) - (b[1] - a[1]) * (c[0] - a[0]))
