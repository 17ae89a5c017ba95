"""One choice varied, everything else fixed, over several seeds."""

from __future__ import annotations

import warnings
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from gradstone.data.sets import DataSet
from gradstone.errors import GradstoneError, RangeError, unknown
from gradstone.nn.settings import whole
from gradstone.studies.setting import CHOICES, Setting
from gradstone.studies.trials import Outcome, Told, Trial, check_trials, run_trials
from gradstone.training.loop import Array, Carried, Loop
from gradstone.training.objective import BINARY_LOSSES, LABEL_LOSSES, Objective
from gradstone.training.step import Plan

Material = Callable[[Setting], tuple[DataSet, DataSet]]
"""Training rows and rows held out, for a setting whose size and noise count."""


@dataclass(frozen=True, slots=True, eq=False)
class Point:
    """One value of the choice.

    Attributes:
        value: as it was given. setting: everything fixed, with it.
        losses: of each seed, epoch by epoch, float64 (seeds, epochs); the mean over the epoch's
            updates, each before it; infinite from where it diverged on.
        training: the final loss on all training rows, of each seed, (seeds,); infinite where it
            diverged. fitted, held_out: the final measure on all training rows and on rows held
            out, (seeds,); where it diverged, that of the last finite parameters.
        updates: in an epoch. steps: updates done, of each seed, (seeds,).
        seconds: of each seed, (seeds,). diverged: how many.
    """

    value: str
    setting: Setting
    losses: Array
    training: Array
    fitted: Array
    held_out: Array
    updates: int
    steps: Array
    seconds: Array
    diverged: int


@dataclass(frozen=True, slots=True, eq=False)
class Sweep:
    """What a sweep found.

    Attributes:
        choice: what was varied, a key of CHOICES. measure: of the rows held out, "accuracy" or
            "r2"; both are better the larger they are. seeds: how many.
        points: one for each value, in the order given.
    """

    choice: str
    measure: str
    seeds: int
    points: tuple[Point, ...]

    @property
    def best(self) -> Point:
        """The value with the best median of the measure; of equal ones the first."""
        return max(self.points, key=lambda one: float(np.median(one.held_out)))

    def to_json(self) -> dict[str, Any]:
        """All figures as plain data; None for what is infinite or not a number."""
        return {
            "choice": self.choice, "measure": self.measure, "seeds": self.seeds,
            "points": [
                {
                    "value": one.value, "training_loss": _plain(one.training),
                    f"training_{self.measure}": _plain(one.fitted),
                    f"held_out_{self.measure}": _plain(one.held_out), "steps": one.steps.tolist(),
                    "seconds": one.seconds.round(4).tolist(), "diverged": one.diverged,
                    "updates_in_an_epoch": one.updates,
                    "losses": [_plain(line) for line in one.losses],
                }
                for one in self.points
            ],
        }  # fmt: skip


def sweep(
    rows: Material | tuple[DataSet, DataSet],
    choice: str,
    values: Sequence[str] = (),
    base: Setting | None = None,
    seeds: int = 5,
    workers: int | None = None,
    told: Told | None = None,
) -> Sweep:
    """Train once for each value and seed, side by side on all cores.

    Args:
        rows: for training, and held out, as `gs.drawn_set("moons").split()`; or a function that
            gives them for a setting, where its size or noise count.
        choice: a key of CHOICES. values: as on a command line; none: the usual ones, apart from
            those that do not go with what is fixed. base: all that stays fixed.
        seeds: 0 to seeds − 1, of initial weights and order.
        workers, told: as for `run_trials`; told counts all trainings.

    Raises:
        UnknownNameError, RangeError: a choice, a value or a number that cannot be.
    """
    if choice not in CHOICES:
        raise unknown("choice", choice, CHOICES)
    if not callable(rows) and choice in ("size", "noise"):
        wanted = "a function that gives the rows for a setting is wanted"
        raise RangeError("choice", f"{choice} came with rows that are given", wanted)
    material = rows if callable(rows) else lambda setting: rows
    jobs = _jobs(material, choice, values, base or Setting())
    trials = [
        [job.trial(seed, f"{choice} {value}") for seed in range(whole("seeds", seeds))]
        for value, job in jobs.items()
    ]
    found = _all(list(jobs.values()), trials, workers, told)
    points = [
        job.point(value, outcomes)
        for (value, job), outcomes in zip(jobs.items(), found, strict=True)
    ]  # fmt: skip
    return Sweep(choice, next(iter(jobs.values())).measure, seeds, tuple(points))


def _jobs(material: Material, choice: str, values: Sequence[str], base: Setting) -> dict[str, _Job]:
    """What is trained, by value; every one has been checked."""
    found, errors = {}, []
    for value in values or CHOICES[choice].usual:
        try:
            setting = CHOICES[choice].setting(base, choice, value)
            job = _Job.of(setting, material(setting))
            check_trials([job.trial(0, "")], job.training, job.held_out)
        except GradstoneError as error:
            if values:
                raise
            errors.append(error)
        else:
            found[value] = job
    if not found:
        raise errors[0]
    return found


