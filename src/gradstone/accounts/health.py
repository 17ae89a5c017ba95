"""What is wrong with a run, in sentences; a healthy run gets none."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise
from math import isfinite, sqrt
from typing import Any

import numpy as np

from gradstone.accounts.account import Amount, Cell, Code, Paragraph, Phrase, Section
from gradstone.accounts.told_graph import ToldGraph
from gradstone.nn.layers import Activation
from gradstone.studies.layers import saturated
from gradstone.training.run import Run

Array = np.ndarray[Any, Any]
Numbers = Sequence[float]

VANISHING, EXPLODING = 1e-3, 1e3
"""Error terms of a layer as a share of the last one's: a layer that gets a thousandth of the
gradient needs a thousand times the steps."""
MOSTLY = 0.5
"""From this share of saturated outputs on, most of a layer's gradient is lost."""
DEAD = 0.1
"""Share of a layer's neurons; a few dead ones among many are usual and cost nothing."""
TWINS = 1e-5
"""Relative distance of incoming weights: rounding in float32 keeps equal ones closer than this, and
drawn ones are about as far apart as they are long."""
WINDOW, RISE, OFTEN, STUCK = 5, 0.05, 0.4, 0.2
"""Oscillation: within the last half of the epochs, at least so many, the loss rose by more than
this share in that share of them, fell as often, and is above so much of the first epoch's. Near
its floor the loss of any run on batches goes up and down, so that part is left alone."""
RISEN = 1.5
"""A loss that ends at so many times its least is more than the noise of batches."""
OVERFIT, DOUBT, LEARNING = 1.05, 3.0, 0.98
"""Overfitting: the validation loss lies this much above its least, and that by so many deviations
of its noise from epoch to epoch, at the end of each of the last `WINDOW` epochs; the training loss
came below this share of what it was. Source of the first: Prechelt 1998, "Early stopping, but
when?", whose generalisation loss of 5 % it is."""
HARDLY = 0.02
"""Better than doing nothing is who wins more than this share of what there is to win."""
LATE = 3
"""Epochs whose mean stands for the end of a run, so that one bad epoch says nothing."""


def health(run: Run, graph: ToldGraph, baseline: float | None = None) -> tuple[Phrase, ...]:
    """What is wrong with a run, a sentence each.

    Args:
        graph: its step on training rows, as many as can be afforded: a neuron that is silent on a
            small batch need not be dead.
        baseline: share of the most frequent class in training; None for numbers.
    """
    return (*_history(run, baseline), *_layers(graph))


def health_section(words: tuple[Phrase, ...]) -> Section:
    """The section of an account."""
    parts = tuple(Paragraph((one,)) for one in words)
    return Section("health", Phrase("section_health"), parts)


def _code(number: int) -> Code:
    return Code(str(number))


# The layers ---------------------------------------------------------------------------------------
def _layers(graph: ToldGraph) -> Iterator[Phrase]:
    yield from _errors(graph)
    last = max(int(name[1:]) for name in graph.parameters)
    for link in graph.each_link():
        if 0 < link.layer < last and link.applied is not None and not link.mixing:
            slopes = np.abs(graph.array(link.name))
            yield from _dead(link.layer, slopes)
            yield from _saturated(link.layer, link.applied, slopes)
    for layer in range(1, last):
        yield from _twins(graph, layer)


def _errors(graph: ToldGraph) -> Iterator[Phrase]:
    """The layer whose error terms differ most in size from those of the last layer."""
    sizes = {
        int(name[3:]): sqrt(float(np.mean(graph.array(f"d{name}") ** 2)))
        for name in graph.told if name.startswith("net")
    }  # fmt: skip
    last = max(sizes)
    if not sizes[last] > 0:
        return
    ratios = {layer: size / sizes[last] for layer, size in sizes.items()}
    least = min(ratios, key=lambda layer: ratios[layer] or 1.0)  # 0: all dead, told below
    most = max(ratios, key=lambda layer: ratios[layer])
    for key, layer in (("vanishing", least), ("exploding", most)):
        ratio = ratios[layer]
        if 0 < ratio < VANISHING or (key == "exploding" and ratio > EXPLODING):
            gaps: dict[str, Cell] = {
                "last": _code(last),
                "layer": _code(layer),
                "ratio": Amount(ratio, 2),
            }
            yield Phrase(f"health_{key}", gaps)


def _dead(layer: int, slopes: Array) -> Iterator[Phrase]:
    count = int((slopes.max(axis=0) == 0).sum())
    rows, width = slopes.shape
    if count > DEAD * width:
        gaps = {"layer": layer, "count": count, "width": width, "rows": rows}
        yield Phrase("health_dead", {name: _code(one) for name, one in gaps.items()})


def _saturated(layer: int, activation: Activation, slopes: Array) -> Iterator[Phrase]:
    share = saturated(activation, slopes)
    if share is not None and share > MOSTLY:
        gaps: dict[str, Cell] = {"layer": _code(layer), "share": Amount(100 * share, 3)}
        yield Phrase("health_saturated", gaps | {"activation": Code(activation.name)})


