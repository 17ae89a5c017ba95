"""The loop: batches go through the step's graph, parameters and state are carried on."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial
from typing import Any

import numpy as np

from gradstone.data.batches import Batches
from gradstone.execute.executor import Executor, Program
from gradstone.training.guard import GROWTH, culprit, reason
from gradstone.training.history import Progress
from gradstone.training.step import Batch, Plan, split

Array = np.ndarray[Any, Any]
Arrays = dict[str, Array]
CHUNK = 4096


@dataclass(slots=True)
class Carried:
    """What one step hands to the next: replaced as a whole, so it is always of one step.

    Attributes:
        parameters, state: arrays by name. epoch, step: how many are done.
    """

    parameters: Arrays
    state: Arrays
    epoch: int = 0
    step: int = 0


class Diverged(Exception):
    """The numbers left the finite ones; the message says where and why."""


@dataclass(slots=True)
class Loop:
    """Training and evaluation of one plan on one executor, programs kept by batch size."""

    plan: Plan
    executor: Executor
    programs: dict[tuple[str, int], Program] = field(default_factory=dict)

    def training_program(self, x: Array, t: Array, rows: int) -> Program:
        """One step on a batch of `rows` samples."""
        return self._program("training", rows, partial(self._step, x, t, rows))

    def _step(self, x: Array, t: Array, rows: int) -> Any:
        return self.plan.training(Batch.like(x, t, rows)).graph

    def _program(self, name: str, rows: int, graph: Callable[[], Any]) -> Program:
        if (name, rows) not in self.programs:
            self.programs[name, rows] = self.executor.compile(graph())
        return self.programs[name, rows]

    def epoch(
        self,
        x: Array,
        t: Array,
        batches: Batches,
        carried: Carried,
        first: float,
        progress: Progress,
        after_step: Callable[[Carried], None] | None,
    ) -> tuple[float, list[float]]:
        """One epoch; the mean of the step losses by samples, and the metric sums.

        Args:
            first: the loss before training, for telling divergence.
            after_step: called after each update.

        Raises:
            Diverged: a loss that is not finite or has grown a million-fold.
        """
        total, sums = 0.0, np.zeros(len(self.plan.objective.metrics))
        last: tuple[Carried, Any] | None = None
        for number, rows in enumerate(batches.epoch(carried.epoch), 1):
            whole = len(rows) == len(x) and not batches.reorders
            bx, bt = (x, t) if whole else (x[rows], t[rows])
            before = Carried(carried.parameters, carried.state, carried.epoch, carried.step)
            loss, metrics = self._update(bx, bt, carried)
            if not loss <= GROWTH * max(1.0, first):
                self._give_up(before, (bx, bt), last, carried, loss, first)
            total += loss * len(rows)
            sums += metrics
            last = (before, (bx, bt))
            progress.step(carried.epoch + 1, number, loss)
            if after_step is not None:
                after_step(carried)
        carried.epoch += 1
        return total / batches.size, sums.tolist()

    def _update(self, x: Array, t: Array, carried: Carried) -> tuple[float, list[float]]:
        program = self.training_program(x, t, len(x))
        arrays = (x, t, *carried.parameters.values(), *carried.state.values())
        outputs = program(*arrays)
        count = len(self.plan.objective.metrics)
        loss, sums, new, state = split(outputs, 1, count, len(carried.parameters))
        carried.parameters = dict(zip(carried.parameters, new, strict=True))
        carried.state = dict(zip(carried.state, state, strict=True))
        carried.step += 1
        return float(loss[0]), [float(one) for one in sums]

    def _give_up(
        self,
        before: Carried,
        batch: tuple[Array, Array],
        last: tuple[Carried, Any] | None,
        carried: Carried,
        loss: float,
        first: float,
    ) -> None:
        """Step back to the last finite parameters and say what happened."""
        failed = before.step
        if not _finite(before.parameters) and last is not None:
            before, batch = last
        carried.parameters, carried.state = before.parameters, before.state
        carried.step = before.step
        rate = self.plan.optimizer.learning_rate.rate
        parts = [f"training stopped at step {failed} (epoch {carried.epoch + 1}, steps from 0)"]
        if np.isfinite(loss):
            parts.append("it diverges")
        else:
            graph = self.plan.training(Batch.like(*batch, len(batch[0]))).graph
            arrays = (*batch, *before.parameters.values(), *before.state.values())
            parts += [f"the loss became {loss}", culprit(graph, arrays)]
        raise Diverged(": ".join([*filter(None, parts), reason(first, loss, rate)]))

    def evaluate(self, x: Array, t: Array, parameters: Arrays) -> tuple[float, list[float]]:
        """The loss, as a mean by samples over chunks, and the metric sums, without dropout."""
        total, sums = 0.0, np.zeros(len(self.plan.objective.metrics))
        for start in range(0, len(x), CHUNK):
            bx, bt = x[start : start + CHUNK], t[start : start + CHUNK]
            rows = len(bx)
            program = self._program("evaluation", rows, partial(self._evaluation, x, t, rows))
            loss, *metrics = program(bx, bt, *parameters.values())
            total += float(loss) * (rows if self.averages else len(x))
            sums += [float(one) for one in metrics]
        return total / len(x), sums.tolist()

    @property
    def averages(self) -> bool:
        """Whether the loss is a mean over samples, not a sum."""
        return self.plan.objective.loss not in ("sse", "half_sse")

    def _evaluation(self, x: Array, t: Array, rows: int) -> Any:
        return self.plan.evaluation(Batch.like(x, t, rows))

    def predict(self, x: Array, parameters: Arrays) -> Array:
        """The network's output for samples, in chunks."""
        outputs = []
        for start in range(0, len(x), CHUNK):
            part = x[start : start + CHUNK]
            rows = len(part)
            program = self._program("prediction", rows, partial(self._prediction, x, rows))
            outputs.append(program(part, *parameters.values())[0])
        return np.concatenate(outputs)

    def _prediction(self, x: Array, rows: int) -> Any:
        return self.plan.prediction(Batch.like(x, x, rows).x)


def _finite(arrays: Arrays) -> bool:
    return all(np.isfinite(array).all() for array in arrays.values())
