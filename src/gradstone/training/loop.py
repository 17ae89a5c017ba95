"""The loop: batches go through the step's graph, parameters and state are carried on."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple, NoReturn

import numpy as np

from gradstone.data.batches import Batches
from gradstone.execute.executor import Executor, Program
from gradstone.graph.node import input_node
from gradstone.graph.walk import Graph
from gradstone.training.guard import GROWTH, culprit, reason
from gradstone.training.history import Progress
from gradstone.training.objective import SUM_LOSSES
from gradstone.training.step import Batch, Plan, split

Array = np.ndarray[Any, Any]
Arrays = dict[str, Array]
CHUNK = 4096


class Carried(NamedTuple):
    """What one step hands to the next: replaced as a whole, so it is always of one step.

    Attributes:
        parameters, state: arrays by name. epoch, step: how many are done.
    """

    parameters: Arrays
    state: Arrays
    epoch: int = 0
    step: int = 0


class Start(NamedTuple):
    """What a step started from: enough to take it once more."""

    carried: Carried
    x: Array
    t: Array


class Diverged(Exception):
    """The numbers left the finite ones; the message says where and why."""


@dataclass(slots=True)
class Loop:
    """Training and evaluation of one plan on one executor.

    Attributes:
        carried: parameters and state now.
        programs: compiled graphs, by what they do and the shapes they take.
    """

    plan: Plan
    executor: Executor
    carried: Carried
    programs: dict[tuple[Any, ...], Program] = field(default_factory=dict)

    def epoch(
        self,
        x: Array,
        t: Array,
        batches: Batches,
        first: float,
        progress: Progress,
        after_step: Callable[[Carried], None] | None = None,
    ) -> dict[str, float]:
        """One epoch; the mean of the step losses by samples, and the metrics.

        Args:
            first: the loss before training, for telling divergence.
            after_step: called after each update.

        Raises:
            Diverged: a loss or parameters that are not finite, a loss a million times the first.
        """
        total, sums = 0.0, [0.0] * len(self.plan.objective.metrics)
        limit, start, previous = _limit(first), None, None
        for number, rows in enumerate(batches.epoch(self.carried.epoch), 1):
            whole = len(rows) == len(x) and not batches.reorders
            batch = (x, t) if whole else (x.take(rows, axis=0), t.take(rows, axis=0))
            start, previous = Start(self.carried, *batch), start
            loss, metrics = self._update(*batch)
            if not loss <= limit:
                self._give_up(start, previous, loss, first)
            total += loss * len(rows)
            sums = [a + b for a, b in zip(sums, metrics, strict=True)]
            progress.step(self.carried.epoch + 1, number, loss)
            if after_step is not None:
                after_step(self.carried)
        if start is not None and not _finite(self.carried.parameters):
            self._give_up(start, previous, loss, first)
        self.carried = self.carried._replace(epoch=self.carried.epoch + 1)
        return {"loss": total / batches.size, **self.plan.objective.finished(sums, t)}

    def _update(self, x: Array, t: Array) -> tuple[float, Sequence[float]]:
        now = self.carried
        program = self._program("training", x, t)
        outputs = program(x, t, *now.parameters.values(), *now.state.values())
        count = len(self.plan.objective.metrics)
        loss, sums, new, state = split(outputs, 1, count, len(now.parameters))
        parameters = dict(zip(now.parameters, new, strict=True))
        new_state = dict(zip(now.state, state, strict=True))
        self.carried = Carried(parameters, new_state, now.epoch, now.step + 1)
        return float(loss[0]), [float(one) for one in sums]

    def _program(self, name: str, x: Array, t: Array) -> Program:
        key = (name, x.shape, t.shape, t.dtype)
        found = self.programs.get(key)
        if found is None:
            found = self.programs[key] = self.executor.compile(self._graph(name, x, t))
        return found

    def _graph(self, name: str, x: Array, t: Array) -> Graph:
        if name == "prediction":
            return self.plan.prediction(input_node(x.shape, x.dtype))
        batch = Batch.like(x, t, len(x))
        if name == "training":
            return self.plan.training(batch).graph
        return self.plan.evaluation(batch)

    def _give_up(self, start: Start, previous: Start | None, loss: float, first: float) -> NoReturn:
        """Step back to the last finite parameters and say what happened."""
        failed = start.carried
        if not _finite(failed.parameters) and previous is not None:
            start = previous
        self.carried = start.carried
        parts = [f"training stopped at step {failed.step} (from 0) in epoch {failed.epoch + 1}"]
        if np.isfinite(loss) and loss > _limit(first):
            parts.append("it diverges")
        else:
            became = f"the loss became {loss}"
            parts.append("the parameters are not finite any more" if np.isfinite(loss) else became)
            values = (*start.carried.parameters.values(), *start.carried.state.values())
            graph = self._graph("training", start.x, start.t)
            parts.append(culprit(graph, (start.x, start.t, *values)))
        rate = self.plan.optimizer.learning_rate.rate
        parts.append(reason(first, loss, rate, failed.step))
        raise Diverged(": ".join(filter(None, parts)))

    def evaluate(self, x: Array, t: Array) -> dict[str, float]:
        """The loss and the metrics of the parameters now, in chunks, without dropout."""
        total, sums = 0.0, [0.0] * len(self.plan.objective.metrics)
        for start in range(0, len(x), CHUNK):
            part = (x[start : start + CHUNK], t[start : start + CHUNK])
            program = self._program("evaluation", *part)
            loss, *metrics = program(*part, *self.carried.parameters.values())
            total += float(loss) * (1.0 if self._adds else len(part[0]) / len(x))
            sums = [a + float(b) for a, b in zip(sums, metrics, strict=True)]
        return {"loss": total, **self.plan.objective.finished(sums, t)}

    @property
    def _adds(self) -> bool:
        return self.plan.objective.loss in SUM_LOSSES

    def predict(self, x: Array) -> Array:
        """The network's output for samples, in chunks."""
        outputs = []
        for start in range(0, len(x), CHUNK):
            part = x[start : start + CHUNK]
            program = self._program("prediction", part, part)
            outputs.append(program(part, *self.carried.parameters.values())[0])
        return np.concatenate(outputs)


def _limit(first: float) -> float:
    """The loss above which training has diverged; `first` may be NaN."""
    return GROWTH * max(1.0, first)


def _finite(arrays: Arrays) -> bool:
    return all(np.isfinite(array).all() for array in arrays.values())
