"""f and the gradient's norm over the updates of descents, of however many variables."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator

from gradstone.descent.descent import Descent
from gradstone.descent.form import Array
from gradstone.descent.words import figure as number
from gradstone.language import Language
from gradstone.pictures.marking import legend, look
from gradstone.pictures.page.follow import follow
from gradstone.pictures.paths import Path, path_of, stationary_marks
from gradstone.pictures.style import GREY, TEXT, TITLE, figure, plain
from gradstone.pictures.style import words as fitted
from gradstone.pictures.words import said

WIDE = 20.0  # from this ratio on an axis is logarithmic
FEW = 16  # points that are all marked
UNEVEN = 30.0  # and the axis of updates, where the longest has so many times those of the shortest


def progress_picture(
    descents: Sequence[Descent],
    labels: Sequence[str],
    title: str = "",
    language: Language = "en",
) -> Figure:
    """f, and beside it the 2-norm of the gradient, over the updates of one or more descents.

    Args:
        descents: on the same function. labels: of each, for the legend.
        title: stands above the picture. language: of all words.
    """
    paths = [path_of(one) for one in descents]
    made = figure(9.6, 4.6)
    left, right = made.subplots(1, 2)
    made.suptitle(fitted(title, 90), fontsize=TITLE)
    draw_values(left, paths, labels, language)
    draw_norms(right, paths, labels, language)
    legend(made, left, right)
    return made


def draw_values(
    axes: Axes, paths: Sequence[Path], labels: Sequence[str], language: Language
) -> None:
    """f over the updates; logarithmic where it falls far, then as what it is above its lowest."""
    series = [_calm(one, one.values) for one in paths]
    everything = np.concatenate(series)
    everything = everything[np.isfinite(everything)]
    axes.set_ylabel("f", fontsize=TEXT)
    if everything.size and everything.min() > 0 and _wide(everything):
        axes.set_yscale("log")
    elif everything.size and (lowest := _lowest(paths)) is not None:
        gaps = [np.where(one > lowest, one - lowest, np.nan) for one in series]
        known = np.concatenate(gaps)
        known = known[np.isfinite(known)]
        if known.size and _wide(known):
            series = gaps
            axes.set_yscale("log")
            told = said("value_above", language, lowest=number(lowest, 6))
            axes.set_ylabel(told, fontsize=TEXT)
    _lines(axes, paths, series, labels, language)


def _lowest(paths: Sequence[Path]) -> float | None:
    """f at the lowest minimum that Newton's method found; without one no height is known."""
    found = [one.value for one in stationary_marks(paths) if one.nature == "minimum"]
    ends = [float(one.values[-1]) for one in paths if one.descent.status == "converged"]
    return min([*found, *ends]) if found else None


def draw_norms(
    axes: Axes, paths: Sequence[Path], labels: Sequence[str], language: Language
) -> None:
    """The 2-norm of the gradient over the updates, and the precision."""
    series = [_calm(one, np.linalg.norm(one.slopes, axis=1)) for one in paths]
    known = np.concatenate(series)
    known = known[np.isfinite(known) & (known > 0)]
    if known.size and _wide(known):
        axes.set_yscale("log")
        series = [np.where(one > 0, one, np.nan) for one in series]
    precision = paths[0].descent.precision
    _lines(axes, paths, series, labels, language)
    axes.set_ylabel(said("value_gradient", language), fontsize=TEXT)
    if precision > 0 and axes.get_yscale() == "log":
        told = said("value_precision", language, p=number(precision))
        axes.axhline(precision, color=GREY, linestyle="--", linewidth=1.2, label=told)


def _calm(path: Path, series: Array) -> Array:
    """Of a descent that runs away the values are shown up to a thousandfold of the first."""
    if path.descent.status != "diverged":
        return series
    bound = 1e3 * max(1.0, abs(float(series[0])))
    return np.where(np.abs(series) <= bound, series, np.nan)


def _wide(values: Array) -> bool:
    return bool(values.max() > WIDE * values.min())


def _lines(
    axes: Axes, paths: Sequence[Path], series: Sequence[Array], labels: Sequence[str],
    language: Language,
) -> None:  # fmt: skip
    plain(axes)
    axes.set_xlabel(said("update", language), fontsize=TEXT)
    for place, (path, values, label) in enumerate(zip(paths, series, labels, strict=True)):
        count = int(np.isfinite(values).sum())
        (drawn,) = axes.plot(
            path.numbers, values, linewidth=1.8, label=label,
            **look(place), markersize=4 if count <= FEW else 5,
            markevery=1 if count <= FEW else (place * (count // 40), count // 8),
        )  # fmt: skip
        follow(drawn, place, k=path.numbers)
    updates = [max(1, one.descent.iterations) for one in paths]
    if max(updates) > UNEVEN * min(updates):
        axes.set_xscale("symlog", linthresh=1)
        axes.set_xlim(left=0)
    else:
        axes.xaxis.set_major_locator(MaxNLocator(integer=True, nbins=6))
