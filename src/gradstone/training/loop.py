"""A plan on an executor: its programs, and the parameters and state as they are now."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, NamedTuple

import numpy as np

from gradstone.execute.evaluation import PART, Evaluation, Held, Measuring
from gradstone.execute.executor import Program
from gradstone.execute.interpreter import Interpreter
from gradstone.execute.looping import Loop as ManySteps
from gradstone.execute.looping import Stepping
from gradstone.execute.roads import executor
from gradstone.graph.node import input_node
from gradstone.training.objective import SUM_LOSSES
from gradstone.training.schedules import rate_apart
from gradstone.training.step import Batch, Plan

Array = np.ndarray[Any, Any]
Arrays = dict[str, Array]


class Carried(NamedTuple):
    """What one step hands to the next: replaced as a whole, so it is always of one step.

    Attributes:
        parameters, state: arrays by name. epoch, step: how many are done.
    """

    parameters: Arrays
    state: Arrays
    epoch: int = 0
    step: int = 0


@dataclass(slots=True)
class Loop:
    """Training and evaluation of one plan on one executor.

    Attributes:
        executor: the name of the one that trains; it is loaded when training begins.
        carried: parameters and state now.
        programs: predictions, by the shapes they take.
        measures: evaluations, by the form of their samples.
        loops: the compiled loop over the last training arrays, by the form of their samples and
            of those held out, whose targets may be labels where the others are rows, or rows.
        threads: how many the executor may use; None leaves that to it.
    """

    plan: Plan
    executor: str
    carried: Carried
    programs: dict[tuple[int, ...], Program] = field(default_factory=dict)
    measures: dict[tuple[Any, ...], Measuring] = field(default_factory=dict)
    loops: dict[tuple[Any, ...], ManySteps] = field(default_factory=dict)
    threads: int | None = None

    def looping(self, x: Array, t: Array, held: Held | None = None) -> ManySteps:
        """The step on batches of these arrays, many times over, measured on others."""
        measured = Held(x, t) if held is None else held
        key = (*_form(x, t), *_form(*measured))
        if key not in self.loops:
            road = executor(self.executor, self.threads)
            self.loops = {key: road.loop(self._stepping(x, t, measured), x, t)}
        many = self.loops[key]
        many.x, many.t, many.held = x, t, held
        return many

    def _stepping(self, x: Array, t: Array, measured: Held) -> Stepping:
        x, t = _empty(x), _empty(t)
        kept = [*self.carried.parameters.values(), *self.carried.state.values()]
        schedule = self.plan.optimizer.learning_rate
        return Stepping(
            lambda rows: rate_apart(self.plan.training(Batch.like(x, t, rows)).graph, schedule),
            1 + len(self.plan.objective.metrics),
            tuple((one.shape, one.dtype.name) for one in kept),
            self._evaluation(*measured),
        )

    def _evaluation(self, x: Array, t: Array) -> Evaluation:
        x, t = _empty(x), _empty(t)
        return Evaluation(
            lambda rows: self.plan.evaluation(Batch.like(x, t, rows)),
            len(self.carried.parameters),
            self.plan.objective.loss in SUM_LOSSES,
        )

    def evaluate(self, x: Array, t: Array) -> dict[str, float]:
        """The loss and the metrics of the parameters now, in parts, without dropout."""
        key = _form(x, t)
        if key not in self.measures:
            # A pass or two over the data do not repay compiling.
            self.measures[key] = Measuring(Interpreter(), self._evaluation(x, t))
        numbers = self.measures[key](Held(x, t), [*self.carried.parameters.values()])
        loss, *sums = numbers.tolist()
        return {"loss": loss, **self.plan.objective.finished(sums, t)}

    def predict(self, x: Array) -> Array:
        """The network's output for samples, in parts."""
        outputs = []
        for start in range(0, len(x), PART):
            part = x[start : start + PART]
            if part.shape not in self.programs:
                graph = self.plan.prediction(input_node(part.shape, part.dtype))
                self.programs[part.shape] = Interpreter().compile(graph)
            outputs.append(self.programs[part.shape](part, *self.carried.parameters.values())[0])
        return np.concatenate(outputs)


def _empty(samples: Array) -> Array:
    """No samples of the same form: what is kept of those that a graph is made for."""
    return np.empty((0, *samples.shape[1:]), samples.dtype)


def _form(x: Array, t: Array) -> tuple[Any, ...]:
    """What arrays must share to be seen by one compiled graph: all but how many samples."""
    return (x.shape[1:], x.dtype, t.shape[1:], t.dtype)
