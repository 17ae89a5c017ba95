"""Which known mistakes explain the first wrong number of a step, and those after it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from copy import copy
from dataclasses import dataclass, replace
from functools import partial
from itertools import chain, tee

from gradstone.checking.diagnosis import NOT_SCALED
from gradstone.checking.evidence import Cause, sizes_of
from gradstone.checking.model import Tracing
from gradstone.checking.steps.candidates import Candidate, Trial
from gradstone.checking.steps.judging import DIFFERS, Sides
from gradstone.checking.steps.mistakes import of_given, of_numbers, trials, unrelated
from gradstone.checking.steps.patterns import crossed, factors, first, last
from gradstone.graph.walk import Graph

MOST_CAUSES = 6


@dataclass(frozen=True, slots=True)
class Found:
    """Wrong quantities with one cause; None where no known mistake explains them."""

    names: tuple[str, ...]
    cause: Cause | None


def attributed(sides: Sides) -> list[Found]:
    """The causes of all wrong quantities, that of the first one first.

    Of several mistakes that explain the first wrong quantity the one counts that explains most
    of the others; of equals, one that leaves right quantities right; of equals, one made in the
    rule of that quantity itself; of equals, the first.
    """
    (planted,) = tee(trials(sides), 1)
    left, found = sides.wrong, list[Found]()
    while left and len(found) < MOST_CAUSES:
        best, names = _best(_candidates(sides, left[0], planted), sides, left)
        if best is None:
            found.append(Found((left[0],), None))
            left = left[1:]
        else:
            found.append(Found(names, replace(best.cause, entries=names)))
            left = [name for name in left if name not in names]
    return [*found, *(Found((name,), None) for name in left)]


def _best(
    candidates: Iterable[Candidate], sides: Sides, left: list[str]
) -> tuple[Candidate | None, tuple[str, ...]]:
    best: tuple[Candidate | None, tuple[str, ...]] = None, ()
    score = (0, False, False)
    right = [name for name, verdict in sides.verdicts.items() if verdict != DIFFERS]
    for one in candidates:
        if one.weak and score[:2] == (len(left), True):
            break
        if one.explains(left[0]):
            names = tuple(name for name in left if one.explains(name))
            spared = len(names) >= score[0] and all(one.spares(name) for name in right)
            now = (len(names), spared, spared and not one.weak and one.local(left[0]))
            if now > score:
                best, score = (one, names), now
            if score == (len(left), True, True):
                break
    return best


def _candidates(sides: Sides, name: str, planted: Iterator[Trial]) -> Iterator[Candidate]:
    """What may explain a quantity, the likeliest first; `planted` is copied, not used up."""
    if name in sides.recipe.given:
        return of_given(sides, name)
    sizes = _sizes(sides)
    return chain(
        crossed(sides, name),
        first(sides, name, sizes),
        of_numbers(sides, name),
        (Candidate(one.cause, one.explains, one.spares, one.local) for one in copy(planted)),
        (replace(one, weak=True) for one in last(sides, name, sizes)),
        _scaled(sides, name, planted, sizes),
        (replace(one, weak=True) for one in unrelated(sides, name)),
    )


def _scaled(
    sides: Sides, name: str, planted: Iterator[Trial], sizes: dict[str, int]
) -> Iterator[Candidate]:
    """A mistake, and a factor as well."""
    for trial in copy(planted):
        if trial.cause.name == NOT_SCALED:  # with a factor as well it could explain too much
            continue
        for scale, words in factors(sides, name, sizes):
            text = f"{trial.cause.explanation}; besides, everything is off by the factor {words}"
            cause = replace(trial.cause, name=f"{trial.cause.name}, and a factor", explanation=text)
            explains = partial(trial.explains, scale=scale)
            yield Candidate(cause, explains, weak=True)


def _sizes(sides: Sides) -> dict[str, int]:
    """What may turn up as a factor: samples, outputs, and both."""
    subject = sides.recipe.subject
    return sizes_of(Tracing(Graph(subject.inputs, (subject.output,)), (), subject), [])
