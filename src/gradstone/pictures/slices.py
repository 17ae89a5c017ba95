"""Partial derivatives: a function of two variables cut along each of them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator

from gradstone.descent.descent import Descent
from gradstone.descent.form import Array
from gradstone.descent.surface import gradients_at, values_at
from gradstone.descent.words import figure as number
from gradstone.language import Language
from gradstone.pictures.contour import Span, window
from gradstone.pictures.page.follow import beside
from gradstone.pictures.paths import path_of, spans, stationary_marks
from gradstone.pictures.style import BLUE, GREEN, ORANGE, SMALL, TEXT, TITLE, figure, plain
from gradstone.pictures.style import words as fitted
from gradstone.pictures.words import said

CURVE, REACH, TICKS = 400, 0.22, 6
ROOM, SEEN = 0.08, (0.02, 0.92)


def slices_picture(
    descent: Descent,
    at: Sequence[Sequence[float]] | None = None,
    title: str = "",
    language: Language = "en",
) -> Figure:
    """f along x at a fixed y, and along y at a fixed x; each with its tangent.

    The slope of each tangent is the partial derivative there, and is told. A row of panels for
    each point; all panels share the scale of f.

    Args:
        descent: on a function of two variables. at: points (k, 2); without them the start and
            the end of the path, or the start alone where it ran away.
        title: stands above the picture. language: of all words.
    """
    path = path_of(descent)
    given = np.asarray(at, dtype=np.float64) if at is not None else path.points[[0, -1]]
    # the end of one that ran away is far from all there is to see
    alone = at is None and (descent.status == "diverged" or len(path.points) == 1)
    points = given[:1] if alone else given
    words = ["start", "end"] if at is None else [""] * len(points)
    across, up, _ = window(*spans([path], stationary_marks([path])))
    ranges = [_holding(span, points[:, k]) for k, span in enumerate((across, up))]
    slopes, heights = gradients_at(descent, points), values_at(descent, points)
    made = figure(9.0, 3.7 * len(points))
    panels: Any = made.subplots(len(points), 2, squeeze=False)
    made.suptitle(fitted(title, 80), fontsize=TITLE)
    lines = [[_slice(descent, one, k, ranges[k]) for k in (0, 1)] for one in points]
    limits = _heights([up for row in lines for _, up in row], heights)
    for row, column in np.ndindex(panels.shape):
        axes, slope = plain(panels[row, column]), float(slopes[row, column])
        (curve,) = axes.plot(
            *lines[row][column], color=(BLUE, ORANGE)[column], linewidth=2, zorder=3
        )
        fixed = float(points[row, 1 - column])
        beside(curve, **{descent.names[1 - column]: np.full(CURVE, fixed)})
        axes.set_xlim(*ranges[column])
        axes.xaxis.set_major_locator(MaxNLocator(TICKS))
        axes.set_ylim(*limits)
        spot, width = float(points[row, column]), float(np.diff(ranges[column])[0])
        _tangent(axes, spot, float(heights[row]), slope, REACH * width)
        _words(axes, descent, points[row], column, slope, words[row], language)
    return made


def _holding(span: Span, places: Array) -> Span:
    return min(span[0], float(places.min())), max(span[1], float(places.max()))


def _slice(descent: Descent, point: Array, column: int, span: Span) -> tuple[Array, Array]:
    along = np.linspace(*span, CURVE)
    places = np.tile(point, (CURVE, 1))
    places[:, column] = along
    heights = values_at(descent, places)
    return along, np.where(np.isfinite(heights), heights, np.nan)


def _heights(curves: Sequence[Array], points: Array) -> Span:
    """The range of f of all panels; what rises far above the others is cut off."""
    known = [one[np.isfinite(one)] for one in curves]
    ends = [np.quantile(one, SEEN) for one in known if one.size]
    low, high = (float(f([*points[np.isfinite(points)], *np.ravel(ends)])) for f in (min, max))
    room = ROOM * (high - low) or max(1.0, 0.1 * abs(low))
    return low - room, high + room


def _tangent(axes: Axes, x: float, height: float, slope: float, reach: float) -> None:
    """A piece of the tangent, and the point it touches."""
    ends = np.array([-reach, reach])
    if np.isfinite(slope):
        axes.plot(x + ends, height + slope * ends, "--", color=GREEN, linewidth=1.8, zorder=4)
    axes.plot([x], [height], "o", color="black", markersize=7, markeredgecolor="white", zorder=5)


def _words(
    axes: Axes, descent: Descent, point: Array, column: int, slope: float, word: str,
    language: Language,
) -> None:  # fmt: skip
    name, other = descent.names[column], descent.names[1 - column]
    fixed = f"{other} = {number(float(point[1 - column]), 5)}"
    key = "slice_at" if word else "slice_here"
    where = said(word, language) if word else ""
    head = said(key, language, where=where, name=name, fixed=fixed)
    x = number(float(point[column]), 5)
    told = said("slice_slope", language, name=name, x=x, slope=number(slope, 5))
    axes.set_title(f"{fitted(head, 60)}\n{fitted(told, 60)}", fontsize=SMALL + 1.5)
    axes.set_xlabel(name, fontsize=TEXT)
    axes.set_ylabel(f"f({', '.join(descent.names)})", fontsize=TEXT)
