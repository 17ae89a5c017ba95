"""Which known mistakes explain a wrong gradient, by name; else how it differs in general."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from itertools import islice
from typing import Any

import numpy as np

from gradstone.checking.evidence import Cause, Evidence, Point
from gradstone.checking.mistakes import MISTAKES
from gradstone.checking.model import Tracing
from gradstone.checking.patterns import FIRST, LAST, Pattern, factors
from gradstone.checking.planting import Mistake, Planted
from gradstone.errors import GradstoneError

Array = np.ndarray[Any, Any]
MOST_NODES = 1500  # built at most for one mistake: in deep graphs not every place is tried
NOT_SCALED = "a term left out"  # with a factor as well it could explain too much


@dataclass(frozen=True, slots=True)
class Hypothesis:
    """A mistake at a place.

    Attributes:
        explains: (array, point) -> whether it accounts for what was offered.
        spares: (array, point) -> whether it leaves an array right that is right.
    """

    cause: Cause
    explains: Callable[[int, int], bool]
    spares: Callable[[int, int], bool] = lambda leaf, at: True


def diagnosed(evidence: Evidence) -> tuple[Cause, ...]:
    """The likely causes, together explaining every wrong array.

    The mistake that explains most arrays, at every point, is named first; of equals, one
    that leaves the right arrays right; of equals, the one that stands first in its table.
    """
    causes: list[Cause] = []
    left = evidence.wrong
    known = Remembered(_hypotheses(evidence))
    while left:
        best, explained = _best(known, evidence, left)
        if best is None:
            causes.append(another_function(evidence, left))
            break
        causes.append(replace(best.cause, entries=_names(evidence, explained)))
        left -= explained
    return tuple(causes)


def _names(evidence: Evidence, found: Iterable[int]) -> tuple[str, ...]:
    return tuple(evidence.names[leaf] for leaf in sorted(found))


def _best(
    known: Iterable[Hypothesis], evidence: Evidence, left: frozenset[int]
) -> tuple[Hypothesis | None, frozenset[int]]:
    best: Hypothesis | None = None
    most: frozenset[int] = frozenset()
    spared = False
    points = range(len(evidence.points))
    right = set(range(len(evidence.names))) - evidence.wrong
    for one in known:
        found = frozenset(leaf for leaf in left if all(one.explains(leaf, at) for at in points))
        if len(found) < max(1, len(most)):
            continue
        spares = all(one.spares(leaf, at) for leaf in right for at in points)
        if (len(found), spares) > (len(most), spared):
            best, most, spared = one, found, spares
        if most == left and spared:
            break
    return best, most


class Remembered:
    """An iterator that can be gone through again without computing anything twice."""

    def __init__(self, source: Iterator[Hypothesis]) -> None:
        """Nothing is computed yet."""
        self.source, self.seen = source, list[Hypothesis]()

    def __iter__(self) -> Iterator[Hypothesis]:
        yield from self.seen
        for one in self.source:
            self.seen.append(one)
            yield one


def _hypotheses(evidence: Evidence) -> Iterator[Hypothesis]:
    yield from _patterns(evidence, FIRST)
    if evidence.tracing is None:
        yield from _patterns(evidence, LAST)
        return
    planted = []
    for mistake in MISTAKES:
        for place, values in _variants(evidence, evidence.tracing, mistake):
            planted.append((mistake, place, values))
            cause = Cause(mistake.name, mistake.explanation, place, ())
            yield Hypothesis(cause, *_explaining(evidence, values, 1.0))
    yield from _patterns(evidence, LAST)
    scales = [(-1.0, "−1"), *((number, words) for number, words in factors(evidence))]
    for mistake, place, values in planted:
        for number, words in scales if mistake.name != NOT_SCALED else ():
            text = f"{mistake.explanation}; besides, everything is off by the factor {words}"
            cause = Cause(f"{mistake.name}, and a factor", text, place, ())
            yield Hypothesis(cause, *_explaining(evidence, values, number))


def _patterns(evidence: Evidence, table: Iterable[Pattern]) -> Iterator[Hypothesis]:
    for pattern in table:
        if pattern.step and evidence.rate is None:
            continue
        found = {leaf: pattern.show(evidence, evidence.points[0], leaf) for leaf in evidence.wrong}
        for text in dict.fromkeys(words for words in found.values() if words):
            yield Hypothesis(Cause(pattern.name, text, "", ()), _showing(evidence, pattern, text))


def _showing(evidence: Evidence, pattern: Pattern, text: str) -> Callable[[int, int], bool]:
    return lambda leaf, at: pattern.show(evidence, evidence.points[at], leaf) == text


def _explaining(
    evidence: Evidence, values: list[list[Array]], scale: float
) -> tuple[Callable[[int, int], bool], Callable[[int, int], bool]]:
    def explains(leaf: int, at: int) -> bool:
        value = scale * values[at][leaf]
        return evidence.points[at].matches(leaf, value, evidence.tolerance)

    def spares(leaf: int, at: int) -> bool:
        value = scale * values[at][leaf]
        return explains(leaf, at) or not (np.any(value) or np.any(evidence.points[at].wanted[leaf]))

    return explains, spares


def _variants(
    evidence: Evidence, tracing: Tracing, mistake: Mistake
) -> Iterator[tuple[str, list[list[Array]]]]:
    """The gradients that a mistake gives at every point, for each place it can be made."""
    for planted in _planted(tracing, mistake):
        try:
            program = tracing.compiled(planted.gradient(tracing.subject.wrt))
            values = [program(point.arrays) for point in evidence.points]
        except GradstoneError:  # shapes that make this mistake impossible here
            continue
        yield planted.place, values


def _planted(tracing: Tracing, mistake: Mistake) -> Iterator[Planted]:
    """The forms of a mistake, at least one, as far as they can be tried in short time."""
    forms = iter(mistake.plant(tracing.subject))
    most = max(1, MOST_NODES // len(tracing.subject.nodes()))
    try:
        yield from islice(forms, most)
    except GradstoneError:  # shapes that make this mistake impossible here
        return


def another_function(evidence: Evidence, left: Iterable[int]) -> Cause:
    """The general verdict: how the offered gradient lies to the right one."""
    point = evidence.points[0]
    found = sorted(left)
    same = [leaf for leaf in found if point.offered[leaf].shape == point.wanted[leaf].shape]
    few = _few_entries(point, same, evidence) if same == found else ""
    if few:
        return Cause("single entries", few, "", _names(evidence, found))
    text = "no known mistake gives these numbers" + _angle(evidence, same)
    return Cause("the gradient of another function", text, "", _names(evidence, found))


def _few_entries(point: Point, same: list[int], evidence: Evidence) -> str:
    wrong = []
    for leaf in same:
        wanted, offered = point.wanted[leaf], point.offered[leaf]
        largest = np.nanmax(np.abs(wanted), initial=0.0)
        gap = np.abs(offered - wanted) > evidence.tolerance * (np.abs(wanted) + largest / 10)
        wrong += [(leaf, tuple(map(int, index))) for index in np.argwhere(gap)]
    total = sum(point.wanted[leaf].size for leaf in same)
    if not wrong or len(wrong) > 3 or 3 * len(wrong) > total:
        return ""
    places = ", ".join(f"{evidence.names[leaf]}{list(index) or ''}" for leaf, index in wrong)
    return f"only {places} of {total} entries differ; look at where they are computed"


def _angle(evidence: Evidence, same: list[int]) -> str:
    pairs = [(p.offered[leaf], p.wanted[leaf]) for p in evidence.points for leaf in same]
    if not pairs:
        return ""
    offered = np.concatenate([one.ravel() for one, _ in pairs])
    wanted = np.concatenate([one.ravel() for _, one in pairs])
    known = np.isfinite(wanted) & np.isfinite(offered)
    offered, wanted = offered[known], wanted[known]
    lengths = float(np.linalg.norm(offered) * np.linalg.norm(wanted))
    if not lengths:
        return ""
    ratios = offered[wanted != 0] / wanted[wanted != 0]
    where = "; here and at two points nearby," if len(evidence.points) > 1 else ";"
    return (
        f"{where} the offered entries are {ratios.min():.4g} to {ratios.max():.4g} times the "
        f"right ones, the cosine of the angle between both is {offered @ wanted / lengths:.4f}"
    )
