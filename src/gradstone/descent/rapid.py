"""Very many updates in machine code: the native training loop, run on a function.

The rows of its "data" are marks: in each epoch, as long as the stride, the first step is
recorded and the others add zero.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from time import perf_counter

import numpy as np

from gradstone.data.batches import Batches
from gradstone.descent.form import Array
from gradstone.descent.limits import Limits
from gradstone.descent.log import TAIL, Mark
from gradstone.descent.problem import Problem
from gradstone.descent.step import looped_step
from gradstone.execute.looping import Loop, Ran, Stepping, Stretch
from gradstone.execute.roads import executor
from gradstone.training.optimizers import Optimizer

MOST_ENTRIES = 16
"""Each entry is a number to record; functions of more of them are interpreted."""
FIRST, WHILE = 2000, 0.01  # steps of the first piece; seconds of the others, up to twice as many
SHOWN = 16  # updates before Ctrl-C that are made one by one, for the log


@dataclass(frozen=True, slots=True)
class Advance:
    """What some updates came to.

    Attributes:
        carried: the arguments and the state. number: updates done. marks: points kept on the way.
        stopped: where Ctrl-C came, the updates that had been done by then.
    """

    carried: list[Array]
    number: int
    marks: list[Mark]
    stopped: int | None = None


@dataclass(slots=True)
class Rapid:
    """The loop of one descent.

    Attributes:
        size: entries of x. precision: of the descent. stride: every so many points are kept.
    """

    loop: Loop
    size: int
    precision: float
    stride: int

    def advance(
        self, carried: list[Array], number: int, most: int, told: Callable[[Mark], None]
    ) -> Advance:
        """Updates up to `TAIL` before the end, whatever ends the descent, Ctrl-C too.

        Args:
            carried: the arguments and the state. number: updates done. most: to be done in all.
            told: hears of the last point that is kept, after each piece.
        """
        bases, pieces = [(number, carried)], FIRST
        marks: list[Mark] = []
        try:
            while True:
                start, now = bases[-1]
                steps = min(pieces, most - TAIL - start)
                if steps < 1:
                    return Advance(now, start, marks)
                begun, phase = perf_counter(), (start - number) % self.stride
                ran = self._ran(now, phase, steps)
                found = self._marks(ran, phase, start)
                if ran.steps < steps:
                    return self._back(bases, marks + found, start + ran.steps - TAIL)
                marks += found
                bases = [bases[-1], (start + steps, ran.carried)]
                told(marks[-1])
                pieces = steps * 2 if perf_counter() - begun < WHILE else steps
        except KeyboardInterrupt:
            reached = bases[-1][0]
            return replace(self._back(bases, marks, reached - SHOWN), stopped=reached)

    def _back(
        self, bases: list[tuple[int, list[Array]]], marks: list[Mark], wanted: int
    ) -> Advance:
        """The descent as it was after so many updates, or at the first of the bases."""
        start, now = next((one for one in reversed(bases) if one[0] <= wanted), bases[0])
        steps = max(wanted - start, 0)
        if steps:
            now = self._ran(now, 0, steps).carried
        return Advance(now, start + steps, [one for one in marks if one.number < start + steps])

    def _ran(self, carried: list[Array], phase: int, steps: int) -> Ran:
        """Steps from the so many-th of a stride on."""
        batches = Batches(self.stride, 1, shuffle=False)
        sums = np.zeros(2 + 2 * self.size)
        return self.loop.run(Stretch(carried, batches, phase, steps, -self.precision, sums))

    def _marks(self, ran: Ran, phase: int, start: int) -> list[Mark]:
        """The first points of strides among the steps that ran."""
        rows = ran.records[phase > 0 : -(-(phase + ran.steps) // self.stride)]
        values, size = rows[:, 1].tolist(), self.size
        points, slopes = rows[:, 2 : 2 + size], rows[:, 2 + size :]
        first = start + -phase % self.stride
        numbers = range(first, first + len(values) * self.stride, self.stride)
        return list(map(Mark, numbers, points, values, slopes))


def rapid(problem: Problem, optimizer: Optimizer, limits: Limits, stride: int) -> Rapid:
    """The loop of a descent, not compiled before it runs."""
    size = problem.form.size
    kept = optimizer.init({str(i): shape for i, shape in enumerate(problem.form.shapes)})
    shapes = [*problem.form.shapes, *(shape for shape, _ in kept.values())]
    stepping = Stepping(
        looped_step(problem, optimizer), 2 + 2 * size, tuple((shape, "float64") for shape in shapes)
    )
    marks = np.zeros((stride, 1))
    marks[0] = 1.0
    bounds = np.tile([limits.value, limits.reach, limits.slope], (stride, 1))
    loop = executor("native").loop(stepping, marks, bounds)
    return Rapid(loop, size, limits.precision, stride)
