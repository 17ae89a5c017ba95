"""How training is followed: a live bar on a terminal, plain lines elsewhere, or nothing."""

from __future__ import annotations

import sys
import time
from collections.abc import Mapping
from typing import Any

import typer

from gradstone.training.history import Silence

LINES, EVERY = 20, 0.1  # plain lines in a run, seconds between two looks at the bar
WORDS = {"r2": "R²", "mae": "absolute error"}


class Display(Silence):
    """Progress that can be closed, whatever happened."""

    def close(self) -> None:
        """Nothing is left to be closed."""


def display(quiet: bool) -> Display:
    """The display that suits standard error: a bar on a terminal, else lines."""
    if quiet:
        return Display()
    return Bar() if sys.stderr.isatty() else Lines()


def told(numbers: Mapping[str, float]) -> str:
    """The numbers of an epoch in a line.

    >>> told({"loss": 0.25, "accuracy": 0.9, "validation_accuracy": 0.875})
    'loss 0.25  accuracy 90.0 %  validation accuracy 87.5 %'
    """
    return "  ".join(f"{name(key)} {figure(key, value)}" for key, value in numbers.items())


def name(key: str) -> str:
    """What a history's list is called, as "validation accuracy"."""
    whose, _, measure = key.rpartition("_")
    return f"{whose} {WORDS.get(measure, measure)}".strip()


def figure(key: str, value: float) -> str:
    """A loss or metric: accuracies in percent, others with four digits."""
    return f"{value * 100:.1f} %" if key.endswith("accuracy") else f"{value:.4g}"


class Lines(Display):
    """A line for about every twentieth of the epochs."""

    def __init__(self) -> None:
        """Nothing has begun."""
        self.epochs, self.every = 0, 1

    def begin(self, plan: str, epochs: int, steps: int) -> None:
        """The plan."""
        self.epochs, self.every = epochs, -(-epochs // LINES) or 1
        typer.echo(plan, err=True)

    def epoch(self, epoch: int, numbers: Mapping[str, float]) -> None:
        """The first epoch, the last one, and some between."""
        if epoch in (1, self.epochs) or epoch % self.every == 0:
            typer.echo(f"epoch {epoch}/{self.epochs}  {told(numbers)}", err=True)


class Bar(Display):
    """A live bar with the epoch, the loss, what was measured, and the time left."""

    def __init__(self) -> None:
        """Nothing has begun."""
        self.bar: Any = None
        self.task: Any = None
        self.epochs = self.steps = 0
        self.seen = 0.0
        self.numbers = ""

    def begin(self, plan: str, epochs: int, steps: int) -> None:
        """The plan, and an empty bar."""
        from rich.console import Console
        from rich.progress import BarColumn, Progress, TextColumn, TimeRemainingColumn

        typer.echo(plan, err=True)
        columns = (
            TextColumn("epoch {task.fields[epoch]}"), BarColumn(20),
            TextColumn("{task.fields[numbers]}", markup=False), TimeRemainingColumn(),
            TextColumn("left"),
        )  # fmt: skip
        self.epochs, self.steps = epochs, steps
        self.bar = Progress(*columns, console=Console(stderr=True))
        fields = {"epoch": f"1/{epochs}", "numbers": ""}
        self.task = self.bar.add_task("", total=epochs * steps, **fields)
        self.bar.start()

    def step(self, epoch: int, step: int, loss: float) -> None:
        """The bar moves on, ten times a second at most."""
        now = time.monotonic()
        if now - self.seen > EVERY:
            self.seen = now
            numbers = self.numbers or f"loss {loss:.4g}"
            self._show((epoch - 1) * self.steps + step, epoch, numbers)

    def epoch(self, epoch: int, numbers: Mapping[str, float]) -> None:
        """The epoch's numbers beside the bar: at most loss, metric and that of validation."""
        metric = next((one for one in numbers if one != "loss"), "loss")
        shown = dict.fromkeys(("loss", metric, f"validation_{metric}"))
        self.numbers = told({one: numbers[one] for one in shown if one in numbers})
        self._show(epoch * self.steps, epoch, self.numbers)

    def _show(self, done: int, epoch: int, numbers: str) -> None:
        told_epoch = f"{epoch}/{self.epochs}"
        self.bar.update(self.task, completed=done, epoch=told_epoch, numbers=numbers)

    def end(self, message: str) -> None:
        """The bar stays as it is."""
        self.close()

    def close(self) -> None:
        """Give the terminal back."""
        if self.bar is not None:
            self.bar.stop()
            self.bar = None
