"""One cold start: import a side, train the digits, say the share of right test answers.

python -m benchmarks.cold_start MODULE:CLASS OPTIONS FILE
"""

from __future__ import annotations

import json
import sys
from dataclasses import dataclass
from importlib import import_module
from typing import Any

import numpy as np

from benchmarks.workloads import Adam, Array, Workload

EPOCHS = 20


@dataclass(frozen=True, slots=True)
class ColdDigits(Workload):
    """A workload on the training rows of a file."""

    file: str = ""

    def arrays(self) -> tuple[Array, Array]:
        """The training rows."""
        return self._rows("training")

    def test(self) -> tuple[Array, Array]:
        """The test rows."""
        return self._rows("test")

    def _rows(self, part: str) -> tuple[Array, Array]:
        with np.load(self.file) as arrays:
            return arrays[f"{part}_images"], arrays[f"{part}_labels"]


def cold_digits(file: str) -> ColdDigits:
    """64-64-10 relu, batch 32, Adam."""
    with np.load(file) as arrays:
        rows = len(arrays["training_labels"])
    return ColdDigits(
        "cold", "cold", (64, 64, 10), "relu", "cross_entropy", 32, rows, 0.003, Adam(), file=file
    )


def accuracy(values: list[Array], images: Array, labels: Array) -> float:
    """The share of right answers of 64-64-10."""
    w1, b1, w2, b2 = values
    return float(((np.maximum(images @ w1 + b1, 0) @ w2 + b2).argmax(1) == labels).mean())


def main(place: str, options: dict[str, Any], file: str) -> None:
    """Train and print the accuracy."""
    module, name = place.split(":")
    workload = cold_digits(file)
    side = getattr(import_module(f"benchmarks.sides.{module}"), name)(workload, options)
    if hasattr(side, "cold"):
        print(side.cold(EPOCHS, *workload.test()))
        return
    side.train(EPOCHS)
    print(accuracy(side.final(), *workload.test()))


if __name__ == "__main__":
    main(sys.argv[1], json.loads(sys.argv[2]), sys.argv[3])
