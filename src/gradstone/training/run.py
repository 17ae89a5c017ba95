"""A run: a network with its parameters, how they were trained, and what became of it."""

from __future__ import annotations

import sys
import warnings
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from os import PathLike
from typing import Any

import numpy as np

from gradstone.data.batches import Batches, Sampling
from gradstone.data.sets import held_out
from gradstone.errors import ShapeError
from gradstone.execute.evaluation import Held
from gradstone.language import numbered
from gradstone.nn.settings import real, whole
from gradstone.training.files import plan_to_json, write_model
from gradstone.training.history import EarlyStopping, History, Memory, Progress, reporter, rule_of
from gradstone.training.loop import Array, Arrays, Carried, Loop
from gradstone.training.objective import BINARY_LOSSES, LABEL_LOSSES
from gradstone.training.passage import Diverged, Moment, Passage
from gradstone.training.patience import Patience
from gradstone.training.step import Plan
from gradstone.training.targets import Labels, inputs, targets, warn_far_outside

Callback = Callable[["Run"], Any]
Validation = float | Sequence[Any]


class Run:
    """What `gs.train` gives back; `fit` goes on where it stopped.

    Attributes:
        network: names and shapes. plan: loss, optimizer and what else makes a step.
        labels: what the classes are called. loop: the executor, parameters and state.
        history: lists with one number an epoch: "loss" (the mean of the step losses, each
            before its update, with L1 and L2), metrics (of the same batches), and with
            validation "validation_loss" and so on; a list grows when the history is read again.
        status: "new", "training", "finished", "stopped early", "diverged" or "interrupted".
        message: the status in a sentence, with the reason.
        best_epoch, best_step: those of the parameters that early stopping restored, or None.
        snapshots: (step, parameters) pairs kept on the way, where they were asked for.
        seen: the least and the largest value of each input in training, or None.
        preparation: how a table became X and y (a plain dictionary), or None.
        batch_size, shuffle, sampling, validation: as in the last fit; what the next one takes
            where it is not told.
    """

    def __init__(self, plan: Plan, executor: str, values: Arrays, labels: Labels) -> None:
        """A run before its first step, from initial values."""
        self.network, self.plan, self.labels = plan.network, plan, labels
        parameters = {name: np.array(value, plan.dtype) for name, value in values.items()}
        self.loop = Loop(plan, executor, Carried(parameters, plan.initial_state()))
        self.memory = Memory({})
        self.status, self.message = "new", "no epoch yet"
        self.best_epoch: int | None = None
        self.best_step: int | None = None
        self.snapshots: list[tuple[int, Arrays]] = []
        self.seen: tuple[Array, Array] | None = None
        self.preparation: dict[str, Any] | None = None
        self.batch_size, self.shuffle, self.validation = 32, True, 0.0
        self.sampling: Sampling = "permutation"

    @property
    def history(self) -> History:
        """The numbers of the epochs done."""
        return self.memory.read()

    @history.setter
    def history(self, history: History) -> None:
        self.memory = Memory(history)

    @property
    def parameters(self) -> Arrays:
        """The parameters now, by name."""
        return self.loop.carried.parameters

    @property
    def epoch(self) -> int:
        """Epochs done."""
        return self.loop.carried.epoch

    @property
    def step(self) -> int:
        """Updates done."""
        return self.loop.carried.step

    def __repr__(self) -> str:
        loss = f", loss {self.history['loss'][-1]:.6g}" if self.history.get("loss") else ""
        return f"<Run {self.network.describe()}: {self.status}, epoch {self.epoch}{loss}>"

    def fit(
        self,
        X: Any,
        y: Any,
        epochs: int = 20,
        batch_size: int | None = None,
        shuffle: bool | None = None,
        sampling: Sampling | None = None,
        validation: Validation | None = None,
        early_stopping: EarlyStopping | int | None = None,
        callbacks: Sequence[Callback] = (),
        snapshots: int | None = None,
        progress: bool | Progress = False,
    ) -> Run:
        """Train on, from the parameters, the optimizer's state and the epoch there are now.

        Args and errors: as for `gs.train`. batch_size, shuffle, sampling and a share for
        validation stay as they were in the last fit where they are None; validation=0 holds
        nothing out. An epoch that was interrupted begins anew.

        Returns:
            the run itself.
        """
        epochs = whole("epochs", epochs, least=0)
        every = None if snapshots is None else whole("snapshots", snapshots)
        stopping = rule_of(early_stopping)
        size = whole("batch_size", self.batch_size if batch_size is None else batch_size)
        x, t = self._arrays(X, y)
        x, t, held = self._split(x, t, self.validation if validation is None else validation)
        order = (self.shuffle if shuffle is None else shuffle, sampling or self.sampling)
        batches = Batches(len(x), size, self.plan.seed, *order)
        self.batch_size, (self.shuffle, self.sampling) = size, order
        self.best_epoch = self.best_step = None
        self._widen_seen(x)
        told = reporter(progress)
        _Fitting(self, x, t, batches, held, stopping, callbacks, every, told).go(epochs)
        return self

    def _arrays(self, X: Any, y: Any) -> tuple[Array, Array]:
        x = inputs(self.network, X, self.plan.dtype)
        loss, dtype = self.plan.objective.loss, self.plan.dtype
        width = self.network.check(x.shape[1:])[-1]
        return x, targets(y, len(x), loss, width, self.labels, dtype)

    def _split(
        self, x: Array, t: Array, validation: Validation
    ) -> tuple[Array, Array, Held | None]:
        """Training arrays and, where there is validation, the arrays for it."""
        if isinstance(validation, tuple | list):
            if len(validation) != 2:
                wanted = "a pair (X, y) or a share is wanted"
                raise ShapeError("validation", f"{len(validation)} arrays came", wanted)
            return x, t, Held(*self._arrays(*validation))
        share = real("validation", validation, below=1.0)
        held = None
        if share:
            stay, out = held_out(t, share, self.plan.seed)
            x, t, held = x[stay], t[stay], Held(x[out], t[out])
        self.validation = share
        return x, t, held

    def _widen_seen(self, x: Array) -> None:
        low, high = x.min(axis=0), x.max(axis=0)
        if self.seen is not None and self.seen[0].shape == low.shape:
            low, high = np.minimum(low, self.seen[0]), np.maximum(high, self.seen[1])
        self.seen = (low, high)

    def evaluate(self, X: Any, y: Any) -> dict[str, float]:
        """The loss and the metrics of the parameters as they are now.

        Without dropout, L1 and L2; with class weights, where training has them.

        Returns:
            {"loss": …, "accuracy": …} or what the run's metrics are.
        """
        return self.loop.evaluate(*self._arrays(X, y))

    def predict_proba(self, X: Any) -> Array:
        """The network's output: probabilities for a classifier, (N, outputs)."""
        return self._output(X)

    def predict(self, X: Any) -> Array:
        """Original labels for a classifier, numbers otherwise, in the form targets had.

        Warns where a value lies further outside the range seen in training than that range
        is wide: there a network says little.
        """
        z = self._output(X)
        loss, names = self.plan.objective.loss, self.labels.names
        if loss in LABEL_LOSSES:
            chosen = z.argmax(axis=-1)
        elif loss in BINARY_LOSSES:
            chosen = (z > 0.5).astype(np.int64)
        else:
            chosen, names = z, None
        flat: Array = chosen[:, 0] if self.labels.flat and chosen.ndim == 2 else chosen
        return flat if names is None else np.asarray(names)[flat]

    def _output(self, X: Any) -> Array:
        x = inputs(self.network, X, self.plan.dtype)
        if self.seen is not None and self.seen[0].shape == x.shape[1:]:
            warn_far_outside(x, *self.seen)
        return self.loop.predict(x)

    def save(self, folder: str | PathLike[str]) -> None:
        """Write model.safetensors and history.json into a folder; see `gs.load`.

        Raises:
            FileError: the folder cannot be made or written.
        """
        tensors = {f"parameters.{name}": value for name, value in self.parameters.items()}
        tensors |= {f"state.{name}": value for name, value in self.loop.carried.state.items()}
        if self.seen is not None:
            tensors |= {"seen.low": self.seen[0], "seen.high": self.seen[1]}
        labels = {"names": self.labels.names, "flat": self.labels.flat}
        header = {"epoch": self.epoch, "step": self.step, "labels": labels}
        header |= {name: getattr(self, name) for name in KEPT}
        write_model(folder, {**plan_to_json(self.plan), **header}, tensors)


