"""Trials of a search, one after another or side by side, and how Ctrl-C ends them."""

from __future__ import annotations

import time
import zlib
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from math import isfinite
from threading import Event, Lock
from typing import Any

import numpy as np

from gradstone.data.sets import DataSet
from gradstone.studies.database import optuna
from gradstone.studies.space import Space
from gradstone.studies.stopping import Watch, as_they_end, let_end
from gradstone.training.run import Run
from gradstone.training.train import train

LOOKS = 10
"""At most so often in a trial its validation loss is told, and a bad trial ended."""
FOUND = "found"
"""The attribute of a trial that holds what was measured."""
Best = tuple[int, float]
"""The number of a trial and its loss."""
Told = Callable[[int, int, Best | None], None]


def sampler(seed: int) -> Any:
    """Optuna's sampler, seeded anew for each trial by its number.

    So trials that go on, or that another process adds, do not repeat those before.
    """
    samplers = optuna().samplers

    def of(*mixed: int) -> Any:
        state = np.random.SeedSequence([seed, *mixed])
        return samplers.TPESampler(seed=int(state.generate_state(1)[0]))

    class Seeded(samplers.BaseSampler):  # type: ignore[misc, name-defined]
        def infer_relative_search_space(self, study: Any, trial: Any) -> Any:
            return of(trial.number).infer_relative_search_space(study, trial)

        def sample_relative(self, study: Any, trial: Any, search_space: Any) -> Any:
            return of(trial.number).sample_relative(study, trial, search_space)

        def sample_independent(self, study: Any, trial: Any, name: str, values: Any) -> Any:
            one = of(trial.number, zlib.crc32(name.encode()))
            return one.sample_independent(study, trial, name, values)

    return Seeded()


@dataclass(slots=True)
class Job:
    """What every trial has in common.

    Attributes:
        training, watched: rows. threads, executor: of each training.
        left: trials still to begin. lock: for it.
    """

    training: DataSet
    watched: DataSet
    space: Space
    epochs: int
    loss: str | None
    seed: int
    left: int
    threads: int | None
    executor: str
    stop: Event = field(default_factory=Event)
    lock: Any = field(default_factory=Lock)

    @property
    def measure(self) -> str:
        """What is told of the rows watched, beside the loss."""
        return "accuracy" if self.training.classes else "r2"

    def work(self, study: Any, finished: Callable[[], None]) -> None:
        """Trial after trial, until none is left."""
        while self._another():
            trial = study.ask()
            states = optuna().trial.TrialState
            try:
                value = self._value(trial)
            except BaseException:
                study.tell(trial, state=states.FAIL)
                raise
            if value is None:
                study.tell(trial, state=states.PRUNED)
            else:
                study.tell(trial, value)
            finished()

    def _another(self) -> bool:
        with self.lock:
            self.left -= 1
            return self.left >= 0 and not self.stop.is_set()

    def _value(self, trial: Any) -> float | None:
        """The least validation loss of a trial; None where it was pruned or diverged."""
        begun = time.perf_counter()
        setting = self.space.setting(trial, self.epochs, self.loss)
        classes = len(self.training.classes)
        network = setting.network(self.training.inputs.shape[1], classes)
        pruned: list[int] = []
        every = -(-self.epochs // LOOKS)

        def look(run: Run) -> bool:
            if run.epoch % every == 0:
                trial.report(run.history["validation_loss"][-1], run.epoch)
                if trial.should_prune():
                    pruned.append(run.epoch)
            return bool(pruned)

        rows, watched = self.training, self.watched
        run = train(
            network, rows.inputs, rows.targets, setting.objective(classes)[0],
            setting.rule(), self.epochs,
            setting.batch_size or len(rows), self.seed, callbacks=[look], threads=self.threads,
            validation=(watched.inputs, watched.targets), progress=Watch(self.stop),
            executor=self.executor,
        )  # fmt: skip
        losses = run.history.get("validation_loss", [])
        finite = [one for one in losses if isfinite(one)]
        if not finite:
            return None
        epoch = losses.index(min(finite))
        measure = run.history[f"validation_{self.measure}"][epoch]
        kept = {"loss": losses[epoch], "epoch": epoch + 1, "measure": measure}
        trial.set_user_attr(FOUND, {**kept, "seconds": time.perf_counter() - begun})
        return None if pruned or run.status == "diverged" else min(finite)


def search(study: Any, job: Job, workers: int, told: Told | None) -> bool:
    """All trials of a job, in threads; False where Ctrl-C ended it."""
    counted = _Counted(study, job.left, told)
    counted.tell()
    with ThreadPoolExecutor(workers, "gradstone trial") as pool:
        try:
            _wait({pool.submit(job.work, study, counted.add) for _ in range(workers)}, counted)
        except BaseException as error:
            job.stop.set()
            let_end(pool)
            if not isinstance(error, KeyboardInterrupt):
                raise
            return False
    return True


def _wait(waiting: set[Future[None]], counted: _Counted) -> None:
    for ended in as_they_end(waiting):
        for one in ended:
            one.result()
        counted.tell()


@dataclass(slots=True)
class _Counted:
    """How many trials are done, and who is told."""

    study: Any
    total: int
    told: Told | None
    done: int = 0
    shown: int = -1
    lock: Any = field(default_factory=Lock)

    def add(self) -> None:
        with self.lock:
            self.done += 1

    def tell(self) -> None:
        if self.told is not None and self.done > self.shown:
            self.shown = self.done
            self.told(self.shown, self.total, self._best())

    def _best(self) -> Best | None:
        complete = (optuna().trial.TrialState.COMPLETE,)
        found = list(self.study.get_trials(deepcopy=False, states=complete))
        if not found:
            return None
        best = min(found, key=lambda one: float(one.value))
        return best.number, float(best.value)
