"""The effect of hidden neurons: networks 2-H-1 of growing width on one set, over several seeds."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from math import inf, isfinite
from typing import Any

import numpy as np

from gradstone.data.sets import DataSet
from gradstone.errors import RangeError
from gradstone.nn.settings import real, whole
from gradstone.studies.planes import noise_of, noisy_rows, planar_rows
from gradstone.studies.trials import Outcome, Told, Trial, run_trials

Array = np.ndarray[Any, Any]
WIDTHS = (1, 2, 3, 5, 20, 50)
MOST_WIDTHS = 12
FRAMES = 56
NOISY_OPTIMIZER, NOISY_RATE = "adam", 0.03


@dataclass(frozen=True, slots=True, eq=False)
class Width:
    """What became of one width.

    Attributes:
        hidden: neurons. parameters: numbers that are trained.
        outcomes: of the seeds 0, 1, 2 … in order.
    """

    hidden: int
    parameters: int
    outcomes: tuple[Outcome, ...]

    @property
    def shown(self) -> Outcome:
        """The median one by training accuracy, then loss; of two in the middle the worse."""
        ranked = sorted(self.outcomes, key=_merit)
        return ranked[(len(ranked) - 1) // 2]

    @property
    def diverged(self) -> int:
        """How many of the seeds diverged."""
        return sum(one.diverged for one in self.outcomes)

    def accuracy(self, whose: str = "training") -> tuple[float, float]:
        """Median and worst over the seeds, of "training" or "held_out", from 0 to 1."""
        found = [getattr(one, whose)["accuracy"] for one in self.outcomes]
        return float(np.median(found)), float(min(found))

    @property
    def loss(self) -> float:
        """The median training loss over the seeds."""
        return float(np.median([one.training["loss"] for one in self.outcomes]))


@dataclass(frozen=True, slots=True, eq=False)
class Study:
    """Every width on one set.

    Attributes:
        training, held_out: the rows. noise: of a set that is drawn, else None.
        mean, scale: (2,), networks see (inputs − mean) / scale; 0 and 1 for a built-in set.
        optimizer, learning_rate: by which it was trained. widths: in the order asked for.
    """

    training: DataSet
    held_out: DataSet
    noise: float | None
    mean: Array
    scale: Array
    optimizer: str
    learning_rate: float
    widths: tuple[Width, ...] = ()

    def scaled(self, points: Array) -> Array:
        """Points (…, 2) as networks see them."""
        made: Array = (points - self.mean) / self.scale
        return made


@dataclass(frozen=True, slots=True, eq=False)
class Capacity:
    """What `capacity` gives back.

    Attributes:
        study: the set as it was asked for.
        noisy: few points of a set of the same kind with much noise, trained by adam, so that
            learning by heart shows; None where the rows came from outside.
        activation, steps, seeds: as they were asked for.
    """

    study: Study
    noisy: Study | None
    activation: str
    steps: int
    seeds: int

    @property
    def widths(self) -> tuple[Width, ...]:
        """Every width of the set that was asked for."""
        return self.study.widths

    @property
    def table(self) -> list[dict[str, float]]:
        """A row a width: hidden, parameters, accuracies (median and worst), loss, diverged."""
        return _table(self.study)

    def to_json(self) -> dict[str, Any]:
        """All figures as plain values; null stands for numbers that are not finite."""
        studies = {"set": self.study} | ({"noisy": self.noisy} if self.noisy else {})
        return {
            "activation": self.activation, "steps": self.steps, "seeds": self.seeds,
            **{name: _plain(one) for name, one in studies.items()},
        }  # fmt: skip


def capacity(
    dataset: str | DataSet = "ring",
    hidden: Sequence[int] = WIDTHS,
    *,
    size: int = 200,
    noise: float | None = None,
    data_seed: int = 1,
    held_out: int | DataSet | None = None,
    seeds: int = 5,
    steps: int = 3000,
    learning_rate: float = 0.5,
    activation: str = "tanh",
    workers: int | None = None,
    told: Told | None = None,
) -> Capacity:
    """Train networks with one hidden layer of several widths on a set of two features.

    Two classes: 2-H-1 with a sigmoid output and binary cross entropy; more: a softmax output and
    cross entropy. Glorot's initial weights (He's before relu), full batches, sgd. All trainings
    run side by side on all cores; the result does not depend on how many there are.

    Args:
        dataset: the name of a built-in set, or rows with two features and classes; the latter are
            standardised by the mean and deviation of the training rows.
        hidden: the widths, 1 to 12 different ones from 1.
        size, noise, data_seed: of a built-in set; noise None: the set's own.
        held_out: how many points to measure on that training never sees, or such rows. None: 1000
            of a built-in set, drawn with the seed after data_seed; of given rows a fifth.
        seeds: how many initial weights are tried, the seeds 0, 1, 2 …
        steps: updates, at least 1. learning_rate: above 0. activation: of the hidden layer.
        workers: trainings at the same time; None: as many as there are cores.
        told: called as (trainings done, of all, the width of the one just done).

    Returns:
        the outcomes by width, each with parameters at about 50 log-spaced updates from 0 on; and
        for a built-in set the same widths on a noisy one, where more neurons are not always better.

    Raises:
        UnknownNameError: no such set or activation. RangeError: a number outside its range.
        DataError: rows without two features or classes; a regression set.
    """
    widths = _widths(hidden)
    training, held = planar_rows(dataset, size, noise, data_seed, held_out)
    whole("steps", steps)
    rate, spread = real("learning_rate", learning_rate, above=True), noise_of(dataset, noise)
    studies = [Study(training, held, spread, *_measure(dataset, training), "sgd", rate)]
    if isinstance(dataset, str):
        few, more, much = noisy_rows(dataset, spread or 0.0, data_seed, len(held))
        units = _measure(dataset, few)
        studies.append(Study(few, more, much, *units, NOISY_OPTIMIZER, NOISY_RATE))
    found: list[Study] = []
    for study in studies:
        trials = [
            Trial(
                _sizes(study, width), activation, _head(study), optimizer=study.optimizer,
                learning_rate=study.learning_rate, epochs=steps, seed=seed,
                snapshots=marks(steps), label=str(width),
            )
            for width in widths
            for seed in range(whole("seeds", seeds))
        ]  # fmt: skip
        further = _further(told, len(found) * len(trials), len(studies) * len(trials))
        rows, out = (
            (study.scaled(one.inputs), one.targets) for one in (study.training, study.held_out)
        )
        outcomes = run_trials(trials, rows, out, workers, further)
        found.append(replace(study, widths=_gathered(widths, outcomes)))
    return Capacity(found[0], found[1] if found[1:] else None, activation, steps, seeds)


def marks(steps: int) -> tuple[int, ...]:
    """About 50 numbers of updates from 0 to the last, evenly on a logarithmic scale."""
    spaced = np.geomspace(1, steps, FRAMES).round().astype(int)
    return (0, *sorted({int(one) for one in spaced}))


def _widths(hidden: Sequence[int]) -> tuple[int, ...]:
    widths = tuple(dict.fromkeys(whole("hidden", one) for one in hidden))
    if not 1 <= len(widths) <= MOST_WIDTHS:
        wanted = f"1 to {MOST_WIDTHS} different ones are wanted"
        raise RangeError("hidden", f"{len(widths)} widths came", wanted)
    return widths


def _measure(dataset: str | DataSet, rows: DataSet) -> tuple[Array, Array]:
    """Mean and standard deviation of the user's rows; built-in sets are taken as they are."""
    if isinstance(dataset, str):
        return np.zeros(2), np.ones(2)
    deviation = rows.inputs.std(axis=0)
    return rows.inputs.mean(axis=0), np.where(deviation > 0, deviation, 1.0)


