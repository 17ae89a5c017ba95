"""The picture of a training run: loss and metric, epoch by epoch or update by update."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import FuncFormatter, MaxNLocator, PercentFormatter
from numpy.lib.stride_tricks import sliding_window_view

from gradstone.errors import RangeError
from gradstone.language import Language
from gradstone.pictures.style import (
    BLUE,
    GREY,
    ORANGE,
    SMALL,
    TEXT,
    TITLE,
    columns_that_fit,
    figure,
    plain,
    words,
)
from gradstone.pictures.words import said

Array = np.ndarray[Any, Any]
History = Mapping[str, Sequence[float]]
Counted = Literal["epoch", "iteration", "update"]
METRICS = ("accuracy", "r2", "mae")
WIDE = 20.0  # from this ratio of the largest to the least loss on, the axis is logarithmic


def loss_picture(
    history: History,
    title: str = "",
    loss: str = "loss",
    language: Language = "en",
    average: int | None = None,
    counted: Counted = "epoch",
) -> Figure:
    """Loss and, beside it, the first metric of a history, training and validation.

    Args:
        history: lists with one number an epoch, as `run.history`, or one an update.
        title: stands above the picture.
        loss: the name of the loss, for its axis.
        average: over so many values, from 1, a trailing mean is drawn and the values behind it,
            paler; None: the values alone.
        counted: what the numbers stand for, for the axis.

    Raises:
        RangeError: an average over less than one value.
    """
    metric = next((name for name in METRICS if name in history), None)
    made = figure(9.0 if metric else 5.4, 4.0)
    panels = made.subplots(1, 2 if metric else 1, squeeze=False)[0]
    if title:
        made.suptitle(words(title, 90), fontsize=TITLE)
    curves = _Curves(history, language, average, counted)
    curves.draw(panels[0], "loss", said("loss_of", language, name=loss_name(loss, language)))
    _scale_of_loss(panels[0], history)
    if metric is not None:
        curves.draw(panels[1], metric, said(f"metric_{metric}", language))
        _scale_of_metric(panels[1], history, metric)
    if average is not None:
        _legend_below(made, panels[0])
    return made


def _legend_below(made: Figure, axes: Axes) -> None:
    """One legend for all panels, where four entries hide no curve."""
    handles, labels = axes.get_legend_handles_labels()
    columns = columns_that_fit(labels, float(made.get_size_inches()[0]), len(labels))
    made.legend(
        handles, labels, loc="outside lower center", ncols=columns, fontsize=SMALL + 1,
        frameon=False,
    )  # fmt: skip


def trailing_mean(values: Sequence[float] | Array, window: int) -> Array:
    """For each value the mean of the last `window` ones, itself among them, float64 (N,).

    The first ones have fewer before them: of these the mean of all so far.

    >>> trailing_mean([4.0, 2.0, 6.0, 1.0], 2).tolist()
    [4.0, 3.0, 4.0, 3.5]

    Raises:
        RangeError: a window below 1.
    """
    if window < 1:
        wanted = "a whole number from 1 is wanted"
        raise RangeError("window of an average", f"{window} came", wanted)
    given = np.asarray(values, dtype=np.float64)
    first = min(window - 1, len(given))
    begun = [given[: place + 1].mean() for place in range(first)]
    whole = sliding_window_view(given, window).mean(axis=1) if len(given) >= window else []
    return np.concatenate([begun, whole])


def loss_name(loss: str, language: Language) -> str:
    """What a loss is called; one that no table names by the name of its row."""
    try:
        return said(f"loss_{loss}", language)
    except KeyError:
        return loss.replace("_", " ")


@dataclass(frozen=True, slots=True)
class _Curves:
    history: History
    language: Language
    average: int | None
    counted: Counted

    def draw(self, axes: Axes, name: str, label: str) -> None:
        """The lists of one measure, training and validation."""
        plain(axes)
        axes.set_xlabel(said(self.counted, self.language), fontsize=TEXT)
        axes.set_ylabel(label, fontsize=TEXT)
        axes.xaxis.set_major_locator(MaxNLocator(integer=True))
        told = ((name, "training", BLUE, "-"), (f"validation_{name}", "validation", ORANGE, "--"))
        drawn = [one for one in told if len(self.history.get(one[0], ()))]
        for key, legend, colour, line in drawn:
            self._list(axes, self.history[key], said(legend, self.language), colour, line)
        if not drawn:
            axes.text(
                0.5, 0.5, said("no_epoch", self.language), transform=axes.transAxes, ha="center",
                color=GREY,
            )  # fmt: skip
            return
        longest = max(len(self.history[key]) for key, *_ in drawn)
        axes.set_xlim(0.5, longest + 0.5)
        if self.average is None:
            axes.legend(fontsize=SMALL + 1, frameon=False)

    def _list(
        self, axes: Axes, values: Sequence[float], label: str, colour: str, line: str
    ) -> None:
        places = range(1, len(values) + 1)
        marker = "o" if len(values) == 1 else ""
        if self.average is None:
            axes.plot(places, values, line, color=colour, label=label, linewidth=2, marker=marker)
            return
        axes.plot(places, values, "-", color=colour, label=label, linewidth=0.9, alpha=0.4)
        smooth = trailing_mean(values, self.average)
        told = said("average", self.language, name=label, window=self.average)
        axes.plot(places, smooth, line, color=colour, label=told, linewidth=2, marker=marker)


def _values(history: History, name: str) -> list[float]:
    found = [*history.get(name, ()), *history.get(f"validation_{name}", ())]
    return [value for value in found if math.isfinite(value)]


def _scale_of_loss(axes: Axes, history: History) -> None:
    values = _values(history, "loss")
    if values and min(values) > 0 and max(values) > WIDE * min(values):
        axes.set_yscale("log")
        axes.yaxis.set_major_formatter(FuncFormatter(lambda value, _: f"{value:g}"))


def _scale_of_metric(axes: Axes, history: History, metric: str) -> None:
    if metric == "accuracy":
        axes.yaxis.set_major_formatter(PercentFormatter(1.0))
        axes.set_ylim(top=1.005)
    if metric == "r2":  # the first epochs may lie at −1000, where nothing else could be seen
        least = min(_values(history, metric), default=0.0)
        late = {name: values[len(values) // 2 :] for name, values in history.items()}
        bottom = min(-0.5, min(_values(late, metric), default=0.0) - 0.05)
        axes.set_ylim(max(least - 0.05, bottom), 1.02)
