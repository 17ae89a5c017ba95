"""The next step of a run: the batch that training would see, told like any other step."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from math import isfinite
from typing import Any

import numpy as np

from gradstone.accounts.account import Amount, Code, Paragraph, Phrase, Section, Story
from gradstone.accounts.explain import Account, whole_digits
from gradstone.accounts.figures import losses_by_sample
from gradstone.accounts.health import health, health_section
from gradstone.accounts.told import ToldStep, told_step
from gradstone.accounts.told_graph import ToldGraph
from gradstone.data.batches import Batches
from gradstone.data.sets import held_out
from gradstone.execute.interpreter import run as computed
from gradstone.training.objective import BINARY_LOSSES, LABEL_LOSSES
from gradstone.training.run import Run
from gradstone.training.step import Batch
from gradstone.training.targets import inputs, targets

Array = np.ndarray[Any, Any]
LOOKED = 1024
"""So many training rows are looked at for the run's health."""


@dataclass(frozen=True, slots=True)
class TrainingRows:
    """What a run was trained on, without the rows held out for validation.

    Attributes:
        rows: their places among the rows that came.
        x, t: as the loss takes them, in the run's dtype.
    """

    run: Run
    rows: Array
    x: Array
    t: Array

    @property
    def are_known(self) -> bool:
        """Whether the run saw just these: the least and largest value of each input agree."""
        seen = self.run.seen
        return seen is not None and all(
            np.array_equal(mine, theirs)
            for mine, theirs in zip((self.x.min(axis=0), self.x.max(axis=0)), seen, strict=True)
        )

    @property
    def baseline(self) -> float | None:
        """The share of the most frequent class; None for numbers."""
        loss = self.run.plan.objective.loss
        if loss in BINARY_LOSSES:
            ones = float((self.t > 0.5).mean())
            return max(ones, 1 - ones)
        if loss not in LABEL_LOSSES:
            return None
        classes = self.t if self.t.ndim == 1 else self.t.argmax(axis=-1)
        return float(np.bincount(classes).max() / len(classes))

    def told(self, chosen: Array) -> ToldStep:
        """A step on some of the rows, in float64 from numbers widened as they are."""
        t = self.t[chosen]
        wide = t.astype(np.float64) if t.dtype.kind == "f" else t
        return told_step(
            self.run, self.x[chosen].astype(np.float64), wide, None, self.run.plan.optimizer,
            None, None,
        )  # fmt: skip

    def health(self) -> tuple[Phrase, ...]:
        """What is wrong with the run, a sentence each."""
        graph = self.told(np.arange(min(len(self.x), LOOKED))).graph
        return health(self.run, graph, self.baseline)


def training_rows(run: Run, X: Any, y: Any) -> TrainingRows:
    """The rows a run learns from, of all that it was given.

    Raises:
        ShapeError, DataError, RangeError: arrays that the run does not take.
    """
    plan = run.plan
    x = inputs(run.network, X, plan.dtype)
    width = run.network.check(x.shape[1:])[-1]
    t = targets(y, len(x), plan.objective.loss, width, run.labels, plan.dtype)
    stay = np.arange(len(x))
    if run.validation:
        stay, _ = held_out(t, run.validation, plan.seed)
    return TrainingRows(run, stay, x[stay], t[stay])


@dataclass(frozen=True, slots=True)
class NextStep:
    """The step that training would do next.

    Attributes:
        given: what the run learns from. batch: the rows of the step among them.
        told: the step. own: its loss in the run's dtype.
    """

    given: TrainingRows
    batch: Array
    told: ToldStep
    own: float

    @property
    def graph(self) -> ToldGraph:
        """The step's graph and all values of it."""
        return self.told.graph

    def account(
        self,
        sample: int | None = None,
        weight: str | None = None,
        neuron: str | None = None,
        detail: str | None = None,
        digits: int = 6,
        language: str | None = None,
        healthy: tuple[Phrase, ...] | None = None,
    ) -> Account:
        """The account; arguments as for `explain`. healthy: what to say of the run's health."""
        whole_digits(digits)
        wrong = self.given.health() if healthy is None else healthy

        def again(other: str | None, into: str | None = None) -> Story:
            story = self.told.story(sample, other, into, detail, digits)
            return replace(story, sections=tuple(self._sections(story, wrong)))

        return Account(again(weight, neuron), language, again)

    def worst(self) -> int | None:
        """The sample of the batch that is wrong by the largest loss; None where none is wrong."""
        run, t = self.given.run, self.given.t[self.batch]
        output = run.loop.predict(self.given.x[self.batch])
        if run.plan.objective.loss in LABEL_LOSSES:
            classes = t if t.ndim == 1 else t.argmax(axis=-1)
            wrong = output.argmax(axis=-1) != classes
        elif run.plan.objective.loss in BINARY_LOSSES:
            wrong = ((output > 0.5) != (t > 0.5)).reshape(len(t), -1).any(axis=1)
        else:
            return None
        losses = np.where(wrong, losses_by_sample(self.graph), -np.inf)
        return int(losses.argmax()) if wrong.any() else None

    def _sections(self, story: Story, wrong: tuple[Phrase, ...]) -> Iterator[Section]:
        for one in story.sections:
            if one.key != "head":
                yield one
                continue
            yield replace(one, parts=(*one.parts, Paragraph(tuple(self._said()))))
            if wrong:
                yield health_section(wrong)

    def _said(self) -> Iterator[Phrase]:
        """Where in the run this step stands."""
        run = self.given.run
        gaps = {"step": run.step, "count": len(self.batch), "epoch": run.epoch + 1}
        yield Phrase("run_step", {name: Code(str(one)) for name, one in gaps.items()})
        wide = float(self.graph.trace[self.graph.total])
        told = {"wide": Amount(wide, 9), "own": Amount(self.own, 9)}
        told["difference"] = Amount(abs(wide - self.own), 2)
        yield Phrase("run_losses", {**told, "dtype": Code(run.plan.dtype)})
        logged = run.history.get("loss")
        if logged and isfinite(logged[-1]):
            loss = Amount(logged[-1], 6)
            yield Phrase("run_logged", {"epoch": Code(str(len(logged))), "loss": loss})


def next_step(given: TrainingRows) -> NextStep:
    """The first batch of the epoch that a run has not begun yet."""
    run = given.run
    batches = Batches(len(given.x), run.batch_size, run.plan.seed, run.shuffle, run.sampling)
    batch = batches.indices(run.epoch, 0)
    return NextStep(given, batch, given.told(batch), _own_loss(given, batch))


def _own_loss(given: TrainingRows, batch: Array) -> float:
    """The loss of a step as the run computes it, dropout and penalties included."""
    run, x, t = given.run, given.x[batch], given.t[batch]
    graph = run.plan.training(Batch.like(x, t, len(x))).graph
    carried = run.loop.carried
    with np.errstate(all="ignore"):
        found = computed(graph, x, t, *carried.parameters.values(), *carried.state.values())
    return float(found[0])
