"""What a run remembers of its epochs, when to stop, and who is told on the way."""

from __future__ import annotations

import sys
from collections.abc import Mapping, Sized
from dataclasses import dataclass
from math import nan
from typing import Any, Protocol

import numpy as np

from gradstone.data.batches import Batches
from gradstone.nn.settings import real, whole

Array = np.ndarray[Any, Any]
History = dict[str, list[float]]
Columns = Mapping[str, Array]


@dataclass(frozen=True, slots=True)
class EarlyStopping:
    """Stop when the validation loss (or the loss, without validation) no longer falls.

    Attributes:
        patience: epochs without improvement before training stops, at least 1.
        improvement: by how much the loss must fall to count, at least 0.

    The parameters of the best epoch are restored.

    Raises:
        RangeError: numbers outside their range.
    """

    patience: int = 10
    improvement: float = 0.0

    def __post_init__(self) -> None:
        whole("EarlyStopping patience", self.patience)
        real("EarlyStopping improvement", self.improvement)


class Progress(Protocol):
    """Who is told how training goes."""

    def begin(self, batches: Batches, epochs: int) -> None:
        """Before the first step: the batches of each epoch, and how many epochs are to come."""
        ...

    def step(self, epoch: int, step: int, loss: float) -> None:
        """Now and then, some 20 times a second: the step just done, both counted from 1."""
        ...

    def epoch(self, epoch: int, numbers: Mapping[str, float]) -> None:
        """After an epoch: its losses and metrics."""
        ...

    def end(self, message: str) -> None:
        """After the last step, whatever ended it."""
        ...


class Silence:
    """Tells nobody."""

    def begin(self, batches: Batches, epochs: int) -> None:
        """Nothing."""

    def step(self, epoch: int, step: int, loss: float) -> None:
        """Nothing."""

    def epoch(self, epoch: int, numbers: Mapping[str, float]) -> None:
        """Nothing."""

    def end(self, message: str) -> None:
        """Nothing."""


class Lines(Silence):
    """One line an epoch on a stream, standard error by default."""

    def __init__(self, stream: Any = None) -> None:
        """Write to a text stream."""
        self.stream = stream or sys.stderr
        self.epochs, self.last = 0, 0

    def begin(self, batches: Batches, epochs: int) -> None:
        """The plan."""
        self.epochs, self.last = epochs, 0
        self._write(batches.plan(epochs))

    def epoch(self, epoch: int, numbers: Mapping[str, float]) -> None:
        """The epoch's numbers."""
        self.last = self.last or epoch - 1 + self.epochs  # a run may go on from a former fit
        told = "  ".join(f"{name} {value:.6g}" for name, value in numbers.items())
        self._write(f"epoch {epoch}/{self.last}  {told}")

    def end(self, message: str) -> None:
        """How it ended."""
        self._write(message)

    def _write(self, line: str) -> None:
        self.stream.write(line + "\n")
        self.stream.flush()


class Memory:
    """The numbers of all epochs, one of each name an epoch, NaN where none came.

    New ones stay arrays until someone reads the lists: these take as long as a small step.

    Attributes:
        lists: the numbers read so far. fresh: those since, by how many epochs came before.
        epochs: how many there are.
    """

    def __init__(self, lists: History) -> None:
        """What is remembered already."""
        self.lists = lists
        self.fresh: dict[int, Columns] = {}
        self.epochs = _longest(lists)

    def count(self) -> int:
        """Epochs, also where the lists were changed by those who read them."""
        self.epochs = _longest(self.read())
        return self.epochs

    def read(self) -> History:
        """All numbers, in lists that grow with each call; interrupted, a call can be repeated."""
        for before, numbers in list(self.fresh.items()):
            for name in {**self.lists, **numbers}:
                column = self.lists.setdefault(name, [])
                new = numbers[name].tolist() if name in numbers else [nan] * _longest(numbers)
                column[before:] = [nan] * (before - len(column)) + new
            self.fresh.pop(before, None)
        return self.lists

    def add(self, numbers: Columns, progress: Progress) -> None:
        """Remember the numbers of some epochs, and tell them one by one."""
        before = self.epochs
        self.fresh[before] = numbers
        self.epochs = before + _longest(numbers)
        if type(progress) is not Silence:
            lines = zip(*(column.tolist() for column in numbers.values()), strict=True)
            for epoch, values in enumerate(lines, before + 1):
                progress.epoch(epoch, dict(zip(numbers, values, strict=True)))

    def settle(self, epochs: int, last: Columns) -> None:
        """After an interrupt in between: so many epochs are done, and those were the last."""
        if self.epochs < epochs:
            missing = {name: column[self.epochs - epochs :] for name, column in last.items()}
            self.add(missing, Silence())


def _longest(columns: Mapping[str, Sized]) -> int:
    return max(map(len, columns.values()), default=0)


def reporter(progress: bool | Progress) -> Progress:
    """False tells nobody, True writes lines, anything else is told itself."""
    if isinstance(progress, bool):
        return Lines() if progress else Silence()
    return progress


def rule_of(rule: EarlyStopping | int | None) -> EarlyStopping | None:
    """A number of epochs is the patience; None never stops early."""
    return rule if rule is None or isinstance(rule, EarlyStopping) else EarlyStopping(rule)
