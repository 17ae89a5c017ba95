"""The picture of a sweep: error curves by value, and the measure at the end against the value."""

from __future__ import annotations

from typing import Any, Literal

import numpy as np
from matplotlib import colormaps
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import FuncFormatter, MaxNLocator, NullLocator, PercentFormatter

from gradstone.language import Language
from gradstone.pictures.style import (
    COLOURS,
    EVEN,
    GREY,
    MARKERS,
    ORANGE,
    SMALL,
    TEXT,
    TITLE,
    figure,
    plain,
    words,
)
from gradstone.pictures.words import said
from gradstone.studies.setting import CHOICES
from gradstone.studies.sweep import Point, Sweep

Array = np.ndarray[Any, Any]
Counted = Literal["epoch", "update"]
WIDE = 20.0
"""From this ratio of the largest to the least loss on, the axis is logarithmic."""
MARKS = 8
"""At most so many markers stand on a curve."""


def sweep_picture(
    sweep: Sweep, title: str = "", language: Language = "en", counted: Counted = "epoch"
) -> Figure:
    """Training loss by value, and the measure at the end against the value.

    Left, a line for the median of the seeds and a band for all of them; a curve ends where more
    than half of the seeds diverged. Right, each seed as a small point and the median as a line, of
    rows held out and of the training rows; where more than half diverged a cross stands on the
    axis instead.

    Args:
        title: what was trained. counted: what the loss is drawn against.
    """
    made = figure(11.0, 4.6)
    left, right = made.subplots(1, 2)
    choice = said(f"choice_{sweep.choice}", language)
    head = said("sweep_title", language, choice=choice, title=title)
    made.suptitle(words(head, 100), fontsize=TITLE)
    _curves(plain(left), sweep, language, counted)
    _ends(plain(right), sweep, language)
    return made


def value_label(value: str, language: Language) -> str:
    """A value as it is written; "full" and "none" as words."""
    return said(f"value_{value}", language) if value in ("full", "none") else value


# The curves -------------------------------------------------------------------------------------
def _colours(sweep: Sweep) -> list[Any]:
    """Values on an axis get colours along an even map; names get colours that differ."""
    count = len(sweep.points)
    if CHOICES[sweep.choice].numbers and count > 1:
        return [colormaps[EVEN](place) for place in np.linspace(0.0, 0.9, count)]
    return [COLOURS[place % len(COLOURS)] for place in range(count)]


def _curves(axes: Axes, sweep: Sweep, language: Language, counted: Counted) -> None:
    for place, (point, colour) in enumerate(zip(sweep.points, _colours(sweep), strict=True)):
        label = value_label(point.value, language)
        line = "-" if place < len(COLOURS) else "--"
        marker = MARKERS[place % len(MARKERS)]
        _curve(axes, point, (colour, line, marker), words(label, 24), counted)
    axes.set_xlabel(said(counted, language), fontsize=TEXT)
    axes.set_ylabel(said("sweep_loss", language), fontsize=TEXT)
    axes.set_title(said("sweep_line", language, seeds=sweep.seeds), fontsize=SMALL + 1, color=GREY)
    axes.xaxis.set_major_locator(MaxNLocator(integer=True))
    lengths = [_last(one, counted) for one in sweep.points]
    if max(lengths) > WIDE * min(lengths):
        axes.set_xscale("log")
        axes.xaxis.set_major_formatter(FuncFormatter(lambda value, _: f"{value:g}"))
    seen = [one.losses[np.isfinite(one.losses)] for one in sweep.points]
    known = np.concatenate(seen)
    if known.size and known.min() > 0 and known.max() > WIDE * known.min():
        axes.set_yscale("log")
        axes.yaxis.set_major_formatter(FuncFormatter(lambda value, _: f"{value:g}"))
    axes.legend(
        fontsize=SMALL, frameon=True, framealpha=0.85, edgecolor="none",
        ncols=1 + (len(sweep.points) > 6), title_fontsize=SMALL,
        title=words(said(f"choice_{sweep.choice}", language), 30),
    )  # fmt: skip


