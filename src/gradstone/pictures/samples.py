"""The picture of images with what was predicted of them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from matplotlib.figure import Figure

from gradstone.language import Language
from gradstone.pictures.style import BLUE, ORANGE, TEXT, TITLE, figure
from gradstone.pictures.words import said

Array = np.ndarray[Any, Any]
ACROSS, GAP, BELOW = 8, 2, 4  # images in a row; empty pixels between them and below each


def samples_picture(
    images: Array,
    predicted: Sequence[str],
    true: Sequence[str],
    title: str = "",
    language: Language = "en",
) -> Figure:
    """Images in rows of eight, the prediction below each; of a wrong one, the truth too.

    Args:
        images: (N, height, width) from 0 (white) to 1 (black).
        predicted, true: words for each image.
        title: stands above the picture.
    """
    down = -(-len(images) // ACROSS)
    height, width = images.shape[1] + GAP + BELOW, images.shape[2] + GAP
    sheet = np.zeros((down * height, ACROSS * width))
    made = figure(8.0, (down * height - GAP) * 8.0 / (ACROSS * width) + 0.4)
    axes = made.subplots()
    for number, image in enumerate(images):
        top, left = number // ACROSS * height, number % ACROSS * width
        sheet[top : top + images.shape[1], left + GAP // 2 : left + width - GAP // 2] = image
        told, truth = predicted[number], true[number]
        right = told == truth
        words = told if right else said("but_is", language, predicted=told, true=truth)
        axes.text(
            left + width / 2 - 0.5, top + images.shape[1] + 1.6, words, ha="center", va="center",
            fontsize=TEXT + 1, color=BLUE if right else ORANGE, weight="bold",
        )  # fmt: skip
    axes.imshow(sheet, cmap="gray_r", vmin=0.0, vmax=1.0, interpolation="nearest")
    axes.set_ylim(down * height - GAP + 0.5, -0.5)
    axes.set_axis_off()
    axes.set_title(title, fontsize=TITLE)
    return made
