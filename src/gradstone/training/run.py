"""A run: a network with its parameters, how they were trained, and what became of it."""

from __future__ import annotations

import warnings
from collections.abc import Callable, Sequence
from os import PathLike
from typing import Any

import numpy as np

from gradstone.data.batches import Batches, Sampling
from gradstone.data.sets import held_out
from gradstone.errors import RangeError
from gradstone.execute.executor import Executor
from gradstone.training.files import plan_to_json, write_model
from gradstone.training.history import EarlyStopping, History, Progress, reporter
from gradstone.training.loop import Array, Arrays, Carried, Diverged, Loop
from gradstone.training.objective import BINARY_LOSSES, LABEL_LOSSES
from gradstone.training.step import Plan
from gradstone.training.targets import Labels, inputs, targets, warn_far_outside

Callback = Callable[["Run"], Any]


class Run:
    """What `gs.train` gives back; `fit` goes on where it stopped.

    Attributes:
        network: names and shapes. plan: loss, optimizer and what else makes a step.
        parameters: arrays by name, as run.parameters["W1"].
        history: lists with one number an epoch: "loss" (the mean of the step losses, each
            before its update), metrics, and with validation "validation_loss" and so on.
        epoch, step: how many are done.
        status: "new", "finished", "stopped early", "diverged" or "interrupted".
        message: the status in a sentence, with the reason.
        snapshots: (step, parameters) pairs kept on the way, where they were asked for.
        preparation: how a table became X and y (a plain dictionary), or None.
    """

    def __init__(
        self, plan: Plan, executor: Executor, values: Arrays, labels: Labels, seed: int = 0
    ) -> None:
        """A run before its first step, from initial values."""
        self.network, self.plan, self.labels, self.seed = plan.network, plan, labels, seed
        self.loop = Loop(plan, executor)
        parameters = {name: np.array(value, plan.dtype) for name, value in values.items()}
        self.carried = Carried(parameters, plan.initial_state())
        self.history: History = {}
        self.status, self.message = "new", "no epoch yet"
        self.snapshots: list[tuple[int, Arrays]] = []
        self.preparation: dict[str, Any] | None = None
        self.batch_size, self.best_epoch = 32, None
        self.limits: tuple[Array, Array] | None = None

    batch_size: int
    best_epoch: int | None

    @property
    def parameters(self) -> Arrays:
        """The parameters now, by name."""
        return self.carried.parameters

    @property
    def epoch(self) -> int:
        """Epochs done."""
        return self.carried.epoch

    @property
    def step(self) -> int:
        """Updates done."""
        return self.carried.step

    def __repr__(self) -> str:
        loss = f", loss {self.history['loss'][-1]:.6g}" if self.history.get("loss") else ""
        return f"<Run {self.network.describe()}: {self.status}, epoch {self.epoch}{loss}>"

    def fit(
        self,
        X: Any,
        y: Any,
        epochs: int = 20,
        batch_size: int | None = None,
        shuffle: bool = True,
        sampling: Sampling = "permutation",
        validation: float | tuple[Any, Any] | None = None,
        early_stopping: EarlyStopping | int | None = None,
        callbacks: Sequence[Callback] = (),
        snapshots: int | None = None,
        progress: bool | Progress = False,
    ) -> Run:
        """Train on, from the parameters, the optimizer's state and the epoch there are now.

        Args and errors: as for `gs.train`. Returns the run itself.
        """
        if epochs < 0:
            raise RangeError("epochs", f"{epochs} came", "a number from 0 is wanted")
        x, t = self._arrays(X, y)
        held = self._validation(validation, x, t)
        if held is not None and held[0] is not None:
            x, t = x[held[0]], t[held[0]]
        self.batch_size = batch_size or self.batch_size
        batches = Batches(len(x), self.batch_size, self.seed, shuffle, sampling)
        self._remember_limits(x)
        fitting = _Fitting(self, x, t, batches, held and held[1:], reporter(progress))
        fitting.go(epochs, _stopping(early_stopping), callbacks, snapshots)
        return self

    def _arrays(self, X: Any, y: Any) -> tuple[Array, Array]:
        x = inputs(self.network, X, self.plan.dtype)
        loss, dtype = self.plan.objective.loss, self.plan.dtype
        width = self.network.check(x.shape[1:])[-1]
        return x, targets(y, len(x), loss, width, self.labels, dtype)

    def _validation(
        self, validation: float | tuple[Any, Any] | None, x: Array, t: Array
    ) -> tuple[Array | None, Array, Array] | None:
        """Row numbers that stay for training (None: all), and the validation arrays."""
        if validation is None or validation == 0.0:
            return None
        if isinstance(validation, tuple):
            return (None, *self._arrays(*validation))
        if not 0.0 < validation < 1.0:
            wanted = "a share between 0 and 1 or a pair (X, y) is wanted"
            raise RangeError("validation", f"{validation} came", wanted)
        stay, out = held_out(t, validation, self.seed)
        return stay, x[out], t[out]

    def _remember_limits(self, x: Array) -> None:
        low, high = x.min(axis=0), x.max(axis=0)
        if self.limits is not None:
            low, high = np.minimum(low, self.limits[0]), np.maximum(high, self.limits[1])
        self.limits = (low, high)

    def evaluate(self, X: Any, y: Any) -> dict[str, float]:
        """The loss and the metrics of the parameters as they are now, without dropout.

        Returns:
            {"loss": …, "accuracy": …} or what the run's metrics are.
        """
        return self._measured(*self._arrays(X, y))

    def _measured(self, x: Array, t: Array) -> dict[str, float]:
        loss, sums = self.loop.evaluate(x, t, self.parameters)
        return {"loss": loss, **self._metrics(sums, t)}

    def _metrics(self, sums: Sequence[float], t: Array) -> dict[str, float]:
        objective = self.plan.objective
        entries = len(t) if objective.loss in LABEL_LOSSES else t.size
        spread = 0.0 if "r2" not in objective.metrics else float(((t - t.mean(0)) ** 2).sum())
        return objective.finished(dict(zip(objective.metrics, sums, strict=True)), entries, spread)

    def predict_proba(self, X: Any) -> Array:
        """The network's output: probabilities for a classifier, (N, outputs)."""
        x = inputs(self.network, X, self.plan.dtype)
        if self.limits is not None:
            warn_far_outside(x, *self.limits)
        return self.loop.predict(x, self.parameters)

    def predict(self, X: Any) -> Array:
        """Original labels for a classifier, numbers otherwise, in the form targets had.

        Warns where a value lies further outside the range seen in training than that range
        is wide: there a network says little.
        """
        z = self.predict_proba(X)
        loss, names = self.plan.objective.loss, self.labels.names
        if loss in LABEL_LOSSES:
            chosen = z.argmax(axis=-1)
        elif loss in BINARY_LOSSES:
            chosen = (z > 0.5).astype(np.int64)
        else:
            chosen, names = z, None
        flat: Array = chosen[:, 0] if self.labels.flat and chosen.ndim == 2 else chosen
        return flat if names is None else np.asarray(names)[flat]

    def save(self, folder: str | PathLike[str]) -> None:
        """Write model.safetensors and history.json into a folder; see `gs.load`.

        Raises:
            FileError: the folder cannot be made or written.
        """
        tensors = {f"parameters.{name}": value for name, value in self.parameters.items()}
        tensors |= {f"state.{name}": value for name, value in self.carried.state.items()}
        if self.limits is not None:
            tensors |= {"limits.low": self.limits[0], "limits.high": self.limits[1]}
        write_model(folder, {**plan_to_json(self.plan), **self._header()}, tensors, self.history)

    def _header(self) -> dict[str, Any]:
        labels = {"names": self.labels.names, "flat": self.labels.flat}
        kept = {name: getattr(self, name) for name in KEPT}
        return {**kept, "epoch": self.epoch, "step": self.step, "labels": labels}


