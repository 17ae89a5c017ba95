"""A descent under way: updates one by one, or many at once in machine code."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from math import inf
from time import monotonic

from gradstone.descent.form import Array, flattened
from gradstone.descent.limits import Ending, Limits, norm_of
from gradstone.descent.log import HEAD, Log, Mark
from gradstone.descent.problem import Problem
from gradstone.descent.rapid import MOST_ENTRIES, Rapid, rapid
from gradstone.descent.step import initial_state, update_alone, whole_step
from gradstone.execute.executor import Program
from gradstone.execute.interpreter import Interpreter
from gradstone.training.optimizers import Optimizer

Told = Callable[[int, float, float], None]
"""Who is told: updates done, f, the 2-norm of the gradient."""
WORTH = 4000
"""From so many updates on machine code repays being made."""
EVERY = 0.05  # seconds between two calls of who is told


@dataclass(slots=True)
class Course:
    """One descent.

    Attributes:
        most: updates at most. told: who hears of progress. native: machine code may be used.
        carried: the arguments, then the optimizer's state. number: updates done.
        stopped: Ctrl-C came while machine code ran.
    """

    problem: Problem
    optimizer: Optimizer
    limits: Limits
    most: int
    log: Log
    told: Told | None = None
    native: bool = True
    carried: list[Array] = field(default_factory=list)
    number: int = 0
    heard: float = -inf
    program: Program | None = None
    loop: Rapid | None = None
    stopped: bool = False

    def run(self, flat: Array) -> Ending:
        """All updates from a start; how it ended.

        After Ctrl-C the last point of the log is the end. Raises KeyboardInterrupt where there is
        none yet.
        """
        problem = self.problem
        self.carried = [*problem.form.parts(flat), *initial_state(problem, self.optimizer)]
        try:
            ending = self._all()
        except KeyboardInterrupt:
            marks = self.log.marks()
            if not marks:
                raise
            self.number, ending = marks[-1].number, "interrupted"
        return "interrupted" if self.stopped and ending == "spent" else ending

    def _all(self) -> Ending:
        while True:
            rapidly = self._compiles and self.most - self.number >= WORTH
            ending = self._plainly(self.number + HEAD if rapidly else self.most)
            if ending is not None:
                return ending
            self._rapidly()

    @property
    def _own(self) -> bool:
        """Whether the gradient followed is the graph's."""
        return self.problem.graph is not None and self.problem.offered is None

    @property
    def _compiles(self) -> bool:
        return self.native and self._own and self.problem.form.size <= MOST_ENTRIES

    def _plainly(self, upto: int) -> Ending | None:
        """Updates one by one; None where it stops for machine code after so many."""
        count = len(self.problem.form.shapes)
        while True:
            flat = flattened(self.carried[:count])
            value, slopes, new = self._step(flat)
            ending = self.limits.ending(flat, value, slopes)
            self._tell(self.number, value, slopes)
            if ending is None and self.number >= upto:
                if self.number < self.most:
                    return None
                ending = "spent"
            self.log.add(Mark(self.number, flat, value, slopes))
            if ending is not None:
                return ending
            self.carried = new
            self.number += 1

    def _step(self, flat: Array) -> tuple[float, Array, list[Array]]:
        """f and the gradient here, and what is carried on."""
        count = len(self.problem.form.shapes)
        if self.program is None:
            graph = (whole_step if self._own else update_alone)(self.problem, self.optimizer)
            self.program = Interpreter().compile(graph)
        if self._own:
            value, *rest = self.program(*self.carried)
            return float(value), flattened(rest[:count]), rest[count:]
        number, slopes = self.problem.followed(flat)
        new = self.program(*self.carried, *self.problem.form.parts(slopes))
        return number, slopes, list(new)

    def _tell(self, number: int, value: float, slopes: Array) -> None:
        if self.told is not None and monotonic() - self.heard > EVERY:
            self.heard = monotonic()
            self.told(number, value, norm_of(slopes))

    def _rapidly(self) -> None:
        """Updates in machine code, to some points before the end."""
        if self.loop is None:
            self.loop = rapid(self.problem, self.optimizer, self.limits, self.log.stride)

        def told(mark: Mark) -> None:
            self._tell(mark.number, mark.value, mark.gradient)

        advance = self.loop.advance(self.carried, self.number, self.most, told)
        if advance.stopped is not None:
            self.stopped, self.most = True, advance.stopped
        self.carried, self.number = advance.carried, advance.number
        self.log.add_thinned(advance.marks)
