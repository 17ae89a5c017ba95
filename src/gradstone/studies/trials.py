"""Many trainings side by side on all cores, each told by plain data.

They run in threads: the loop that trains is machine code, which holds no lock of Python's. So a
script needs no `if __name__` guard, nothing is copied between processes, and none is left behind.
"""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from threading import Event

import numpy as np

from gradstone.data.batches import Batches
from gradstone.nn.module import MLP, Network
from gradstone.nn.settings import whole
from gradstone.studies.rows import Pair, Prepared, Rows, pair
from gradstone.studies.stopping import Watch, as_they_end, let_end
from gradstone.training.loop import Array, Arrays, Carried, Loop
from gradstone.training.objective import Objective, default_loss, default_metrics
from gradstone.training.optimizers import Optimizer, optimizer_named
from gradstone.training.passage import Diverged, Passage
from gradstone.training.step import Batch, Plan
from gradstone.training.targets import are_labels

Told = Callable[[int, int, str], None]


@dataclass(frozen=True, slots=True)
class Trial:
    """One training, as plain data.

    Attributes:
        network: sizes of an MLP from inputs to outputs, as (2, 8, 1), or a network; with the
            latter activation, output and dropout play no part.
        activation: after each hidden layer. output: after the last layer; None for none.
        loss: by name; None: what goes with the output and the targets, as in `gs.train`.
        optimizer: by name, or as `gs.adam(0.01)`. learning_rate: None: the optimizer's own; it
            plays no part where the optimizer is given whole.
        epochs: from 0. batch_size: samples in a batch; None: all of them.
        seed: of initial values, order and dropout.
        snapshots: numbers of updates after which the parameters are kept; 0: before the first.
        dropout, l1, l2, clip, dtype, executor: as in `gs.MLP` and `gs.train`.
        label: what progress calls it.
    """

    network: tuple[int, ...] | Network
    activation: str | None = "relu"
    output: str | None = None
    loss: str | None = None
    optimizer: str | Optimizer = "sgd"
    learning_rate: float | None = None
    epochs: int = 20
    batch_size: int | None = None
    seed: int = 0
    snapshots: tuple[int, ...] = ()
    dropout: float = 0.0
    l1: float = 0.0
    l2: float = 0.0
    clip: float | None = None
    dtype: str = "float32"
    executor: str = "native"
    label: str = ""

    def made(self) -> Network:
        """The network.

        Raises:
            RangeError, UnknownNameError: sizes or an activation that cannot be.
        """
        if isinstance(self.network, Network):
            return self.network
        return MLP(self.network, self.activation, self.output, dropout=self.dropout)

    def rule(self) -> Optimizer:
        """The optimizer with its rate; errors as for `optimizer_named`."""
        return optimizer_named(self.optimizer, self.learning_rate)


@dataclass(frozen=True, slots=True, eq=False)
class Outcome:
    """What became of a trial.

    Attributes:
        trial: as it was given. network: as it was made.
        history: "loss" and the metrics, float64 (epochs done,): each the mean over the epoch's
            steps, before their updates.
        training, held_out: "loss" and the metrics ("accuracy" of a classifier, else "r2" and
            "mae") of the final parameters; held_out is empty where no such rows were given.
        snapshots: parameters by the number of updates before them, in order; those that a
            divergence left out are missing.
        parameters: at the end, the last finite ones where it diverged.
        status: "finished" or "diverged". message: why it diverged, else empty.
        steps: updates done. seconds: spent on it by the wall clock.
    """

    trial: Trial
    network: Network
    history: Mapping[str, Array]
    training: Mapping[str, float]
    held_out: Mapping[str, float]
    snapshots: Mapping[int, Arrays]
    parameters: Arrays
    status: str
    message: str
    steps: int
    seconds: float

    @property
    def diverged(self) -> bool:
        """Whether the numbers left the finite ones, or the loss grew a million-fold."""
        return self.status == "diverged"