def _curve(
    axes: Axes, point: Point, look: tuple[Any, str, str], label: str, counted: Counted
) -> None:
    colour, line, marker = look
    each = point.updates if counted == "update" else 1
    across = each * np.arange(1, point.losses.shape[1] + 1)
    middle = np.median(point.losses, axis=0)
    low, high = point.losses.min(axis=0), point.losses.max(axis=0)
    fine = np.isfinite(middle)
    high = np.where(np.isfinite(high), high, middle)
    axes.plot(
        across[fine], middle[fine], line, color=colour, linewidth=1.8, label=label, marker=marker,
        markersize=5, markevery=max(1, int(fine.sum()) // MARKS), markeredgecolor="white",
        markeredgewidth=0.5,
    )  # fmt: skip
    if len(point.losses) > 1:
        axes.fill_between(
            across[fine], low[fine], high[fine], color=colour, alpha=0.15, linewidth=0
        )


def _last(point: Point, counted: Counted) -> int:
    return int(point.losses.shape[1]) * (point.updates if counted == "update" else 1)


# The ends ---------------------------------------------------------------------------------------
def places(sweep: Sweep) -> tuple[Array, bool]:
    """Where the values lie on the axis, and whether it is logarithmic.

    Numbers lie where they are; names, and numbers among which there are words, one after another.
    """
    numbers = CHOICES[sweep.choice].numbers
    try:
        found = np.array([float(one.value) for one in sweep.points])
    except ValueError:
        found = np.array([])
    if not numbers or not len(found) or not np.isfinite(found).all():
        return np.arange(len(sweep.points), dtype=float), False
    return found, numbers == "tenfold" and bool(found.min() > 0)


def _ends(axes: Axes, sweep: Sweep, language: Language) -> None:
    where, tenfold = places(sweep)
    lost = np.array([_lost(one) for one in sweep.points])
    order = np.argsort(where)
    numbers = bool(CHOICES[sweep.choice].numbers)
    for rows, colour, marker, line in (
        ("training", GREY, "s", "--"), ("held_out", COLOURS[0], "o", "-")
    ):  # fmt: skip
        values = [one.held_out if rows == "held_out" else one.fitted for one in sweep.points]
        if rows == "held_out":
            each = np.repeat(np.where(lost, np.nan, where), [len(one) for one in values])
            axes.plot(
                each, np.concatenate(values), ".", color=colour, alpha=0.4, markersize=6,
                label=said("sweep_seed", language, rows=said(rows, language)), zorder=2,
            )  # fmt: skip
        middle = np.where(lost, np.nan, [np.median(one) for one in values])
        axes.plot(
            where[order], middle[order], color=colour, marker=marker,
            linestyle=line if numbers else "none", linewidth=1.8, markeredgecolor="white",
            markersize=8 if rows == "held_out" else 6,
            label=said("sweep_median", language, rows=said(rows, language)), zorder=3,
        )  # fmt: skip
    if lost.any():
        axes.plot(
            where[lost], np.full(lost.sum(), 0.02), "x", color=ORANGE, markersize=9,
            markeredgewidth=2.0, transform=axes.get_xaxis_transform(), clip_on=False,
            label=said("sweep_head_diverged", language),
        )  # fmt: skip
    _value_axis(axes, sweep, where, tenfold, language)
    axes.set_ylabel(said(f"sweep_{sweep.measure}", language), fontsize=TEXT)
    _measure_axis(axes, sweep)
    axes.legend(
        fontsize=SMALL, frameon=False, loc="lower center", bbox_to_anchor=(0.5, 1.0),
        ncols=4 if lost.any() else 3, columnspacing=1.0 if lost.any() else 1.4,
    )  # fmt: skip


def _lost(point: Point) -> bool:
    """Whether more than half of the seeds diverged."""
    return 2 * point.diverged > len(point.held_out)


def _value_axis(axes: Axes, sweep: Sweep, where: Array, tenfold: bool, language: Language) -> None:
    if tenfold:
        axes.set_xscale("log")
        axes.xaxis.set_minor_locator(NullLocator())
    labels = [words(value_label(one.value, language), 22) for one in sweep.points]
    turned = sum(map(len, labels)) > 38
    axes.set_xticks(where, labels, rotation=30 if turned else 0, ha="right" if turned else "center")
    axes.set_xlabel(said(f"choice_{sweep.choice}", language), fontsize=TEXT)
    if not CHOICES[sweep.choice].numbers:
        axes.set_xlim(-0.5, len(where) - 0.5)


def _measure_axis(axes: Axes, sweep: Sweep) -> None:
    kept = [one for one in sweep.points if not _lost(one)]
    values = np.concatenate(
        [np.zeros(0), *(one.held_out for one in kept), *(one.fitted for one in kept)]
    )
    if sweep.measure == "accuracy":
        axes.yaxis.set_major_formatter(PercentFormatter(1.0))
        axes.set_ylim(top=min(1.01, axes.get_ylim()[1]))
    else:  # R² may lie at −1000, where nothing else could be seen
        least = float(values[np.isfinite(values)].min(initial=1.0))
        axes.set_ylim(max(least - 0.05, -0.5), min(1.02, axes.get_ylim()[1]))