KEPT = (
    "history", "status", "message", "best_epoch", "preparation", "batch_size", "shuffle",
    "sampling", "validation",
)  # fmt: skip


@dataclass(slots=True)
class _Fitting:
    """One call of `fit`: epochs, validation, early stopping, and how it ended."""

    run: Run
    x: Array
    t: Array
    batches: Batches
    held: Held | None
    stopping: EarlyStopping | None
    callbacks: Sequence[Callback]
    snapshots: int | None
    progress: Progress
    passage: Passage = field(init=False)
    patience: Patience | None = field(init=False)

    def __post_init__(self) -> None:
        watched, every = "validation_loss" if self.held else "loss", self.snapshots
        self.patience = None if self.stopping is None else Patience(self.stopping, watched)
        marks = range(every, sys.maxsize, every) if every else ()
        self.passage = Passage(
            self.run.loop, self.x, self.t, self.batches, self.progress, not self.callbacks, marks,
            lambda now: self.run.snapshots.append((now.step, dict(now.parameters))), self.held,
        )  # fmt: skip

    def go(self, epochs: int) -> None:
        run = self.run
        before = run.memory.count() - run.epoch
        run.status, run.message = "training", "training goes on"
        self.progress.begin(self.batches, epochs)
        try:
            run.status, why = self._epochs(epochs)
            run.message = f"{why} after {numbered(run.epoch, 'epoch')}"
        except Diverged as error:
            run.status, run.message = "diverged", str(error)
        except KeyboardInterrupt:
            run.status = "interrupted"
            run.memory.settle(before + run.epoch, self.passage.last)
            run.message = f"interrupted by the user after {numbered(run.epoch, 'epoch')}"
        if self.patience is not None and self.patience.best is not None:
            self._restore(self.patience.best)
            run.message += f"; the parameters of epoch {run.best_epoch} are restored"
        self.progress.end(run.message)
        if run.status == "diverged":
            warnings.warn(run.message, stacklevel=4)

    def _epochs(self, epochs: int) -> tuple[str, str]:
        """All epochs; the status they end with and why."""
        run, patience = self.run, self.patience
        for numbers in self.passage.epochs(epochs):
            self._remember(numbers)
            answers = [callback(run) for callback in self.callbacks]
            if any(isinstance(one, bool | np.bool_) and one for one in answers):
                return "stopped early", "stopped by a callback"
            if patience is not None and patience.ended is not None:
                run.loop.carried = self.passage.back(patience.ended)
                waited = numbered(patience.waited, "epoch")
                return "stopped early", f"no improvement for {waited}, stopped"
        return "finished", "finished"

    def _remember(self, numbers: dict[str, Array]) -> None:
        """Remember the numbers of the epochs that count, and which is the best."""
        run, patience = self.run, self.patience
        if patience is not None:
            numbers = patience.look(self.passage)
            if patience.best is not None:
                run.best_epoch, run.best_step = patience.best.epoch, patience.best.step
        run.memory.add(numbers, self.progress)

    def _restore(self, best: Moment) -> None:
        try:
            carried = self.passage.back(best)
        except KeyboardInterrupt:  # training is over: this is a twentieth of a second more
            carried = self.passage.back(best)
        run = self.run  # Ctrl-C may have come before it was told which is the best
        run.best_epoch, run.best_step = best.epoch, best.step
        run.loop.carried = run.loop.carried._replace(parameters=carried.parameters)
