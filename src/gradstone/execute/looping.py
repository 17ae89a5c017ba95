"""Many steps of one graph: batches go in, what a step changes is carried to the next."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Protocol

import numpy as np

from gradstone.data.batches import Batches
from gradstone.execute.executor import Array, Executor, Program
from gradstone.graph.walk import Graph


@dataclass(frozen=True, slots=True)
class Stepping:
    """A step as loops need it.

    Attributes:
        graph: rows -> the graph of a step on a batch of so many samples. Its inputs are x, t
            and what is carried; its outputs the recorded numbers, then what is carried on.
        recorded: how many outputs are recorded; the first of them is the loss.
        carried: shapes and dtypes of what is carried, in order.
    """

    graph: Callable[[int], Graph]
    recorded: int
    carried: tuple[tuple[tuple[int, ...], str], ...]


@dataclass(frozen=True, slots=True)
class Ran:
    """What a run of some steps gave.

    Attributes:
        steps: how many were done. Fewer than asked for: the loss of the next one is beyond the
            limit or not a number, and it changed nothing.
        carried: what is carried on, after the last step done.
        records: float64 (epochs touched, recorded): sums over the steps of each epoch; the loss
            is multiplied by the rows of its batch first.
        loss: of the last step tried.
    """

    steps: int
    carried: list[Array]
    records: Array
    loss: float


class Loop(Protocol):
    """A step made executable many times over the same data.

    Attributes:
        x, t: the data; between runs others may take their place, of as many numbers a sample.
    """

    x: Array
    t: Array

    def run(
        self,
        carried: Sequence[Array],
        batches: Batches,
        first: int,
        steps: int,
        limit: float,
        sums: Array,
    ) -> Ran:
        """Do some steps.

        Args:
            carried: as the step takes it; the arrays stay untouched.
            batches: which rows each step sees.
            first: the number of the first step, counted from 0 over all epochs.
            steps: how many, at least 1.
            limit: a loss above it ends the run.
            sums: float64 (recorded,), the records of the first step's epoch so far.
        """
        ...


class LoopingExecutor(Executor, Protocol):
    """An executor that can train."""

    def loop(self, stepping: Stepping, x: Array, t: Array) -> Loop:
        """A step on batches of these arrays, to be done many times."""
        ...


@dataclass(slots=True)
class PlainLoop:
    """The loop in Python, one compiled step at a time: the definition for other roads."""

    executor: Executor
    stepping: Stepping
    x: Array
    t: Array
    programs: dict[int, Program] = field(default_factory=dict)

    def run(
        self,
        carried: Sequence[Array],
        batches: Batches,
        first: int,
        steps: int,
        limit: float,
        sums: Array,
    ) -> Ran:
        """See `Loop`."""
        kept, done, loss = list(carried), 0, float("nan")
        records: list[np.ndarray[tuple[int], np.dtype[np.float64]]] = []
        count, each = self.stepping.recorded, batches.per_epoch
        while done < steps:
            epoch, start = divmod(first + done, each)
            records.append(np.zeros(count) if records else np.array(sums))
            for rows in batches.epoch(epoch, start, min(each, start + steps - done)):
                numbers, new = self._step(rows, kept, batches)
                loss = float(numbers[0])
                if not loss <= limit:
                    return Ran(done, kept, np.array(records), loss)
                numbers[0] *= len(rows)
                records[-1] += numbers
                kept, done = new, done + 1
        return Ran(done, kept, np.array(records), loss)

    def _step(
        self, rows: Array, carried: list[Array], batches: Batches
    ) -> tuple[Array, list[Array]]:
        whole = len(rows) == len(self.x) and not batches.reorders
        x, t = (self.x, self.t) if whole else (self.x[rows], self.t[rows])
        if len(rows) not in self.programs:
            graph = self.stepping.graph(len(rows))
            self.programs[len(rows)] = self.executor.compile(graph)
        outputs = self.programs[len(rows)](x, t, *carried)
        count = self.stepping.recorded
        return np.array(outputs[:count], dtype=np.float64), list(outputs[count:])
