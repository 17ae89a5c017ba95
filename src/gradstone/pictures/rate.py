"""The picture of a learning-rate range test."""

from __future__ import annotations

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import Formatter, FuncFormatter, LogLocator, NullFormatter

from gradstone.language import Language
from gradstone.pictures.loss import loss_name
from gradstone.pictures.style import (
    BLUE,
    GREEN,
    ORANGE,
    SMALL,
    TEXT,
    TITLE,
    figure,
    plain,
    words,
)
from gradstone.pictures.words import said
from gradstone.studies.rate import RateTest

CROWDED = 300
"""Of more updates the points are small."""
HEADROOM = 1.6
"""The axis ends so many times above the loss at the beginning; what rises higher leaves it."""


def rate_picture(test: RateTest, title: str = "", language: Language = "en") -> Figure:
    """Loss against the learning rate: raw and smoothed, the suggestion, and what is too large.

    Args:
        title: what was trained.
    """
    made = figure(7.2, 4.6)
    axes = plain(made.subplots())
    if title:
        told = said("rate_title", language, title=title)
        axes.set_title(words(told, 80), fontsize=TITLE, pad=10)
    _curves(axes, test, language)
    _marks(axes, test, language)
    _scales(axes, test, language)
    axes.legend(
        fontsize=SMALL + 1, frameon=True, framealpha=0.9, edgecolor="none", loc="lower left"
    )
    return made


def _curves(axes: Axes, test: RateTest, language: Language) -> None:
    several = test.trainings > 1
    axes.plot(
        test.rates, test.losses, color=BLUE, alpha=0.35, linewidth=1.0, marker=".",
        markersize=4 if len(test.rates) <= CROWDED else 2,
        label=said("rate_median" if several else "rate_raw", language, trainings=test.trainings),
    )  # fmt: skip
    axes.plot(
        test.rates, test.smoothed, color=BLUE, linewidth=2.2, label=said("rate_smoothed", language)
    )


def _marks(axes: Axes, test: RateTest, language: Language) -> None:
    """The suggestion as a line and a point, the lowest point, and the region beyond it."""
    least = int(np.abs(test.rates - test.lowest_at).argmin())
    if test.suggestion is not None:
        height = float(np.interp(np.log(test.suggestion), np.log(test.rates), test.smoothed))
        label = said("rate_suggestion", language, rate=f"{test.suggestion:.2g}")
        axes.axvline(test.suggestion, color=GREEN, linewidth=1.4, linestyle="--")
        axes.plot(
            test.suggestion, height, "D", color=GREEN, markersize=9, markeredgecolor="white",
            label=label, zorder=4,
        )  # fmt: skip
        axes.plot(
            test.lowest_at, test.smoothed[least], "v", color=ORANGE, markersize=9,
            markeredgecolor="white", zorder=4,
            label=said("rate_lowest", language, rate=f"{test.lowest_at:.2g}"),
        )  # fmt: skip
    first = test.lowest_at if test.suggestion is not None else float(test.rates[0])
    last = max(test.highest, float(test.rates[-1]))
    turned = test.suggestion is not None and test.lowest_at < test.rates[-1]
    if test.diverged_at is not None or turned:
        axes.axvspan(
            first, last, color=ORANGE, alpha=0.12, linewidth=0, zorder=0,
            label=said("rate_too_large", language),
        )  # fmt: skip


def _between(span: float) -> Formatter:
    """What is written between the powers of ten: of a decade 2 and 5, of less every number."""
    if span > 10.0:
        return NullFormatter()
    digits = "25" if span > 4.0 else "23456789"
    return FuncFormatter(lambda value, _: f"{value:g}" if f"{value:e}"[0] in digits else "")


def _scales(axes: Axes, test: RateTest, language: Language) -> None:
    axes.set_xscale("log")
    axes.set_xlim(float(test.rates[0]), max(test.highest, float(test.rates[-1])))
    axes.xaxis.set_major_locator(LogLocator(numticks=12))
    axes.xaxis.set_major_formatter(FuncFormatter(lambda value, _: f"{value:g}"))
    axes.xaxis.set_minor_formatter(_between(test.highest / float(test.rates[0])))
    axes.set_xlabel(said("rate_axis", language), fontsize=TEXT)
    name = loss_name(test.loss, language)
    axes.set_ylabel(said("loss_of", language, name=name), fontsize=TEXT)
    top = HEADROOM * test.initial
    if test.suggestion is not None and test.losses.max() > top:
        axes.set_ylim(top=top)
    if test.losses.min() >= 0:
        axes.set_ylim(bottom=0.0)
