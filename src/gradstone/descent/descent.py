"""The result of a descent, and of several."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from math import isfinite
from typing import Any

import numpy as np

from gradstone.descent.diagnosis import Case, told
from gradstone.descent.form import Array, Form
from gradstone.descent.judging import Findings, Status
from gradstone.descent.limits import norm_of
from gradstone.descent.words import figure, point, said
from gradstone.language import chosen
from gradstone.training.optimizers import Optimizer

Gradient = Callable[..., Any] | str | Sequence[str] | None
"""A function, formulas, "numeric", or None for that of f itself."""


@dataclass(frozen=True, slots=True, eq=False)
class Descent:
    """A descent that has ended.

    Points have the form of the start; in arrays a tuple of arguments is a row of all entries.

    Attributes:
        x: the end. value: f there. start: where it began.
        status: "converged", "saddle", "maximum", "plateau", "oscillating", "diverged", "not
            converged"; or "interrupted", which is no verdict: Ctrl-C came before there was one.
        iterations: updates done.
        path: points (k, …), the start first, the end last, none twice: iterations + 1 of them,
            or fewer where a long path was thinned.
        kept: how many updates precede each point of the path, (k,).
        values, gradients: f and the gradient that was followed at each of them.
        rates: the learning rate of the update that follows each point.
        precision, optimizer: as they were given. names: of the entries of x.
        findings: what the diagnosis rests on: eigenvalues, Newton's point, observed ratio.
        function, grad: as they were given. form: how the function takes its point.
    """

    x: Any
    value: float
    start: Any
    status: Status
    iterations: int
    path: Array
    kept: Array
    values: Array
    gradients: Array
    rates: Array
    precision: float
    optimizer: Optimizer
    names: tuple[str, ...]
    findings: Findings
    function: Callable[..., Any] = field(repr=False)
    grad: Gradient = field(repr=False)
    form: Form = field(repr=False)

    def __repr__(self) -> str:
        where = point(self.names, list(self.path[-1].ravel()))
        done = f"{self.iterations} updates"
        return f"<Descent {self.status} after {done}: f = {figure(self.value, 10)} at {where}>"

    @property
    def _whole(self) -> Array:
        """Whether the next point of the path is that after the next update."""
        return np.asarray(np.diff(self.kept) == 1)

    @property
    def steps(self) -> Array:
        """What each update added to x, (k − 1, …); NaN where the next point is not kept."""
        gaps = self._whole.reshape(-1, *(1,) * (self.path.ndim - 1))
        return np.where(gaps, np.diff(self.path, axis=0), np.nan)

    @property
    def forecast(self) -> Array:
        """The change of f that the slope forecasts for each update, (k − 1,), NaN as steps.

        Of plain gradient descent −η‖∇f‖²; of other optimizers ∇f · step.
        """
        slopes = self.gradients[:-1].reshape(len(self.kept) - 1, self.form.size)
        if self.optimizer.name == "sgd" and not self.optimizer["weight_decay"]:
            with np.errstate(over="ignore"):
                along = -self.rates[:-1] * np.square(slopes).sum(axis=1)
        else:
            along = (slopes * self.steps.reshape(slopes.shape)).sum(axis=1)
        return np.where(self._whole, along, np.nan)

    @property
    def changes(self) -> Array:
        """The real change of f of each update, (k − 1,), NaN as steps."""
        return np.where(self._whole, np.diff(self.values), np.nan)

    @property
    def diagnosis(self) -> str:
        """Why it ended so, in English; `told("zh")` in Chinese."""
        return self.told("en")

    def told(self, language: str = "en") -> str:
        """The diagnosis in English ("en") or Chinese ("zh").

        Raises:
            UnknownNameError: another language.
        """
        return told(self._case, chosen(language))

    @property
    def _case(self) -> Case:
        end, first = self.path[-1].reshape(-1), self.gradients[0].reshape(-1)
        last = self.rates[-2] if len(self.rates) > 1 else self.rates[-1]
        return Case(
            self.names, self.optimizer, self.precision, self.iterations, float(last), end,
            self.value, norm_of(first), self.findings,
        )  # fmt: skip


@dataclass(frozen=True, slots=True, eq=False)
class Descents:
    """Descents on one function from several starts, or with several optimizers.

    Attributes:
        all: each of them, in order; after Ctrl-C those that were begun.
    """

    all: tuple[Descent, ...]

    def __len__(self) -> int:
        return len(self.all)

    def __getitem__(self, place: int) -> Descent:
        return self.all[place]

    @property
    def lowest(self) -> Descent | None:
        """The one with the lowest end that did not diverge; None where all did.

        Nothing is claimed about points that no descent came to.
        """
        ended = [one for one in self.all if one.status != "diverged" and isfinite(one.value)]
        return min(ended, key=lambda one: one.value) if ended else None

    def _origin(self, one: Descent) -> str:
        """The start of a descent, and its optimizer where they differ."""
        start = point(one.names, list(one.path[0].ravel()))
        differ = len({each.optimizer for each in self.all}) > 1
        rule = f"{one.optimizer.name} {figure(one.optimizer.learning_rate.rate)}"
        return f"{start} ({rule})" if differ else start

    @property
    def diagnosis(self) -> str:
        """Which end is the lowest, in English; `told("zh")` in Chinese."""
        return self.told("en")

    def told(self, language: str = "en") -> str:
        """Which end is the lowest, in English ("en") or Chinese ("zh")."""
        one, spoken = self.lowest, chosen(language)
        if one is None:
            return said("none_ended", spoken)
        return said(
            "several", spoken,
            start=self._origin(one), f=figure(one.value, 10),
            x=point(one.names, list(one.path[-1].ravel())), status=said(one.status, spoken),
        )  # fmt: skip
