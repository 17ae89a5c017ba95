"""Decision regions: which class a network takes each point of a plane for, and how surely."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.colors import to_rgb
from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from gradstone.language import Language
from gradstone.pictures.predictor import Predict
from gradstone.pictures.style import (
    BLACK,
    COLOURS,
    MARKERS,
    SMALL,
    TEXT,
    columns_that_fit,
    figure,
    words,
)
from gradstone.pictures.words import said

Array = np.ndarray[Any, Any]
Extent = tuple[float, float, float, float]
Pair = tuple[Array, Array]
MARGIN, STRONGEST = 0.08, 0.62
RESOLUTION = 240
WIDTH, HEIGHT = 6.4, 6.3
MOST = 2000
"""At most so many points of a kind are drawn, evenly chosen; all of them are counted."""
NAMES = ("x₁", "x₂")


def grid(inputs: Array, resolution: int) -> tuple[Extent, Array]:
    """Points evenly over the plane where inputs lie, with a margin.

    Args:
        inputs: (N, 2), finite. resolution: points along each axis.

    Returns:
        (left, right, bottom, top), the outer edges of the cells, as `imshow(extent=…,
        origin="lower")` takes them; and the middles of the cells (resolution², 2), float64, rows
        from bottom to top, each from left to right.
    """
    low, high = inputs.min(axis=0).astype(float), inputs.max(axis=0).astype(float)
    span = np.where(high > low, high - low, np.maximum(np.abs(low), 1.0))
    low, high = low - MARGIN * span, high + MARGIN * span
    share = (np.arange(resolution) + 0.5) / resolution
    across, up = np.meshgrid(*(low[k] + share * (high[k] - low[k]) for k in (0, 1)))
    extent = (float(low[0]), float(high[0]), float(low[1]), float(high[1]))
    return extent, np.stack([across.ravel(), up.ravel()], axis=1)


def shades(probabilities: Array) -> Array:
    """The colour of each point: of the winning class, the stronger the surer, white at even odds.

    Args:
        probabilities: (points, classes), rows adding up to 1; or (points,) or (points, 1), the
            probability of the second of two classes.

    Returns:
        Red, green and blue from 0 to 1: (points, 3). Never as strong as the class's own colour, in
        which the points are drawn.
    """
    shares = both(probabilities)
    classes = shares.shape[1]
    colours = np.array([to_rgb(COLOURS[k % len(COLOURS)]) for k in range(classes)])
    surely = (shares.max(axis=1) - 1 / classes) / (1 - 1 / classes)
    strength = STRONGEST * np.clip(surely, 0.0, 1.0)[:, None]
    made: Array = 1.0 - strength * (1.0 - colours[shares.argmax(axis=1)])
    return made


def both(probabilities: Array) -> Array:
    """Probabilities with a column for each class, (points, classes), float64.

    Args:
        probabilities: such already; or (points,) or (points, 1), of the second of two classes.
    """
    told: Array = np.asarray(probabilities, dtype=np.float64)
    told = told.reshape(len(told), -1)
    return told if told.shape[1] > 1 else np.concatenate([1.0 - told, told], axis=1)


def regions_picture(
    predict: Predict,
    inputs: Array,
    targets: Array,
    test: Pair | None = None,
    names: Sequence[str] = NAMES,
    classes: Sequence[str] = (),
    title: str = "",
    language: Language = "en",
    resolution: int = RESOLUTION,
) -> Figure:
    """Decision regions over the plane, and the points, those taken for another class ringed.

    The colour is that of the class taken, the stronger the surer; two classes have the line where
    the probability is 0.5 between them. The title says how many points are right.

    Args:
        predict: (points, 2) -> probabilities (points, classes), or (points, 1) of the second of
            two classes; see `predictor`, which takes a run.
        inputs: (N, 2) of training. targets: (N,) numbers of classes.
        test: such a pair that training never saw; drawn with a black edge.
        names: of the two features, for the axes. classes: their names; none: 0, 1, ….
        title: stands above the picture.
        resolution: cells along each axis.
    """
    made = figure(WIDTH, HEIGHT)
    axes = made.subplots()
    everything = inputs if test is None else np.concatenate([inputs, test[0]])
    extent, places = grid(everything, resolution)
    shares = both(predict(places))
    count = shares.shape[1]
    draw_shares(axes, shares, extent)
    told = []
    for kind, pair in (("training", (inputs, targets)), ("test", test)):
        if pair is not None and len(pair[0]):
            wrong = both(predict(pair[0])).argmax(axis=1) != pair[1]
            draw_points(axes, *pair, wrong, edge=BLACK if kind == "test" else "white")
            told.append(_right(kind, wrong, language))
    axes.set_xlabel(words(names[0], 40), fontsize=TEXT)
    axes.set_ylabel(words(names[1], 40), fontsize=TEXT)
    axes.set_title("\n".join(filter(None, [words(title, 60), *told])), fontsize=TEXT, pad=8)
    labels = list(classes) or [str(number) for number in range(count)]
    _legend(made, labels, test is not None, language)
    return made


def draw_shares(axes: Axes, shares: Array, extent: Extent) -> None:
    """Colours of the classes over a plane, and the lines where two of them win alike.

    Args:
        shares: (cells, classes) in the order of `grid`. extent: as `grid` gave it.
    """
    draw_shades(axes, shares, extent)
    size = round(len(shares) ** 0.5)
    half = [(extent[k + 1] - extent[k]) / (2 * size) for k in (0, 2)]
    across, up = (
        np.linspace(extent[k] + half[k // 2], extent[k + 1] - half[k // 2], size) for k in (0, 2)
    )
    for number in range(shares.shape[1] - (shares.shape[1] == 2)):
        others = np.delete(shares, number, axis=1).max(axis=1)
        lead = (shares[:, number] - others).reshape(size, size)
        if lead.min() < 0 < lead.max():
            axes.contour(across, up, lead, [0.0], colors=BLACK, linewidths=1.3, zorder=2)


def draw_shades(axes: Axes, shares: Array, extent: Extent) -> None:
    """The colours alone; arguments as for `draw_shares`, shares also as for `shades`."""
    size = round(len(shares) ** 0.5)
    picture = shades(shares).reshape(size, size, 3)
    axes.imshow(picture, extent=extent, origin="lower", aspect="auto", interpolation="bilinear")
    axes.tick_params(labelsize=SMALL + 1)


def draw_points(axes: Axes, inputs: Array, targets: Array, wrong: Array, edge: str) -> None:
    """Points by shape and colour of their class, the wrong ones ringed.

    Args:
        inputs: (N, 2). targets: (N,) numbers of classes. wrong: (N,) bool. edge: their colour.
    """
    size = 34 if len(inputs) <= 500 else 16
    for number in np.unique(targets).tolist():
        mine = _thinned(inputs[targets == number])
        axes.scatter(
            mine[:, 0], mine[:, 1], size, color=colour(number), marker=marker(number),
            edgecolors=edge, linewidths=0.7, zorder=3, label=f"_class {number}",
        )  # fmt: skip
    ringed = _thinned(inputs[wrong])
    axes.scatter(
        ringed[:, 0], ringed[:, 1], 3.4 * size, facecolors="none", edgecolors=BLACK,
        linewidths=1.1, zorder=4, label="_wrong",
    )  # fmt: skip


def colour(number: int) -> str:
    """The colour of a class."""
    return COLOURS[number % len(COLOURS)]


def marker(number: int) -> str:
    """The shape of a class: where the colours begin anew, another one goes with each."""
    return MARKERS[(number + number // len(MARKERS)) % len(MARKERS)]


def _thinned(points: Array) -> Array:
    if len(points) <= MOST:
        return points
    chosen: Array = points[np.linspace(0, len(points) - 1, MOST).astype(int)]
    return chosen


def _right(kind: str, wrong: Array, language: Language) -> str:
    right, total = int((~wrong).sum()), len(wrong)
    told = said("right_of", language, right=right, total=total, share=right / total)
    return said("titled", language, title=said(kind, language), told=told)


def class_entries(classes: Sequence[str], language: Language, test: bool = False) -> list[Line2D]:
    """What a legend says of points: a class each, those of the test, those ringed."""
    entries = [
        _point(said("class", language, name=words(name, 16)), marker(n), colour(n), "white")
        for n, name in enumerate(classes)
    ]
    if test:
        entries.append(_point(said("black_edge", language), "o", "white", BLACK))
    return [*entries, _point(said("wrong", language), "o", "none", BLACK, 11)]


def _point(label: str, shape: str, inside: str, edge: str, size: float = 7) -> Line2D:
    return Line2D(
        [], [], linestyle="", marker=shape, markerfacecolor=inside, markeredgecolor=edge,
        markersize=size, label=label,
    )  # fmt: skip


def _legend(made: Figure, classes: Sequence[str], test: bool, language: Language) -> None:
    entries = class_entries(classes, language, test)
    line = "half" if len(classes) == 2 else "boundary"
    entries.append(Line2D([], [], color=BLACK, linewidth=1.3, label=said(line, language)))
    columns = columns_that_fit([str(one.get_label()) for one in entries], WIDTH, 4)
    made.legend(
        handles=entries, loc="outside lower center", ncols=columns,
        fontsize=SMALL + 1, frameon=False, title=said("surer", language), title_fontsize=SMALL + 1,
    )  # fmt: skip
