"""Training steps over the same arrays, in chunks, with an eye on every number."""

from __future__ import annotations

import time
from bisect import bisect_right
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from math import isnan, nan
from typing import NamedTuple, NoReturn

import numpy as np

from gradstone.data.batches import Batches
from gradstone.execute.evaluation import Held
from gradstone.execute.looping import Ran, Stretch
from gradstone.training.guard import GROWTH, culprit, reason
from gradstone.training.history import Progress
from gradstone.training.loop import Array, Carried, Loop
from gradstone.training.step import Batch

CHUNK_SECONDS = 0.05
"""After so long a chunk ends, for progress and Ctrl-C; a longer step is a chunk of its own."""
CHECK_SHARE = 0.005
"""The part of the time that may go into checking that all parameters are finite."""


class Diverged(Exception):
    """The numbers left the finite ones; the message says where and why."""


class Place(NamedTuple):
    """How far training is.

    Attributes:
        number: of the next step, counted from 0 over all epochs.
        carried: what it starts from. sums: the records of its epoch so far.
    """

    number: int
    carried: Carried
    sums: Array


class Moment(NamedTuple):
    """The end of an epoch, to which training can go back.

    Attributes:
        epoch: counted from 1. start: a place before its end. steps: from there.
    """

    epoch: int
    start: Place
    steps: int

    @property
    def step(self) -> int:
        """Updates done by then."""
        return self.start.carried.step + self.steps


