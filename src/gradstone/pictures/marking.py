"""Paths drawn: lines, starts, ends, the lowest of them, stationary points, and the legend."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from gradstone.descent.descent import Descents
from gradstone.descent.form import Array
from gradstone.descent.words import figure as number
from gradstone.language import Language
from gradstone.pictures.page.follow import follow
from gradstone.pictures.paths import DIGITS, Mark, Path, rounded, told
from gradstone.pictures.style import (
    BLACK,
    BLUE,
    GREEN,
    GREY,
    MARKERS,
    ORANGE,
    PURPLE,
    SKY,
    SMALL,
    columns_that_fit,
)
from gradstone.pictures.words import said

COLOURS = (ORANGE, BLACK, SKY, PURPLE, GREEN, BLUE)
"""Of the n-th path; the first ones stand out from the colours of a contour."""
Columns = Callable[[Array, Array], tuple[Array, ...]]
APART = 0.006  # updates so much of the window long can be told apart
WIDTH = 1.4  # of the last path; those below it are wider, so that all are seen


def look(place: int) -> dict[str, Any]:
    """Colour, marker and line of the n-th path; no two of the first twelve have the same."""
    around = place // len(COLOURS)
    return {
        "color": COLOURS[place % len(COLOURS)],
        "marker": MARKERS[(place + around) % len(MARKERS)],
        "linestyle": "--" if around % 2 else "-",
    }


def told_apart(across: Array, up: Array, sizes: tuple[float, float]) -> list[int]:
    """The points of a path whose updates can be told apart in a window of these sizes.

    Only they are marked, so that a line without markers means very many small updates.
    """
    steps = np.hypot(np.diff(across) / sizes[0], np.diff(up) / sizes[1]) >= APART
    return np.flatnonzero(np.append(steps, False) | np.insert(steps, 0, False)).tolist()


def flat(points: Array, values: Array) -> tuple[Array, ...]:
    """Where points stand in a flat picture: x and f of one variable, x and y of two."""
    return points[:, 0], values if points.shape[1] == 1 else points[:, 1]


def draw_paths(
    axes: Any, paths: Sequence[Path], labels: Sequence[str], marks: Sequence[Mark],
    sizes: tuple[float, float], language: Language, columns: Columns = flat,
) -> None:  # fmt: skip
    """Paths with their starts and ends, the lowest of several ends, and stationary points.

    Args:
        axes: flat ones, or Matplotlib's Axes3D. sizes: of the window that is shown.
        columns: (points, values) -> what is drawn across, up and perhaps in depth.
    """
    widths = [WIDTH + min(len(paths) - 1 - place, 4) for place in range(len(paths))]
    for place, (path, width) in enumerate(zip(paths, widths, strict=True)):
        axes.plot(
            *columns(path.points, path.values), color="white", linewidth=width + 1.8, alpha=0.9,
            zorder=4, label="_halo", gid=f"path-{place}-halo",
        )  # fmt: skip
    for place, (path, label) in enumerate(zip(paths, labels, strict=True)):
        line = columns(path.points, path.values)
        (drawn,) = axes.plot(
            *line, zorder=5, label=label, markevery=told_apart(line[0], line[1], sizes),
            markersize=5, linewidth=widths[place], markeredgecolor="white", markeredgewidth=0.5,
            **look(place),
        )  # fmt: skip
        height = {"f": path.values} if len(line) == 2 and path.points.shape[1] == 2 else {}
        follow(drawn, place, k=path.numbers, **height)
    _mark_starts(axes, paths, language, columns)
    for place, path in enumerate(paths):
        _mark_end(axes, path, place, language if len(paths) == 1 else None, columns)
    if len(paths) > 1:
        nowhere = columns(paths[0].points[:0], paths[0].values[:0])
        label = said("path_ends", language)
        axes.plot(*nowhere, "*", color=GREY, markersize=11, linestyle="none", label=label)
        _mark_lowest(axes, paths, labels, language, columns)
    _mark_stationary(axes, paths[0], marks, language, columns)


def _mark_starts(axes: Any, paths: Sequence[Path], language: Language, columns: Columns) -> None:
    """The start that all paths have, told in the legend; or each with its path's marker."""
    first = paths[0]
    common = all(np.array_equal(one.points[0], first.points[0]) for one in paths)
    for place, path in enumerate(paths[:1] if common else paths):
        label = told("start_at", path, path.points[0], float(path.values[0]), language)
        single = len(paths) == 1
        axes.plot(
            *columns(path.points[:1], path.values[:1]), markeredgecolor="white", markersize=10,
            marker=">" if common else look(place)["marker"],
            color=GREY if common and not single else COLOURS[place % len(COLOURS)],
            linestyle="none", zorder=8, label=label if common else "_start",
            gid=None if common else f"path-{place}-start",
        )  # fmt: skip


