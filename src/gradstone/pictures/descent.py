"""The picture of a descent: a curve with path and tangents, or a contour with paths."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from gradstone.descent.descent import Descent
from gradstone.descent.form import Array
from gradstone.descent.surface import values_at
from gradstone.pictures.style import (
    COLOURS,
    GREEN,
    GREY,
    MARKERS,
    SMALL,
    TEXT,
    TITLE,
    figure,
    plain,
)
from gradstone.pictures.style import words as fitted

CURVE, GRID, LEVELS, TANGENTS = 400, 90, 24, 8
SHOWN = 2000
"""At most so many points of a path are drawn, evenly chosen."""


def path_picture(
    descents: Sequence[Descent], labels: Sequence[str] = (), title: str = ""
) -> Figure:
    """Paths of one or more descents on one function.

    One variable: the curve, the path on it, and its first tangents. Two: a contour of f with the
    paths; equal colours stand for equal shares of the area. More: f over the updates.

    Args:
        descents: on the same function. labels: of each, for the legend.
        title: stands above the picture.
    """
    size = descents[0].form.size
    made = figure(7.2, 5.4)
    axes = plain(made.subplots())
    axes.set_title(fitted(title, 70), fontsize=TITLE, pad=10)
    draw = {1: _curve, 2: _contour}.get(size, _values)
    draw(axes, descents, list(labels) or [""] * len(descents))
    if any(axes.get_legend_handles_labels()[1]):
        axes.legend(fontsize=SMALL + 1, frameon=size != 1, framealpha=0.85)
    return made


def _drawn(descent: Descent) -> tuple[Array, Array, Array]:
    """Points (k, size), values and gradients of a path where all is finite."""
    count = len(descent.path)
    points, slopes = (one.reshape(count, -1) for one in (descent.path, descent.gradients))
    fine = np.isfinite(descent.values) & np.isfinite(points).all(axis=1)
    places = np.flatnonzero(fine)
    if len(places) > SHOWN:
        places = places[np.linspace(0, len(places) - 1, SHOWN).astype(int)]
    return points[places], descent.values[places], slopes[places]


def _span(values: Array) -> tuple[float, float]:
    low, high = float(values.min()), float(values.max())
    margin = 0.15 * (high - low) or max(1.0, 0.1 * abs(low))
    return low - margin, high + margin


def _curve(axes: Axes, descents: Sequence[Descent], labels: Sequence[str]) -> None:
    paths = [_drawn(one) for one in descents]
    low, high = _span(np.concatenate([points for points, _, _ in paths]))
    x = np.linspace(low, high, CURVE)
    y = values_at(descents[0], x[:, None])
    axes.plot(x, y, color=GREY, linewidth=1.6, zorder=1)
    name = descents[0].names[0]
    axes.set_xlabel(name, fontsize=TEXT)
    axes.set_ylabel(f"f({name})", fontsize=TEXT)
    height = float(np.nanmax(y) - np.nanmin(y)) or 1.0
    for number, ((points, values, slopes), label) in enumerate(zip(paths, labels, strict=True)):
        _path(axes, points[:, 0], values, number, label)
        for place in range(min(TANGENTS, len(points))):
            slope = float(slopes[place, 0])
            reach = 0.07 / float(np.hypot(1.0 / (high - low), slope / height))
            ends = np.array([-reach, reach])
            axes.plot(
                points[place, 0] + ends, values[place] + slope * ends,
                color=GREEN, linewidth=1.4, zorder=3, label="_tangent",
            )  # fmt: skip


def _contour(axes: Axes, descents: Sequence[Descent], labels: Sequence[str]) -> None:
    paths = [_drawn(one) for one in descents]
    everything = np.concatenate([points for points, _, _ in paths])
    x, y = (np.linspace(*_span(everything[:, k]), GRID) for k in (0, 1))
    across, up = np.meshgrid(x, y)
    points = np.stack([across.ravel(), up.ravel()], axis=1)
    z = np.ma.masked_invalid(values_at(descents[0], points).reshape(GRID, GRID))
    known = z.compressed()
    levels = np.unique(np.quantile(known, np.linspace(0, 1, LEVELS))) if known.size else known
    if len(levels) > 1:
        axes.contourf(across, up, z, levels, cmap="cividis", alpha=0.75, zorder=0)
        lines: Any = {"colors": "white", "linewidths": 0.5, "negative_linestyles": "solid"}
        axes.contour(across, up, z, levels, zorder=1, **lines)
    axes.grid(visible=False)
    for number, ((path, _, _), label) in enumerate(zip(paths, labels, strict=True)):
        _path(axes, path[:, 0], path[:, 1], number, label)
    axes.set_xlabel(descents[0].names[0], fontsize=TEXT)
    axes.set_ylabel(descents[0].names[1], fontsize=TEXT)


def _values(axes: Axes, descents: Sequence[Descent], labels: Sequence[str]) -> None:
    for number, (one, label) in enumerate(zip(descents, labels, strict=True)):
        colour = COLOURS[number % len(COLOURS)]
        axes.plot(one.kept, one.values, color=colour, linewidth=1.8, label=label)
    axes.set_xlabel("update", fontsize=TEXT)
    axes.set_ylabel("f", fontsize=TEXT)


def _path(axes: Axes, x: Array, y: Array, number: int, label: str) -> None:
    colour, marker = COLOURS[number % len(COLOURS)], MARKERS[number % len(MARKERS)]
    size = 4.5 if len(x) <= 100 else 2.5
    axes.plot(
        x, y, "-", color=colour, linewidth=1.2, marker=marker, markersize=size, zorder=2,
        label=label or "path",
    )  # fmt: skip
    for place, sign in ((0, ">"), (-1, "*")):
        axes.plot(
            x[place], y[place], sign, color=colour, markersize=13 if sign == "*" else 9,
            markeredgecolor="white", zorder=4, label="_end" if place else "_start",
        )  # fmt: skip