def _sizes(study: Study, width: int) -> tuple[int, int, int]:
    classes = len(study.training.classes)
    return 2, width, classes if classes > 2 else 1


def _head(study: Study) -> str:
    return "softmax" if len(study.training.classes) > 2 else "sigmoid"


def _further(told: Told | None, before: int, many: int) -> Told | None:
    """Progress in one of several studies told as progress in all of them."""
    if told is None:
        return None
    return lambda done, _, label: told(before + done, many, label)


def _gathered(widths: Sequence[int], outcomes: Sequence[Outcome]) -> tuple[Width, ...]:
    seeds = len(outcomes) // len(widths)
    made = []
    for place, width in enumerate(widths):
        own = tuple(outcomes[place * seeds : (place + 1) * seeds])
        made.append(Width(width, sum(one.size for one in own[0].parameters.values()), own))
    return tuple(made)


def _merit(one: Outcome) -> tuple[bool, float, float, int]:
    loss = one.training["loss"]
    known = -loss if isfinite(loss) else -inf
    return not one.diverged, one.training["accuracy"], known, -one.trial.seed


def _table(study: Study) -> list[dict[str, float]]:
    rows = []
    for one in study.widths:
        training, held = one.accuracy("training"), one.accuracy("held_out")
        rows.append(
            {
                "hidden": one.hidden, "parameters": one.parameters,
                "training_median": training[0], "training_worst": training[1],
                "held_out_median": held[0], "held_out_worst": held[1],
                "loss": one.loss, "diverged": one.diverged,
            }
        )  # fmt: skip
    return rows


def _plain(study: Study) -> dict[str, Any]:
    return {
        "name": study.training.name, "points": len(study.training),
        "held_out_points": len(study.held_out), "noise": study.noise,
        "optimizer": study.optimizer, "learning_rate": study.learning_rate,
        "widths": [_row(one, row) for one, row in zip(study.widths, _table(study), strict=True)],
    }  # fmt: skip


def _row(width: Width, row: dict[str, float]) -> dict[str, Any]:
    runs = [
        {
            "seed": one.trial.seed, "status": one.status, "steps": one.steps,
            "training_accuracy": one.training["accuracy"],
            "held_out_accuracy": one.held_out["accuracy"], "loss": _finite(one.training["loss"]),
        }
        for one in width.outcomes
    ]  # fmt: skip
    return {**row, "loss": _finite(width.loss), "shown_seed": width.shown.trial.seed, "runs": runs}


def _finite(number: float) -> float | None:
    return number if isfinite(number) else None
