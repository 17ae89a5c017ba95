"""Pictures of activation functions: values, derivatives, and where they saturate."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import MultipleLocator

import gradstone.ops  # noqa: F401  (fills the table)
from gradstone.autodiff.gradient import gradient
from gradstone.errors import KindError, NoGradientError, RangeError, unknown
from gradstone.execute.interpreter import run
from gradstone.graph.node import apply, constant, input_node
from gradstone.graph.op import OPS, tagged
from gradstone.graph.walk import Graph
from gradstone.language import Language
from gradstone.pictures.style import BLUE, GREY, ORANGE, SMALL, TEXT, TITLE, figure, plain
from gradstone.pictures.words import said

Array = np.ndarray[Any, Any]
REACH, STEPS = 8, 500  # drawn from −8 to 8 with so many steps a unit
FAR = 50  # saturation is looked for as far as this
FALLEN = 0.01
ROUNDING, JUMP = 1e-6, 0.02
MARKED = (-2.0, -1.0, 0.0, 1.0, 2.0)
ACROSS = 3


@dataclass(frozen=True, slots=True)
class Curve:
    """An activation function on points.

    Attributes:
        name: of the row. x, y: points and values, float64 (N,).
        slope: f′ there; 0 everywhere for a step, which has no gradient to learn by.
        low, high: for x < low and x > high |f′| is below a hundredth of its largest value; None
            where it is not. A function that is flat everywhere has neither.
    """

    name: str
    x: Array
    y: Array
    slope: Array
    low: float | None
    high: float | None

    @property
    def flat(self) -> bool:
        """Whether there is no slope anywhere."""
        return not self.slope.any()


def activation_curve(name: str, x: Array | None = None) -> Curve:
    """The values and the derivatives of an activation function, from its row in the table.

    Args:
        name: of a row, as "tanh". x: float64 (N,); None: from −8 to 8.

    Raises:
        UnknownNameError: no activation of that name. KindError: one of several numbers, as softmax.
    """
    known = tagged("activation")
    if name in tagged("output") and name not in known:
        wanted = "a function of one number is wanted"
        raise KindError(name, "it makes one vector of another", wanted, "Take sigmoid or tanh.")
    if name not in known:
        raise unknown("activation", name, known)
    points = np.arange(-REACH * STEPS, REACH * STEPS + 1) / STEPS if x is None else x
    far = np.arange(-FAR * STEPS, FAR * STEPS + 1) / STEPS
    y, slope = _measured(name, points)
    return Curve(name, points, y, slope, *_saturated(far, _measured(name, far)[1]))


def activation_picture(names: Sequence[str], language: Language = "en") -> Figure:
    """Activation functions with their derivatives, a panel each, saturation shaded.

    Dots mark x = −2, −1, 0, 1, 2; where f′ jumps, a dot stands on the value that it is given.

    Args:
        names: rows tagged "activation", as ["sigmoid", "tanh"].

    Raises:
        RangeError: no name at all. UnknownNameError, KindError: as `activation_curve`.
    """
    if not names:
        wanted = "the name of an activation is wanted"
        raise RangeError("activation_picture", "no names came", wanted, 'As ["tanh"].')
    curves = [activation_curve(name) for name in names]
    across = min(len(curves), ACROSS)
    down = -(-len(curves) // across)
    made = figure(max(3.7 * across, 6.0), 3.3 * down + 0.6)
    panels = made.subplots(down, across, squeeze=False).ravel()
    for axes, one in zip(panels, curves, strict=False):
        _panel(axes, one, language)
    for axes in panels[len(curves) :]:
        axes.set_axis_off()
    handles, labels = _entries(panels[: len(curves)])
    made.legend(
        handles, labels, loc="outside lower center", ncols=3, fontsize=SMALL + 1, frameon=False
    )
    return made


def saturation(one: Curve, language: Language = "en") -> str:
    """Where a function saturates, in words."""
    if one.flat:
        return said("everywhere", language)
    told = [
        said(key, language, number=f"{place:.2f}".replace("-", "−").removesuffix(".00"))
        for key, place in (("below", one.low), ("above", one.high))
        if place is not None
    ]
    if not told:
        return said("nowhere", language)
    return said("saturated_where", language, places=said("and_", language).join(told))


def _measured(name: str, points: Array) -> tuple[Array, Array]:
    """Values and derivatives at points."""
    x = input_node(points.shape, "float64")
    y = apply(name, x)
    try:
        (slope,) = gradient(y, [x], apply("broadcast", constant(1.0), shape=x.shape))
    except NoGradientError:
        return np.asarray(run(Graph((x,), (y,)), points)[0]), np.zeros_like(points)
    with np.errstate(all="ignore"):
        values, slopes = run(Graph((x,), (y, slope)), points)
    return np.asarray(values), np.asarray(slopes)


def _saturated(x: Array, slope: Array) -> tuple[float | None, float | None]:
    """The ends of the flat stretches that reach as far as was looked."""
    size = np.abs(slope)
    if not size.any():
        return None, None
    steep = np.flatnonzero(size >= FALLEN * size.max() * (1 - ROUNDING))
    low, high = int(steep[0]), int(steep[-1])
    return (
        float(x[low - 1]) if low else None,
        float(x[high + 1]) if high < len(x) - 1 else None,
    )


def _panel(axes: Axes, one: Curve, language: Language) -> None:
    plain(axes)
    axes.set_title(f"{one.name}\n", fontsize=TITLE, pad=4)
    axes.text(
        0.5, 1.02, saturation(one, language), transform=axes.transAxes, ha="center", va="bottom",
        fontsize=SMALL + 1, color=GREY,
    )  # fmt: skip
    label = said("saturated", language)
    if one.low is not None:
        axes.axvspan(-REACH, one.low, color="#EBEBEB", zorder=0, label=label)
    if one.high is not None:
        axes.axvspan(one.high, REACH, color="#EBEBEB", zorder=0, label=label)
    places = np.searchsorted(one.x, MARKED)
    told = (("function", one.y, BLUE, "-", "o"), ("derivative", one.slope, ORANGE, "--", "s"))
    for key, values, colour, line, sign in told:
        axes.plot(*_broken(one, values), line, color=colour, linewidth=2, label=said(key, language))
        axes.plot(
            one.x[places], values[places], sign, color=colour, markersize=4.5,
            markeredgecolor="white", markeredgewidth=0.6, label="_marked", zorder=3,
        )  # fmt: skip
    axes.set_xlim(-REACH, REACH)
    axes.xaxis.set_major_locator(MultipleLocator(2))
    low, high = min(one.y.min(), one.slope.min()), max(one.slope.max(), min(one.y.max(), 3.0))
    axes.set_ylim(max(low, -3.0) - 0.15, high + 0.15)
    axes.set_xlabel(said("net_input", language), fontsize=TEXT)


def _broken(one: Curve, values: Array) -> tuple[Array, Array]:
    """A curve with a gap beside each kink where it jumps."""
    x = one.x
    for kink in OPS[one.name].kinks:
        at = int(np.searchsorted(x, kink))
        if 0 < at < len(x) - 1:
            steps = np.abs(np.diff(values[at - 1 : at + 2]))
            if steps.max() > JUMP:  # a slope of 10 would make as much in one step
                after = at + (0 if steps.argmax() == 0 else 1)
                x, values = np.insert(x, after, x[after]), np.insert(values, after, np.nan)
    return x, values


def _entries(panels: Any) -> tuple[list[Any], list[str]]:
    """Each legend entry of the panels once."""
    found: dict[str, Any] = {}
    for axes in panels:
        for handle, label in zip(*axes.get_legend_handles_labels(), strict=True):
            found.setdefault(label, handle)
    return list(found.values()), list(found)
