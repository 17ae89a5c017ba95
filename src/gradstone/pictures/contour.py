"""Paths on the contour of a function of two variables, with its gradient as a field of arrows."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.colors import BoundaryNorm
from matplotlib.ticker import FuncFormatter

from gradstone.descent.descent import Descent
from gradstone.descent.form import Array
from gradstone.descent.surface import gradients_at, values_at
from gradstone.descent.words import figure as number
from gradstone.language import Language
from gradstone.pictures.marking import draw_paths
from gradstone.pictures.page.heights import heights
from gradstone.pictures.paths import Path, spans, stationary_marks
from gradstone.pictures.style import BLACK, EVEN, SMALL, TEXT
from gradstone.pictures.words import said

GRID, LEVELS, ARROWS, TICKS = 120, 20, 15, 9
LONG = 0.045  # of an arrow, of the picture's size
SQUARE, SLENDER = 0.75, 6.0
"""Windows up to so slender get equal scales, and at least so much height for their width."""
Span = tuple[float, float]


def draw_contour(
    axes: Axes, paths: Sequence[Path], labels: Sequence[str], language: Language
) -> None:
    """The contour with a colour bar, the field of −∇f, paths, and what is marked."""
    marks = stationary_marks(paths)
    across, up, equal = window(*spans(paths, marks))
    descent = paths[0].descent
    _heights(axes, descent, across, up)
    _field(axes, descent, across, up, said("path_arrows", language))
    sizes = across[1] - across[0], up[1] - up[0]
    draw_paths(axes, paths, labels, marks, sizes, language)
    axes.set_xlim(across)
    axes.set_ylim(up)
    if equal:
        axes.set_aspect("equal")
    axes.set_xlabel(descent.names[0], fontsize=TEXT)
    axes.set_ylabel(descent.names[1], fontsize=TEXT)


def window(across: Span, up: Span) -> tuple[Span, Span, bool]:
    """The ranges of both variables, and whether they can have equal scales.

    Where they can, an arrow of the gradient stands at a right angle to the contour.
    """
    width, height = across[1] - across[0], up[1] - up[0]
    if max(width, height) > SLENDER * min(width, height):
        return across, up, False
    return _grown(across, SQUARE * height), _grown(up, SQUARE * width), True


def _grown(span: Span, least: float) -> Span:
    more = max(0.0, least - (span[1] - span[0])) / 2.0
    return span[0] - more, span[1] + more


def grid(descent: Descent, across: Span, up: Span, count: int) -> tuple[Array, Array, Array]:
    """x, y and f on a grid, (count, count) each; masked where f has no value."""
    x, y = np.meshgrid(np.linspace(*across, count), np.linspace(*up, count))
    values = values_at(descent, np.stack([x.ravel(), y.ravel()], axis=1))
    return x, y, np.ma.masked_invalid(values.reshape(count, count))


def levels_of(z: Any) -> Array:
    """Heights between which equal shares of the area lie, rounded to three digits."""
    known = z.compressed()
    if not known.size:
        return np.zeros(0)
    cuts = np.quantile(known, np.linspace(0, 1, LEVELS + 1))
    inner = [float(f"{one:.3g}") for one in cuts[1:-1]]
    kept = [one for one in inner if cuts[0] < one < cuts[-1]]
    return np.unique([cuts[0], *kept, cuts[-1]])


def _heights(axes: Axes, descent: Descent, across: Span, up: Span) -> None:
    x, y, z = grid(descent, across, up, GRID)
    levels = levels_of(z)
    axes.grid(visible=False)
    name = f"f({', '.join(descent.names)})"
    heights(axes, name, x[0], y[:, 0], z)
    if len(levels) < 3:
        return
    norm = BoundaryNorm(levels, 256)
    drawn = axes.contourf(x, y, z, levels, cmap=EVEN, norm=norm, alpha=0.8, zorder=0)
    lines: Any = {"colors": "white", "linewidths": 0.5, "negative_linestyles": "solid"}
    axes.contour(x, y, z, levels, zorder=1, **lines)
    picture = axes.figure
    inner = levels[1:-1]
    shown = inner[np.unique(np.linspace(0, len(inner) - 1, TICKS).astype(int))]
    bar = picture.colorbar(
        drawn, ax=axes, spacing="uniform", shrink=0.9, pad=0.02, ticks=shown.tolist(),
        format=FuncFormatter(lambda value, _: number(value, 6)),
    )  # fmt: skip
    bar.set_label(name, fontsize=TEXT)
    bar.ax.minorticks_off()
    bar.ax.tick_params(labelsize=SMALL)


def _field(axes: Axes, descent: Descent, across: Span, up: Span, label: str) -> None:
    """Arrows along −∇f, all of one length on paper; none where the gradient is 0."""
    centres = [np.linspace(low, high, 2 * ARROWS + 1)[1::2] for low, high in (across, up)]
    points = np.stack([one.ravel() for one in np.meshgrid(*centres)], axis=1)
    ways = -gradients_at(descent, points)
    sizes = np.array([across[1] - across[0], up[1] - up[0]])
    lengths = np.linalg.norm(ways / sizes, axis=1)
    fine = np.isfinite(lengths) & (lengths > 0)
    if not fine.any():
        return
    arrows = LONG * ways[fine] / lengths[fine, None]
    axes.quiver(
        *points[fine].T, *arrows.T, angles="xy", scale_units="xy", scale=1, pivot="middle",
        color=BLACK, alpha=0.55, width=0.0028, headwidth=4, headlength=5, zorder=3, label="_arrows",
    )  # fmt: skip
    axes.plot(
        [], [], linestyle="none", marker=r"$\rightarrow$", markersize=13, color=BLACK,
        alpha=0.7, label=label,
    )  # fmt: skip