def _mark_end(
    axes: Any, path: Path, place: int, language: Language | None, columns: Columns
) -> None:
    """The end of a path; told in the legend where a language is given."""
    key = "lost_at" if path.lost else "end_at"
    label = "_end"
    if language is not None:
        label = told(key, path, path.points[-1], float(path.values[-1]), language)
    axes.plot(
        *columns(path.points[-1:], path.values[-1:]), "X" if path.lost else "*",
        color=COLOURS[place % len(COLOURS)], markersize=10 if path.lost else 15,
        markeredgecolor="white", linestyle="none", zorder=8, label=label, gid=f"path-{place}-end",
    )  # fmt: skip


def _mark_lowest(
    axes: Any, paths: Sequence[Path], labels: Sequence[str], language: Language, columns: Columns
) -> None:
    """A ring around the lowest end."""
    lowest = Descents(tuple(one.descent for one in paths)).lowest
    if lowest is None:
        return
    which = next(k for k, one in enumerate(paths) if one.descent is lowest)
    path, name = paths[which], labels[which]
    value = rounded(path, float(path.values[-1]))
    label = said("path_lowest", language, label=name, f=number(value, DIGITS))
    ring = {
        "color": "none", "markeredgecolor": BLACK, "markeredgewidth": 1.6, "linestyle": "none",
        "zorder": 7,
    }  # fmt: skip
    spot = columns(path.points[-1:], path.values[-1:])
    axes.plot(*spot, "o", markersize=20, label="_ring", **ring)
    axes.plot(*(one[:0] for one in spot), "o", markersize=10, label=label, **ring)


def _mark_stationary(
    axes: Any, path: Path, marks: Sequence[Mark], language: Language, columns: Columns
) -> None:
    """Newton's points: one of a kind with its place, several of a kind by their word alone."""
    for nature in dict.fromkeys(one.nature for one in marks):
        same = [one for one in marks if one.nature == nature]
        label = said(f"{nature}_all", language)
        if len(same) == 1:
            label = told(f"{nature}_at", path, same[0].x, same[0].value, language)
        spots = columns(np.array([one.x for one in same]), np.array([one.value for one in same]))
        axes.plot(
            *spots, "X" if nature == "minimum" else "d", color="white", markersize=9,
            markeredgecolor=BLACK, markeredgewidth=1.4, linestyle="none", zorder=9, label=label,
        )  # fmt: skip


def legend(picture: Figure, *panels: Axes) -> None:
    """The legend below a picture, where it covers nothing: what all panels tell, each once."""
    found: dict[str, Any] = {}
    for axes in panels:
        for handle, label in zip(*axes.get_legend_handles_labels(), strict=True):
            found.setdefault(label, handle)
    if not found:
        return
    columns = columns_that_fit(list(found), float(picture.get_size_inches()[0]))
    picture.legend(
        list(found.values()), list(found), loc="outside lower center", ncols=columns,
        frameon=False, fontsize=SMALL + 1,
    )  # fmt: skip
