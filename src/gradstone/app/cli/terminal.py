"""How training is followed: a live bar on a terminal, plain lines elsewhere, or nothing."""

from __future__ import annotations

import sys
import time
from collections.abc import Mapping
from typing import Any

import typer

from gradstone.app.cli.words import said
from gradstone.data.batches import Batches
from gradstone.language import Language
from gradstone.training.history import Silence

LINES, EVERY = 20, 0.1  # plain lines in a run, seconds between two looks at the bar


class Display(Silence):
    """Progress that can be closed, whatever happened."""

    def close(self) -> None:
        """Nothing is left to be closed."""


def display(quiet: bool, language: Language = "en") -> Display:
    """The display that suits standard error: a bar on a terminal, else lines."""
    if quiet:
        return Display()
    return Bar(language) if sys.stderr.isatty() else Lines(language)


def told(numbers: Mapping[str, float], language: Language = "en") -> str:
    """The numbers of an epoch in a line.

    >>> told({"loss": 0.25, "accuracy": 0.9, "validation_accuracy": 0.875})
    'loss 0.25  accuracy 90.0 %  validation accuracy 87.5 %'
    """
    return "  ".join(f"{name(key, language)} {figure(key, one)}" for key, one in numbers.items())


def name(key: str, language: Language = "en") -> str:
    """What a history's list is called, as "validation accuracy"."""
    return said(f"measure_{key}", language)


def figure(key: str, value: float) -> str:
    """A loss or metric: accuracies in percent, others with four digits."""
    return f"{value * 100:.1f} %" if key.endswith("accuracy") else f"{value:.4g}"


class Lines(Display):
    """A line for about every twentieth of the epochs."""

    def __init__(self, language: Language = "en") -> None:
        """Nothing has begun."""
        self.epochs, self.every, self.language = 0, 1, language

    def begin(self, batches: Batches, epochs: int) -> None:
        """The plan."""
        self.epochs, self.every = epochs, -(-epochs // LINES) or 1
        typer.echo(batches.plan(epochs, self.language), err=True)

    def epoch(self, epoch: int, numbers: Mapping[str, float]) -> None:
        """The first epoch, the last one, and some between."""
        if epoch in (1, self.epochs) or epoch % self.every == 0:
            place = said("epoch_of", self.language, epoch=epoch, epochs=self.epochs)
            typer.echo(f"{place}  {told(numbers, self.language)}", err=True)


class Bar(Display):
    """A live bar with the epoch, the loss, what was measured, and the time left."""

    def __init__(self, language: Language = "en") -> None:
        """Nothing has begun."""
        self.language: Language = language
        self.bar: Any = None
        self.task: Any = None
        self.epochs = self.steps = 0
        self.seen = 0.0
        self.numbers = ""

    def begin(self, batches: Batches, epochs: int) -> None:
        """The plan, and an empty bar."""
        from rich.console import Console
        from rich.progress import BarColumn, Progress, TextColumn, TimeRemainingColumn

        typer.echo(batches.plan(epochs, self.language), err=True)
        columns = (
            TextColumn("{task.fields[epoch]}"), BarColumn(20),
            TextColumn("{task.fields[numbers]}", markup=False), TimeRemainingColumn(),
        )  # fmt: skip
        self.epochs, self.steps = epochs, batches.per_epoch
        self.bar = Progress(*columns, console=Console(stderr=True))
        fields = {"epoch": self._place(1), "numbers": ""}
        self.task = self.bar.add_task("", total=epochs * self.steps, **fields)
        self.bar.start()

    def step(self, epoch: int, step: int, loss: float) -> None:
        """The bar moves on, ten times a second at most."""
        now = time.monotonic()
        if now - self.seen > EVERY:
            self.seen = now
            numbers = self.numbers or told({"loss": loss}, self.language)
            self._show((epoch - 1) * self.steps + step, epoch, numbers)

    def epoch(self, epoch: int, numbers: Mapping[str, float]) -> None:
        """The epoch's numbers beside the bar: at most loss, metric and that of validation."""
        metric = next((one for one in numbers if one != "loss"), "loss")
        shown = dict.fromkeys(("loss", metric, f"validation_{metric}"))
        beside = {one: numbers[one] for one in shown if one in numbers}
        self.numbers = told(beside, self.language)
        self._show(epoch * self.steps, epoch, self.numbers)

    def _show(self, done: int, epoch: int, numbers: str) -> None:
        self.bar.update(self.task, completed=done, epoch=self._place(epoch), numbers=numbers)

    def _place(self, epoch: int) -> str:
        return said("epoch_of", self.language, epoch=epoch, epochs=self.epochs)

    def end(self, message: str) -> None:
        """The bar stays as it is."""
        self.close()

    def close(self) -> None:
        """Give the terminal back."""
        if self.bar is not None:
            self.bar.stop()
            self.bar = None
