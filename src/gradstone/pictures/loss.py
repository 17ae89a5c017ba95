"""The picture of a training run: loss and metric, epoch by epoch."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import FuncFormatter, MaxNLocator, PercentFormatter

from gradstone.pictures.style import BLUE, GREY, ORANGE, SMALL, TEXT, TITLE, figure, plain, words

History = Mapping[str, Sequence[float]]
WORDS = {"accuracy": "accuracy", "r2": "R²", "mae": "mean absolute error"}
WIDE = 20.0  # from this ratio of the largest to the least loss on, the axis is logarithmic


def loss_picture(history: History, title: str = "", loss: str = "loss") -> Figure:
    """Loss and, beside it, the first metric of a history, training and validation.

    Args:
        history: lists with one number an epoch, as `run.history`.
        title: stands above the picture.
        loss: the name of the loss, for its axis.
    """
    metric = next((name for name in WORDS if name in history), None)
    made = figure(9.0 if metric else 5.4, 4.0)
    panels = made.subplots(1, 2 if metric else 1, squeeze=False)[0]
    if title:
        made.suptitle(words(title, 90), fontsize=TITLE)
    _curves(panels[0], history, "loss", f"loss ({loss.replace('_', ' ')})")
    _scale_of_loss(panels[0], history)
    if metric is not None:
        _curves(panels[1], history, metric, WORDS[metric])
        _scale_of_metric(panels[1], history, metric)
    return made


def _curves(axes: Axes, history: History, name: str, label: str) -> None:
    plain(axes)
    axes.set_xlabel("epoch", fontsize=TEXT)
    axes.set_ylabel(label, fontsize=TEXT)
    axes.xaxis.set_major_locator(MaxNLocator(integer=True))
    told = ((name, "training", BLUE, "-"), (f"validation_{name}", "validation", ORANGE, "--"))
    drawn = [one for one in told if history.get(one[0])]
    for key, legend, colour, line in drawn:
        values = history[key]
        epochs = range(1, len(values) + 1)
        marker = "o" if len(values) == 1 else ""
        axes.plot(epochs, values, line, color=colour, label=legend, linewidth=2, marker=marker)
    if drawn:
        longest = max(len(history[key]) for key, *_ in drawn)
        axes.set_xlim(0.5, longest + 0.5)
        axes.legend(fontsize=SMALL + 1, frameon=False)
    else:
        axes.text(
            0.5, 0.5, "no epoch was finished", transform=axes.transAxes, ha="center", color=GREY
        )


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
        axes.set_ylim(max(least - 0.05, -0.5), 1.02)
