"""The picture of one neuron on points in the plane: its line, its equation, its mistakes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from gradstone.errors import DataError, ShapeError, unknown
from gradstone.functions.eager import public
from gradstone.language import Language
from gradstone.pictures.regions import (
    NAMES,
    RESOLUTION,
    class_entries,
    draw_points,
    draw_shades,
    grid,
)
from gradstone.pictures.separation import separable
from gradstone.pictures.style import (
    BLACK,
    GREEN,
    SMALL,
    TEXT,
    TITLE,
    columns_that_fit,
    figure,
    words,
)
from gradstone.pictures.words import said

Array = np.ndarray[Any, Any]
DECIDING = {"heaviside": (0.0, 1.0), "sigmoid": (0.0, 1.0), "tanh": (-1.0, 1.0)}
"""Activations that tell two classes apart, with the values that stand for them."""
PLAIN = 1e6  # numbers below it are written out
ALIKE = 4.0
"""Where one axis is at most so many times as long as the other, both have the same scale."""


@dataclass(frozen=True, slots=True)
class Neuron:
    """w₁x₁ + w₂x₂ + b and an activation; the second class is where that sum is above 0.

    Args:
        weights: two finite numbers. bias: one. activation: "heaviside", "sigmoid" or "tanh".

    Raises:
        ShapeError: not two weights. DataError: a number that is not finite. UnknownNameError:
        another activation.
    """

    weights: Sequence[float]
    bias: float
    activation: str = "sigmoid"

    def __post_init__(self) -> None:
        if len(self.weights) != 2:
            came = f"{len(self.weights)} weights came"
            raise ShapeError("neuron in the plane", came, "two are wanted")
        object.__setattr__(self, "weights", tuple(map(float, self.weights)))
        if not np.isfinite([*self.weights, self.bias]).all():
            came = f"weights {self.weights} and bias {self.bias} came"
            raise DataError("neuron", came, "finite numbers are wanted")
        if self.activation not in DECIDING:
            raise unknown("activation of a deciding neuron", self.activation, DECIDING)

    def net(self, points: Array) -> Array:
        """The weighted sums (N,) of points (N, 2)."""
        found: Array = points @ np.array(self.weights) + self.bias
        return found

    def shares(self, points: Array) -> Array:
        """How far the output lies from the first class to the second, 0 to 1, (N,)."""
        low, high = DECIDING[self.activation]
        found: Array = (public(self.activation)(self.net(points)) - low) / (high - low)
        return found

    def decides(self, points: Array) -> Array:
        """The class of each point, 0 or 1, int64 (N,)."""
        found: Array = (self.net(points) > 0).astype(np.int64)
        return found

    def equation(self, digits: int = 3) -> str:
        """The line where the sum is 0, with numbers; empty where there is none.

        >>> Neuron((1.5, 2.0), -1.0).equation()
        'x₂ = −(1.5·x₁ − 1)/2'
        >>> Neuron((2.0, 0.0), 1.0).equation(), Neuron((0.0, 0.0), 1.0).equation()
        ('x₁ = −1/2 = −0.5', '')
        """
        first, second = self.weights
        b = number(abs(self.bias), digits)
        if second:
            sign = "−" if self.bias < 0 else "+"
            below = _bracketed(second, digits)
            return f"x₂ = −({number(first, digits)}·x₁ {sign} {b})/{below}"
        if first:
            below, value = _bracketed(first, digits), number(-self.bias / first, digits)
            over = b if self.bias < 0 else f"−{b}" if self.bias else "0"
            return f"x₁ = {over}/{below} = {value}"
        return ""

    def explicit(self, digits: int = 3) -> str:
        """The same solved for x₂, as x₂ = −0.75·x₁ + 0.5; empty where it cannot be."""
        first, second = self.weights
        if not second:
            return ""
        return f"x₂ = {straight(-first / second, -self.bias / second, 'x₁', digits)}"


def number(value: float, digits: int = 3) -> str:
    """A number with a proper minus.

    >>> number(-0.25), number(-0.0), number(12345.678), number(1e9)
    ('−0.25', '0', '12300', '1e+09')
    """
    told = f"{abs(value):.{digits}g}"
    if "e" in told and 1 <= abs(value) < PLAIN:
        told = f"{float(told):.0f}"
    return f"−{told}" if value < 0 and float(told) else told


def straight(slope: float, height: float, variable: str, digits: int = 3) -> str:
    """slope·variable + height as people write it.

    >>> straight(2.0, -0.5, "x"), straight(-1.0, 0.0, "x"), straight(0.0, 3.0, "x")
    ('2·x − 0.5', '−1·x', '3')
    """
    told = f"{number(slope, digits)}·{variable}" if slope else ""
    if told and height:
        return f"{told} {'−' if height < 0 else '+'} {number(abs(height), digits)}"
    return told or number(height, digits)


def _bracketed(value: float, digits: int) -> str:
    told = number(value, digits)
    return f"({told})" if told.startswith("−") else told


def neuron_picture(
    neuron: Neuron,
    points: Array,
    labels: Array,
    before: Neuron | None = None,
    names: Sequence[str] = NAMES,
    classes: Sequence[str] = ("0", "1"),
    title: str = "",
    language: Language = "en",
) -> Figure:
    """A neuron's line among points of two classes, those on the wrong side ringed.

    Where there is a neuron before training, it has a panel of its own beside it. Below stands
    whether any straight line could part the classes.

    Args:
        points: (N, 2), finite. labels: (N,), 0 or 1.
        names: of the two features, for the axes; the equations say x₁ and x₂.
        classes: names of the two classes. title: stands above the picture.

    Raises:
        ShapeError, DataError: points and labels of other kinds.
    """
    points, labels = _checked(points, labels)
    shown = [("before", before)] if before is not None else []
    made = figure(5.2 * (len(shown) + 1), 6.8)
    panels = made.subplots(1, len(shown) + 1, squeeze=False)[0]
    for axes, (key, one) in zip(panels, [*shown, ("after", neuron)], strict=True):
        head = said(key, language) if shown else ""
        _panel(axes, one, points, labels, head, language)
        axes.set_xlabel(_axis(names[0], 0), fontsize=TEXT)
        axes.set_ylabel(_axis(names[1], 1), fontsize=TEXT)
    told = said("separable" if separable(points, labels) else "inseparable", language)
    head = said("titled", language, title=words(title, 60), told=told) if title else told
    made.suptitle(head, fontsize=TITLE)
    entries = class_entries(classes, language)
    if any(axes.lines for axes in panels):
        entries.append(Line2D([], [], color=BLACK, linewidth=1.6, label=said("line", language)))
    if any(axes.texts for axes in panels):
        entries.append(_arrow(said("normal", language)))
    width = float(made.get_size_inches()[0])
    columns = columns_that_fit([str(one.get_label()) for one in entries], width, 5)
    made.legend(
        handles=entries, loc="outside lower center", ncols=columns, fontsize=SMALL + 1,
        frameon=False,
    )  # fmt: skip
    return made


def _arrow(label: str) -> Line2D:
    return Line2D([], [], color=GREEN, linewidth=2, marker=">", markersize=6, label=label)


def _checked(points: Any, labels: Any) -> tuple[Array, Array]:
    given, chosen = np.asarray(points, dtype=np.float64), np.asarray(labels)
    if given.ndim != 2 or given.shape[1] != 2 or chosen.shape != (len(given),) or not len(given):
        came = f"points {given.shape} and labels {chosen.shape} came"
        raise ShapeError("neuron_picture", came, "(N, 2) and (N,) are wanted")
    if not np.isfinite(given).all() or not np.isin(chosen, (0, 1)).all():
        wanted = "finite points and labels 0 or 1 are wanted"
        raise DataError("neuron_picture", "others came", wanted)
    return given, chosen.astype(np.int64)


def _axis(name: str, place: int) -> str:
    return NAMES[place] if name == NAMES[place] else f"{words(name, 30)} ({NAMES[place]})"


def _panel(
    axes: Axes, one: Neuron, points: Array, labels: Array, head: str, language: Language
) -> None:
    alike, corners = _square(points)
    extent, cells = grid(corners, RESOLUTION)
    draw_shades(axes, one.shares(cells), extent)
    wrong = one.decides(points) != labels
    draw_points(axes, points, labels, wrong, edge="white")
    axes.set(xlim=extent[:2], ylim=extent[2:], autoscale_on=False)
    axes.set_box_aspect(1)
    if any(one.weights):
        _line(axes, one, extent, arrow=alike)
    right = int((~wrong).sum())
    told = said("points_right", language, right=right, total=len(wrong), share=right / len(wrong))
    told = said("titled", language, title=head, told=told) if head else told
    lines = [told, one.equation() or said("no_line", language), one.explicit()]
    axes.set_title("\n".join(filter(None, lines)), fontsize=TEXT, pad=8)


def _square(points: Array) -> tuple[bool, Array]:
    """Whether both axes can have the same scale, and two corners of what is shown, (2, 2)."""
    low, high = points.min(axis=0), points.max(axis=0)
    span = high - low
    if span.max() > ALIKE * span.min():
        return False, np.array([low, high])
    middle = (low + high) / 2
    return True, np.array([middle - span.max() / 2, middle + span.max() / 2])


def _line(axes: Axes, one: Neuron, extent: Sequence[float], arrow: bool) -> None:
    """The line over the whole panel, and from it the normal vector, which points to class 1.

    Where the axes have different scales a right angle would not look like one: no arrow then.
    """
    weights = np.array(one.weights)
    size = float(np.hypot(weights[0], weights[1]))
    normal = weights / size
    middle = np.array([extent[0] + extent[1], extent[2] + extent[3]]) / 2
    foot = middle - float(one.net(middle[None])[0]) / size * normal
    start = (float(foot[0]), float(foot[1]))
    along = np.array([-normal[1], normal[0]])
    other = (start[0] + float(along[0]), start[1] + float(along[1]))
    line = axes.axline(start, other, color=BLACK, linewidth=1.6, zorder=5, label="_line")
    line.set_in_layout(False)
    if arrow:
        tip = foot + 0.18 * min(extent[1] - extent[0], extent[3] - extent[2]) * normal
        drawn = axes.annotate(
            "", (tip[0], tip[1]), start, zorder=6, annotation_clip=True,
            arrowprops={"arrowstyle": "-|>", "color": GREEN, "linewidth": 2.2, "shrinkA": 0,
                        "shrinkB": 0, "mutation_scale": 15},
        )  # fmt: skip
        drawn.set_in_layout(False)
