"""What a run remembers of its epochs, when to stop, and who is told on the way."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from dataclasses import dataclass
from math import nan
from typing import Any, Protocol

from gradstone.nn.settings import real, whole

History = dict[str, list[float]]
Columns = Mapping[str, list[float]]


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

    def begin(self, plan: str, epochs: int, steps: int) -> None:
        """Before the first step: the plan in words, epochs to come, steps in each."""
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

    def begin(self, plan: str, epochs: int, steps: int) -> None:
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

    def begin(self, plan: str, epochs: int, steps: int) -> None:
        """The plan."""
        self.epochs, self.last = epochs, 0
        self._write(plan)

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


def remember(history: History, numbers: Columns, progress: Progress) -> None:
    """Add the numbers of some epochs, and tell them one by one.

    Every list of the history stays one number an epoch long, NaN where none came.
    """
    done = max(map(len, history.values()), default=0)
    count = max(map(len, numbers.values()))
    for name in {**history, **numbers}:
        if name not in history:
            history[name] = [nan] * done
        history[name].extend(numbers.get(name) or [nan] * count)
    if type(progress) is not Silence:
        for epoch, values in enumerate(zip(*numbers.values(), strict=True), done + 1):
            progress.epoch(epoch, dict(zip(numbers, values, strict=True)))


def settle(history: History, epochs: int, last: Columns) -> None:
    """After an interrupt in between: every list is so many epochs long again.

    Args:
        history: of a run. epochs: how many it has done.
        last: the numbers of the last of them.
    """
    done = min(map(len, history.values()), default=0)
    for column in history.values():
        del column[done:]
    if done < epochs:
        missing = {name: column[done - epochs :] for name, column in last.items()}
        remember(history, missing, Silence())


def reporter(progress: bool | Progress) -> Progress:
    """False tells nobody, True writes lines, anything else is told itself."""
    if isinstance(progress, bool):
        return Lines() if progress else Silence()
    return progress
