"""Samples held out, and how a step's parameters are measured on them, part by part."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

import numpy as np

from gradstone.execute.executor import Array, Executor, Program
from gradstone.graph.walk import Graph

PART = 1024
"""So many samples are measured at once."""


class Held(NamedTuple):
    """Samples held out: inputs and targets, the first axis the samples'."""

    x: Array
    t: Array


@dataclass(frozen=True, slots=True)
class Evaluation:
    """A measurement as loops need it.

    Attributes:
        graph: rows -> the graph of a measurement on so many samples. Its inputs are x, t and
            the first of what a step carries; its outputs the loss, then sums over the samples.
        takes: how many of the carried arrays it takes.
        adds: whether the loss too is a sum over the samples, not their mean.
    """

    graph: Callable[[int], Graph]
    takes: int
    adds: bool

    def weight(self, rows: int, size: int) -> float:
        """What the loss of a part counts, of so many samples in all."""
        return 1.0 if self.adds else rows / size


@dataclass(slots=True)
class Measuring:
    """The measurement in Python: the definition for other roads."""

    executor: Executor
    evaluation: Evaluation
    programs: dict[int, Program] = field(default_factory=dict)

    def __call__(self, held: Held, carried: Sequence[Array]) -> Array:
        """The loss and the sums over all samples, float64 (outputs,)."""
        parts = [self._part(part, carried, len(held.x)) for part in _parts(held)]
        total: Array = np.sum(parts, axis=0)
        return total

    def _part(self, part: Held, carried: Sequence[Array], size: int) -> Array:
        rows = len(part.x)
        if rows not in self.programs:
            self.programs[rows] = self.executor.compile(self.evaluation.graph(rows))
        outputs = self.programs[rows](*part, *carried[: self.evaluation.takes])
        numbers = np.array(outputs, dtype=np.float64)
        numbers[0] *= self.evaluation.weight(rows, size)
        return numbers


def _parts(held: Held) -> Iterator[Held]:
    for start in range(0, len(held.x), PART):
        yield Held(held.x[start : start + PART], held.t[start : start + PART])