@dataclass(frozen=True, slots=True, eq=False)
class _Job:
    """A setting with its rows, as trials take them."""

    setting: Setting
    training: tuple[Array, Array]
    held_out: tuple[Array, Array]
    classes: int

    @classmethod
    def of(cls, setting: Setting, rows: tuple[DataSet, DataSet]) -> _Job:
        classes = len(rows[0].classes)
        loss, _, outputs = setting.objective(classes)
        xs = scaled(rows[0].inputs, rows[1].inputs, setting.scaling, setting.stretch)
        ys = [one.targets for one in rows]
        if classes and loss not in LABEL_LOSSES | BINARY_LOSSES:
            ys = [np.eye(outputs)[one] for one in ys]
        return cls(setting, (xs[0], ys[0]), (xs[1], ys[1]), classes)

    @property
    def measure(self) -> str:
        return "accuracy" if self.classes else "r2"

    @property
    def key(self) -> tuple[Any, ...]:
        """Equal where rows are."""
        one = self.setting
        loss = one.objective(self.classes)[0] in LABEL_LOSSES | BINARY_LOSSES
        return (one.scaling, one.stretch, one.size, one.noise, loss)

    def trial(self, seed: int, label: str) -> Trial:
        return self.setting.trial(self.training[0].shape[1], self.classes, seed, label)

    def point(self, value: str, outcomes: Sequence[Outcome]) -> Point:
        rows, size = len(self.training[0]), self.setting.batch_size
        epochs = self.setting.epochs
        training = [np.inf if one.diverged else one.training["loss"] for one in outcomes]
        losses = [_padded(one.history["loss"], epochs) for one in outcomes]
        return Point(
            value, self.setting, np.array(losses), np.array(training),
            np.array([self._measured(one, one.training, self.training) for one in outcomes]),
            np.array([self._measured(one, one.held_out, self.held_out) for one in outcomes]),
            1 if size is None else -(-rows // size), np.array([one.steps for one in outcomes]),
            np.array([one.seconds for one in outcomes]), sum(one.diverged for one in outcomes),
        )  # fmt: skip

    def _measured(
        self, outcome: Outcome, known: Mapping[str, float], rows: tuple[Array, Array]
    ) -> float:
        """The measure on some rows; accuracy also where the loss is one on numbers."""
        if self.measure in known:
            return float(known[self.measure])
        loss = self.setting.objective(self.classes)[0]
        plan = Plan(outcome.network, Objective(loss, (self.measure,)), outcome.trial.rule())
        loop = Loop(plan, "interpreter", Carried(outcome.parameters, {}))
        x, t = (one.astype(plan.dtype) for one in rows)
        return float(loop.evaluate(x, t)[self.measure])


def _all(
    jobs: Sequence[_Job], trials: Sequence[Sequence[Trial]], workers: int | None,
    told: Told | None,
) -> list[list[Outcome]]:  # fmt: skip
    """The outcomes of each job; jobs of equal rows are trained together."""
    groups: dict[tuple[Any, ...], list[int]] = {}
    for place, job in enumerate(jobs):
        groups.setdefault(job.key, []).append(place)
    total, done = sum(map(len, trials)), 0
    found: dict[int, list[Outcome]] = {}
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", message="initial values:")  # "zeros" may be wanted
        for places in groups.values():
            wanted = [one for place in places for one in trials[place]]
            shown = None if told is None else _shifted(told, done, total)
            first = jobs[places[0]]
            outcomes = iter(run_trials(wanted, first.training, first.held_out, workers, shown))
            found |= {place: [next(outcomes) for _ in trials[place]] for place in places}
            done += len(wanted)
    return [found[place] for place in range(len(jobs))]


def _shifted(told: Told, before: int, total: int) -> Told:
    return lambda done, of_all, label: told(before + done, total, label)


def scaled(training: Array, others: Array, scaling: str, stretch: float) -> tuple[Array, Array]:
    """Inputs stretched, then scaled by what the training rows say; see `Setting`.

    Raises:
        RangeError: another scaling than "none" and "standard".
    """
    if scaling not in ("none", "standard"):
        raise RangeError("scaling", f"{scaling!r} came", "none or standard is wanted")
    factor = np.ones(training.shape[1])
    factor[::2] = stretch
    training, others = training * factor, others * factor
    if scaling == "none":
        return training, others
    middle, width = training.mean(axis=0), training.std(axis=0)
    width = np.where(width > 0, width, 1.0)
    return (training - middle) / width, (others - middle) / width


def _padded(values: Array, epochs: int) -> Array:
    return np.concatenate([values, np.full(epochs - len(values), np.inf)])


def _plain(values: Array) -> list[float | None]:
    return [float(one) if np.isfinite(one) else None for one in values]
