"""A plan on an executor: its programs, and the parameters and state as they are now."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, NamedTuple

import numpy as np

from gradstone.execute.executor import Program
from gradstone.execute.interpreter import Interpreter
from gradstone.execute.looping import Loop as ManySteps
from gradstone.execute.looping import Stepping
from gradstone.execute.roads import executor
from gradstone.graph.node import input_node
from gradstone.graph.walk import Graph
from gradstone.training.objective import SUM_LOSSES
from gradstone.training.step import Batch, Plan

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


@dataclass(slots=True)
class Loop:
    """Training and evaluation of one plan on one executor.

    Attributes:
        executor: the name of the one that trains; it is loaded when training begins.
        carried: parameters and state now.
        programs: compiled graphs, by what they do and the shapes they take.
        loops: the compiled loop over the last training arrays, by the form of their samples.
        threads: how many the executor may use; None leaves that to it.
    """

    plan: Plan
    executor: str
    carried: Carried
    programs: dict[tuple[Any, ...], Program] = field(default_factory=dict)
    loops: dict[tuple[Any, ...], ManySteps] = field(default_factory=dict)
    threads: int | None = None

    def looping(self, x: Array, t: Array) -> ManySteps:
        """The step on batches of these arrays, many times over."""
        key = (x.shape[1:], x.dtype, t.shape[1:], t.dtype)
        if key not in self.loops:
            road = executor(self.executor, self.threads)
            self.loops = {key: road.loop(self._stepping(x, t), x, t)}
        many = self.loops[key]
        many.x, many.t = x, t
        return many

    def _stepping(self, x: Array, t: Array) -> Stepping:
        kept = [*self.carried.parameters.values(), *self.carried.state.values()]
        return Stepping(
            lambda rows: self.plan.training(Batch.like(x, t, rows)).graph,
            1 + len(self.plan.objective.metrics),
            tuple((one.shape, one.dtype.name) for one in kept),
        )

    def _program(self, name: str, x: Array, t: Array) -> Program:
        key = (name, x.shape, t.shape, t.dtype)
        found = self.programs.get(key)
        if found is None:
            # A pass or two over the data do not repay compiling.
            found = self.programs[key] = Interpreter().compile(self._graph(name, x, t))
        return found

    def _graph(self, name: str, x: Array, t: Array) -> Graph:
        if name == "prediction":
            return self.plan.prediction(input_node(x.shape, x.dtype))
        return self.plan.evaluation(Batch.like(x, t, len(x)))

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