def _twins(graph: ToldGraph, layer: int) -> Iterator[Phrase]:
    """Neurons of a hidden layer that cannot be told apart by what comes in."""
    parameters = graph.numbers.parameters
    rows = [parameters[f"W{layer}"]]
    rows += [parameters[f"b{layer}"][None]] if f"b{layer}" in parameters else []
    columns = np.concatenate(rows).T
    squares = (columns**2).sum(axis=1)
    apart = squares[:, None] + squares[None] - 2 * columns @ columns.T
    np.fill_diagonal(apart, np.inf)
    scale = TWINS**2 * np.maximum(squares[:, None], squares[None])
    count = int((apart <= scale).any(axis=1).sum())
    if count:
        gaps = {"layer": layer, "count": count, "width": len(columns)}
        yield Phrase("health_twins", {name: _code(one) for name, one in gaps.items()})


# The history --------------------------------------------------------------------------------------
def _history(run: Run, baseline: float | None) -> Iterator[Phrase]:
    history = run.history
    rate = Amount(float(run.plan.optimizer.learning_rate.rate), 3)
    losses = _finite(history.get("loss", ()))
    if run.status == "diverged":
        yield Phrase("health_diverged", {"epoch": _code(run.epoch + 1), "rate": rate})
    else:
        yield from _unsteady(losses, rate)
    yield from _no_better(run, baseline)
    watched = _finite(history.get("validation_loss", ()))
    yield from _overfitting(losses[: run.best_epoch], watched[: run.best_epoch])


def _finite(numbers: Numbers) -> Numbers:
    """The numbers, none where one of them is not finite."""
    return numbers if all(map(isfinite, numbers)) else ()


def _late(numbers: Numbers) -> float:
    return sum(numbers[-LATE:]) / len(numbers[-LATE:])


def _unsteady(losses: Numbers, rate: Amount) -> Iterator[Phrase]:
    """A loss that goes up and down, or that has risen for good."""
    span = len(losses) // 2
    if span < WINDOW or losses[0] <= 0:
        return
    window = losses[-span - 1 :]
    rises, falls = (
        sum(after > before * (1 + RISE) for before, after in pairwise(one))
        for one in (window, window[::-1])
    )
    share = sum(window) / len(window) / losses[0]
    if min(rises, falls) >= OFTEN * span and share > STUCK:
        gaps: dict[str, Cell] = {"rises": _code(rises), "epochs": _code(span), "rate": rate}
        yield Phrase("health_oscillating", gaps | {"share": Amount(100 * share, 3)})
        return
    least, late = min(losses), _late(losses)
    if late > RISEN * least and late > STUCK * losses[0]:
        told = {"least": Amount(least, 4), "loss": Amount(losses[-1], 4), "rate": rate}
        yield Phrase("health_rising", {**told, "epoch": _code(losses.index(least) + 1)})


def _no_better(run: Run, baseline: float | None) -> Iterator[Phrase]:
    """Accuracy or R² of the last epoch, of validation where there is one, against doing nothing."""
    history = run.history
    for name in ("accuracy", "r2"):
        numbers = _finite(history.get(f"validation_{name}", history.get(name, [])))
        if not numbers:
            continue
        if name == "r2" and numbers[-1] <= HARDLY:
            yield Phrase("health_mean", {"r2": Amount(numbers[-1], 3)})
        least = 1.0 if baseline is None else baseline + HARDLY * (1 - baseline)
        if name == "accuracy" and baseline is not None and numbers[-1] <= least:
            gaps = {"accuracy": 100 * numbers[-1], "baseline": 100 * baseline}
            yield Phrase("health_majority", {key: Amount(one, 3) for key, one in gaps.items()})


def _overfitting(losses: Numbers, validation: Numbers) -> Iterator[Phrase]:
    """A validation loss that rises while that of training falls, both as means of `LATE` epochs."""
    if len(validation) < LATE + WINDOW or len(losses) != len(validation):
        return
    watched, trained = _means(validation), _means(losses)
    place = int(watched.argmin())
    least, before, after = (float(one) for one in (watched[place], trained[place], trained[-1]))
    noise = float(np.diff(validation[place:]).std()) / sqrt(LATE)  # of the difference of two means
    bound = max(OVERFIT * least, least + DOUBT * noise)
    if (watched[-WINDOW:] > bound).all() and after < LEARNING * before:
        loss = float(watched[-1])
        told = {"least": least, "loss": loss, "before": before, "after": after}
        gaps: dict[str, Cell] = {name: Amount(one, 4) for name, one in told.items()}
        gaps |= {"share": Amount(100 * (loss / least - 1), 2), "count": _code(LATE)}
        yield Phrase("health_overfitting", gaps | {"epoch": _code(place + 1 + LATE // 2)})


def _means(numbers: Numbers) -> Array:
    """The mean of each `LATE` epochs that follow each other."""
    return np.convolve(numbers, np.full(LATE, 1 / LATE), "valid")
