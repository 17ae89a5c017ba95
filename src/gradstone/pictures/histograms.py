"""Histograms of weights, outputs and gradients, a row for each layer."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import FuncFormatter, MaxNLocator

from gradstone.language import Language
from gradstone.pictures.style import (
    BLUE,
    GREEN,
    GREY,
    ORANGE,
    SMALL,
    TEXT,
    TITLE,
    figure,
    plain,
)
from gradstone.pictures.style import words as fitted
from gradstone.pictures.words import said
from gradstone.studies.layers import LayerNumbers, layer_numbers
from gradstone.training.run import Run

Array = np.ndarray[Any, Any]
BINS = 50


def histograms_picture(
    run: Run, X: Any, y: Any, title: str = "", language: Language = "en"
) -> Figure:
    """Weights, outputs and gradients of each layer of a run, on a batch.

    A row for each layer, the first on top; a column has one scale, so that layers can be compared.
    Bars are shares of all values of the layer. Exact zeros are left out of the bars and counted
    beside them, as are saturated outputs and the standard deviation.

    Args:
        X, y: samples and targets, as `run.evaluate` takes them; all of them are one batch.
        title: stands above the picture.

    Raises:
        ShapeError, DataError, RangeError: arrays that the run does not take.
    """
    layers = layer_numbers(run, X, y)
    made = figure(11.0, 1.7 + 1.9 * len(layers))
    grid = made.subplots(len(layers), 3, squeeze=False, sharex="col")
    columns = (
        [one.weights for one in layers], [one.outputs for one in layers],
        [one.gradient for one in layers],
    )  # fmt: skip
    for place, (values, colour) in enumerate(zip(columns, (BLUE, GREEN, ORANGE), strict=True)):
        bins = edges(values)
        for axes, numbers, layer in zip(grid[:, place], values, layers, strict=True):
            share = layer.saturated if place == 1 else None
            _histogram(axes, numbers, bins, colour, share, language)
    for (first, second, third), layer in zip(grid, layers, strict=True):
        _titles(first, second, third, layer, language)
    for axes in grid[:, 0]:
        axes.set_ylabel(said("networks_share", language), fontsize=TEXT)
    saturated = any(one.saturated is not None for one in layers)
    key = "networks_note" if saturated else "networks_note_zeros"
    made.supxlabel(said(key, language, rows=len(X)), fontsize=SMALL, color=GREY)
    if title:
        made.suptitle(fitted(title, 90), fontsize=TITLE)
    return made


def edges(values: Sequence[Array]) -> Array:
    """The edges of the bins of a column, (BINS + 1,), from the least to the largest value in it."""
    low = min(float(one.min()) for one in values)
    high = max(float(one.max()) for one in values)
    if not low < high:
        low, high = low - (abs(low) or 1.0), high + (abs(high) or 1.0)
    return np.linspace(low, high, BINS + 1)


def _histogram(
    axes: Axes, values: Array, bins: Array, colour: str, saturated: float | None, language: Language
) -> None:
    plain(axes)
    flat = np.asarray(values, dtype=np.float64).ravel()
    counts, _ = np.histogram(flat[flat != 0], bins)
    axes.bar(
        bins[:-1], counts / flat.size, np.diff(bins), align="edge", color=colour, linewidth=0,
    )  # fmt: skip
    axes.set_xlim(bins[0], bins[-1])
    axes.set_ylim(0, 1.45 * float(counts.max(initial=0)) / flat.size or 1.0)
    axes.yaxis.set_major_formatter(FuncFormatter(lambda share, _: f"{100 * share:g}%"))
    axes.yaxis.set_major_locator(MaxNLocator(3))
    axes.xaxis.set_major_locator(MaxNLocator(4))
    told = [said("networks_spread", language, value=f"{flat.std():.3g}".replace("-", "−"))]
    zeros = float((flat == 0).mean())
    if zeros:
        told.append(said("networks_zeros", language, share=_share(zeros)))
    if saturated is not None:
        told.append(said("networks_saturated", language, share=_share(saturated)))
    axes.text(
        0.985, 0.96, "\n".join(told), transform=axes.transAxes, fontsize=SMALL, ha="right",
        va="top", bbox={"facecolor": "white", "edgecolor": "none", "alpha": 0.8, "pad": 1.5},
    )  # fmt: skip


def _titles(
    first: Axes, second: Axes, third: Axes, layer: LayerNumbers, language: Language
) -> None:
    name = f"W{layer.number}"
    where = said("networks_layer", language, number=layer.number)
    applied = f" ({layer.activation.replace('_', ' ')})" if layer.activation else ""
    outputs = said("networks_outputs", language) + applied
    told = (
        f"{where} · {said('networks_weights', language, name=name)}", f"{where} · {outputs}",
        f"{where} · {said('networks_gradients', language, name=name)}",
    )  # fmt: skip
    for axes, text in zip((first, second, third), told, strict=True):
        axes.set_title(text, fontsize=TEXT, loc="left")


def _share(share: float) -> str:
    """A share in percent; what is not 0 and not all is never told as such.

    >>> _share(0.0001), _share(0.62), _share(1.0)
    ('<0.1%', '62.0%', '100%')
    """
    if share in (0.0, 1.0):
        return f"{share:.0%}"
    if share < 0.001:
        return "<0.1%"
    return ">99.9%" if share > 0.999 else f"{share:.1%}"
