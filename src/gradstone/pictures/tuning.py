"""Pictures of a search: the best value trial by trial, what mattered, and every trial by choice."""

from __future__ import annotations

from math import isfinite
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.axis import Axis
from matplotlib.figure import Figure
from matplotlib.ticker import FuncFormatter, LogLocator, MaxNLocator, NullFormatter, NullLocator

from gradstone.language import Language
from gradstone.pictures.style import (
    BLUE,
    GREEN,
    GREY,
    ORANGE,
    SMALL,
    TEXT,
    TITLE,
    figure,
    plain,
    words,
)
from gradstone.pictures.words import said
from gradstone.studies.tuning import Attempt, Tuning, varied

WIDE = 5.0
"""From this ratio of the largest to the least loss on, the axis is logarithmic."""
MANY = 30.0
"""From this ratio on, powers of ten are ticks enough."""
APART = 1.4
"""Neighbours that differ by this factor have room for a tick each."""
COLUMNS = 3
FORMATTER = FuncFormatter(lambda value, _: f"{value:g}")


def history_picture(tuning: Tuning, title: str = "", language: Language = "en") -> Figure:
    """The validation loss of each trial, complete or pruned, and the best so far."""
    made = figure(7.2, 4.4)
    axes = plain(made.subplots())
    made.suptitle(words(said("tune_history", language, title=title), 70), fontsize=TITLE)
    for status, marker, colour in (("complete", "o", BLUE), ("pruned", "x", GREY)):
        shown = [one for one in tuning.attempts if one.status == status and isfinite(one.loss)]
        if not shown:
            continue
        axes.plot(
            [one.number for one in shown], [one.loss for one in shown], marker, color=colour,
            markersize=6, label=said(f"tune_{status}", language),
        )  # fmt: skip
    best = _falling(tuning)
    if best:
        last = max(one.number for one in tuning.attempts)
        axes.step(
            [*(one.number for one in best), last], [*(one.loss for one in best), best[-1].loss],
            color=GREEN, linewidth=1.8, where="post", label=said("tune_best_line", language),
        )  # fmt: skip
        axes.plot(
            best[-1].number, best[-1].loss, "*", color=ORANGE, markersize=15,
            markeredgecolor="white", zorder=4,
            label=said("tune_best_one", language, number=best[-1].number),
        )  # fmt: skip
    axes.set_xlabel(said("tune_trial", language), fontsize=TEXT)
    axes.set_ylabel(said("tune_loss", language), fontsize=TEXT)
    axes.xaxis.set_major_locator(MaxNLocator(integer=True, min_n_ticks=1))
    axes.set_xlim(-0.5, len(tuning.attempts) - 0.5)
    _scale(axes, tuning)
    axes.legend(
        fontsize=SMALL, frameon=False, loc="lower center", bbox_to_anchor=(0.5, 1.0), ncols=4,
        columnspacing=1.2,
    )  # fmt: skip
    return made


def _falling(tuning: Tuning) -> list[Attempt]:
    """The complete trials that were better than all before them."""
    found: list[Attempt] = []
    for one in tuning.attempts:
        if one.status == "complete" and (not found or one.loss < found[-1].loss):
            found.append(one)
    return found


def _scale(axes: Axes, tuning: Tuning) -> None:
    losses = [one.loss for one in tuning.attempts if isfinite(one.loss)]
    if losses and min(losses) > 0 and max(losses) > WIDE * min(losses):
        axes.set_yscale("log")
        _tenfold_ticks(axes.yaxis, max(losses) / min(losses))


def _tenfold_ticks(axis: Axis, ratio: float) -> None:
    """Ticks at powers of ten, and at 2 and 5 of them where there would be hardly any."""
    axis.set_major_formatter(FORMATTER)
    axis.set_minor_locator(LogLocator(subs=(2.0, 5.0)))
    axis.set_minor_formatter(NullFormatter() if ratio > MANY else FORMATTER)
    axis.set_tick_params(which="minor", labelsize=SMALL)


