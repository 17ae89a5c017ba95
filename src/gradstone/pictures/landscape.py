"""The loss around trained parameters: a contour, or a surface."""

from __future__ import annotations

from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.colors import LogNorm
from matplotlib.figure import Figure
from matplotlib.ticker import FuncFormatter, MaxNLocator, NullLocator

from gradstone.language import Language
from gradstone.pictures.style import (
    EVEN,
    GREEN,
    ORANGE,
    SMALL,
    TEXT,
    TITLE,
    figure,
)
from gradstone.pictures.style import words as fitted
from gradstone.pictures.words import said
from gradstone.studies.landscape import Landscape

Array = np.ndarray[Any, Any]
LEVELS = 20
CROWDED = 60
"""From so many places on a path, their marks are small."""
FLATTEST = 1e-6
"""The lowest level lies at this share of the highest, where losses come down to 0."""


def landscape_picture(
    landscape: Landscape, title: str = "", surface: bool = False, language: Language = "en"
) -> Figure:
    """The loss on a plane through the trained point, the training path on it.

    Colours and levels go by the logarithm of the loss. Marked are the trained point, the lowest
    point of the grid and, where the landscape has a path, its start.

    Args:
        landscape: of `loss_landscape`. title: stands above the picture.
        surface: draw it in three dimensions.
    """
    made = figure(7.6, 6.2)
    if surface:  # which no layout engine sees whole
        made.set_layout_engine("none")
        axes: Any = made.add_axes((0.0, 0.17, 0.82, 0.78), projection="3d")
        scale: Any = {"cax": made.add_axes((0.85, 0.22, 0.025, 0.6))}
    else:
        axes = made.add_subplot()
        scale = {"ax": axes, "shrink": 0.8, "pad": 0.02}
    bar = made.colorbar((_surface if surface else _contour)(axes, landscape), **scale)
    bar.set_label(said("loss", language), fontsize=TEXT)
    bar.set_ticks([float(one) for one in levels(landscape.losses)[1::3]])
    bar.ax.yaxis.set_major_formatter(FuncFormatter(lambda loss, _: f"{loss:.3g}"))
    bar.ax.yaxis.set_minor_locator(NullLocator())
    _marks(axes, landscape, surface, language)
    for k, name in enumerate(("x", "y")):
        label = _label(landscape, k, surface, language)
        getattr(axes, f"set_{name}label")(label, fontsize=TEXT, labelpad=8 if surface else 4)
    if title:
        axes.set_title(fitted(title, 70), fontsize=TITLE, pad=10)
    place: Any = "lower center" if surface else "outside lower center"
    made.legend(loc=place, fontsize=SMALL + 1, frameon=False, ncols=2)
    return made


def levels(losses: Array) -> Array:
    """Levels from the least to the largest loss, each the same factor above the one before.

    >>> levels(np.array([1.0, np.nan, 100.0]))[[0, -1]].tolist()
    [1.0, 100.0]
    """
    known = losses[np.isfinite(losses) & (losses > 0)]
    if not known.size:
        return np.array([1.0, 10.0])
    high = float(known.max())
    low = max(float(known.min()), FLATTEST * high)
    return np.geomspace(low, high if high > low else 1.01 * low, LEVELS)


def _contour(axes: Axes, landscape: Landscape) -> Any:
    steps = levels(landscape.losses)
    z = np.ma.masked_invalid(np.maximum(landscape.losses, steps[0]))
    across, up = np.meshgrid(landscape.across, landscape.up)
    # Rounding must not put the least and the largest loss outside of all levels.
    steps[0], steps[-1] = steps[0] * (1 - 1e-9), steps[-1] * (1 + 1e-9)
    norm = LogNorm(steps[0], steps[-1])
    shown = axes.contourf(across, up, z, steps, norm=norm, cmap=EVEN, zorder=0)
    axes.contour(across, up, z, steps, colors="white", linewidths=0.5, alpha=0.6, zorder=1)
    axes.tick_params(labelsize=SMALL + 1)
    return shown


def _surface(axes: Any, landscape: Landscape) -> Any:
    from matplotlib import colormaps
    from matplotlib.cm import ScalarMappable

    steps = levels(landscape.losses)
    z = np.log10(np.clip(landscape.losses, steps[0], steps[-1]))
    across, up = np.meshgrid(landscape.across, landscape.up)
    shown = ScalarMappable(LogNorm(steps[0], steps[-1]), colormaps[EVEN])
    axes.computed_zorder = False
    axes.plot_surface(
        across, up, z, facecolors=shown.to_rgba(10**z), rstride=1, cstride=1, linewidth=0.15,
        edgecolor=(1, 1, 1, 0.35), shade=False, zorder=1,
    )  # fmt: skip
    axes.zaxis.set_major_formatter(FuncFormatter(lambda power, _: f"{10**power:.2g}"))
    axes.tick_params(labelsize=SMALL)
    for axis in (axes.xaxis, axes.yaxis, axes.zaxis):
        axis.set_major_locator(MaxNLocator(5))
    axes.view_init(elev=38, azim=-60)
    return shown


def _marks(axes: Any, landscape: Landscape, surface: bool, language: Language) -> None:
    """The path, the trained point and the lowest one; in three dimensions on the surface."""
    lift = levels(landscape.losses)[0]

    def place(points: Array, heights: Array) -> tuple[Array, ...]:
        flat = (points[:, 0], points[:, 1])
        return (*flat, np.log10(np.maximum(heights, lift))) if surface else flat

    if len(landscape.path):
        told = said("networks_path", language, first=landscape.steps[0], last=landscape.steps[-1])
        way = place(landscape.path, landscape.heights)
        size = 4.5 if len(landscape.path) <= CROWDED else 2.5
        axes.plot(
            *way, "-o", color=ORANGE, markersize=size, markeredgecolor="white",
            markeredgewidth=0.6, linewidth=1.5, label=told, zorder=3,
        )  # fmt: skip
        axes.plot(
            *(one[:1] for one in way), ">", color=ORANGE, markersize=10, markeredgecolor="white",
            label="_start", zorder=4,
        )  # fmt: skip
    across, up, loss = landscape.lowest
    best = (across, up) == (0.0, 0.0)
    key = "networks_lowest_trained" if best else "networks_trained"
    marks = [(0.0, 0.0, landscape.trained, said(key, language, loss=_loss(landscape.trained)))]
    if not best:
        marks.append((across, up, loss, said("networks_lowest", language, loss=_loss(loss))))
    signs = (("*", ORANGE), ("X", GREEN))
    for (u, v, height, told), (sign, colour) in zip(marks, signs, strict=False):
        at = place(np.array([[u, v]]), np.array([height]))
        axes.plot(
            *at, sign, color=colour, markersize=16 if sign == "*" else 10,
            markeredgecolor="white", linestyle="none", label=told, zorder=5, clip_on=False,
        )  # fmt: skip


def _loss(value: float) -> str:
    return f"{value:.4g}".replace("-", "−")


def _label(landscape: Landscape, k: int, short: bool, language: Language) -> str:
    key = "networks_random" if landscape.shares is None else "networks_component"
    share = "" if landscape.shares is None else f"{landscape.shares[k]:.1%}"
    return said(key + "_short" * short, language, number=k + 1, share=share)
