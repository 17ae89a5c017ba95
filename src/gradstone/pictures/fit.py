"""The picture of a regression on one feature: data, and the curve before and after training."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from gradstone.errors import ShapeError
from gradstone.language import Language
from gradstone.pictures.neuron import number, straight
from gradstone.pictures.predictor import Predict
from gradstone.pictures.style import (
    BLUE,
    GREEN,
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
Pair = tuple[Array, Array]
POINTS, MARGIN, MOST = 400, 0.05, 3000
WIDTH, HEIGHT = 7.2, 5.6
STRAIGHT = 1e-5  # a curve that leaves its chord by less than this share of its size is a line


@dataclass(frozen=True, slots=True)
class Line:
    """y = slope · x + height."""

    slope: float
    height: float

    def __call__(self, x: Array) -> Array:
        """y at points (N,)."""
        found: Array = self.slope * np.asarray(x, dtype=np.float64) + self.height
        return found


def least_squares(x: Array, y: Array) -> Line:
    """The line with the least sum of squared errors: slope Σ(x−x̄)(y−ȳ)/Σ(x−x̄)², through (x̄, ȳ).

    Args:
        x, y: (N,). Where all x are alike the line is flat.
    """
    across, up = x.mean(), y.mean()
    spread = float(((x - across) ** 2).sum())
    slope = float(((x - across) * (y - up)).sum()) / spread if spread else 0.0
    return Line(slope, float(up - slope * across))


def line_of(predict: Predict, low: float, high: float) -> Line | None:
    """The straight line that a function is from low to high; None where it bends.

    Args:
        predict: (N, 1) -> (N, 1). low, high: different.
    """
    x = np.linspace(low, high, POINTS)
    y = predict(x[:, None])[:, 0]
    slope = float((y[-1] - y[0]) / (high - low))
    height = float(y[0] - slope * low)
    noise = STRAIGHT * float(np.abs(y).max())
    if np.abs(slope * x + height - y).max() > noise:
        return None
    return Line(slope, height if abs(height) > noise else 0.0)


def fit_picture(
    predict: Predict,
    inputs: Array,
    targets: Array,
    before: Predict | None = None,
    held: Pair | None = None,
    names: Sequence[str] = ("x", "y"),
    title: str = "",
    language: Language = "en",
) -> Figure:
    """Points with what a network says of them, before (dashed) and after training.

    Where the network is a straight line, as one linear neuron is, its equation stands in the
    legend, with the line of least squares as a reference. Beside each curve stands its mean
    squared error on the points that training learned from.

    Args:
        predict: (N, 1) -> (N, 1); see `predictor`, which takes a run. before: likewise.
        inputs: (N,) or (N, 1), learned from. targets: (N,) or (N, 1).
        held: such a pair that training did not learn from.
        names: of the feature and the target.
        title: stands above the picture.

    Raises:
        ShapeError: more than one feature or target.
    """
    x, y = _column("inputs", inputs), _column("targets", targets)
    other = None if held is None else (_column("inputs", held[0]), _column("targets", held[1]))
    made = figure(WIDTH, HEIGHT)
    axes = plain(made.subplots())
    _points(axes, (x, y), other, language)
    everything = x if other is None else np.concatenate([x, other[0]])
    low, high = float(everything.min()), float(everything.max())
    margin = MARGIN * (high - low) or 1.0
    curves = _Curves(axes, (low - margin, high + margin), (x, y), names, language)
    if before is not None:
        curves.network("before", before, GREY, "--")
    if curves.network("after", predict, ORANGE, "-"):
        line = least_squares(x, y)
        curves.draw("least_squares", lambda rows: line(rows), line, GREEN, ":")
    axes.set_xlim(low - margin, high + margin)
    axes.set_xlabel(words(names[0], 40), fontsize=TEXT)
    axes.set_ylabel(words(names[1], 40), fontsize=TEXT)
    axes.set_title(words(title, 70), fontsize=TITLE, pad=10)
    columns = columns_that_fit(axes.get_legend_handles_labels()[1], WIDTH, 2)
    made.legend(loc="outside lower center", ncols=columns, fontsize=SMALL + 1, frameon=False)
    return made


def _column(subject: str, values: Any) -> Array:
    found = np.asarray(values, dtype=np.float64)
    if found.size != len(found) or not found.size:
        wanted = "(N,) or (N, 1) is wanted"
        raise ShapeError(f"fit_picture {subject}", f"shape {found.shape} came", wanted)
    return found.ravel()


def _points(axes: Axes, learned: Pair, held: Pair | None, language: Language) -> None:
    told = (("training", learned, "o", BLUE), ("held_out", held, "s", "white"))
    for key, pair, sign, inside in told:
        if pair is not None and len(pair[0]):
            chosen = np.linspace(0, len(pair[0]) - 1, min(MOST, len(pair[0]))).astype(int)
            axes.scatter(
                pair[0][chosen], pair[1][chosen], 20, color=inside, marker=sign, edgecolors=BLUE,
                linewidths=0.9, alpha=0.75, label=said(key, language), zorder=2,
            )  # fmt: skip


@dataclass(frozen=True, slots=True)
class _Curves:
    axes: Axes
    ends: tuple[float, float]
    learned: Pair
    names: Sequence[str]
    language: Language

    def network(self, key: str, predict: Predict, colour: str, style: str) -> bool:
        """What a network says; whether that is a straight line."""
        line = line_of(predict, *self.ends)
        self.draw(key, lambda rows: predict(rows[:, None])[:, 0], line, colour, style)
        return line is not None

    def draw(self, key: str, curve: Any, line: Line | None, colour: str, style: str) -> None:
        """A curve over the whole width, with its equation and its error in the legend."""
        x = np.linspace(*self.ends, POINTS)
        error = float(((curve(self.learned[0]) - self.learned[1]) ** 2).mean())
        told = [said(key, self.language)]
        if line is not None:
            name, target = (words(one, 12) for one in self.names)
            equation = f"{target} = {straight(line.slope, line.height, name)}"
            told = [said("titled", self.language, title=told[0], told=equation)]
        told.append(said("mean_square", self.language, number=number(error)))
        self.axes.plot(
            x, curve(x), style, color=colour, linewidth=2.2, label="\n".join(told), zorder=4
        )
