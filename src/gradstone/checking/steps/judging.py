"""Two traces of one step side by side: which numbers agree, and which are right given the earlier.

A number that differs from ours, but follows from the numbers before it as it should, is an error
carried forward, and no mistake of its own.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from gradstone.checking.steps.precision import Precision, agree
from gradstone.checking.steps.quantities import Array
from gradstone.checking.steps.recipe import Recipe, Version

EQUAL, FOLLOWS, DIFFERS = "equal", "right given the earlier numbers", "differs"
Arrays = Mapping[str, Array]


@dataclass(slots=True)
class Sides:
    """Our numbers of a step and somebody's.

    Attributes:
        recipe: of the step. right: its version without mistakes. ours: our numbers.
        there: theirs, NaN where a number was not given. misfits: those of other shapes.
        precision: of theirs.
        known: theirs where they were given, and what follows from those where not.
        verdicts: a word for each quantity given, in order of computation.
        wanted: for those that are not ours, what their earlier numbers make of them.
        noise: how far rounding of earlier numbers may have put those off.
        completed: what `complete` found.
    """

    recipe: Recipe
    there: Arrays
    misfits: Arrays
    precision: Precision
    right: Version = field(init=False)
    ours: dict[str, Array] = field(init=False)
    known: dict[str, Array] = field(init=False)
    verdicts: dict[str, str] = field(init=False)
    wanted: dict[str, Array] = field(init=False)
    noise: dict[str, Array] = field(init=False)
    completed: dict[str, dict[str, Array]] = field(init=False, default_factory=dict)

    def __post_init__(self) -> None:
        self.right = self.recipe.right()
        self.ours = self.recipe.all_values(self.right, self.recipe.values)
        self.known, self.verdicts, self.wanted, self.noise = {}, {}, {}, {}
        for name in self.recipe.given:
            self.known[name] = self._filled(name, self.ours[name])
            if name in self.there:
                same = agree(self.there[name], self.ours[name], self.slack(name, self.ours[name]))
                self.verdicts[name] = EQUAL if same else DIFFERS
                self.wanted |= {} if same else {name: self.ours[name]}
        for name in self.right.nodes:
            if name in self.misfits:
                self.wanted[name] = self._computed(name)
                self.verdicts[name] = DIFFERS
            elif name in self.there and name not in self.recipe.given:
                self.verdicts[name] = self._judged(name)

    @property
    def wrong(self) -> list[str]:
        """What neither agrees nor follows from what came before, in order of computation."""
        return [name for name, verdict in self.verdicts.items() if verdict == DIFFERS]

    def before(self, name: str, ahead: bool = False) -> dict[str, Array]:
        """What is known when a quantity is computed; `ahead`: and the new parameters."""
        order = list(self.right.nodes)
        place = order.index(name)
        later = [one for one in order[place:] if ahead and one.startswith("new ")]
        names = [*self.recipe.given, *order[:place], *later]
        return {one: self.known[one] for one in names if one in self.known}

    def complete(self, name: str) -> dict[str, Array]:
        """What is known before a quantity, and what rightly follows for all that did not come."""
        if name not in self.completed:
            found, order = self.before(name), list(self.right.nodes)
            for one in order[: order.index(name)]:
                if one not in found:
                    found[one] = self.recipe.computation(self.right, one, found).value()
            self.completed[name] = {one: found[one] for one in order if one in found}
        return self.completed[name]

    def slack(self, name: str, other: Array, noise: Any = 0.0) -> Array:
        """By how much a number of theirs may differ from another and count as the same.

        Of new parameters the change is compared, which is small beside them.
        """
        one, unit = self.there[name], self.precision.unit(self.there[name])
        parameter = name.removeprefix("new ")
        if parameter != name and parameter in self.recipe.parameters:
            old = self.known[parameter]
            rounding = 4 * self.precision.epsilon * np.abs(old)
            return self.precision.slack(one - old, other - old, noise + unit + rounding)
        return self.precision.slack(one, other, noise + unit)

    def matches(self, name: str, value: Array, noise: Any = None) -> bool:
        """Whether theirs are these numbers; where all of these are 0, they say nothing.

        Args:
            noise: how far rounding may have put the value off; None: as far as the right one.
        """
        if not np.any(value) or not np.isfinite(value).all():
            return False
        noise = self.noise.get(name, 0.0) if noise is None else noise
        return agree(self.there[name], value, self.slack(name, value, noise))

    def _judged(self, name: str) -> str:
        offered, ours = self.there[name], self.ours[name]
        partial = bool(np.isnan(offered).any())
        same = agree(offered, ours, self.slack(name, ours))
        if same and not partial:
            self.known[name] = offered
            return EQUAL
        wanted = self._computed(name)
        ways = [wanted]
        if name in self.right.also:
            node = self.right.also[name]
            ways.append(self.recipe.computation(self.right, name, self.before(name), node).value())
        fits = [agree(offered, one, self.slack(name, one, self.noise[name])) for one in ways]
        self.known[name] = self._filled(name, wanted)
        if same or (any(fits) and DIFFERS not in self.verdicts.values()):
            return EQUAL
        if any(fits):
            return FOLLOWS
        self.wanted[name] = wanted
        return DIFFERS

    def _computed(self, name: str) -> Array:
        """What the earlier numbers make of a quantity; how exact that is, is noted."""
        known = self.before(name)
        computation = self.recipe.computation(self.right, name, known)
        self.noise[name] = computation.noise([self.unit(one) for one in computation.names])
        return computation.value()

    def unit(self, name: str) -> Array:
        """How far rounding may have put a known number off."""
        known = self.known[name]
        if name in self.there:
            return self.precision.unit(known)
        return self.precision.epsilon * np.abs(known)

    def _filled(self, name: str, other: Array) -> Array:
        if name not in self.there:
            return other
        return np.where(np.isnan(self.there[name]), other, self.there[name])