KEPT = ("seed", "batch_size", "best_epoch", "status", "message", "preparation")


def _stopping(rule: EarlyStopping | int | None) -> EarlyStopping | None:
    return EarlyStopping(rule) if isinstance(rule, int) else rule


class _Fitting:
    """One call of `fit`: epochs, validation, early stopping, and how it ended."""

    def __init__(
        self,
        run: Run,
        x: Array,
        t: Array,
        batches: Batches,
        held: Sequence[Array] | None,
        progress: Progress,
    ) -> None:
        self.run, self.x, self.t, self.batches = run, x, t, batches
        self.held, self.progress = held, progress
        self.best = np.inf
        self.best_parameters = run.parameters

    def go(
        self,
        epochs: int,
        stopping: EarlyStopping | None,
        callbacks: Sequence[Callback],
        snapshots: int | None,
    ) -> None:
        run = self.run
        self.progress.begin(self.batches.plan(epochs), epochs, self.batches.per_epoch)
        first = run.loop.evaluate(self.x[:1024], self.t[:1024], run.parameters)[0]
        since, target = 0, run.epoch + epochs
        run.status, run.message = "finished", f"finished after {target} epochs"
        try:
            while run.epoch < target:
                self._epoch(first, snapshots)
                if stopping is not None:
                    since = 0 if self._improved(stopping.improvement) else since + 1
                stops = [callback(run) for callback in callbacks]
                if any(one is True for one in stops):
                    self._ended("stopped early", "a callback asked to stop")
                    break
                if stopping is not None and since >= stopping.patience:
                    why = f"no improvement for {since} epochs"
                    self._ended("stopped early", why)
                    break
        except Diverged as error:
            self._ended("diverged", str(error))
            warnings.warn(run.message, stacklevel=4)
        except KeyboardInterrupt:
            self._ended("interrupted", "interrupted by the user")
        if stopping is not None and run.best_epoch is not None:
            run.carried.parameters = self.best_parameters
            run.message += f"; the parameters of epoch {run.best_epoch} are restored"
        self.progress.end(run.message)

    def _ended(self, status: str, why: str) -> None:
        run = self.run
        run.status = status
        run.message = why if status == "diverged" else f"{why}, after {run.epoch} epochs"

    def _epoch(self, first: float, snapshots: int | None) -> None:
        run = self.run
        keep = None if snapshots is None else _Snapshots(run, snapshots).keep
        loss, sums = run.loop.epoch(
            self.x, self.t, self.batches, run.carried, first, self.progress, keep
        )
        numbers = {"loss": loss, **run._metrics(sums, self.t)}
        if self.held is not None:
            measured = run._measured(*self.held)
            numbers |= {f"validation_{name}": value for name, value in measured.items()}
        for name, value in numbers.items():
            run.history.setdefault(name, []).append(value)
        self.progress.epoch(run.epoch, numbers)

    def _improved(self, improvement: float) -> bool:
        run = self.run
        loss = run.history["loss" if self.held is None else "validation_loss"][-1]
        if not loss < self.best - improvement:
            return False
        self.best, self.best_parameters, run.best_epoch = loss, run.parameters, run.epoch
        return True


class _Snapshots:
    """Keeps the parameters every n updates."""

    def __init__(self, run: Run, every: int) -> None:
        if every < 1:
            raise RangeError("snapshots", f"{every} came", "a number of updates from 1 is wanted")
        self.run, self.every = run, every

    def keep(self, carried: Carried) -> None:
        if carried.step % self.every == 0:
            self.run.snapshots.append((carried.step, dict(carried.parameters)))