@dataclass(slots=True)
class Passage:
    """Epochs over some arrays.

    Attributes:
        batches: which rows each step sees.
        together: whether several epochs may pass before anything is told.
        marks: numbers of updates, rising, after which `keep` is called with what is carried; a
            range where it is every so many.
        held: samples held out, measured after each epoch; None: there are none.
        first: the loss of the first step, for telling divergence; NaN before it.
        pace: steps a second, lately.
        checked, cost: when the parameters were last seen to be finite, and what that took.
        careful: one step at a time, each checked: something went wrong in this stretch.
        last: the numbers of the last epochs that ended. bounds: of the stretch they ended in.
    """

    loop: Loop
    x: Array
    t: Array
    batches: Batches
    progress: Progress
    together: bool = False
    marks: Sequence[int] = ()
    keep: Callable[[Carried], None] = lambda carried: None
    held: Held | None = None
    first: float = field(default=nan, init=False)
    pace: float = field(default=0.0, init=False)
    checked: float = field(default=0.0, init=False)
    cost: float = field(default=0.0, init=False)
    careful: bool = field(default=False, init=False)
    last: dict[str, Array] = field(default_factory=dict, init=False)
    bounds: tuple[Place, ...] = field(default=(), init=False)

    @property
    def limit(self) -> float:
        """The loss above which training has diverged; finite, also where it began beyond that."""
        most = float(np.finfo(np.float64).max)
        return most if isnan(self.first) else min(GROWTH * max(1.0, self.first), most)

    def epochs(self, count: int) -> Iterator[dict[str, Array]]:
        """Train for some epochs; now and then, what those since then brought.

        That is a number an epoch of each: the mean of the step losses by samples, and metrics;
        "validation_loss" and so on of samples held out.

        Raises:
            Diverged: a loss or parameters that are not finite, a loss a million times the first.
        """
        each, recorded = self.batches.per_epoch, 1 + len(self.loop.plan.objective.metrics)
        told = self.loop.carried.epoch
        now = good = Place(told * each, self.loop.carried, np.zeros(recorded))
        end = now.number + count * each
        while now.number < end:
            before, steps = now, self._chunk(now, end)
            now, ran = self._run(before, steps)
            failed = ran.steps < steps
            if failed or now.number == end or self._time_to_check():
                if not self._is_finite(now.carried):
                    if self.careful:
                        self._give_up(before, ran.loss)
                    self.careful, now = True, good  # once more from there, step by step
                    continue
                good = now
            fresh = slice(told - before.carried.epoch, now.carried.epoch - before.carried.epoch)
            if fresh.start < fresh.stop:
                self.last, told = self._numbers(ran, fresh), now.carried.epoch
                self.bounds = before, now
            self.loop.carried = now.carried
            if fresh.start < fresh.stop:
                yield self.last
            if failed:
                self._give_up(now, ran.loss)
            self._tell(now, ran.loss)

    def moment(self, epoch: int) -> Moment:
        """The end of one of the epochs told last, counted from 1."""
        number = epoch * self.batches.per_epoch
        start = next(one for one in reversed(self.bounds) if one.number <= number)
        return Moment(epoch, start, number - start.number)

    def back(self, moment: Moment) -> Carried:
        """What was carried then, to the last bit: the steps from the place before, done again."""
        if not moment.steps:
            return moment.start.carried
        return self._run(moment.start, moment.steps)[0].carried

    def _run(self, start: Place, steps: int) -> tuple[Place, Ran]:
        """A chunk, and the place after it; the pace is that of the chunk."""
        begin, carried = time.perf_counter(), start.carried
        values = (*carried.parameters.values(), *carried.state.values())
        many = self.loop.looping(self.x, self.t, self.held)
        ran = many.run(Stretch(values, self.batches, start.number, steps, self.limit, start.sums))
        self.pace = ran.steps / (time.perf_counter() - begin)
        self.first = ran.loss if isnan(self.first) else self.first
        number = start.number + ran.steps
        epoch, step = divmod(number, self.batches.per_epoch)
        sums = ran.records[-1] if step and ran.steps else np.zeros_like(start.sums)
        if not ran.steps:
            sums = start.sums
        return Place(number, _carried(carried, ran, epoch), sums), ran

    def _chunk(self, place: Place, end: int) -> int:
        """How many steps to do before looking up."""
        if self.careful:
            return 1
        each = self.batches.per_epoch
        most = end if self.together else (place.number // each + 1) * each
        ahead = bisect_right(self.marks, place.carried.step)
        if ahead < len(self.marks):
            most = min(most, place.number + self.marks[ahead] - place.carried.step)
        return max(1, min(most - place.number, int(CHUNK_SECONDS * self.pace)))

    def _numbers(self, ran: Ran, fresh: slice) -> dict[str, Array]:
        """The numbers of some of the epochs that a run touched."""
        objective = self.loop.plan.objective
        loss, *sums = ran.records[fresh].T
        every = {"loss": loss / self.batches.size, **objective.finished(sums, self.t)}
        if self.held:
            measured, *sums = ran.evaluations[fresh].T
            numbers = {"loss": measured, **objective.finished(sums, self.held.t)}
            every |= {f"validation_{name}": one for name, one in numbers.items()}
        return {
            name: one if np.ndim(one) else np.full(len(loss), float(one))
            for name, one in every.items()
        }

    def _tell(self, place: Place, loss: float) -> None:
        epoch, step = divmod(place.number - 1, self.batches.per_epoch)
        self.progress.step(epoch + 1, step + 1, loss)
        if place.carried.step in self.marks:
            self.keep(place.carried)

    # The guard ----------------------------------------------------------------------------------
    def _time_to_check(self) -> bool:
        since = time.perf_counter() - self.checked
        return self.careful or since * CHECK_SHARE >= self.cost

    def _is_finite(self, carried: Carried) -> bool:
        start = time.perf_counter()
        finite = all(_finite(one) for one in carried.parameters.values())
        self.checked = time.perf_counter()
        self.cost = self.checked - start
        return finite

    def _give_up(self, place: Place, loss: float) -> NoReturn:
        """Stop at a place, the last from which all is finite, and say what the next step did."""
        loop, carried = self.loop, place.carried
        loop.carried = carried
        epoch, step = divmod(place.number, self.batches.per_epoch)
        rows = self.batches.indices(epoch, step)
        x, t = self.x[rows], self.t[rows]
        parts = [f"training stopped at step {carried.step} (from 0) in epoch {epoch + 1}"]
        if self.limit < loss < np.inf:
            parts.append("it diverges")
        else:
            became = "the parameters are not finite any more"
            parts.append(became if np.isfinite(loss) else f"the loss became {loss}")
            graph = loop.plan.training(Batch.like(x, t, len(x))).graph
            values = (*carried.parameters.values(), *carried.state.values())
            parts.append(culprit(graph, (x, t, *values)))
        rate = loop.plan.optimizer.learning_rate.rate
        parts.append(reason(self.first, loss, rate, carried.step))
        raise Diverged(": ".join(filter(None, parts)))


def _carried(now: Carried, ran: Ran, epoch: int) -> Carried:
    """What is carried after a run of some steps, by name again."""
    count = len(now.parameters)
    parameters = dict(zip(now.parameters, ran.carried[:count], strict=True))
    state = dict(zip(now.state, ran.carried[count:], strict=True))
    return Carried(parameters, state, epoch, now.step + ran.steps)


def _finite(array: Array) -> bool:
    """One pass where all is well: a finite sum has only finite terms."""
    with np.errstate(all="ignore"):
        return bool(np.isfinite(array.sum(dtype=np.float64)) or np.isfinite(array).all())
