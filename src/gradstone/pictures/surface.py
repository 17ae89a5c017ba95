"""The surface of a function of two variables, with paths on it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from matplotlib.figure import Figure
from matplotlib.ticker import FuncFormatter, MaxNLocator
from mpl_toolkits.mplot3d.art3d import Poly3DCollection  # type: ignore[import-untyped]

from gradstone.descent.descent import Descent
from gradstone.descent.form import Array
from gradstone.descent.words import figure as number
from gradstone.language import Language
from gradstone.pictures.contour import Span, grid, window
from gradstone.pictures.marking import draw_paths, legend
from gradstone.pictures.paths import Mark, Path, names_of, path_of, spans, stationary_marks
from gradstone.pictures.style import EVEN, SMALL, TEXT, TITLE, figure
from gradstone.pictures.style import words as fitted

Box = tuple[Span, Span, Span]
GRID = 60
FLAT = 0.7  # height of the box for its width
ELEVATIONS, AZIMUTHS = (28.0, 40.0, 55.0), np.arange(-165.0, 180.0, 15.0)
USUAL = -60.0  # the azimuth that people expect, where the path is seen as well from there
RAY = np.linspace(0.02, 1.5, 60)


def surface_picture(
    descents: Sequence[Descent],
    labels: Sequence[str] = (),
    title: str = "",
    language: Language = "en",
) -> Figure:
    """The surface of f with the paths on it, seen from where least of them is hidden.

    Heights far above the paths are cut off.

    Args:
        descents: on the same function of two variables. labels: of each, for the legend.
        title: stands above the picture. language: of all words.
    """
    names = names_of(descents, labels or [""] * len(descents), language)
    paths = [path_of(one) for one in descents]
    marks = stationary_marks(paths)
    across, up, _ = window(*spans(paths, marks))
    x, y, z = grid(descents[0], across, up, GRID)
    low, high = _heights(z, paths, marks)
    box = across, up, (low, high)
    heights = np.ma.filled(z, np.nan)
    made = figure(7.6, 6.6)
    axes: Any = made.add_subplot(projection="3d", computed_zorder=False)
    axes.set_title(fitted(title, 70), fontsize=TITLE)
    _surface(axes, np.stack([x, y, heights], axis=-1), (low, high))

    def solid(points: Array, values: Array) -> tuple[Array, ...]:
        seen = np.where(_inside(points, values, box), 0.0, np.nan)
        return points[:, 0] + seen, points[:, 1] + seen, values + seen

    sizes = across[1] - across[0], up[1] - up[0]
    draw_paths(axes, paths, names, marks, sizes, language, solid)
    seen = np.where((low <= heights) & (heights <= high), heights, np.nan)
    axes.view_init(*view(seen, paths, box))
    _dress(axes, descents[0], box)
    legend(made, axes)
    return made


def _heights(z: Any, paths: Sequence[Path], marks: Sequence[Mark]) -> Span:
    """The range of f that is shown: the paths and as much of the surface above as they take."""
    walked = np.concatenate(
        [*(one.values[: len(one.near)] for one in paths), [one.value for one in marks]]
    )
    known = z.compressed()
    if not known.size:
        return float(walked.min()) - 1.0, float(walked.max()) + 1.0
    low, top = float(min(known.min(), walked.min())), float(walked.max())
    middle = float(np.quantile(known, 0.5))
    bottom = max(low, float(walked.min()) - 3.0 * (float(np.ptp(walked)) or 1.0))
    high = min(float(max(known.max(), top)), max(bottom + 1.6 * (top - bottom), middle))
    return bottom, high if high > bottom else bottom + 1.0


def _surface(axes: Any, points: Array, heights: Span) -> None:
    """The surface through points (n, n, 3) as faces, cut off at level edges above and below.

    Matplotlib's own surface would make ragged faces of what is cut off. It also computes with what
    it fills up faces of fewer corners with, so all are given as many, the last one repeated.
    """
    corners = [points[:-1, :-1], points[1:, :-1], points[1:, 1:], points[:-1, 1:]]
    whole = np.stack(corners, axis=2).reshape(-1, 4, 3)
    whole = whole[np.isfinite(whole).all(axis=(1, 2))]
    cut = [one for one in (within(face, heights) for face in whole) if len(one)]
    most = max(map(len, cut), default=4)
    faces = np.array([[*one, *[one[-1]] * (most - len(one))] for one in cut]).reshape(-1, most, 3)
    drawn = Poly3DCollection(
        faces, cmap=EVEN, alpha=0.9, linewidths=0.3, edgecolors="#FFFFFF80", zorder=1
    )
    drawn.set_array(np.array([face[:, 2].mean() for face in cut]))
    drawn.set_clim(*heights)
    axes.add_collection3d(drawn)


def within(face: Array, heights: Span) -> Array:
    """The part of a face (k, 3) between two heights, (m, 3); no corners where there is none."""
    for sign, limit in zip((-1.0, 1.0), heights, strict=True):
        above = sign * (face[:, 2] - limit)
        if (above <= 0).all():
            continue
        kept = []
        for k, (corner, over) in enumerate(zip(face, above, strict=True)):
            before, left = face[k - 1], above[k - 1]
            if (over > 0) != (left > 0):  # the edge crosses the limit
                kept.append(before + (corner - before) * left / (left - over))
            if over <= 0:
                kept.append(corner)
        face = np.array(kept).reshape(-1, 3)
    return face


def _inside(points: Array, values: Array, box: Box) -> Array:
    columns = (points[:, 0], points[:, 1], values)
    kept = [(low <= one) & (one <= high) for one, (low, high) in zip(columns, box, strict=True)]
    return np.asarray(np.logical_and.reduce(kept))


def _dress(axes: Any, descent: Descent, box: Box) -> None:
    names = (*descent.names[:2], "f")
    for which, name, span in zip("xyz", names, box, strict=True):
        getattr(axes, f"set_{which}lim")(*span)
        getattr(axes, f"set_{which}label")(name, fontsize=TEXT)
        axis = getattr(axes, f"{which}axis")
        axis.set_major_locator(MaxNLocator(6))
        axis.set_major_formatter(FuncFormatter(lambda value, _: number(value, 6)))
        axis.pane.set_facecolor("#F7F7F7")
    axes.tick_params(labelsize=SMALL)
    axes.set_box_aspect((1.0, 1.0, FLAT))


def view(z: Array, paths: Sequence[Path], box: Box) -> tuple[float, float]:
    """Elevation and azimuth in degrees from which least of the paths is hidden.

    Rays from points of the paths towards the eye are followed over the grid; among equally good
    views the lower one, and that nearest to the usual azimuth, is taken.

    Args:
        z: heights on the grid (n, n), NaN where they are cut off. box: the ranges of x, y, f.
    """
    lows = np.array([one[0] for one in box])
    sizes = np.array([one[1] - one[0] for one in box])
    spots = np.concatenate(
        [
            np.column_stack([one.points, one.values])[_inside(one.points, one.values, box)]
            for one in paths
        ]
    )
    spots = (spots[np.linspace(0, len(spots) - 1, 60).astype(int)] - lows) / sizes
    heights = np.nan_to_num((z - lows[2]) / sizes[2], nan=-1.0)
    best = (np.inf, 0.0, 0.0)
    for elevation in ELEVATIONS:
        for azimuth in AZIMUTHS:
            cost = _hidden(heights, spots, elevation, float(azimuth))
            away = abs((azimuth - USUAL + 180.0) % 360.0 - 180.0)
            best = min(best, (cost + 4e-3 * elevation + 5e-4 * away, elevation, float(azimuth)))
    return best[1], best[2]


def _hidden(heights: Array, spots: Array, elevation: float, azimuth: float) -> float:
    """The share of the spots that lie behind the surface, all within a cube of size 1."""
    up, around = np.radians(elevation), np.radians(azimuth)
    eye = np.array([np.cos(up) * np.cos(around), np.cos(up) * np.sin(around), np.sin(up) / FLAT])
    rays = spots[:, None, :] + RAY[None, :, None] * eye
    within = (rays >= 0).all(axis=2) & (rays <= 1).all(axis=2)
    places = np.clip((rays[..., :2] * (len(heights) - 1)).round().astype(int), 0, len(heights) - 1)
    above = heights[places[..., 1], places[..., 0]] > rays[..., 2] + 0.01
    return float((within & above).any(axis=1).mean())