def importance_picture(tuning: Tuning, title: str = "", language: Language = "en") -> Figure:
    """A bar for the importance of each choice, the largest above."""
    names = list(tuning.importance)[::-1]
    shares = [tuning.importance[name] for name in names]
    made = figure(7.2, 1.4 + 0.42 * len(names))
    axes = plain(made.subplots())
    head = said("tune_importance", language, title=title)
    axes.set_title(words(head, 70), fontsize=TITLE, pad=10)
    axes.barh(range(len(names)), shares, color=BLUE, height=0.6)
    for place, share in enumerate(shares):
        axes.text(share + 0.01, place, f"{share:.2f}", va="center", fontsize=SMALL + 1)
    axes.set_yticks(range(len(names)), [choice_name(name, language) for name in names])
    axes.set_xlim(0, max(shares, default=1.0) * 1.12)
    axes.set_xlabel(said("tune_importance_axis", language), fontsize=TEXT)
    axes.grid(visible=False, axis="y")
    return made


def choice_name(name: str, language: Language) -> str:
    """What a choice of a search is called, as "width2" or "batch_size"."""
    if name.startswith("width"):
        return said("choice_width", language, number=name.removeprefix("width"))
    return said(f"choice_{name.replace('_', '-')}", language)


def choices_picture(tuning: Tuning, title: str = "", language: Language = "en") -> Figure:
    """The validation loss of every trial against each of `shown_choices`, a panel for each."""
    shown, names = _measured(tuning), shown_choices(tuning)
    rows = max(1, -(-len(names) // COLUMNS))
    made = figure(10.5, 0.6 + 2.6 * rows)
    made.suptitle(words(said("tune_choices", language, title=title), 90), fontsize=TITLE)
    panels = made.subplots(rows, COLUMNS, squeeze=False, sharey=True).ravel()
    for place, axes in enumerate(panels):
        if place >= len(names):
            axes.set_visible(False)
            continue
        _panel(plain(axes), tuning, shown, names[place], language)
        if place % COLUMNS == 0:
            axes.set_ylabel(said("tune_loss", language), fontsize=TEXT)
    return made


def shown_choices(tuning: Tuning) -> list[str]:
    """The choices of which more than one value was tried, the structure first."""
    return sorted(varied(_measured(tuning)), key=_order)


def _measured(tuning: Tuning) -> list[Attempt]:
    return [one for one in tuning.attempts if isfinite(one.loss)]


def _order(name: str) -> tuple[bool, bool, str]:
    """The structure first."""
    return (name != "layers", not name.startswith("width"), name)


def _panel(axes: Axes, tuning: Tuning, shown: list[Attempt], name: str, language: Language) -> None:
    values: list[Any] = [one.choices[name] for one in shown if name in one.choices]
    words_only = isinstance(values[0], str)
    labels = sorted(set(values)) if words_only else []
    for status, marker, colour in (("pruned", "x", GREY), ("complete", "o", BLUE)):
        these = [one for one in shown if one.status == status and name in one.choices]
        across = [_place(one.choices[name], labels) for one in these]
        axes.plot(across, [one.loss for one in these], marker, color=colour, markersize=5)
    best = tuning.complete[:1]
    if best and name in best[0].choices:
        across = [_place(best[0].choices[name], labels)]
        axes.plot(across, [best[0].loss], "*", color=ORANGE, markersize=13, markeredgecolor="white")
    axes.set_xlabel(choice_name(name, language), fontsize=TEXT)
    _value_scale(axes, values, labels)
    _scale(axes, tuning)


def _place(value: Any, labels: list[Any]) -> float:
    return float(labels.index(value) if labels else value)


def _value_scale(axes: Axes, values: list[Any], labels: list[Any]) -> None:
    if labels:
        axes.set_xticks(range(len(labels)), labels)
        axes.set_xlim(-0.5, len(labels) - 0.5)
        return
    numbers = np.array(values, dtype=float)
    few = np.unique(numbers)
    if few[0] > 0 and few[-1] > WIDE * few[0]:
        axes.set_xscale("log")
        if len(few) <= 6 and (few[1:] > APART * few[:-1]).all():
            axes.set_xticks(few, [f"{one:g}" for one in few])
            axes.xaxis.set_minor_locator(NullLocator())
        else:
            _tenfold_ticks(axes.xaxis, few[-1] / few[0])
    elif len(few) <= 6 and (np.diff(few) > 0.1 * np.ptp(few)).all():
        axes.set_xticks(few, [f"{one:.3g}" for one in few])
    else:
        axes.xaxis.set_major_locator(MaxNLocator(5, integer=bool((numbers % 1 == 0).all())))
