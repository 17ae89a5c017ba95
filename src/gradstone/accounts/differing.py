"""If your number differs: each known mistake, made in this step, and the first number it changes.

The mistakes are those that `checking` plants; their words are those of worksheets.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from gradstone.accounts.account import (
    Amount,
    Cell,
    Code,
    Paragraph,
    Phrase,
    Plain,
    Section,
    Table,
    Value,
)
from gradstone.accounts.numbers import GUARD
from gradstone.accounts.step import StepLedger
from gradstone.accounts.teller import place_of
from gradstone.accounts.told_graph import ToldGraph
from gradstone.accounts.words.mistakes import MISTAKES, phrase_key
from gradstone.checking.evidence import Cause
from gradstone.checking.steps.mistakes import Make, mistaken
from gradstone.checking.steps.recipe import Recipe, Version
from gradstone.execute.interpreter import Interpreter
from gradstone.graph.node import Node
from gradstone.graph.walk import Graph
from gradstone.training.trace import step_recipe

Array = np.ndarray[Any, Any]
Forms = list[tuple[Cause, Make]]
Changed = tuple[Cause | None, dict[str, Node]]
KEY = "differs"
FORMS, QUANTITIES = 3, 4
"""Of a mistake so many places are tried, and so many of the quantities it changes."""


def left_out(graph: ToldGraph) -> Phrase | None:
    """Why what mistakes give is not told: `checking` knows the step only in part."""
    plan = graph.numbers.plan
    unknown = {
        "differs_without_clip": plan.clip is not None,
        "differs_without_weights": plan.objective.class_weights is not None,
        "differs_without_dropout": any(one.applied is None for one in graph.each_link()),
        "differs_without_row": any(one.step for one in graph.each_link()),
    }
    return next((Phrase(key) for key, met in unknown.items() if met), None)


def section_left_out(reason: Phrase) -> Section:
    """The section with the reason in place of the table."""
    return Section(KEY, Phrase("section_differs"), (Paragraph((reason,)),))


@dataclass(frozen=True, slots=True)
class Wrong:
    """A number that a mistake gives."""

    address: str
    value: float
    cause: Cause


@dataclass(slots=True)
class Differing:
    """Finds what known mistakes make of a step that is told.

    Attributes:
        step: its ledger, settled.
    """

    step: StepLedger
    recipe: Recipe = field(init=False)
    right: Version = field(init=False)

    def __post_init__(self) -> None:
        numbers = self.step.graph.numbers
        self.recipe = step_recipe(
            numbers.plan, numbers.x, numbers.t, numbers.parameters, numbers.state
        )
        self.right = self.recipe.right()

    def section(self) -> Section:
        """The section: a row for each mistake that shows, by the number that shows it."""
        ledger = self.step.ledger
        order = {one: place for place, one in enumerate(ledger.lines)}
        found = sorted(self.wrong(), key=lambda one: order[ledger.entries[one.address].line])
        heads = ("name", "differs_yours", "differs_right", "line", "differs_mistake")
        rows = tuple(self._row(one) for one in found)
        anchors = tuple(ledger.entries[one.address].line for one in found)
        table = Table(tuple(map(Phrase, heads)), rows, anchors=anchors)
        lead = Paragraph((Phrase("differs_lead"),))
        return Section(KEY, Phrase("section_differs"), (lead, table))

    def _row(self, one: Wrong) -> tuple[Cell, ...]:
        entry = self.step.ledger.entries[one.address]
        key = phrase_key(one.cause.name)
        words = Phrase(key) if key in MISTAKES else Plain(str(one.cause))
        yours = Amount(one.value, self.step.digits + GUARD)
        return entry.symbol, yours, Value(one.address), Code(entry.line), words

    def wrong(self) -> list[Wrong]:
        """For each mistake the first number told that it changes; no two are the same number."""
        left = self._forms()
        found: dict[str, Wrong] = {}
        for _ in range(FORMS):
            for one in self._first([self._next(forms) for forms in left.values()]):
                found[one.cause.name] = one
                del left[one.cause.name]
        seen: set[tuple[str, str]] = set()
        kept = []
        for one in found.values():
            shown = one.address, f"{one.value:.{self.step.digits}g}"
            kept += [] if shown in seen else [one]
            seen.add(shown)
        return kept

    def _forms(self) -> dict[str, Forms]:
        """The places of each mistake, by its name."""
        forms: dict[str, Forms] = {}
        for cause, make in mistaken(self.recipe, self.right):
            forms.setdefault(cause.name, []).append((cause, make))
        return forms

    def _next(self, forms: Forms) -> Changed:
        """The next place of a mistake that changes anything."""
        while forms:
            cause, make = forms.pop(0)
            version = make()
            changed = {} if version is None else self._changed(version)
            if changed:
                return cause, changed
        return None, {}

    def _first(self, changed: Sequence[Changed]) -> Iterator[Wrong]:
        """The first number that each version changes, all computed as one graph.

        None of a version whose first change is 0 everywhere, which tells nothing.
        """
        nodes = dict.fromkeys(node for _, one in changed for node in one.values())
        given, values = self.recipe.given, self.recipe.values
        program = Interpreter().compile(Graph(tuple(given.values()), tuple(nodes)))
        with np.errstate(all="ignore"):
            found = program(*(values[name] for name in given))
        known = dict(zip(nodes, found, strict=True))
        for cause, one in changed:
            wrong = (list(self._differs(name, known[node])) for name, node in one.items())
            first = next(filter(None, wrong), [])
            telling = [(address, value) for address, value in first if value]
            if cause is not None and telling:
                yield Wrong(*telling[0], cause)

    def _changed(self, version: Version) -> dict[str, Node]:
        """The first quantities that a version computes in another way."""
        told = {
            name: node
            for name, node in version.nodes.items()
            if name not in self.recipe.given and node is not self.right.nodes.get(name)
        }
        return dict(list(told.items())[:QUANTITIES])

    def _differs(self, name: str, values: Array) -> Iterator[tuple[str, float]]:
        """Entries told of a quantity that are not the right ones, of the sample told.

        A slope of 1 is no number that a learner has written down.
        """
        entries, chosen = self.step.ledger.entries, self.step.names.chosen
        for at in sorted(np.ndindex(np.shape(values)), key=lambda at: at[::-1]):
            address = self._address(name) + place_of(at)
            entry, value = entries.get(address), float(values[at])
            trivial = value == 1 and name.startswith("slope")
            if entry is None or not entry.line or trivial or not np.isfinite(value):
                continue
            of = self.step.ledger.lines[entry.line].sample
            apart = abs(value - entry.value) > 10.0**-self.step.digits * abs(entry.value)
            if of in (None, chosen) and apart:
                yield address, value

    def _address(self, name: str) -> str:
        """What the account calls a quantity: the loss with its penalty, probabilities."""
        before = "after " if name.startswith("after ") else ""
        bare, last = name.removeprefix(before), len(self.step.names.linear)
        if bare == "loss":
            return self.step.after.total if before else self.step.forward.total
        likely = bare == f"out{last}" and f"out{last}" not in self.step.graph.told
        return f"{before}p" if likely else name