def run_trials(
    trials: Sequence[Trial],
    training: Rows,
    held_out: Rows | None = None,
    workers: int | None = None,
    told: Told | None = None,
) -> list[Outcome]:
    """Train each trial on the same rows; what comes out does not depend on the workers.

    Args:
        training: a data set, or a pair (X, y) as `gs.train` takes them.
        held_out: rows only to measure on.
        workers: trainings at the same time, at least 1; None: as many as there are cores.
        told: called in the caller's thread as (done, of all, label of the one just done), first
            with 0 done.

    Returns:
        an outcome for each trial, in order. Divergence is an outcome, not an error.

    Raises:
        ShapeError, DataError, RangeError, UnknownNameError: rows or trials that cannot be.
        KeyboardInterrupt: after Ctrl-C, when all trainings have stopped, in about 0.1 seconds.
    """
    count = min(cores() if workers is None else whole("workers", workers), len(trials))
    rows = Prepared(pair(training), None if held_out is None else pair(held_out))
    stop = Event()
    jobs = [_Job.of(one, rows, 1 if count > 1 else None, stop) for one in trials]
    if told is not None:
        told(0, len(jobs), "")
    if not jobs:
        return []
    with ThreadPoolExecutor(count, "gradstone trial") as pool:
        places = {pool.submit(job.run): place for place, job in enumerate(jobs)}
        try:
            return _gathered(places, trials, told)
        except BaseException:
            stop.set()
            let_end(pool)
            raise


def check_trials(trials: Sequence[Trial], training: Rows, held_out: Rows | None = None) -> None:
    """Find what cannot be trained before hours go into what can.

    Raises:
        GradstoneError: what `run_trials` would raise, and what the graph of a step does.
    """
    rows = Prepared(pair(training), None if held_out is None else pair(held_out))
    for one in trials:
        job = _Job.of(one, rows, None, Event())
        job.plan.training(Batch.like(*job.rows, 1))


def cores() -> int:
    """How many cores this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def _gathered(
    places: Mapping[Future[Outcome], int], trials: Sequence[Trial], told: Told | None
) -> list[Outcome]:
    found: dict[int, Outcome] = {}
    for ended in as_they_end(places):
        for one in ended:
            found[places[one]] = one.result()
            if told is not None:
                told(len(found), len(places), trials[places[one]].label)
    return [found[place] for place in range(len(places))]


@dataclass(frozen=True, slots=True)
class _Job:
    """A trial with its rows as its network takes them."""

    trial: Trial
    plan: Plan
    rows: Pair
    held_out: Pair | None
    threads: int | None
    stop: Event

    @classmethod
    def of(cls, trial: Trial, rows: Prepared, threads: int | None, stop: Event) -> _Job:
        network = trial.made()
        loss = trial.loss or default_loss(network, are_labels(rows.training[1]))
        objective = Objective(loss, default_metrics(loss), trial.l1, trial.l2)
        plan = Plan(network, objective, trial.rule(), trial.clip, trial.dtype, trial.seed)
        whole("epochs", trial.epochs, least=0)
        return cls(trial, plan, *rows.of(plan), threads, stop)

    def run(self) -> Outcome:
        begun, trial = time.perf_counter(), self.trial
        values = self.plan.network.initial_values(trial.seed)
        parameters = {name: np.array(one, trial.dtype) for name, one in values.items()}
        start = Carried(parameters, self.plan.initial_state())
        loop = Loop(self.plan, trial.executor, start, threads=self.threads)
        kept = {0: parameters} if 0 in trial.snapshots else {}
        parts: list[Mapping[str, Array]] = []
        message = ""
        try:
            parts += self._passage(loop, kept).epochs(trial.epochs)
        except Diverged as error:
            message = str(error)
        names = ("loss", *self.plan.objective.metrics)
        none = np.zeros(0)
        return Outcome(
            trial, self.plan.network,
            {name: np.concatenate([none, *(one[name] for one in parts)]) for name in names},
            loop.evaluate(*self.rows), loop.evaluate(*self.held_out) if self.held_out else {},
            kept, loop.carried.parameters, "diverged" if message else "finished", message,
            loop.carried.step, time.perf_counter() - begun,
        )  # fmt: skip

    def _passage(self, loop: Loop, kept: dict[int, Arrays]) -> Passage:
        x, t = self.rows
        batches = Batches(len(x), self.trial.batch_size or len(x), self.trial.seed)

        def keep(carried: Carried) -> None:
            kept[carried.step] = dict(carried.parameters)

        marks = sorted(set(self.trial.snapshots))
        return Passage(loop, x, t, batches, Watch(self.stop), True, marks, keep)
