"""What a trained network is worth: its numbers on the test rows, in words."""

from __future__ import annotations

import warnings
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from gradstone.app.cli.material import Material
from gradstone.app.cli.terminal import figure
from gradstone.training.run import Run

Array = np.ndarray[Any, Any]


@dataclass(frozen=True, slots=True)
class Measured:
    """A network on the test rows.

    Attributes:
        numbers: loss and metrics, as `run.evaluate` gives them.
        predicted, true: (N,), numbers of classes, or values in the units of the table.
    """

    numbers: dict[str, float]
    predicted: Array
    true: Array

    @property
    def error(self) -> float:
        """The mean absolute error of a regression, in the units of the table."""
        return float(np.abs(self.predicted - self.true).mean())


def measured(run: Run, material: Material) -> Measured:
    """The network on the test rows, as its parameters are now."""
    test, preparation = material.test, material.preparation
    numbers = run.evaluate(test.inputs, test.targets)
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", message="predict:")  # rows of the same table
        outputs = run.predict_proba(test.inputs)
    if material.classes:
        return Measured(numbers, shares(outputs).argmax(axis=1), test.targets)
    values = [preparation.values(one) for one in (outputs[:, 0], test.targets)]
    return Measured(numbers, *values)


def shares(outputs: Array) -> Array:
    """Probabilities (N, classes), also from the single output of two classes."""
    return np.hstack([1 - outputs, outputs]) if outputs.shape[1] == 1 else outputs


def verdict(material: Material, measured: Measured) -> str:
    """The numbers on the test rows in a line, beside those of doing nothing clever.

    Of classes, the baseline says the most frequent class of the training rows; of numbers, their
    mean.
    """
    rows = counted(len(material.test), "test row")
    loss = f"loss {figure('loss', measured.numbers['loss'])}"
    if material.classes:
        right = int((measured.predicted == measured.true).sum())
        label, share = material.baseline
        accuracy = figure("accuracy", right / len(material.test))
        always = f"always saying {label}: {figure('accuracy', share)}"
        return f"{rows}: accuracy {accuracy}, {right} right ({always}); {loss}"
    preparation = material.preparation
    distance = float(np.abs(measured.true - preparation.target_mean).mean())
    error = f"mean absolute error {measured.error:.6g} in units of {preparation.target}"
    r2 = "" if "r2" not in measured.numbers else f"R² {measured.numbers['r2']:.4g}; "
    mean = f"always saying {preparation.target_mean:.6g}: {distance:.6g}"
    return f"{rows}: {error} ({mean}); {r2}{loss}"


def counted(number: int, noun: str) -> str:
    """1 row, 2 rows."""
    return f"{number} {noun}" + ("" if number == 1 else "s")


def summary(
    run: Run, material: Material, measured: Measured, seconds: float, folder: Path,
    files: Sequence[str],
) -> Iterator[str]:  # fmt: skip
    """What is said at the end."""
    yield f"{run.message} ({counted(run.step, 'iteration')}, {seconds:.1f} s)"
    yield verdict(material, measured)
    yield f"saved in {folder}: {', '.join(files)}"
    yield f"next: look at {folder / 'loss.png'}, or: gradstone predict {folder} TABLE"
