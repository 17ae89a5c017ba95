"""Mistakes that may explain wrong quantities of a step, and how a version of it is tried."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np

from gradstone.checking.evidence import Cause
from gradstone.checking.steps.judging import Sides
from gradstone.checking.steps.precision import agree
from gradstone.checking.steps.quantities import Array
from gradstone.checking.steps.recipe import Computation, Version

ROUGH = 0.1
"""Of the largest entry: what is further off is not looked at more closely."""


@dataclass(frozen=True, slots=True)
class Candidate:
    """A mistake that may explain quantities.

    Attributes:
        explains: whether it makes of the earlier numbers what came for a quantity.
        spares: whether it leaves a quantity as it came, where that is right.
        local: whether it explains a quantity by its own rule, all earlier ones being right.
        weak: says little; it counts only where nothing else explains as much.
    """

    cause: Cause
    explains: Callable[[str], bool]
    spares: Callable[[str], bool] = lambda name: True
    local: Callable[[str], bool] = lambda name: True
    weak: bool = False


@dataclass(slots=True)
class Trial:
    """A version of the step on somebody's numbers; each quantity is computed once."""

    sides: Sides
    cause: Cause
    version: Version
    computed: dict[str, Computation | None] = field(default_factory=dict)
    values: dict[str, Array] = field(default_factory=dict)

    def computation(self, name: str) -> Computation | None:
        """A quantity as the version has it; None where that is as the right one has it."""
        if name not in self.computed:
            node = self.version.nodes.get(name)
            given = name in self.sides.recipe.given or name in self.sides.misfits
            same = node is None or given or node is self.sides.right.nodes[name]
            known = {} if same else self.sides.before(name, self.version.ahead)
            made = None if same else self.sides.recipe.computation(self.version, name, known)
            self.computed[name] = made
            if made is not None:
                self.values[name] = made.value()
        return self.computed[name]

    def explains(self, name: str, scale: float = 1.0) -> bool:
        """Whether the version gives what came, as exactly as the numbers before it are known."""
        computation = self.computation(name)
        if computation is None:
            return False
        value = scale * self.values[name]
        if self.sides.matches(name, value):
            return True
        rough = self.sides.precision.kind != "float64"
        if not rough or not self.sides.matches(name, value, ROUGH * np.abs(value).max()):
            return False
        noise = computation.noise([self.sides.unit(one) for one in computation.names])
        return self.sides.matches(name, value, abs(scale) * noise)

    def spares(self, name: str) -> bool:
        """Whether the version leaves a quantity as it came."""
        if self.computation(name) is None:
            return True
        value, noise = self.values[name], self.sides.noise.get(name, 0.0)
        there = self.sides.there[name]
        return agree(there, value, self.sides.slack(name, value, noise))

    def local(self, name: str) -> bool:
        """Whether the version leaves all that did not come before a quantity as it should be."""
        recipe, right = self.sides.recipe, self.sides.right
        complete, before = self.sides.complete(name), dict[str, Array]()
        for one, array in complete.items():
            node = self.version.nodes.get(one)
            missing = one not in self.sides.there and one not in recipe.given
            missing = missing and not one.startswith("slope")  # a part of the rule of dnet
            if missing and node is not None and node is not right.nodes[one]:
                value = recipe.computation(self.version, one, before).value()
                if not np.allclose(value, array, rtol=1e-6, atol=1e-9 * np.abs(array).max()):
                    return False
            before[one] = array
        return True
