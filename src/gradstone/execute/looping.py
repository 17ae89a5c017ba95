"""Many steps of one graph: batches go in, what a step changes is carried to the next."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Protocol

import numpy as np

from gradstone.data.batches import Batches
from gradstone.execute.evaluation import Evaluation, Held, Measuring
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
        evaluation: how samples held out are measured, of as many outputs as are recorded.
    """

    graph: Callable[[int], Graph]
    recorded: int
    carried: tuple[tuple[tuple[int, ...], str], ...]
    evaluation: Evaluation | None = None


@dataclass(frozen=True, slots=True)
class Stretch:
    """Some steps in a row.

    Attributes:
        carried: as the step takes it; the arrays stay untouched.
        batches: which rows each step sees.
        first: the number of the first step, counted from 0 over all epochs.
        steps: how many, at least 1.
        limit: a loss above it ends the run.
        sums: float64 (recorded,), the records of the first step's epoch so far.
    """

    carried: Sequence[Array]
    batches: Batches
    first: int
    steps: int
    limit: float
    sums: Array

    @property
    def epochs(self) -> int:
        """How many epochs its steps touch."""
        each, last = self.batches.per_epoch, self.first + max(self.steps, 1) - 1
        return last // each - self.first // each + 1


@dataclass(frozen=True, slots=True)
class Ran:
    """What a run of some steps gave.

    Attributes:
        steps: how many were done. Fewer than asked for: the loss of the next one is beyond the
            limit or not a number, and it changed nothing.
        carried: what is carried on, after the last step done.
        records: float64 (epochs touched, recorded): sums over the steps of each epoch; the loss
            is multiplied by the rows of its batch first.
        evaluations: float64 (epochs touched, recorded): what the samples held out gave after
            each epoch that ended; zeros where there are none.
        loss: of the last step tried.
    """

    steps: int
    carried: list[Array]
    records: Array
    evaluations: Array
    loss: float


class Loop(Protocol):
    """A step made executable many times over the same data.

    Attributes:
        x, t: the data; between runs others may take their place, of as many numbers a sample.
        held: samples as the evaluation takes them, measured after each epoch; None: none.
    """

    x: Array
    t: Array
    held: Held | None

    def run(self, stretch: Stretch) -> Ran:
        """Do some steps."""
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
    held: Held | None = None
    programs: dict[int, Program] = field(default_factory=dict)
    measuring: Measuring | None = field(init=False)

    def __post_init__(self) -> None:
        evaluation = self.stepping.evaluation
        self.measuring = None if evaluation is None else Measuring(self.executor, evaluation)

    def run(self, stretch: Stretch) -> Ran:
        """See `Loop`."""
        kept, done, loss = list(stretch.carried), 0, float("nan")
        records = np.zeros((stretch.epochs, self.stepping.recorded))
        records[0], evaluations = stretch.sums, np.zeros_like(records)
        batches, each = stretch.batches, stretch.batches.per_epoch
        for row, record in enumerate(records):
            epoch, start = divmod(stretch.first + done, each)
            for rows in batches.epoch(epoch, start, min(each, start + stretch.steps - done)):
                numbers, new = self._step(rows, kept, batches)
                loss = float(numbers[0])
                if not loss <= stretch.limit:
                    return Ran(done, kept, records[: row + 1], evaluations[: row + 1], loss)
                numbers[0] *= len(rows)
                record += numbers
                kept, done = new, done + 1
            if self.held and self.measuring and (stretch.first + done) % each == 0:
                evaluations[row] = self.measuring(self.held, kept)
        return Ran(done, kept, records, evaluations, loss)

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
