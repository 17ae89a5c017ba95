"""The effect of hidden neurons: decision regions by width, and accuracy against width."""

from __future__ import annotations

from collections.abc import Sequence
from textwrap import wrap
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import LogLocator, MaxNLocator, NullFormatter

from gradstone.language import Language
from gradstone.pictures.regions import both as of_both
from gradstone.pictures.regions import class_entries, colour, draw_shares, grid, marker
from gradstone.pictures.style import (
    BLUE,
    GREY,
    ORANGE,
    SMALL,
    TEXT,
    TITLE,
    columns_that_fit,
    figure,
    plain,
)
from gradstone.pictures.style import words as fitted
from gradstone.pictures.warp import neurons, percent
from gradstone.pictures.words import said
from gradstone.studies.capacity import Capacity, Study, Width
from gradstone.studies.warp import probabilities

Array = np.ndarray[Any, Any]
ABREAST = 6
"""So many widths stand side by side."""
RESOLUTION, MOST_POINTS, POINT = 120, 600, 13.0
GROWN = 4.0
WIDE, REGIONS, CURVE = 2.6, 3.6, 2.1
AN_INCH = 10
"""So many letters of the heading fit into an inch."""


def regions_by_width(capacity: Capacity, language: Language = "en") -> Figure:
    """Each width's decision regions with the training points, and its error curve below.

    Shown is the seed with the median training accuracy; the other seeds' curves stand behind its.
    Above are its accuracies on the training points and on those held out.

    Args:
        capacity: what `gradstone.studies.capacity.capacity` gave.
    """
    widths = capacity.widths
    columns = min(len(widths), ABREAST)
    bands = -(-len(widths) // columns)
    made = figure(max(WIDE * columns, 6.0) + 0.8, (REGIONS + CURVE) * bands + 1.1)
    heights = [REGIONS, CURVE] * bands
    places = made.subplots(2 * bands, columns, squeeze=False, height_ratios=heights)
    _headed(made, capacity, language)
    top = highest_loss(widths)
    for place, width in enumerate(widths):
        band, column = divmod(place, columns)
        _regions(places[2 * band, column], capacity, width, language)
        _error_curve(places[2 * band + 1, column], width, top, language)
        if column == 0:
            _first(places[2 * band, 0], places[2 * band + 1, 0], capacity.study, language)
    for place in range(len(widths), bands * columns):
        for row in (0, 1):
            places[2 * (place // columns) + row, place % columns].set_axis_off()
    names = capacity.study.training.classes
    classes = class_entries(names, language)[: len(names)]
    curves, told = places[1, 0].get_legend_handles_labels()
    made.legend(
        [*classes, *curves], [*(str(one.get_label()) for one in classes), *told], fontsize=SMALL,
        loc="outside lower center", ncols=8, frameon=False,
    )  # fmt: skip
    return made


def highest_loss(widths: Sequence[Width]) -> float:
    """Where the axis of all losses shown ends; one that diverges does not dwarf the others."""
    found = [0.1]
    for one in widths:
        losses = one.shown.history["loss"]
        if len(losses):
            found.append(min(float(losses.max()), GROWN * float(losses[0])))
    return 1.05 * max(found)


def _headed(made: Figure, capacity: Capacity, language: Language) -> None:
    name = fitted(capacity.study.training.name, 40)
    key = "shown_seed" if capacity.seeds > 1 else "shown_only_seed"
    lines = [
        said("capacity", language, name=name),
        f"{trained(capacity.study, capacity, language)}",
    ]
    shown = said(key, language, seeds=capacity.seeds)
    lines += wrap(shown, int(AN_INCH * made.get_figwidth()), break_long_words=False)
    made.suptitle("\n".join(lines), fontsize=TEXT)


def trained(study: Study, capacity: Capacity, language: Language) -> str:
    """As "200 points, noise 0.4; sgd, rate 0.5, 3000 updates"."""
    points = len(study.training)
    key = "as_asked" if study.noise is None else "as_asked_noise"
    rows = said(key, language, points=points, noise=f"{study.noise or 0:g}")
    rule = said(
        "trained_by", language, optimizer=study.optimizer, rate=f"{study.learning_rate:g}",
        steps=capacity.steps,
    )  # fmt: skip
    return said("set_and_rule", language, rows=rows, rule=rule)


def _regions(axes: Axes, capacity: Capacity, width: Width, language: Language) -> None:
    study, shown = capacity.study, width.shown
    extent, places = grid(study.training.inputs, RESOLUTION)
    shares = probabilities(shown.parameters, capacity.activation, study.scaled(places))
    draw_shares(axes, of_both(shares), extent)
    inputs, classes = study.training.inputs[:MOST_POINTS], study.training.targets[:MOST_POINTS]
    for number in np.unique(classes).tolist():
        mine = inputs[classes == number]
        axes.scatter(
            mine[:, 0], mine[:, 1], POINT, color=colour(number), marker=marker(number),
            edgecolors="white", linewidths=0.35, zorder=3,
        )  # fmt: skip
    axes.set_box_aspect(1)
    axes.xaxis.set_major_locator(MaxNLocator(5, steps=[1, 2, 5, 10]))
    axes.tick_params(labelsize=SMALL - 1)
    axes.set_xlabel(fitted(study.training.features[0], 20), fontsize=SMALL)
    told = said(
        "training_held_out", language, training=percent(shown.training["accuracy"]),
        held_out=percent(shown.held_out["accuracy"]),
    )  # fmt: skip
    name = neurons(width.hidden, language)
    axes.set_title(name, fontsize=TITLE, pad=19)
    axes.annotate(
        told, (0.5, 1.0), (0, 5), "axes fraction", "offset points", ha="center", fontsize=SMALL
    )


def _error_curve(axes: Axes, width: Width, top: float, language: Language) -> None:
    plain(axes)
    label = said("other_seeds", language)
    for one in width.outcomes:
        if one is not width.shown:
            _curve(axes, one.history["loss"], color="#B9B9B9", linewidth=0.9, label=label)
            label = "_other"
    seed = width.shown.trial.seed
    _curve(axes, width.shown.history["loss"], color=BLUE, linewidth=1.8,
           label=said("this_seed", language))  # fmt: skip
    axes.set_xscale("log")
    axes.xaxis.set_major_locator(LogLocator(numticks=6))
    axes.xaxis.set_minor_formatter(NullFormatter())
    axes.set_ylim(0, top)
    axes.tick_params(labelsize=SMALL - 1)
    axes.set_xlabel(said("update", language), fontsize=SMALL)
    names = [said("seed", language, seed=seed)]
    if width.shown.diverged:
        names.append(said("diverged", language))
    axes.text(
        0.97, 0.93, "  ".join(names), transform=axes.transAxes, ha="right", va="top",
        fontsize=SMALL,
    )  # fmt: skip


def _curve(axes: Axes, losses: Array, **style: Any) -> None:
    axes.plot(np.arange(1, len(losses) + 1), losses, **style)


def _first(above: Axes, below: Axes, study: Study, language: Language) -> None:
    above.set_ylabel(fitted(study.training.features[1], 20), fontsize=SMALL)
    below.set_ylabel(said("training_loss", language), fontsize=SMALL)


def accuracy_by_width(capacity: Capacity, language: Language = "en") -> Figure:
    """Accuracy against width on the set and, where it was drawn, on a noisy one of its kind.

    Median and worst over the seeds, for the training points and those held out; the width with the
    best median of the latter is marked.

    Args:
        capacity: what `gradstone.studies.capacity.capacity` gave.
    """
    studies = [capacity.study, *([capacity.noisy] if capacity.noisy else [])]
    made = figure(6.2 * len(studies), 4.9)
    row = made.subplots(1, len(studies), squeeze=False, sharey=True)[0]
    name = fitted(capacity.study.training.name, 40)
    made.suptitle(said("accuracy_by_width", language, name=name), fontsize=TITLE)
    for axes, study in zip(row, studies, strict=True):
        _accuracies(axes, study, language)
        axes.set_title(trained(study, capacity, language), fontsize=TEXT - 1, pad=8)
    row[0].set_ylim(top=min(row[0].get_ylim()[1], 101.0))
    row[0].set_ylabel(f"{said('accuracy', language)}  %", fontsize=TEXT)
    handles, labels = row[0].get_legend_handles_labels()
    made.legend(
        handles, labels, fontsize=SMALL + 1, loc="outside lower center",
        ncols=columns_that_fit(labels, made.get_figwidth(), 5), frameon=False,
    )  # fmt: skip
    return made


def _accuracies(axes: Axes, study: Study, language: Language) -> None:
    plain(axes)
    places = np.arange(len(study.widths))
    for whose, tint, sign in (("training", BLUE, "o"), ("held_out", ORANGE, "s")):
        both = 100 * np.array([one.accuracy(whose) for one in study.widths])
        for column, key, line in ((0, "median", "-"), (1, "worst", "--")):
            axes.plot(
                places, both[:, column], line, color=tint, marker=sign if column == 0 else None,
                markersize=6, linewidth=1.9 if column == 0 else 1.2,
                label=said(key, language, whose=said(whose, language)),
            )  # fmt: skip
    held = np.array([one.accuracy("held_out")[0] for one in study.widths])
    best = int(held.argmax())
    axes.scatter(
        best, 100 * held[best], 190, facecolors="none", edgecolors=GREY, linewidths=1.6, zorder=5,
        label=said("best_width", language),
    )  # fmt: skip
    axes.set_xticks(places, [str(one.hidden) for one in study.widths])
    axes.set_xlim(-0.5, len(places) - 0.5)
    axes.set_xlabel(said("hidden_neurons", language), fontsize=TEXT)
