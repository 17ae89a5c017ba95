"""The straight cut between classes, in the space of a hidden layer as it is seen."""

from __future__ import annotations

from itertools import combinations
from typing import Any

import numpy as np

from gradstone.studies.warp import Warp

Array = np.ndarray[Any, Any]


def cut_pieces(warp: Warp, low: Array, high: Array) -> list[Array]:
    """Where two classes have the same score and no third a higher one, within a box.

    Args:
        low, high: (D,), corners of the box, D = `warp.seen`.

    Returns:
        for each pair of classes that meet in the box the corners of the piece, in order: a point
        (1, 1) for D = 1, the ends of a stretch (2, 2) for D = 2, a polygon (n, 3) for D = 3.
    """
    slope, offset = warp.cut()
    if slope.shape[1] == 1:  # the other class has the score 0
        slope, offset = (np.concatenate([np.zeros_like(one), one], -1) for one in (slope, offset))
    pieces = []
    for one, other in combinations(range(slope.shape[1]), 2):
        piece = _piece(slope[:, one] - slope[:, other], offset[one] - offset[other], low, high)
        for third in set(range(slope.shape[1])) - {one, other}:
            ahead = slope[:, one] - slope[:, third], float(offset[one] - offset[third])
            piece = clipped(piece, *ahead)
        if len(piece):
            pieces.append(piece)
    return pieces


def _piece(normal: Array, offset: float, low: Array, high: Array) -> Array:
    """The part of z·normal + offset = 0 in a box of one, two or three dimensions."""
    size = len(normal)
    if not (abs(normal) > 0).any():
        return np.zeros((0, size))
    if size == 3:
        return plane_in_box(normal, offset, low, high)
    foot = -offset * normal / (normal @ normal)
    if size == 1:
        piece = np.array([foot])
    else:
        reach = 2 * (np.linalg.norm(high - low) + np.linalg.norm(foot - (low + high) / 2))
        along = np.array([-normal[1], normal[0]]) / np.linalg.norm(normal)
        piece = np.stack([foot - reach * along, foot + reach * along])
    for axis in np.eye(size):
        piece = clipped(piece, axis, -float(low @ axis))
        piece = clipped(piece, -axis, float(high @ axis))
    return piece


def clipped(corners: Array, normal: Array, offset: float) -> Array:
    """The part of a point, a stretch or a convex polygon (n, D) where z·normal + offset ≥ 0.

    Source: Sutherland and Hodgman 1974.
    """
    if not len(corners):
        return corners
    heights = corners @ normal + offset
    kept = []
    for place, (corner, height) in enumerate(zip(corners, heights, strict=True)):
        before, level = corners[place - 1], heights[place - 1]
        around = len(corners) > 2 or place > 0
        if around and (level < 0) != (height < 0):
            kept.append(before + level / (level - height) * (corner - before))
        if height >= 0:
            kept.append(corner)
    made: Array = np.array(kept).reshape(-1, corners.shape[1])
    return made


def plane_in_box(normal: Array, offset: float, low: Array, high: Array) -> Array:
    """The corners of the piece of a plane z·normal + offset = 0 in a box, in order: (n, 3).

    Empty, (0, 3), where the plane misses the box.
    """
    bounds = np.stack([low, high])
    corners = np.array([[x, y, z] for x in (0, 1) for y in (0, 1) for z in (0, 1)])
    found = []
    for axis in range(3):
        for corner in corners[corners[:, axis] == 0]:
            start = bounds[corner, range(3)]
            end = start.copy()
            end[axis] = high[axis]
            before, after = (float(one @ normal + offset) for one in (start, end))
            if before * after <= 0 and before != after:
                found.append(start + before / (before - after) * (end - start))
    if len(found) < 3:
        return np.zeros((0, 3))
    points = np.array(found)
    middle = points - points.mean(axis=0)
    first = middle[int(np.argmax((middle**2).sum(axis=1)))]
    second = np.cross(normal, first)
    made: Array = points[np.argsort(np.arctan2(middle @ second, middle @ first))]
    return made
