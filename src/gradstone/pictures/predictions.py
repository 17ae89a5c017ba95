"""The picture of a regression: predicted values against true ones."""

from __future__ import annotations

from typing import Any

import numpy as np
from matplotlib.figure import Figure

from gradstone.language import Language
from gradstone.pictures.style import BLUE, GREY, SMALL, TEXT, TITLE, figure, plain, words
from gradstone.pictures.words import said

Array = np.ndarray[Any, Any]


def predictions_picture(
    true: Array, predicted: Array, quantity: str, title: str = "", language: Language = "en"
) -> Figure:
    """A point for each row; on the grey line a prediction would be exact.

    Args:
        true, predicted: (N,), in the same units.
        quantity: what is predicted, for the axes.
        title: stands above the picture.
    """
    made = figure(5.6, 5.4)
    axes = plain(made.subplots())
    everything = np.concatenate([true, predicted]).astype(np.float64)
    low, high = float(everything.min()), float(everything.max())
    margin = 0.04 * (high - low) or 1.0
    ends = (low - margin, high + margin)
    axes.plot(ends, ends, color=GREY, linewidth=1.2, label=said("exact", language))
    size, alpha = (22, 0.75) if len(true) < 500 else (8, 0.4)
    axes.scatter(
        true, predicted, size, color=BLUE, alpha=alpha, linewidths=0, zorder=3,
        label=said("one_row", language),
    )  # fmt: skip
    axes.set(xlim=ends, ylim=ends)
    axes.set_aspect("equal")
    name = words(quantity, 40)
    axes.set_xlabel(said("quantity_true", language, quantity=name), fontsize=TEXT)
    axes.set_ylabel(said("quantity_predicted", language, quantity=name), fontsize=TEXT)
    axes.set_title(words(title, 60), fontsize=TITLE, pad=10)
    axes.legend(fontsize=SMALL + 1, frameon=False)
    return made
