"""The warped plane: a grid on the inputs, turned, moved and bent by a hidden layer, then cut."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from gradstone.language import Language
from gradstone.pictures.hidden_view import HiddenView, limits_of
from gradstone.pictures.regions import grid
from gradstone.pictures.style import SMALL, TEXT, TITLE, figure
from gradstone.pictures.style import words as fitted
from gradstone.pictures.words import said
from gradstone.studies.capacity import Capacity, Study, Width
from gradstone.studies.warp import STAGES, Warp, edgewise, grid_lines, hidden, warp_of

Array = np.ndarray[Any, Any]
TELLING = 0.02
"""The trace of a cut tells something where it parts the points as well but for such a share."""


def input_grid(study: Study, count: int = 13) -> Array:
    """The grid drawn on the inputs, as the network takes them: (lines, points, 2)."""
    extent, _ = grid(study.scaled(study.training.inputs), 2)
    return grid_lines(extent, count)


def shown_warps(study: Study, width: Width, activation: str) -> tuple[Warp, Warp | None]:
    """The warp of the network shown of a width; and, of three neurons and more, edgewise."""
    inputs, classes = study.scaled(study.training.inputs), study.training.targets
    parameters = width.shown.parameters
    first = warp_of(parameters, activation, inputs, classes)
    if width.hidden < 3:
        return first, None
    values = hidden(first.parameters, activation, inputs)
    look = edgewise(values, first.parameters["W2"])
    return first, warp_of(parameters, activation, inputs, classes, look)


def tells(warp: Warp, accuracy: float) -> bool:
    """Whether the cut as it is seen parts the points about as well as the network does."""
    return warp.size == warp.seen or warp.separated >= accuracy - TELLING


def warp_picture(capacity: Capacity, language: Language = "en") -> Figure:
    """A row a width: the input plane, turned and stretched, moved, bent, and the cut edgewise.

    Of more than three neurons the fourth place shows the two directions of largest variance, with
    the cut only where its trace there tells something.

    Args:
        capacity: what `gradstone.studies.capacity.capacity` gave.
    """
    study, count = capacity.study, len(capacity.widths)
    made = figure(13.2, 2.75 * count + 0.9)
    places = made.subplots(count, len(STAGES) + 1, squeeze=False)
    name = fitted(study.training.name, 40)
    made.suptitle(said("warped", language, name=name), fontsize=TITLE)
    for axes, stage in zip(places[0], (*STAGES, "edge"), strict=True):
        heading = said(f"stage_{stage}", language, name=capacity.activation)
        axes.set_title(heading, fontsize=TEXT, pad=10)
    for row, width in zip(places, study.widths, strict=True):
        _row(row, study, width, capacity.activation, language)
    return made


def _row(
    row: Sequence[Axes], study: Study, width: Width, activation: str, language: Language
) -> None:
    warp, edge = shown_warps(study, width, activation)
    lines = input_grid(study)
    accuracy = width.shown.training["accuracy"]
    same = limits_of(warp.at(lines, 1), warp.at(lines, 2))
    for moment, axes in enumerate(row[: len(STAGES)]):
        view = HiddenView(axes, study, lines)
        view.cutting = tells(warp, accuracy)
        view.show(warp, float(moment), limits=same if moment in (1, 2) else None)
        _named(axes, _names(warp, moment, study, language))
    told = told_of(warp, accuracy, language)
    row[3].set_xlabel("\n".join(filter(None, [row[3].get_xlabel(), *told])), fontsize=SMALL)
    name = "\n".join(filter(None, [neurons(width.hidden, language), row[0].get_ylabel()]))
    row[0].set_ylabel(name, fontsize=SMALL + 1)
    if edge is None:
        row[4].set_box_aspect(1)
        row[4].set_axis_off()
        return
    view = HiddenView(row[4], study, lines)
    view.cutting = tells(edge, accuracy)
    view.show(edge, 3.0)
    _named(row[4], _edge_names(edge, language))
    told = told_of(edge, accuracy, language, shares=False)
    row[4].set_xlabel("\n".join([row[4].get_xlabel(), *told]), fontsize=SMALL)


def _edge_names(edge: Warp, language: Language) -> list[str]:
    if edge.parameters["W2"].shape[1] == 1:
        return [said(key, language) for key in ("across_cut", "along_cut")]
    return [said("direction", language, number=number) for number in (1, 2)]


def neurons(count: int, language: Language) -> str:
    """As "3 hidden neurons"."""
    return said("one_neuron" if count == 1 else "neurons", language, count=count)


def percent(share: float) -> str:
    """As "97.5 %"."""
    return f"{100 * share:.1f} %"


def told_of(warp: Warp, accuracy: float, language: Language, shares: bool = True) -> list[str]:
    """What the bent plane shows, in a line or two.

    Args:
        accuracy: of the network. shares: whether the share of the variance is told.
    """
    lines = []
    if shares and warp.size > warp.seen:
        share = f"{100 * warp.shares[2]:.0f} %"
        lines.append(said("two_directions", language, count=warp.size, share=share))
    if warp.seen == 1 and warp.parameters["W2"].shape[1] == 1:
        lines.append(said("threshold", language, value=f"{warp.threshold():.3g}"))
    if not tells(warp, accuracy):
        return [*lines, said("cut_elsewhere", language)]
    return [*lines, said("separates", language, share=percent(warp.separated))]


def _names(warp: Warp, moment: int, study: Study, language: Language) -> list[str]:
    """What the axes say."""
    if warp.seen == 3:
        return []
    if moment == 0:
        return [fitted(one, 16) for one in study.training.features]
    if warp.size > warp.seen:
        return [said("direction", language, number=k) for k in (1, 2)]
    return [said("unit", language, number=k + 1) for k in range(warp.seen)]


def _named(axes: Axes, names: Sequence[str]) -> None:
    axes.tick_params(labelsize=SMALL - 1)
    axes.set_box_aspect(1)
    if not names:
        axes.set(xticks=[], yticks=[])
        axes.spines[:].set_visible(False)
        return
    axes.set_xlabel(names[0], fontsize=SMALL)
    if len(names) > 1:
        axes.set_ylabel(names[1], fontsize=SMALL)
    else:
        axes.set_yticks([])
