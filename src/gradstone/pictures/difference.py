"""The numeric derivative: a secant beside the tangent, and its error for every step."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from gradstone.descent.difference import Difference, difference
from gradstone.descent.form import Array
from gradstone.descent.words import figure as number
from gradstone.language import Language
from gradstone.pictures.style import (
    BLACK,
    BLUE,
    GREEN,
    GREY,
    ORANGE,
    PURPLE,
    SMALL,
    TEXT,
    TITLE,
    figure,
    plain,
)
from gradstone.pictures.style import words as fitted
from gradstone.pictures.words import said

CURVE = 400
SEEN = 0.08  # a step of so much of the window can be seen as a secant
SHARE, BELOW = 0.55, 0.3
"""Half a secant drawn in place of a smaller one, of the window; zeros stand so far below."""


def difference_picture(
    f: Callable[..., Any] | str | Difference,
    x: float = 0.0,
    step: float = 1e-4,
    title: str = "",
    language: Language = "en",
) -> Figure:
    """Left f with its tangent and a secant, right the error of the difference for every h.

    Where the step is too small to be seen the secant is drawn with a larger one, which is told.
    Both axes at the right are logarithmic: with smaller h truncation falls as h², rounding grows
    as 1/h, so the error is a U.

    Args:
        f: a formula, a function of gs functions, or what `difference` made of them, which
            brings its own x and step.
        x: where. step: the h that is marked. title: stands above. language: of all words.

    Raises:
        GradstoneError: as `difference`.
    """
    found = f if isinstance(f, Difference) else difference(f, x, step)
    made = figure(11.4, 5.6)
    left, right = made.subplots(1, 2)
    made.suptitle(fitted(title, 90), fontsize=TITLE)
    _secant(plain(left), found, language)
    _errors(plain(right), found, language)
    for axes in (left, right):
        axes.legend(
            loc="upper center", bbox_to_anchor=(0.5, -0.14), frameon=False, fontsize=SMALL + 1
        )
    return made


def _window(found: Difference) -> tuple[float, float]:
    """Half the window, and the h of the secant that is drawn."""
    half = max(1.5, 0.8 * abs(found.x))
    h = SHARE * half
    if found.step >= SEEN * half:
        half, h = max(half, 1.6 * found.step), found.step
    while h > 1e-12 and not all(np.isfinite(found.function(found.x + s * h)) for s in (1, -1)):
        half, h = half / 2.0, h / 2.0
    return half, h


def _secant(axes: Axes, found: Difference, language: Language) -> None:
    half, h = _window(found)
    x = np.linspace(found.x - half, found.x + half, CURVE)
    y = np.array([found.function(one) for one in x])
    y[~np.isfinite(y)] = np.nan
    axes.plot(x, y, color=GREY, linewidth=2, zorder=2, label="_curve")
    low, high = axes.get_ylim()
    if found.sides is None:
        axes.plot(
            x, found.value + found.slope * (x - found.x), color=GREEN, linewidth=1.8, zorder=3,
            label=said("difference_tangent", language, line=found.tangent),
        )  # fmt: skip
    ends = np.array([found.x - h, found.x + h])
    heights = np.array([found.function(one) for one in ends])
    slope = float(np.diff(heights)[0] / (2.0 * h))
    told = said("difference_secant", language, h=number(h, 4), slope=number(slope))
    axes.plot(
        ends, heights, "--", color=ORANGE, marker="s", markersize=6, linewidth=1.8, zorder=4,
        label=told,
    )  # fmt: skip
    exact = said("difference_exact", language, x=number(found.x), slope=number(found.slope, 9))
    if found.sides is not None:
        left, right = (number(one, 4) for one in found.sides)
        exact = said("difference_kink", language, x=number(found.x), left=left, right=right)
    spot = ([found.x], [found.value])
    axes.plot(*spot, "o", color=BLACK, markersize=7, zorder=5, linestyle="none", label=exact)
    axes.set_ylim(low - 0.1 * (high - low), high + 0.1 * (high - low))
    axes.set_xlabel(found.name, fontsize=TEXT)
    axes.set_ylabel(f"f({found.name})", fontsize=TEXT)


def _errors(axes: Axes, found: Difference, language: Language) -> None:
    axes.set_xscale("log")
    axes.set_yscale("log")
    h, errors = found.steps, found.errors
    positive = errors[np.isfinite(errors) & (errors > 0)]
    floor = BELOW * float(positive.min()) if positive.size else 1e-17
    _sides(axes, found, (floor, float(positive.max()) if positive.size else 1.0), language)
    axes.plot(
        h, np.where(errors > 0, errors, np.nan), color=BLUE, marker="o", markersize=3.5,
        linewidth=1.4, zorder=4, label=said("difference_curve", language),
    )  # fmt: skip
    if (errors == 0).any():
        axes.plot(
            h[errors == 0], np.full(int((errors == 0).sum()), floor), "v", color=BLUE,
            markerfacecolor="white", markersize=5, linestyle="none", zorder=4,
            label=said("difference_none", language),
        )  # fmt: skip
    _told_points(axes, found, floor, language)
    low, high = axes.get_ylim()
    if high < 10.0 * low:  # the same error at every step, as beside a kink
        axes.set_ylim(low / 10.0, 10.0 * high)
    axes.set_xlabel(said("difference_step", language), fontsize=TEXT)
    axes.set_ylabel(said("difference_error", language), fontsize=TEXT)


def _sides(axes: Axes, found: Difference, heights: tuple[float, float], language: Language) -> None:
    """The two reasons of the error, each as the line that it alone would give."""
    low, high = heights[0], 30.0 * heights[1]
    sides: list[tuple[str, Array, str]] = [
        ("difference_rounding", found.rounding, ORANGE),
        ("difference_truncation", found.truncation, GREEN),
    ]
    for key, line, colour in sides:
        inside = np.where((line >= low) & (line <= high), line, np.nan)
        if np.isfinite(inside).any():
            label = said(key, language)
            axes.plot(found.steps, inside, "--", color=colour, linewidth=1.6, zorder=3, label=label)
    if found.balance is not None and found.steps[0] < found.balance < found.steps[-1]:
        label = said("difference_balance", language, h=number(found.balance, 2))
        axes.axvline(found.balance, color=GREY, linestyle=":", linewidth=1.4, label=label)


def _told_points(axes: Axes, found: Difference, floor: float, language: Language) -> None:
    h, error = found.best
    if np.isfinite(error):
        label = said("difference_best", language, h=number(h, 2), error=number(error, 2))
        axes.plot(
            [h], [error or floor], "*", color=PURPLE, markersize=16, linestyle="none",
            markeredgecolor="white", zorder=6, label=label,
        )  # fmt: skip
    if np.isfinite(found.error):
        told = said("difference_this", language, h=number(found.step), error=number(found.error, 2))
        axes.plot(
            [found.step], [found.error or floor], "D", color=BLACK, markersize=7,
            linestyle="none", zorder=5, label=told,
        )  # fmt: skip
