"""Paths on the curve of a function of one variable."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np
from matplotlib.axes import Axes

from gradstone.descent.form import Array
from gradstone.descent.surface import values_at
from gradstone.language import Language
from gradstone.pictures.marking import draw_paths
from gradstone.pictures.paths import Path, spans, stationary_marks
from gradstone.pictures.style import GREEN, GREY, TEXT
from gradstone.pictures.words import said

CURVE, TANGENTS = 600, 8
APART = 0.05  # tangents stand at least so much of the width apart
REACH = 0.11  # half of a tangent, of the picture's size
STEEP = 20.0  # a curve that rises so much more than the path is cut off


def draw_curve(
    axes: Axes, paths: Sequence[Path], labels: Sequence[str], language: Language
) -> None:
    """The curve, paths on it, tangents at the first points of a single path, and what is marked."""
    marks = stationary_marks(paths)
    ((low, high),) = spans(paths, marks)
    x = np.linspace(low, high, CURVE)
    y = values_at(paths[0].descent, x[:, None])
    y[~np.isfinite(y)] = np.nan
    axes.plot(x, y, color=GREY, linewidth=1.8, zorder=2, label="_curve")
    name = paths[0].descent.names[0]
    axes.set_xlabel(name, fontsize=TEXT)
    axes.set_ylabel(f"f({name})", fontsize=TEXT)
    bottom, top = _heights(y, paths, (low, high))
    _tangents(axes, paths if len(paths) == 1 else (), high - low, top - bottom, language)
    draw_paths(axes, paths, labels, marks, (high - low, top - bottom), language)
    axes.set_xlim(low, high)
    axes.set_ylim(bottom, top)


def _heights(y: Array, paths: Sequence[Path], span: tuple[float, float]) -> tuple[float, float]:
    """The range of f that is shown: all of the curve, unless it hides what the paths do."""
    seen = [
        one.values[(one.points[:, 0] >= span[0]) & (one.points[:, 0] <= span[1])] for one in paths
    ]
    walked = np.concatenate(seen)
    low, high = float(walked.min()), float(walked.max())
    known = y[np.isfinite(y)]
    if known.size:
        least, most = float(known.min()), float(known.max())
        room = STEEP * (high - low) or STEEP * max(1.0, abs(low))
        low, high = max(min(least, low), low - room), min(max(most, high), high + room)
    margin = 0.06 * (high - low) or max(1.0, 0.1 * abs(low))
    return low - margin, high + margin


def _tangents(
    axes: Axes, paths: Sequence[Path], width: float, height: float, language: Language
) -> None:
    """Pieces of tangents, of one length on paper."""
    label = said("path_tangents", language)
    for path in paths:
        for place in _spread(path.points[:, 0], APART * width):
            slope = float(path.slopes[place, 0])
            if not np.isfinite(slope):
                continue
            reach = REACH / float(np.hypot(1.0 / width, slope / height))
            ends = np.array([-reach, reach])
            axes.plot(
                path.points[place, 0] + ends, path.values[place] + slope * ends,
                color=GREEN, linewidth=1.4, zorder=4.5, label=label,
            )  # fmt: skip
            label = "_tangent"


def _spread(x: Array, apart: float) -> Iterator[int]:
    """The first points of a path that stand apart from those before."""
    kept: list[float] = []
    for place, one in enumerate(x.tolist()):
        if len(kept) < TANGENTS and all(abs(one - other) >= apart for other in kept):
            kept.append(one)
            yield place
