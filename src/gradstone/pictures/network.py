"""A network drawn: neurons in columns, weights as the width and the colour of lines."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.cm import ScalarMappable
from matplotlib.collections import LineCollection
from matplotlib.colors import Normalize
from matplotlib.figure import Figure

from gradstone.language import Language
from gradstone.nn.layers import Activation, Dropout, Linear
from gradstone.nn.module import Network
from gradstone.pictures.style import BLACK, GREY, SMALL, TEXT, TITLE, figure, two_sided
from gradstone.pictures.style import words as fitted
from gradstone.pictures.words import said

Array = np.ndarray[Any, Any]
SHOWN = 14
"""A column has places for so many neurons; of a wider layer the middle ones are left out."""
FEW = 4
"""Up to so many neurons a layer, every weight is also written."""
WIDEST, THINNEST = 5.0, 0.15
WHITE, GIVEN = "#FFFFFF", "#E8EBEE"
LONGEST = 14
ALONG = (0.3, 0.37, 0.44, 0.51, 0.58, 0.65, 0.72, 0.79, 0.23)
"""How far along its line a weight may be written, the first place that is free."""
DIGIT, LINE = 0.038, 0.18
"""Of such a number: the width of a sign between two columns, and its height in inches."""


@dataclass(frozen=True, slots=True)
class Column:
    """A column of neurons.

    Attributes:
        size: neurons of the layer. places: those that are drawn, by number.
        heights: where, the middle of the column at 0. gap: whether some are left out.
    """

    size: int
    places: tuple[int, ...]
    heights: tuple[float, ...]
    gap: bool


def column(size: int) -> Column:
    """The column of a layer: all its neurons, or the first and last ones with a gap between.

    >>> column(3)
    Column(size=3, places=(0, 1, 2), heights=(1.0, 0.0, -1.0), gap=False)
    >>> column(64).places
    (0, 1, 2, 3, 4, 5, 58, 59, 60, 61, 62, 63)
    """
    if size <= SHOWN:
        heights = tuple((size - 1) / 2 - place for place in range(size))
        return Column(size, tuple(range(size)), heights, False)
    half = SHOWN // 2 - 1
    places = (*range(half), *range(size - half, size))
    above = tuple((SHOWN - 1) / 2 - place for place in range(half))
    return Column(size, places, (*above, *(-one for one in reversed(above))), True)


def network_picture(
    network: Network,
    parameters: Mapping[str, Any],
    inputs: Sequence[str] = (),
    outputs: Sequence[str] = (),
    title: str = "",
    language: Language = "en",
) -> Figure:
    """A network with its weights as lines, orange above 0, blue below, wide where large.

    A neuron has the colour of its bias, on the scale of the weights. Of a layer of more than 14
    neurons the first and the last six are drawn; where all layers have at most four, the
    weights are written, too.

    Args:
        parameters: W1, b1, W2 … by name, as `run.parameters`.
        inputs, outputs: what they are called; x₁ … and y₁ … without.
        title: stands above the picture.
    """
    linear = [layer for layer in network.layers if isinstance(layer, Linear)]
    columns = [column(size) for size in (linear[0].inputs, *(one.outputs for one in linear))]
    tallest = max(len(one.places) + one.gap for one in columns)
    few = max(one.size for one in columns) <= FEW
    apart = 0.8 if few else 0.42
    made = figure(2.2 + 2.5 * len(columns), 1.9 + apart * max(tallest, 2))
    axes = made.subplots()
    axes.set_axis_off()
    values = {name: np.asarray(one, dtype=np.float64) for name, one in parameters.items()}
    largest = max((float(np.abs(one).max()) for one in values.values() if one.size), default=0.0)
    largest = largest or 1.0
    scale = ScalarMappable(Normalize(-largest, largest), two_sided())
    drawn = _Drawing(axes, columns, values, scale, largest, apart, language)
    drawn.weights(numbers=few)
    drawn.neurons(numbers=few)
    drawn.names(inputs, outputs)
    drawn.captions(network)
    biased = any(name.startswith("b") for name in values)
    bar = made.colorbar(scale, ax=axes, shrink=0.75, pad=0.02)
    label = "networks_scale" if biased else "networks_scale_weights"
    bar.set_label(said(label, language), fontsize=TEXT)
    if title:
        axes.set_title(fitted(title, 30 * len(columns)), fontsize=TITLE, pad=8)
    return made


@dataclass(frozen=True, slots=True)
class _Drawing:
    """A network on its axes; columns stand at 0, 1, 2 …, neurons `apart` inches apart."""

    axes: Axes
    columns: Sequence[Column]
    values: Mapping[str, Array]
    scale: ScalarMappable
    largest: float
    apart: float
    language: Language

    def _heights(self, layer: int) -> Array:
        return self.apart * np.array(self.columns[layer].heights)

    def weights(self, numbers: bool) -> None:
        """The lines, small weights below large ones; their numbers where there are few."""
        for layer, (before, after) in enumerate(pairwise(self.columns)):
            shown = self.values[f"W{layer + 1}"][np.ix_(before.places, after.places)]
            sources, targets = np.meshgrid(
                self._heights(layer), self._heights(layer + 1), indexing="ij"
            )
            order = np.argsort(np.abs(shown), axis=None)
            ends = np.stack(
                [
                    np.stack([np.full(shown.size, float(layer)), sources.ravel()], axis=1),
                    np.stack([np.full(shown.size, layer + 1.0), targets.ravel()], axis=1),
                ],
                axis=1,
            )
            flat = shown.ravel()[order]
            width = THINNEST + WIDEST * np.abs(flat) / self.largest
            lines = LineCollection(
                list(ends[order]), linewidths=list(width), colors=self.scale.to_rgba(flat),
                zorder=1, label=f"W{layer + 1}", capstyle="butt",
            )  # fmt: skip
            self.axes.add_collection(lines)
            if numbers:
                self._numbers(ends, shown)

    def _numbers(self, ends: Array, weights: Array) -> None:
        """The weights, each where it covers none of the others, for lines cross."""
        taken: list[tuple[float, float, float]] = []
        for (start, end), weight in zip(ends, weights.ravel(), strict=True):
            half = DIGIT * len(_short(weight)) / 2
            spots = [start + share * (end - start) for share in ALONG]
            x, y = next((one for one in spots if _free(one, half, taken)), spots[0])
            taken.append((x, y, half))
            self.axes.text(
                x, y, _short(weight), fontsize=SMALL, ha="center", va="center",
                zorder=2, bbox={"facecolor": WHITE, "edgecolor": "none", "pad": 1, "alpha": 0.85},
            )  # fmt: skip

    def neurons(self, numbers: bool) -> None:
        """The neurons, each in the colour of its bias."""
        for layer, one in enumerate(self.columns):
            heights = self._heights(layer)
            bias = self.values.get(f"b{layer}")
            colours: Any = GIVEN if layer == 0 else WHITE
            if bias is not None:
                colours = self.scale.to_rgba(bias[list(one.places)])
            self.axes.scatter(
                np.full(len(heights), float(layer)), heights, s=340 if numbers else 150,
                c=colours, zorder=3,
                edgecolors=BLACK, linewidths=1.1, label=f"_layer {layer}",
            )  # fmt: skip
            if numbers and bias is not None:
                for height, number in zip(heights, bias, strict=True):
                    self.axes.text(
                        layer, height + 0.24, _short(number), fontsize=SMALL, ha="center",
                        va="center", color=GREY,
                    )  # fmt: skip
            if one.gap:
                self._gap(layer, one.size - len(one.places))

    def _gap(self, layer: int, left: int) -> None:
        """Where neurons are left out, and how many."""
        box = {"facecolor": WHITE, "edgecolor": "none", "pad": 1, "alpha": 0.85}
        told = said("networks_hidden", self.language, count=left)
        places: Any = {"va": "center", "zorder": 3, "bbox": box}
        self.axes.text(layer, 0, "⋮", fontsize=TITLE + 2, ha="center", **places)
        self.axes.text(layer + 0.07, 0, told, fontsize=SMALL, ha="left", color=GREY, **places)

    def names(self, inputs: Sequence[str], outputs: Sequence[str]) -> None:
        """What goes in, on the left, and what comes out, on the right."""
        last = len(self.columns) - 1
        for layer, given, letter, side in ((0, inputs, "x", -1), (last, outputs, "y", 1)):
            one = self.columns[layer]
            for place, height in zip(one.places, self._heights(layer), strict=True):
                name = fitted(given[place], LONGEST) if place < len(given) else ""
                self.axes.text(
                    layer + 0.1 * side, height, name or f"${letter}_{{{place + 1}}}$",
                    fontsize=TEXT, ha="right" if side < 0 else "left", va="center",
                )  # fmt: skip

    def captions(self, network: Network) -> None:
        """Beneath each column its size and what is applied to it."""
        lowest = min(float(self._heights(k).min()) for k in range(len(self.columns)))
        for layer, one in enumerate(self.columns):
            self.axes.text(
                layer, lowest - 0.3, "\n".join(self._caption(network, layer, one)),
                fontsize=TEXT, ha="center", va="top", linespacing=1.35,
            )  # fmt: skip
        margin = 0.32
        self.axes.set_xlim(-margin, len(self.columns) - 1 + margin)
        self.axes.set_ylim(lowest - 1.05, -lowest + 0.35)

    def _caption(self, network: Network, layer: int, one: Column) -> list[str]:
        key = "networks_neuron" if layer else "networks_input"
        key += "s" if one.size > 1 else ""
        told = [said(key, self.language, count=one.size)]
        for number, applied in network.numbered():
            if number == layer and isinstance(applied, Activation):
                told.append(applied.name.replace("_", " "))
            elif number == layer and isinstance(applied, Dropout):
                told.append(f"dropout {applied.rate:g}")
        return told


def _free(spot: Array, half: float, taken: Sequence[tuple[float, float, float]]) -> bool:
    """Whether a number half so wide covers none of those at (x, y, half their width)."""
    x, y = spot
    return all(abs(x - a) > half + wide or abs(y - b) > LINE for a, b, wide in taken)


def _short(number: float) -> str:
    return f"{number:.3g}".replace("-", "−")
