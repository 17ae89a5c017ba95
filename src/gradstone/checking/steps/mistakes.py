"""Mistakes planted into a step, and those that only the numbers of a whole step can show."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import partial
from itertools import islice

import numpy as np

from gradstone.checking.evidence import Cause
from gradstone.checking.mistakes import MISTAKES
from gradstone.checking.planting import Mistake, Planted, Subject, by_rule
from gradstone.checking.steps.candidates import Candidate, Trial
from gradstone.checking.steps.judging import Sides
from gradstone.checking.steps.quantities import Array, kind_of
from gradstone.checking.steps.recipe import Recipe, Version
from gradstone.checking.steps.versions import ahead, overwritten, possible, squashings
from gradstone.errors import GradstoneError

MOST_NODES = 3000  # built at most for one mistake: in deep networks not every place is tried
MOST_STEPS = 50
NOT_ZEROED = "gradients not set to zero"
OTHER_PARAMETERS = "numbers of other parameters"
MISSING = "activation left out"
BY_NAME = {mistake.name: mistake for mistake in MISTAKES}
Make = Callable[[], Version | None]


def _softmax_missing(subject: Subject) -> Iterator[Planted]:
    """The gradient passes softmax unchanged, or as if each output had but its own net."""
    sites = [node for node in subject.nodes() if node.op.name == "softmax"]
    yield from by_rule(subject, sites, lambda node, g: [g])
    yield from by_rule(subject, sites, lambda node, g: [g * node * (1.0 - node)])


SOFTMAX = Mistake(
    "derivative of softmax",
    "each probability depends on every logit: δ = p · (∂E/∂p − Σ p · ∂E/∂p); it is not ∂E/∂p, "
    "nor ∂E/∂p · p · (1 − p)",
    _softmax_missing,
)


def trials(sides: Sides) -> Iterator[Trial]:
    """The step with each known mistake, on the numbers that came."""
    for cause, make in mistaken(sides.recipe, sides.right):
        version = make()
        if version is not None:
            yield Trial(sides, cause, version)


def mistaken(recipe: Recipe, right: Version) -> Iterator[tuple[Cause, Make]]:
    """The step with each known mistake, at each place where it can be made.

    Each is a function without arguments that gives the version, or None where shapes make the
    mistake impossible.
    """
    made = overwritten(recipe)
    yield from _versions(recipe, BY_NAME["weights overwritten before use"], made)
    for mistake in (*MISTAKES[:-1], SOFTMAX, MISTAKES[-1]):
        for planted in _planted(recipe, mistake):
            yield from _versions(recipe, mistake, planted)
    plain = Planted("", recipe.subject.output)
    for name, output in squashings(recipe):
        cause = Cause(name, BY_NAME[name].explanation, "", ())
        yield cause, partial(possible, recipe, plain, output)
    for slip in recipe.slips:
        cause = Cause(slip.name, slip.explanation, "", ())
        yield cause, partial(recipe.version, plain, update=slip.update)
    text = (
        "they are right for the parameters after the update, or those after it for the ones "
        "before; forward, loss and gradient belong to the parameters before the update"
    )
    yield Cause(OTHER_PARAMETERS, text, "", ()), partial(ahead, right, recipe)


def _versions(recipe: Recipe, mistake: Mistake, planted: Planted) -> Iterator[tuple[Cause, Make]]:
    cause = Cause(mistake.name, mistake.explanation, planted.place, ())
    outputs = [None, *(node for name, node in squashings(recipe) if name == mistake.name)]
    for output in outputs:
        yield cause, partial(possible, recipe, planted, output)


def _planted(recipe: Recipe, mistake: Mistake) -> Iterable[Planted]:
    """The forms of a mistake, as far as they can be tried in short time, single places first."""
    subject = recipe.subject
    most = max(1, MOST_NODES // len(subject.nodes()))
    found = list[Planted]()
    try:
        found += islice(mistake.plant(subject), most)
    except GradstoneError:  # shapes that make this mistake impossible here
        return ()
    return sorted(found, key=lambda one: one.place == "everywhere")


def of_given(sides: Sides, name: str) -> Iterator[Candidate]:
    """Why something given may differ: labels counted from 1, parameters of another moment."""
    came, ours = sides.there.get(name), sides.ours[name]
    if came is None:
        return
    if name == "t" and ours.dtype.kind in "iu":
        gap = np.unique(came - ours)
        if len(gap) == 1 and abs(gap[0]) == 1:
            mistake = BY_NAME["labels off by one"]
            yield _only(name, Cause(mistake.name, mistake.explanation, "", ()))
    if name in sides.recipe.parameters and sides.matches(name, sides.ours[f"new {name}"]):
        text = "these are the parameters after the update; a step starts from those before it"
        names = {one for one in sides.recipe.parameters if one in sides.there}
        new = {one for one in names if sides.matches(one, sides.ours[f"new {one}"])}
        yield Candidate(Cause(OTHER_PARAMETERS, text, "", ()), lambda one: one in new)


def _only(name: str, cause: Cause) -> Candidate:
    return Candidate(cause, lambda one: one == name)


def of_numbers(sides: Sides, name: str) -> Iterator[Candidate]:
    """Mistakes seen by computing with numbers of several quantities."""
    if kind_of(name) == "gradient":
        for numbers in (_with_old(sides), _accumulated(sides)):
            if numbers:
                text = (
                    "the gradients of earlier steps are still in it; set gradients to zero "
                    "before each backward pass"
                )
                yield _numbers(sides, Cause(NOT_ZEROED, text, "", ()), numbers)
    if name.startswith("out") and (net := sides.known.get(f"net{name[3:]}")) is not None:
        text = "the activation is missing: out is net itself"
        yield _numbers(sides, Cause(MISSING, text, "", ()), {name: net})


def unrelated(sides: Sides, name: str) -> Iterator[Candidate]:
    """A loss that is not that of the predictions that came with it."""
    output = sides.there.get(sides.recipe.last)
    if name == "loss" and output is not None and not np.isnan(output).any():
        text = "the loss is not that of these predictions: one of both is of another run or moment"
        yield _only(name, Cause(OTHER_PARAMETERS, text, "", ()))


def _numbers(sides: Sides, cause: Cause, numbers: Mapping[str, Array]) -> Candidate:
    return Candidate(
        cause,
        lambda one: one in numbers and one in sides.there and sides.matches(one, numbers[one]),
    )


def _with_old(sides: Sides) -> dict[str, Array]:
    """Gradients with those of the step before added, where these were given."""
    names = [f"d{name}" for name in sides.recipe.parameters]
    right = {name: sides.wanted.get(name, sides.ours[name]) for name in names}
    return {
        name: right[name] + sides.there[f"old {name}"]
        for name in names
        if f"old {name}" in sides.there and right[name].shape == sides.there[f"old {name}"].shape
    }


def _accumulated(sides: Sides) -> dict[str, Array]:
    """Gradients to which those of earlier steps on the same batch were added.

    What is too much, G, made the parameters what they are: before that step they were
    p + rate · G. If the gradient there is G, or G less what the steps before it left, this is
    the mistake.
    """
    recipe = sides.recipe
    names = {name: f"d{name}" for name in recipe.parameters}
    given = all(
        one in sides.there and not np.isnan(sides.there[one]).any() for one in names.values()
    )
    if not (recipe.descent and given):
        return {}
    at = {one: sides.known[one] for one in recipe.given}
    right = recipe.all_values(sides.right, at)
    extra = {one: sides.there[one] - right[one] for one in names.values()}
    rest, rate = dict(extra), float(sides.known["rate"])
    for _ in range(MOST_STEPS):
        at |= {name: at[name] + rate * rest[one] for name, one in names.items()}
        before = recipe.all_values(sides.right, at)
        rest = {one: rest[one] - before[one] for one in names.values()}
        if not all(np.isfinite(one).all() for one in rest.values()):
            break
        if all(np.abs(rest[one]).max() <= 1e-6 * np.abs(extra[one]).max() for one in rest):
            return {one: right[one] + extra[one] for one in names.values()}
    return {}
