"""The picture of a classifier's mistakes: true classes against predicted ones."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from gradstone.language import Language
from gradstone.pictures.style import SMALL, TEXT, TITLE, figure, words
from gradstone.pictures.words import said

Array = np.ndarray[Any, Any]
MOST_NUMBERS, MOST_NAMES, LONGEST = 25, 60, 16


def confusion(true: Array, predicted: Array, classes: int) -> Array:
    """How often each class (row) was taken for each class (column): int64 (classes, classes).

    Args:
        true, predicted: numbers of classes, (N,).
    """
    counts = np.zeros((classes, classes), dtype=np.int64)
    np.add.at(counts, (true, predicted), 1)
    return counts


def confusion_picture(
    counts: Array, names: Sequence[str], title: str = "", language: Language = "en"
) -> Figure:
    """A matrix of counts, shaded by the share of the row, from white to blue.

    Args:
        counts: (classes, classes), rows true, columns predicted.
        names: of the classes.
        title: its first words; how many were right follows.
    """
    size = min(max(4.6, 2.2 + 0.45 * len(counts)), 12.0)
    made = figure(size + 0.5, size)
    axes = made.subplots()
    rows = counts.sum(axis=1, keepdims=True)
    shares = counts / np.maximum(rows, 1)
    image = axes.imshow(shares, cmap="Blues", vmin=0.0, vmax=1.0)
    right, total = int(np.trace(counts)), int(counts.sum())
    head = words(title, 40)
    if total:
        told = said("right_of", language, right=right, total=total, share=right / total)
        head = said("titled", language, title=head, told=told) if head else told
    axes.set_title(head, fontsize=TITLE, pad=10)
    _names(axes, names, language)
    if len(counts) <= MOST_NUMBERS:
        _numbers(axes, counts, shares)
    bar = made.colorbar(image, ax=axes, shrink=0.8)
    bar.set_label(said("share_of_class", language), fontsize=TEXT)
    bar.ax.tick_params(labelsize=SMALL)
    return made


def _names(axes: Axes, names: Sequence[str], language: Language) -> None:
    axes.set_xlabel(said("predicted", language), fontsize=TEXT)
    axes.set_ylabel(said("true", language), fontsize=TEXT)
    every = -(-len(names) // MOST_NAMES)
    places = range(0, len(names), every)
    told = [words(names[place], LONGEST) for place in places]
    long = max(map(len, told)) > 3
    size = SMALL + 1 if len(names) <= MOST_NUMBERS else 6
    axes.set_xticks(places, told, rotation=90 if long else 0, fontsize=size)
    axes.set_yticks(places, told, fontsize=size)
    axes.tick_params(length=0)
    axes.spines[:].set_color("#BBBBBB")


def _numbers(axes: Axes, counts: Array, shares: Array) -> None:
    size = TEXT if len(counts) <= 12 else 7
    for row, column in np.argwhere(counts > 0).tolist():
        colour = "white" if shares[row, column] > 0.5 else "black"
        number = str(counts[row, column])
        axes.text(column, row, number, ha="center", va="center", color=colour, fontsize=size)
