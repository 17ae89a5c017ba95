"""Choosing each side's best setting, checking that all walk the same path, timing in turn."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from math import ceil

from benchmarks.client import SideFailed, Worker, Workers
from benchmarks.sides.catalogue import PEERS, Setting, Side
from benchmarks.workloads import Workload

TOLERANCE = 1e-3
"""Largest relative difference of an epoch's mean loss from NumPy's in float64. Most are below
1e-6; Keras and scikit-learn add Adam's epsilon before the correction of v, which makes 2e-4."""
CALLS = 25
SLOW = 10.0
"""Seconds of an epoch from which the one that prepared a side is all that is measured."""


@dataclass(frozen=True, slots=True)
class Effort:
    """How long and how often is measured.

    Attributes:
        repeats: rounds over all sides. span: seconds of a measurement, about.
        trial: seconds for trying a setting. settings: how many are tried at most.
    """

    repeats: int = 7
    span: float = 0.2
    trial: float = 0.1
    settings: int = 99


QUICK = Effort(repeats=2, span=0.05, trial=0.02, settings=3)


@dataclass(slots=True)
class Result:
    """What a side did on a workload.

    Attributes:
        setting: the one it chose. steps: seconds a step, a number for each round.
        failure: why there are none. apart: largest relative difference of its losses.
    """

    side: Side
    setting: Setting = field(default_factory=Setting)
    steps: list[float] = field(default_factory=list)
    failure: str = ""
    apart: float = 0.0

    @property
    def median(self) -> float:
        """Median seconds a step."""
        return statistics.median(self.steps)


@dataclass(slots=True)
class _Ready:
    """A side prepared for a workload: its process, its key there, seconds an epoch."""

    worker: Worker
    key: str
    epoch: float
    result: Result

    def forget(self) -> None:
        """Free what it keeps for the workload, where its process still lives."""
        with suppress(SideFailed):
            self.worker.ask("forget", key=self.key)


def compared(
    workload: Workload,
    sides: Sequence[Side],
    workers: Workers,
    effort: Effort,
    tell: Callable[[str], None],
) -> list[Result]:
    """All sides on a workload, in their order; those that failed say why."""
    path = _reference(workload, workers)
    results, ready = [Result(side) for side in sides], []
    for result in results:
        try:
            ready.append(_admitted(workload, result, path, workers, effort))
        except SideFailed as failure:
            result.failure = str(failure)
        tell(f"  {result.side.title}: {result.failure or result.setting.title}")
    for one in ready:
        _measure(one, workload, replace(effort, span=effort.trial))
        one.result.steps.clear()  # only to warm up
    for number in range(effort.repeats):
        turn = number % max(1, len(ready))
        for one in ready[turn:] + ready[:turn]:
            _measure(one, workload, effort)
    for one in ready:
        one.forget()
    return results


def _admitted(
    workload: Workload, result: Result, path: Sequence[float], workers: Workers, effort: Effort
) -> _Ready:
    """The side in its fastest setting, walking the common path.

    Raises:
        SideFailed: it cannot, or it walks elsewhere.
    """
    chosen = _chosen(workload, result, workers, effort)
    result.apart = _apart(chosen, workload, path)
    if not result.apart <= TOLERANCE:
        chosen.forget()
        raise SideFailed(f"its losses leave the common path: {result.apart:.2g} apart")
    return chosen


def _reference(workload: Workload, workers: Workers) -> list[float]:
    """Mean losses of the first epochs in float64, by NumPy in the project's environment."""
    side = replace(PEERS["numpy"], name="reference", needs=None)
    worker = workers.of(side, Setting())
    options = {"dtype": "float64"}
    losses: list[float] = worker.ask("losses", workload=workload.name, options=options)["losses"]
    return losses


def _chosen(workload: Workload, result: Result, workers: Workers, effort: Effort) -> _Ready:
    """The side in its fastest setting; the others are forgotten.

    Raises:
        SideFailed: none works.
    """
    best, failure = None, result.side.why or "no setting"
    for setting in result.side.settings(workload)[: effort.settings]:
        try:
            worker = workers.of(result.side, setting)
            answer = worker.ask("prepare", workload=workload.name, options=setting.options)
            epoch = answer["epoch"]
            if epoch < SLOW:
                epoch = _epoch(worker, workload, effort.trial)
            tried = _Ready(worker, answer["key"], epoch, result)
        except SideFailed as error:
            failure = f"{setting.title}: {error}"
            continue
        if best is None or tried.epoch < best.epoch:
            best, tried = tried, best
            result.setting = setting
        if tried is not None:
            tried.forget()
    if best is None:
        raise SideFailed(failure)
    return best


def _epoch(worker: Worker, workload: Workload, span: float) -> float:
    """Seconds an epoch, measured over about `span` seconds."""
    epochs = 1
    while True:
        answer = worker.ask("train", epochs=epochs)
        seconds, done = answer["seconds"], answer["epochs"]
        if seconds >= 0.7 * span or done >= workload.most:
            again = [worker.ask("train", epochs=done) for _ in range(2 if seconds < 1 else 0)]
            return min(float(one["seconds"] / one["epochs"]) for one in (answer, *again))
        growth = span / max(seconds, span / 100)
        epochs = min(workload.most, ceil(done * max(1.5, growth)))


def _apart(one: _Ready, workload: Workload, path: Sequence[float]) -> float:
    options = one.result.setting.options
    losses = one.worker.ask("losses", workload=workload.name, options=options)["losses"]
    pairs = zip(losses, path, strict=True)
    apart = [abs(a - b) / max(abs(b), 1e-3 * abs(path[0])) for a, b in pairs]
    return max(apart) if all(one == one for one in apart) else float("nan")


def _measure(one: _Ready, workload: Workload, effort: Effort) -> None:
    """One measurement: calls of at most `workload.most` epochs, for about the span."""
    if one.result.failure:
        return
    if one.epoch >= SLOW:
        one.result.steps.append(one.epoch / workload.steps)
        return
    epochs = min(workload.most, max(1, ceil(effort.span / one.epoch)))
    calls = min(CALLS, max(1, ceil(effort.span / (one.epoch * epochs) - 0.5)))
    seconds, done = 0.0, 0
    try:
        one.worker.ask("use", key=one.key)
        time.sleep(0.005)  # threads of the side before go to sleep
        for _ in range(calls):
            answer = one.worker.ask("train", epochs=epochs)
            seconds, done = seconds + answer["seconds"], done + answer["epochs"]
        one.result.steps.append(seconds / done / workload.steps)
    except SideFailed as failure:
        one.result.failure = str(failure)
