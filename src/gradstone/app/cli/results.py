"""What a trained network is worth: its numbers on the test rows, in words."""

from __future__ import annotations

import shlex
import warnings
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from gradstone.app.cli.material import Material
from gradstone.app.cli.terminal import figure
from gradstone.app.cli.words import counted, row, said
from gradstone.language import Language
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


def verdict(material: Material, measured: Measured, language: Language = "en") -> str:
    """The numbers on the test rows in a line, beside those of doing nothing clever.

    Of classes, the baseline says the most frequent class of the training rows; of numbers, their
    mean.
    """
    rows = counted(len(material.test), "test_row", language)
    loss = figure("loss", measured.numbers["loss"])
    if material.classes:
        right = int((measured.predicted == measured.true).sum())
        label, share = material.baseline
        return said(
            "verdict_classes", language, rows=rows, right=right, label=label, loss=loss,
            accuracy=figure("accuracy", right / len(material.test)),
            baseline=figure("accuracy", share),
        )  # fmt: skip
    preparation = material.preparation
    distance = float(np.abs(measured.true - preparation.target_mean).mean())
    r2 = measured.numbers.get("r2")
    return said(
        "verdict_numbers", language, rows=rows, error=f"{measured.error:.6g}", loss=loss,
        target=preparation.target, mean=f"{preparation.target_mean:.6g}",
        baseline=f"{distance:.6g}",
        r2="" if r2 is None else said("verdict_r2", language, value=f"{r2:.4g}"),
    )  # fmt: skip


def ended(run: Run, language: Language = "en") -> str:
    """How a run ended, in a sentence: in English its message."""
    best = run.best_epoch
    epochs = counted(run.epoch, "epoch", language)
    waited = counted(run.epoch - (best or 0), "epoch", language)
    told = said(
        f"ended_{run.status}", language, epochs=epochs, waited=waited, message=run.message
    )  # fmt: skip
    if best is None or run.status == "diverged":
        return told
    return said("restored", language, message=told, best=best)


def summary(
    run: Run, material: Material, measured: Measured, seconds: float, folder: Path,
    files: Sequence[str], language: Language = "en",
) -> Iterator[str]:  # fmt: skip
    """What is said at the end."""
    iterations = counted(run.step, "iteration", language)
    message = ended(run, language)
    yield said("ended", language, message=message, iterations=iterations, seconds=f"{seconds:.1f}")
    yield verdict(material, measured, language)
    yield said("saved_in", language, folder=folder, files=row(files, language))
    command = shlex.join(["gradstone", "predict", str(folder)])
    yield said("next_train", language, picture=folder / "loss.png", command=command)
