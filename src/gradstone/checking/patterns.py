"""Mistakes that show in the numbers alone: a factor, a sign, a shape, a rate.

A pattern looks at one array at one point and gives what it sees in words, or None. It counts
where it gives the same words at every point.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from math import log
from typing import Any

import numpy as np

from gradstone.checking.evidence import Evidence, Point, alike

Array = np.ndarray[Any, Any]
Show = Callable[[Evidence, Point, int], str | None]


@dataclass(frozen=True, slots=True)
class Pattern:
    """A row of the table of patterns: a name, and how it is seen; `step` for steps alone."""

    name: str
    show: Show
    step: bool = False


def ratio(evidence: Evidence, point: Point, leaf: int) -> float | None:
    """The one number by which all entries are off; None where there is no such number."""
    offered, wanted = point.offered[leaf], point.wanted[leaf]
    known = np.isfinite(wanted)
    below = float(np.sum(wanted[known] ** 2))
    if offered.shape != wanted.shape or below == 0.0 or not np.isfinite(offered[known]).all():
        return None
    found = float(np.sum(offered[known] * wanted[known])) / below
    return found if found and point.matches(leaf, found * wanted, evidence.tolerance) else None


def _near(number: float, other: float, evidence: Evidence) -> bool:
    return abs(number - other) <= 10 * evidence.tolerance * abs(other)


def factors(evidence: Evidence) -> Iterator[tuple[float, str]]:
    """Numbers that people are off by, and why."""
    yield 2.0, "2 (½Σ against Σ, or the 2 of a square)"
    yield 0.5, "1/2 (½Σ against Σ, or the 2 of a square)"
    for what, n in evidence.sizes.items():
        yield n, f"{n} ({what}: a sum against a mean)"
        yield 1 / n, f"1/{n} ({what}: a mean against a sum)"
    for base in (2, 10):
        yield 1 / log(base), f"1/ln {base} (a logarithm to base {base} in place of ln)"
        yield log(base), f"ln {base} (a logarithm to base {base} in place of ln)"


def double_factors(evidence: Evidence) -> Iterator[tuple[float, str]]:
    """A size and a 2 together, as between ½Σ and a mean."""
    for what, n in evidence.sizes.items():
        yield 2 * n, f"{2 * n} (2 · {n}, {what})"
        yield 1 / (2 * n), f"1/{2 * n} (2 · {n}, {what})"
        yield 2 / n, f"2/{n} ({what}, and the 2 of a square)"
        yield n / 2, f"{n}/2 ({what}, and the 2 of a square)"


def _factor(evidence: Evidence, point: Point, leaf: int) -> str | None:
    found = ratio(evidence, point, leaf)
    if found is None:
        return None
    tables = (factors(evidence), double_factors(evidence))
    near = [[words for c, words in one if _near(abs(found), c, evidence)] for one in tables]
    known = near[0] or near[1]
    if not known:
        return None
    sign = ", and the sign is wrong" if found < 0 else ""
    return f"every entry is off by the factor {' or '.join(known[:3])}{sign}"


def _constant(evidence: Evidence, point: Point, leaf: int) -> str | None:
    found = ratio(evidence, point, leaf)
    entries = int(np.count_nonzero(np.nan_to_num(point.wanted[leaf])))
    if found is None or entries < 2:
        return None
    return f"every entry is {found:.6g} times the right one"


def _sign(evidence: Evidence, point: Point, leaf: int) -> str | None:
    found = ratio(evidence, point, leaf)
    if found is None or not _near(found, -1.0, evidence):
        return None
    if evidence.rate is not None:
        return "the step goes uphill: + in place of −, or t − out in place of out − t"
    return "every entry has the wrong sign: t − out in place of out − t, say"


def _rate_forgotten(evidence: Evidence, point: Point, leaf: int) -> str | None:
    found, rate = ratio(evidence, point, leaf), evidence.rate or 1.0
    if found is None or rate == 1.0 or not _near(found, 1 / rate, evidence):
        return None
    return f"the gradient was subtracted without its rate {rate:g}" + _same_as(1 / rate)


def _rate_twice(evidence: Evidence, point: Point, leaf: int) -> str | None:
    found, rate = ratio(evidence, point, leaf), evidence.rate or 1.0
    if found is None or rate == 1.0 or not _near(found, rate, evidence):
        return None
    return f"the rate {rate:g} was applied twice" + _same_as(rate)


def _same_as(factor: float) -> str:
    return (
        f" (a factor {factor:g} in the gradient would look the same)" if factor in (2, 0.5) else ""
    )


def _unchanged(evidence: Evidence, point: Point, leaf: int) -> str | None:
    if np.any(point.offered[leaf]):
        return None
    return "the parameters are as before: no update was made, or the old ones were updated in place"


def _whole(evidence: Evidence, point: Point, leaf: int) -> str | None:
    old = point.arrays[leaf]
    if old.shape != point.offered[leaf].shape:
        return None
    new = old - (evidence.rate or 0.0) * point.offered[leaf]
    if not np.allclose(new, np.round(new), rtol=0, atol=1e-9):
        return None
    return "only whole numbers came: parameters of an integer dtype cut the update off"


def _zero(evidence: Evidence, point: Point, leaf: int) -> str | None:
    if point.offered[leaf].shape != point.wanted[leaf].shape or np.any(point.offered[leaf]):
        return None
    return "every entry is 0: the value was taken for a constant, or the path to it is missing"


def _transposed(evidence: Evidence, point: Point, leaf: int) -> str | None:
    turned = point.wanted[leaf].T
    if turned.ndim < 2 or not point.matches(leaf, turned, evidence.tolerance):
        return None
    return "the numbers are right, rows and columns are exchanged"


def _not_summed(evidence: Evidence, point: Point, leaf: int) -> str | None:
    offered, wanted = point.offered[leaf], point.wanted[leaf]
    extra = offered.ndim - wanted.ndim
    if offered.shape == wanted.shape or extra < 0 or offered.size <= wanted.size:
        return None
    summed = offered.sum(axis=tuple(range(extra)))
    grown = [i for i, n in enumerate(wanted.shape) if n == 1 and summed.shape[i] != 1]
    summed = summed.sum(axis=tuple(grown), keepdims=True)
    if not alike(summed, wanted, evidence.tolerance, point.noise[leaf]):
        return None
    return "it has a row for each sample; sum it over the samples (axis 0), and it is right"


def _reshaped(evidence: Evidence, point: Point, leaf: int) -> str | None:
    offered, wanted = point.offered[leaf], point.wanted[leaf]
    if offered.shape == wanted.shape:
        return None
    told = f"shape {offered.shape} came, {wanted.shape} is wanted"
    same = offered.size == wanted.size and alike(
        offered.reshape(wanted.shape), wanted, evidence.tolerance
    )
    return f"{told}: the numbers are right" if same else told


def _another_order(evidence: Evidence, point: Point, leaf: int) -> str | None:
    offered, wanted = point.offered[leaf], point.wanted[leaf]
    if offered.shape != wanted.shape or not np.isfinite(wanted).all() or wanted.size < 2:
        return None
    if not alike(np.sort(offered, axis=None), np.sort(wanted, axis=None), evidence.tolerance):
        return None
    return "the numbers are right, but stand in another order"


def _another_array(evidence: Evidence, point: Point, leaf: int) -> str | None:
    for other, name in enumerate(evidence.names):
        if other != leaf and point.matches(leaf, point.wanted[other], evidence.tolerance):
            return f"this is the gradient of {name}"
    return None


def _penalty(evidence: Evidence, point: Point, leaf: int) -> str | None:
    offered, wanted, x = point.offered[leaf], point.wanted[leaf], point.arrays[leaf]
    known = np.isfinite(wanted)
    if offered.shape != wanted.shape or np.count_nonzero(x[known]) < 2:
        return None
    rest = np.where(known, offered - wanted, np.nan)
    found = float(np.sum(rest[known] * x[known]) / np.sum(x[known] ** 2))
    noise = np.abs(wanted) * 1e-12 + point.noise[leaf]
    if not alike(found * x, rest, 10 * evidence.tolerance, noise):
        return None
    word = "an extra" if found > 0 else "a missing"
    return f"the difference is {found:.6g} times the parameter: {word} L2 penalty or weight decay"


def _rounded(evidence: Evidence, point: Point, leaf: int) -> str | None:
    offered, wanted = point.offered[leaf], point.wanted[leaf]
    if offered.shape != wanted.shape or not np.isfinite(wanted).all() or evidence.rate is not None:
        return None
    for digits in range(2, 11):
        if np.array_equal(offered, np.round(wanted, digits)) and np.any(offered):
            return f"the numbers are right, rounded to {digits} digits behind the point"
    return None


def _one_sided(evidence: Evidence, point: Point, leaf: int) -> str | None:
    offered, wanted = point.offered[leaf], point.wanted[leaf]
    if offered.shape != wanted.shape or evidence.rate is not None:
        return None
    gap = np.abs(np.where(np.isfinite(wanted), offered - wanted, 0.0))
    for h in (0.1**k for k in range(1, 9)):
        for word, side in (("forward", h), ("backward", -h)):
            places = np.argsort(gap, axis=None)[-2:]
            if all(_is_difference(evidence, point, leaf, int(at), side) for at in places):
                return f"these are {word} differences with h = {h:.0e}; the central one is better"
    return None


def _is_difference(evidence: Evidence, point: Point, leaf: int, at: int, h: float) -> bool:
    arrays = [array.copy() for array in point.arrays]
    before = evidence.value(arrays)
    arrays[leaf].flat[at] += h
    found = (evidence.value(arrays) - before) / h
    gap = abs(point.offered[leaf].flat[at] - point.wanted[leaf].flat[at])
    return bool(abs(found - point.offered[leaf].flat[at]) <= 1e-3 * gap)


FIRST: tuple[Pattern, ...] = (
    Pattern("parameters not updated", _unchanged, step=True),
    Pattern("rate forgotten", _rate_forgotten, step=True),
    Pattern("rate applied twice", _rate_twice, step=True),
    Pattern("whole numbers", _whole, step=True),
    Pattern("sign", _sign),
    Pattern("zero", _zero),
    Pattern("transposed", _transposed),
    Pattern("gradient not summed over the samples", _not_summed),
    Pattern("wrong shape", _reshaped),
    Pattern("factor", _factor),
    Pattern("rounded", _rounded),
    Pattern("gradient of another parameter", _another_array),
    Pattern("entries in another order", _another_order),
    Pattern("L2 penalty", _penalty),
)
LAST: tuple[Pattern, ...] = (
    Pattern("one-sided difference", _one_sided),
    Pattern("constant factor", _constant),
)
