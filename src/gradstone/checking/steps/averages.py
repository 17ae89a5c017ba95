"""Which moving average of a series this is: over how many values, or which mistake was made."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from gradstone.checking.evidence import Cause
from gradstone.checking.steps.quantities import Array

NOT_SMOOTHED = "moving average not smoothed"
LEAVES_OUT = "moving average leaves out the current value"
SHIFTED = "moving average shifted"
MOST_SHIFT = 5


@dataclass(frozen=True, slots=True)
class Average:
    """What an average was found to be.

    Attributes:
        words: as "over 10 values". wanted: what it should be, NaN where nothing can be said.
        cause: the mistake, or None where it is right.
    """

    words: str
    wanted: Array
    cause: Cause | None = None


def recognised(series: Array, came: Array, tolerance: float) -> Average | None:
    """What kind of average came; None where it is none that is known.

    A moving average at step k ends with the value at k: it is the mean of the last w values, or
    β · average + (1 − β) · value. It may start with fewer values, or once w are there.

    Args:
        series: (n,). came: (n,), or shorter where it starts later; NaN for what is not there.
        tolerance: relative to the largest value.
    """
    n = len(series)
    if len(came) > n or np.isfinite(came).sum() < 2:
        return None
    came = np.concatenate([np.full(n - len(came), np.nan), came])
    scale = tolerance * np.abs(series).max()
    for words, wanted in _kinds(series, came):
        if _same(came, wanted, scale):
            return Average(words, wanted)
    if _same(came, series, scale):
        text = "the average is the series itself; take it over several values"
        return Average("", _moved(series, n), Cause(NOT_SMOOTHED, text, "", ()))
    for by in (1, *range(2, MOST_SHIFT + 1), *range(-1, -MOST_SHIFT - 1, -1)):
        for words, wanted in _late(series, came, by):
            if _same(came, wanted, scale):
                return Average(words, _moved(wanted, -by), _cause(by, words))
    return None


def _same(came: Array, wanted: Array, scale: float) -> bool:
    both = np.isfinite(came) & np.isfinite(wanted)
    return bool(both.sum() > 1 and (np.abs(came - wanted)[both] <= scale).all())


def _kinds(series: Array, came: Array) -> Iterator[tuple[str, Array]]:
    for width in range(2, len(series) + 1):
        yield f"over {width} values", trailing(series, width)
    yield from _smoothings(series, came)


def _smoothings(series: Array, came: Array) -> Iterator[tuple[str, Array]]:
    for beta in _betas(series, came):
        yield f"with β = {beta:.6g}", smoothed(series, beta, came)
    for beta in _betas_corrected(series, came):
        powers = beta ** np.arange(1, len(series) + 1)
        yield f"with β = {beta:.6g}", smoothed(series, beta, np.zeros(0)) / (1 - powers)


def _late(series: Array, came: Array, by: int) -> Iterator[tuple[str, Array]]:
    """Averages that stand some steps late, or early where `by` is negative."""
    for width in range(2, len(series) + 1):
        yield f"over {width} values", _moved(trailing(series, width), by)
    if by == 1:
        yield from _smoothings(_moved(series, 1), came)


def _cause(by: int, words: str) -> Cause:
    if by == 1:
        text = f"the average {words} ends with the value before; the current one belongs in it"
        return Cause(LEAVES_OUT, text, "", ())
    steps = f"{abs(by)} step" + "s" * (abs(by) > 1)
    when = f"{steps} late" if by > 0 else f"{steps} early: it holds values still to come"
    return Cause(SHIFTED, f"the average {words} stands {when}", "", ())


def trailing(series: Array, width: int) -> Array:
    """The mean of the last so many values up to each, of fewer at the start."""
    sums = np.concatenate([[0.0], np.cumsum(series)])
    ends = np.arange(1, len(series) + 1)
    starts = np.maximum(ends - width, 0)
    return np.asarray((sums[ends] - sums[starts]) / (ends - starts))


def smoothed(series: Array, beta: float, came: Array) -> Array:
    """β · average + (1 − β) · value, from the first average that came, or from 0."""
    known = np.flatnonzero(np.isfinite(came))
    start = int(known[0]) if len(known) else -1
    found, now = np.full(len(series), np.nan), float(came[start]) if len(known) else 0.0
    for at in range(max(start, 0), len(series)):
        now = now if at == start else beta * now + (1 - beta) * series[at]
        found[at] = now
    return found


def _betas(series: Array, came: Array) -> Iterator[float]:
    """The β that makes the second average of the first and its own value."""
    for at in np.flatnonzero(np.isfinite(came[1:]) & np.isfinite(came[:-1])) + 1:
        found = list(_ratio(came[at] - series[at], came[at - 1] - series[at]))
        if found:
            yield found[0]
            return


def _betas_corrected(series: Array, came: Array) -> Iterator[float]:
    """The same for an average freed of its start, (v₁ + β v₀) / (1 + β)."""
    if len(series) > 1:
        yield from _ratio(came[1] - series[1], series[0] - came[1])


def _ratio(above: float, below: float) -> Iterator[float]:
    beta = above / below if np.isfinite(above) and np.isfinite(below) and below else 0.0
    if 0.0 < beta < 1.0:
        yield float(beta)


def _moved(array: Array, by: int) -> Array:
    """The array some steps later; NaN where nothing is."""
    found = np.full(len(array), np.nan)
    if by > 0:
        found[by:] = array[: len(array) - by]
    elif by < 0:
        found[:by] = array[-by:]
    return found if by else array
