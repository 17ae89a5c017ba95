"""The learning-rate range test: trainings whose rate rises from update to update."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from math import exp, inf, isfinite, log, log10
from typing import Any

import numpy as np

from gradstone.data.batches import Batches
from gradstone.errors import RangeError
from gradstone.execute.looping import Loop as ManySteps
from gradstone.execute.looping import Stretch
from gradstone.nn.module import Network
from gradstone.nn.settings import real, whole
from gradstone.training.loop import Array
from gradstone.training.optimizers import Optimizer, optimizer_named
from gradstone.training.run import Run
from gradstone.training.schedules import Schedule, step_decay
from gradstone.training.targets import inputs, targets
from gradstone.training.train import train

MEMORY = 2 / 3
"""So many decades of the rate before, a loss counts 1/e in the smoothed one: the same part of the
curve, however many updates it has."""
LONGEST = 1000
"""Updates of one training at most: a longer one has learned its rows before the rate is large, and
where there is nothing to learn no rate is too large. Further updates go into further trainings."""
TOO_MUCH = 4.0
"""The test ends where the smoothed loss is so many times its smallest."""
BACK = 10.0
"""The suggestion lies this factor below the rate where the smoothed loss is smallest."""
FEW = 10
"""The loss at the beginning is the mean of so many batches, or of the first tenth of the updates;
none of them counts as the lowest."""
LEAST, MOST = 1e-30, 1e30
"""Rates that single precision can hold."""
LEAST_FALL, BEYOND = 0.02, 3.0
"""The loss has fallen where it fell by this share of it and by so many times the deviation of the
difference between the two averages."""


@dataclass(frozen=True, slots=True, eq=False)
class RateTest:
    """What a learning-rate range test found.

    Attributes:
        rates: of each update, rising geometrically, (n,).
        losses: of each batch, before its update, (n,); all finite; the median of the trainings.
        smoothed: their exponential average, the current one included, (n,).
        suggestion: a tenth of `lowest_at`; None where the loss never fell.
        lowest_at: the rate where the smoothed loss is smallest.
        steepest_at: the rate around which it falls fastest per decade; None where it never fell.
        diverged_at: the rate at which the loss was four times its smallest or not finite; None
            where that never came.
        highest: the rate the test would have ended with. optimizer, loss: by name.
        initial: the mean loss of the first ten batches, or of the first tenth of them.
        trainings: how many there were, each with other initial weights and another order.
    """

    rates: Array
    losses: Array
    smoothed: Array
    suggestion: float | None
    lowest_at: float
    steepest_at: float | None
    diverged_at: float | None
    highest: float
    optimizer: str
    loss: str
    initial: float
    trainings: int = 1

    @property
    def unfinished(self) -> bool:
        """Whether the loss was smallest at the highest rate, so that higher ones may be better."""
        return self.diverged_at is None and self.lowest_at > 0.8 * self.highest


def find_rate(
    network: Network,
    X: Any,
    y: Any,
    loss: str | None = None,
    optimizer: Optimizer | str = "sgd",
    lowest: float = 1e-6,
    highest: float = 10.0,
    steps: int = 100,
    batch_size: int = 32,
    seed: int = 0,
    dtype: str = "float32",
    executor: str = "native",
) -> RateTest:
    """Look for a learning rate: train with a rate that rises from very small to too large.

    The smoothed loss falls first and rises when the rate becomes too large. A tenth of the rate
    where it is smallest is suggested: at the lowest point itself training is about to break
    down. Where the loss falls fastest is known too, but is too low a rate for what learns fast.

    Args:
        network, X, y, loss, batch_size, seed, dtype, executor: as for `gs.train`.
        optimizer: a name, or an optimizer, of which only the rate is replaced.
        lowest, highest: the rates of the first and of the last update, from 1e-30 to 1e30.
        steps: updates, from 10. Of more than 1000 several trainings are made, whose seeds follow
            each other, and the median of their losses is judged: surer, not longer.

    Raises:
        ShapeError, DataError, RangeError, UnknownNameError: what came, what was wanted.

    Source: Smith 2017, arXiv:1506.01186.
    """
    trainings = -(-whole("steps", steps, least=FEW) // LONGEST)
    each = steps // trainings
    rising = replace(optimizer_named(optimizer), learning_rate=_rising(lowest, highest, each))
    run = train(network, X, y, loss, rising, 0, batch_size, seed, dtype=dtype, executor=executor)
    growth = _growth(lowest, highest, each)
    losses = _median(list(_trainings(run, X, y, batch_size, each, trainings, weight(growth))))
    if not len(losses):
        wanted = "a finite one is wanted"
        advice = "Scale the inputs to about −1 … 1."
        raise RangeError("loss of the first batch", "it is not finite", wanted, advice)
    rates = lowest * growth ** np.arange(each + 1.0)
    found = _judged(rates, losses, highest, rising.name, run.plan.objective.loss)
    return replace(found, trainings=trainings)


def _rising(lowest: float, highest: float, steps: int) -> Schedule:
    """lowest · growth^k: a decay in steps of one update, with a factor above 1."""
    first = real("lowest", lowest, LEAST)
    last = real("highest", highest, first, below=MOST, above=True)
    return step_decay(first, _growth(first, last, steps), 1)


def _growth(first: float, last: float, steps: int) -> float:
    return exp((log(last) - log(first)) / (steps - 1))


def weight(growth: float) -> float:
    """Of what came before in the smoothed loss, where the rate grows so many times an update."""
    return exp(-log10(growth) / MEMORY)


def _trainings(
    run: Run, X: Any, y: Any, batch_size: int, steps: int, count: int, before: float
) -> Iterator[list[float]]:
    """The losses of each training, from initial values of its own."""
    plan = run.plan
    x = inputs(run.network, X, plan.dtype)
    width = run.network.check(x.shape[1:])[-1]
    t = targets(y, len(x), plan.objective.loss, width, run.labels, plan.dtype)
    many = run.loop.looping(x, t)
    for seed in range(plan.seed, plan.seed + count):
        drawn = run.network.initial_values(seed)
        values = [np.array(drawn[name], plan.dtype) for name in run.parameters]
        values += plan.initial_state().values()
        batches = Batches(len(x), batch_size, seed)
        sums = np.zeros(1 + len(plan.objective.metrics))
        yield list(_losses(many, batches, values, steps, before, sums))


def _losses(
    many: ManySteps, batches: Batches, values: Sequence[Array], steps: int, before: float,
    sums: Array,
) -> Iterator[float]:  # fmt: skip
    """The loss of batch after batch, until it is not finite or far above the smallest."""
    limit = float(np.finfo(np.float64).max)
    average, least = _Average(before), inf
    for number in range(steps):
        ran = many.run(Stretch(values, batches, number, 1, limit, sums))
        values = tuple(ran.carried)
        if not ran.steps or not isfinite(ran.loss):
            return
        yield ran.loss
        last = average.add(ran.loss)
        least = min(least, last)
        if last > TOO_MUCH * least:
            return


def _median(trainings: Sequence[Sequence[float]]) -> Array:
    """The median at each rate; a training that ended early counts with its last loss."""
    begun = [one for one in trainings if one]
    longest = max(map(len, begun), default=0)
    padded = [np.pad(one, (0, longest - len(one)), mode="edge") for one in begun]
    return np.median(padded, axis=0) if padded else np.zeros(0)


@dataclass(slots=True)
class _Average:
    """An exponential average, freed of its start; `before` is the weight of what came before."""

    before: float
    value: float = 0.0
    weight: float = 0.0

    def add(self, value: float) -> float:
        """The average with one more number."""
        self.value = self.before * self.value + (1.0 - self.before) * value
        self.weight = self.before * self.weight + (1.0 - self.before)
        return self.value / self.weight


def smoothed(values: Array, before: float) -> Array:
    """The exponential average of numbers (n,), the current one included, freed of its start.

    Args:
        before: the weight of what came before, from 0 to below 1.

    >>> smoothed(np.array([4.0, 4.0, 4.0]), 0.9).round(6).tolist()
    [4.0, 4.0, 4.0]
    """
    average = _Average(before)
    return np.array([average.add(one) for one in values.tolist()])


def _judged(rates: Array, losses: Array, highest: float, optimizer: str, loss: str) -> RateTest:
    """The finding, from the losses of the updates done; `rates` goes one further at least."""
    before = weight(rates[1] / rates[0])
    curve = smoothed(losses, before)
    over = np.flatnonzero(curve > TOO_MUCH * np.minimum.accumulate(curve))
    diverged = None
    if len(over):
        diverged = float(rates[over[0]])
        losses, curve = losses[: over[0] + 1], curve[: over[0] + 1]
    elif len(losses) < len(rates) - 1:
        diverged = float(rates[len(losses)])
    first = min(max(FEW, len(rates) // 10), len(curve) - 1)
    least = first + int(curve[first:].argmin())
    initial = float(losses[:first].mean()) if first else float(losses[0])
    doubt = _noise(losses[:least]) * (1 / max(first, 1) + (1 - before) / (1 + before)) ** 0.5
    fell = initial - curve[least] > max(LEAST_FALL * initial, BEYOND * doubt)
    return RateTest(
        rates[: len(losses)], losses, curve, float(rates[least]) / BACK if fell else None,
        float(rates[least]), _steepest(rates, curve, first, least) if fell else None, diverged,
        highest, optimizer, loss, initial,
    )  # fmt: skip


def _noise(losses: Array) -> float:
    """The standard deviation of a loss from batch to batch, whatever its trend."""
    return float(np.diff(losses).std() / 2**0.5) if len(losses) > 2 else 0.0


def _steepest(rates: Array, curve: Array, begin: int, least: int) -> float:
    """Where the curve falls most over half a decade, before its lowest point."""
    each = log10(rates[1] / rates[0])
    reach = max(1, round(0.25 / each))
    first = min(begin + reach, least)
    middle = np.arange(first, least + 1)
    ends = np.minimum(middle + reach, len(curve) - 1)
    falls = curve[np.maximum(middle - reach, 0)] - curve[ends]
    return float(rates[middle[int(falls.argmax())]])
