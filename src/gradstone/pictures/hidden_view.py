"""The space of a hidden layer in an axes: a grid and points as they move, and the straight cut."""

from __future__ import annotations

from itertools import product
from typing import Any

import numpy as np
from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.collections import LineCollection
from matplotlib.patches import Polygon

from gradstone.pictures.regions import colour, marker, shades
from gradstone.pictures.style import BLACK, GREY
from gradstone.studies.capacity import Study
from gradstone.studies.cuts import cut_pieces
from gradstone.studies.warp import Warp, applied

Array = np.ndarray[Any, Any]
Limits = tuple[Array, Array]
UPRIGHT, LEVEL = "#5F6E80", "#8A6426"
"""The two families of grid lines stay apart in lightness and in hue."""
MARGIN, SHADES, PALE = 0.08, 48, 0.8
AZIMUTH, ELEVATION = 35.0, 22.0
LIFT = 0.07
"""On the number line of one neuron classes stand so far above and below it."""
MOST_POINTS = 300
EDGES = [
    (one, other)
    for one, other in product(product((0, 1), repeat=3), repeat=2)
    if sum(a != b for a, b in zip(one, other, strict=True)) == 1 and one < other
]


class HiddenView:
    """The space of a hidden layer in an axes: grid lines, points by class, and the straight cut.

    Its artists are made once; `show` moves them, so that a film draws them anew frame by frame.

    Args:
        axes: to draw in. study: whose points are drawn. lines: (lines, points, 2), the grid on the
            inputs as the network takes them. size: of the points.

    Attributes:
        cutting: whether the cut is drawn. shading: whether what the output layer says is.
    """

    def __init__(self, axes: Axes, study: Study, lines: Array, size: float = 11.0) -> None:
        self.axes, self.lines = axes, lines
        self.cutting = self.shading = True
        inputs, classes = study.scaled(study.training.inputs), study.training.targets
        few = np.linspace(0, len(inputs) - 1, min(len(inputs), MOST_POINTS)).astype(int)
        self.inputs, self.classes = inputs[few], classes[few]
        self.shade = axes.imshow(
            np.ones((2, 2, 3)), extent=(0, 1, 0, 1), origin="lower", aspect="auto", zorder=0,
            interpolation="bilinear",
        )  # fmt: skip
        families = [UPRIGHT] * (len(lines) // 2) + [LEVEL] * (len(lines) - len(lines) // 2)
        self.box, self.grid, self.cuts = (
            LineCollection([], colors=colours, linewidths=wide, zorder=order)
            for colours, wide, order in (("#D9D9D9", 0.7, 1), (families, 0.6, 2), (BLACK, 1.7, 6))
        )
        for one in (self.box, self.grid, self.cuts):
            axes.add_collection(one)
        self.polygons: list[Artist] = []
        self.points = [
            axes.scatter(
                [], [], size, color=colour(number), marker=marker(number), edgecolors="white",
                linewidths=0.35, zorder=5,
            )
            for number in np.unique(self.classes).tolist()
        ]  # fmt: skip

    def artists(self) -> list[Artist]:
        """All that `show` moves, from the back to the front."""
        return [self.shade, self.box, self.grid, *self.polygons, *self.points, self.cuts]

    def show(
        self, warp: Warp, moment: float, azimuth: float = AZIMUTH, limits: Limits | None = None
    ) -> None:
        """Draw a warp at a moment from 0 (input) to 3 (bent, with the cut).

        Args:
            azimuth: from which side three neurons are seen, degrees.
            limits: the corners of what is seen; None: those of the grid at this moment.
        """
        lines, points = warp.at(self.lines, moment), warp.at(self.inputs, moment)
        low, high = limits_of(lines) if limits is None else limits
        flat = lines.shape[-1] == 2
        cut = max(0.0, moment - 2.0)
        if warp.seen == 1:
            side = LIFT * (1 - 2 * self.classes / max(self.classes.max(), 1)) * (high - low)[1]
            points = points + np.stack([0 * side, min(moment, 1.0) * side], axis=-1)
        project = (lambda one: one) if flat else (lambda one: turned(one, azimuth, low, high))
        self.grid.set_segments(list(project(lines)))
        for number, drawn in zip(np.unique(self.classes), self.points, strict=True):
            drawn.set_offsets(project(points[self.classes == number]))
        self._frame(low, high, flat, project)
        self._cut(warp, low, high, cut, project)

    def _frame(self, low: Array, high: Array, flat: bool, project: Any) -> None:
        if flat:
            self.axes.set_xlim(low[0], high[0])
            self.axes.set_ylim(low[1], high[1])
            self.box.set_segments([])
            return
        corners = np.stack([low, high])
        self.box.set_segments(
            [project(corners[np.array(edge), range(3)]) for edge in EDGES]
        )  # fmt: skip
        self.axes.set_xlim(-1.0, 1.0)
        self.axes.set_ylim(-1.0, 1.0)

    def _cut(self, warp: Warp, low: Array, high: Array, strength: float, project: Any) -> None:
        strength = strength if self.cutting else 0.0
        for one in self.polygons:
            one.remove()
        self.polygons = []
        pieces = cut_pieces(warp, low[: warp.seen], high[: warp.seen]) if strength else []
        self.shade.set_visible(bool(strength) and warp.seen < 3 and self.shading)
        if warp.seen == 3:
            self.cuts.set_segments([project(np.concatenate([one, one[:1]])) for one in pieces])
            self.polygons = [self._polygon(project(one), 0.3 * strength) for one in pieces]
        elif strength:
            if self.shading:
                self.shade.set_data(shaded(warp, (low, high), strength, SHADES))
                self.shade.set_extent((low[0], high[0], low[1], high[1]))
            self.cuts.set_segments([_upright(one, low, high) for one in pieces])
        self.cuts.set_alpha(strength)

    def _polygon(self, corners: Array, alpha: float) -> Artist:
        made = Polygon(corners, closed=True, facecolor=GREY, alpha=alpha, zorder=3)
        made.set_animated(self.grid.get_animated())
        return self.axes.add_patch(made)


def shaded(warp: Warp, limits: Limits, strength: float, size: int) -> Array:
    """What the output layer says of every place that is seen: (size, size, 3), bottom row first.

    Args:
        strength: 0 for white to 1.
    """
    low, high = limits
    across, up = (np.linspace(low[k], high[k], size) for k in (0, 1))
    slope, offset = warp.cut()
    scores = across[:, None] * slope[0] + offset
    scores = scores + (up[:, None, None] * slope[1] if warp.seen > 1 else np.zeros((size, 1, 1)))
    scores = scores.reshape(size * size, -1)
    shares = applied("softmax" if scores.shape[1] > 1 else "sigmoid", scores)
    made: Array = 1.0 - PALE * strength * (1.0 - shades(shares).reshape(size, size, 3))
    return made


def _upright(piece: Array, low: Array, high: Array) -> Array:
    """A threshold on a number line as a stroke across it; a stretch in a plane as it is."""
    if piece.shape[1] == 2:
        return piece
    return np.array([[piece[0, 0], low[1]], [piece[0, 0], high[1]]])


def limits_of(*places: Array) -> Limits:
    """The corners of a square or cube, with a margin, around places (…, D)."""
    flat = np.concatenate([one.reshape(-1, one.shape[-1]) for one in places])
    low, high = flat.min(axis=0), flat.max(axis=0)
    half = (0.5 + MARGIN) * max(float((high - low).max()), 1e-6)
    return (low + high) / 2 - half, (low + high) / 2 + half


def grown(limits: Limits, places: Array) -> Limits:
    """The corners of a square or cube about the same middle, as large as places (…, D) need."""
    low, high = limits
    middle, half = (low + high) / 2, (high - low) / 2
    reach = np.abs(places - middle).max(axis=tuple(range(places.ndim - 1)))
    half = half * max(1.0, (1 + MARGIN / 2) * float((reach / half).max()))
    return middle - half, middle + half


def turned(points: Array, azimuth: float, low: Array, high: Array) -> Array:
    """Points (…, 3) of a cube as seen from a side, within −1 … 1: (…, 2)."""
    a, e = np.radians(azimuth), np.radians(ELEVATION)
    x, y, z = np.moveaxis((2 * points - low - high) / (high - low), -1, 0)
    across, depth = np.cos(a) * x - np.sin(a) * y, np.sin(a) * x + np.cos(a) * y
    return np.stack([across, np.cos(e) * z + np.sin(e) * depth], axis=-1) / 3**0.5
