"""The learning-rate range test: one training whose rate rises from update to update."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from math import exp, inf, isfinite, log, log10
from typing import Any

import numpy as np

from gradstone.data.batches import Batches
from gradstone.errors import RangeError
from gradstone.nn.module import Network
from gradstone.nn.settings import real, whole
from gradstone.studies.trials import rule
from gradstone.training.loop import Array
from gradstone.training.optimizers import Optimizer
from gradstone.training.run import Run
from gradstone.training.schedules import Schedule, step_decay
from gradstone.training.targets import inputs, targets
from gradstone.training.train import train

SMOOTHING = 0.9
"""The weight of what came before in the smoothed loss."""
TOO_MUCH = 4.0
"""The test ends where the smoothed loss is so many times its smallest."""
BACK = 10.0
"""The suggestion lies this factor below the rate where the smoothed loss is smallest."""
FEW = 10
"""The loss at the beginning is the mean of so many batches; none of them counts as the lowest."""
LEAST, MOST = 1e-30, 1e30
"""Rates that single precision can hold."""
LEAST_FALL, BEYOND = 0.02, 1.2
"""The loss has fallen where it fell by this share of it and by so many times its deviation from
batch to batch: three times that of the difference between the two averages."""


@dataclass(frozen=True, slots=True, eq=False)
class RateTest:
    """What a learning-rate range test found.

    Attributes:
        rates: of each update, rising geometrically, (n,).
        losses: of each batch, before its update, (n,); all finite.
        smoothed: their exponential average, the current one included, (n,).
        suggestion: a tenth of `lowest_at`; None where the loss never fell.
        lowest_at: the rate where the smoothed loss is smallest.
        steepest_at: the rate around which it falls fastest per decade; None where it never fell.
        diverged_at: the rate at which the loss was four times its smallest or not finite; None
            where that never came.
        highest: the rate the test would have ended with. optimizer, loss: by name.
        initial: the mean loss of the first ten batches.
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
    """Look for a learning rate: train once, with a rate that rises from very small to too large.

    The smoothed loss falls first and rises when the rate becomes too large. A tenth of the rate
    where it is smallest is suggested: at the lowest point itself training is about to break
    down. Where the loss falls fastest is known too, but is too low a rate for what learns fast.

    Args:
        network, X, y, loss, batch_size, seed, dtype, executor: as for `gs.train`.
        optimizer: a name, or an optimizer, of which only the rate is replaced.
        lowest, highest: the rates of the first and of the last update, from 1e-30 to 1e30.
        steps: updates, from 10.

    Raises:
        ShapeError, DataError, RangeError, UnknownNameError: what came, what was wanted.

    Source: Smith 2017, arXiv:1506.01186.
    """
    rising = replace(rule(optimizer), learning_rate=_rising(lowest, highest, steps))
    run = train(network, X, y, loss, rising, 0, batch_size, seed, dtype=dtype, executor=executor)
    losses = np.array(list(_losses(run, X, y, batch_size, steps)))
    if not len(losses):
        wanted = "a finite one is wanted"
        advice = "Scale the inputs to about −1 … 1."
        raise RangeError("loss of the first batch", "it is not finite", wanted, advice)
    rates = lowest * _growth(lowest, highest, steps) ** np.arange(steps + 1.0)
    return _judged(rates, losses, highest, rising.name, run.plan.objective.loss)


def _rising(lowest: float, highest: float, steps: int) -> Schedule:
    """lowest · growth^k: a decay in steps of one update, with a factor above 1."""
    first = real("lowest", lowest, LEAST)
    last = real("highest", highest, first, below=MOST, above=True)
    return step_decay(first, _growth(first, last, whole("steps", steps, least=10)), 1)


def _growth(first: float, last: float, steps: int) -> float:
    return exp((log(last) - log(first)) / (steps - 1))


def _losses(run: Run, X: Any, y: Any, batch_size: int, steps: int) -> Iterator[float]:
    """The loss of batch after batch, until it is not finite or far above the smallest."""
    loss, dtype = run.plan.objective.loss, run.plan.dtype
    x = inputs(run.network, X, dtype)
    width = run.network.check(x.shape[1:])[-1]
    t = targets(y, len(x), loss, width, run.labels, dtype)
    batches = Batches(len(x), batch_size, run.plan.seed)
    values = (*run.parameters.values(), *run.loop.carried.state.values())
    sums = np.zeros(1 + len(run.plan.objective.metrics))
    many, limit = run.loop.looping(x, t), float(np.finfo(np.float64).max)
    average, least = _Average(), inf
    for number in range(steps):
        ran = many.run(values, batches, number, 1, limit, sums)
        values = tuple(ran.carried)
        if not ran.steps or not isfinite(ran.loss):
            return
        yield ran.loss
        last = average.add(ran.loss)
        least = min(least, last)
        if last > TOO_MUCH * least:
            return


@dataclass(slots=True)
class _Average:
    """An exponential average, freed of its start."""

    value: float = 0.0
    weight: float = 0.0

    def add(self, value: float) -> float:
        """The average with one more number."""
        self.value = SMOOTHING * self.value + (1.0 - SMOOTHING) * value
        self.weight = SMOOTHING * self.weight + (1.0 - SMOOTHING)
        return self.value / self.weight


def smoothed(values: Array) -> Array:
    """The exponential average of numbers (n,), the current one included, freed of its start.

    >>> smoothed(np.array([4.0, 4.0, 4.0])).round(6).tolist()
    [4.0, 4.0, 4.0]
    """
    average = _Average()
    return np.array([average.add(one) for one in values.tolist()])


def _judged(rates: Array, losses: Array, highest: float, optimizer: str, loss: str) -> RateTest:
    """The finding, from the losses of the updates done; `rates` goes one further at least."""
    curve = smoothed(losses)
    cut = len(losses) < len(rates) - 1
    diverged = None
    if curve[-1] > TOO_MUCH * curve.min():
        diverged = float(rates[len(losses) - 1])
    elif cut:
        diverged = float(rates[len(losses)])
    first = min(FEW, len(curve) - 1)
    least = first + int(curve[first:].argmin())
    initial = float(losses[:first].mean()) if first else float(losses[0])
    fell = initial - curve[least] > max(LEAST_FALL * initial, BEYOND * _noise(losses[:least]))
    return RateTest(
        rates[: len(losses)], losses, curve, float(rates[least]) / BACK if fell else None,
        float(rates[least]), _steepest(rates, curve, least) if fell else None, diverged, highest,
        optimizer, loss, initial,
    )  # fmt: skip


def _noise(losses: Array) -> float:
    """The standard deviation of a loss from batch to batch, whatever its trend."""
    return float(np.diff(losses).std() / 2**0.5) if len(losses) > 2 else 0.0


def _steepest(rates: Array, curve: Array, least: int) -> float:
    """Where the curve falls most over half a decade, before its lowest point."""
    each = log10(rates[1] / rates[0])
    reach = max(1, round(0.25 / each))
    first = min(FEW + reach, least)
    middle = np.arange(first, least + 1)
    ends = np.minimum(middle + reach, len(curve) - 1)
    falls = curve[np.maximum(middle - reach, 0)] - curve[ends]
    return float(rates[middle[int(falls.argmax())]])
