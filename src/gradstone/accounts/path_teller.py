"""Tells the points of a descent and its updates, a line a number."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np

from gradstone.accounts.account import Check
from gradstone.accounts.ledger import Ledger
from gradstone.accounts.path_names import Name, PathNames
from gradstone.accounts.scalar import node_at
from gradstone.accounts.teller import Teller
from gradstone.accounts.update import RATE, SETTINGS, given_settings, on_symbols
from gradstone.autodiff.rewrite import replace as replaced
from gradstone.descent.descent import Descent
from gradstone.descent.typed import NUMERIC
from gradstone.graph.node import Node
from gradstone.graph.walk import Graph
from gradstone.training.optimizers import Optimizer

Array = np.ndarray[Any, Any]


@dataclass(slots=True)
class PathTeller:
    """Tells the points of a descent and its updates.

    Attributes:
        graph: f; None for a black box. slopes: the gradient followed, an array a variable; None
            where it has no formula. compared: of a gradient that somebody gave, the entries at
            the first point beside differences of f. told: for each address the updates that
            precede it.
    """

    descent: Descent
    teller: Teller
    names: PathNames
    graph: Graph | None
    slopes: Sequence[Node] | None
    compared: dict[int, Check] = field(default_factory=dict)
    settings: dict[str, Node] = field(default_factory=dict)
    told: dict[str, int] = field(default_factory=dict)

    @property
    def ledger(self) -> Ledger:
        """Where all lines are entered."""
        return self.teller.ledger

    @property
    def remembers(self) -> bool:
        """Whether the optimizer has a state besides the number of updates."""
        return bool(self.descent.optimizer.moments)

    @property
    def yours(self) -> bool:
        """Whether somebody gave the gradient, as a function or as formulas."""
        grad = self.descent.grad
        return grad is not None and (callable(grad) or grad != NUMERIC)

    @property
    def plain(self) -> bool:
        """Whether an update is −η · gradient and nothing else."""
        rule = self.descent.optimizer
        return rule.name == "sgd" and not rule["weight_decay"]

    # Numbers --------------------------------------------------------------------------------------
    def given(self) -> None:
        """Enter the rate and the settings."""
        rule = self.descent.optimizer
        if rule.learning_rate.name == "constant":
            self.settings["rate"] = self.ledger.given("rate", RATE, rule.learning_rate.rate)
        self.settings |= given_settings(rule, self.ledger)

    def line(self, name: Name, rule: Node, k: int, *key: int) -> Node:
        """A line of the k-th update, in the order of the key."""
        self.told[name[0]] = k
        return self.ledger.line("F", *name, rule, key=(k, *key))

    def stretch(self, first: int, last: int) -> None:
        """Updates one after another, from a point of the run on; the last point has none."""
        x = self.start(first)
        state = self.state() if first == 0 else {}
        for k in range(first, last + 1):
            slopes = self.point(x, k)
            if k < last:
                x = self.update(x, slopes, state, k)

    def points(self, first: int, last: int) -> None:
        """Points alone, each from the run."""
        for k in range(first, last + 1):
            self.point(self.start(k), k)

    def start(self, k: int) -> list[Node]:
        """Where the run was after k updates."""
        x = self._of_run(self.descent.path, k)
        return [
            self.ledger.given(*self.names.x(entry, k), value, typed=k == 0)
            for entry, value in enumerate(x)
        ]

    def _of_run(self, values: Array, k: int) -> list[float]:
        place = int(np.searchsorted(self.descent.kept, k))
        found: list[float] = values[place].ravel().tolist()
        return found

    # A point --------------------------------------------------------------------------------------
    def point(self, x: Sequence[Node], k: int) -> list[Node]:
        """Lines of f and of its gradient; the gradient's symbols."""
        self._known(x)
        if self.graph is None:
            self._taken(self.names.f(k), self._of_run(self.descent.values, k)[0], k)
        else:
            rule = node_at(self.teller.rules(self.graph.outputs[0]), ())
            self.line(self.names.f(k), rule, k, 0)
        if self.slopes is None:
            values = enumerate(self._of_run(self.descent.gradients, k))
            return [self._taken(self.names.slope(one, k), value, k) for one, value in values]
        rules = [rule for one in self.slopes for rule in self.teller.rules(one).ravel()]
        return [
            self.line(self.names.slope(entry, k), rule, k, 1, entry)
            for entry, rule in enumerate(rules)
        ]

    def _taken(self, name: Name, value: float, k: int) -> Node:
        self.told[name[0]] = k
        return self.ledger.given(*name, value, typed=False)

    def _known(self, x: Sequence[Node]) -> None:
        """What the variables of f now stand for."""
        rest = iter(x)
        for node in self.graph.inputs if self.graph is not None else ():
            symbols = np.empty(node.shape, object)
            for place in np.ndindex(node.shape):
                symbols[place] = next(rest)
            self.teller.known[node] = symbols

    # An update ------------------------------------------------------------------------------------
    def state(self) -> dict[str, list[Node]]:
        """The moments before the first update: zeros; and powers of settings."""
        rule = self.descent.optimizer
        found = {
            letter: [
                self.ledger.given(*self.names.kept(letter, entry, 0), 0.0)
                for entry in range(self.names.form.size)
            ]
            for letter in rule.moments
        }
        for name in rule.powers:
            found[name] = [self.settings[name]]  # its first power
        return found

    def update(
        self, x: Sequence[Node], slopes: Sequence[Node], state: dict[str, list[Node]], k: int
    ) -> list[Node]:
        """Lines of an update; the new x."""
        rate = self._rate(k)
        if self.plain:
            pairs = enumerate(zip(x, slopes, strict=True))
            return [self._step(p, g, rate, entry, k) for entry, (p, g) in pairs]
        rule = on_symbols(self.descent.optimizer, self.settings)
        powers = {f"{name}_power": self._power(name, state, k) for name in rule.powers}
        new = []
        for entry, (p, g) in enumerate(zip(x, slopes, strict=True)):
            kept = {letter: state[letter][entry] for letter in rule.moments}
            after, moments = rule.updated(p, g, kept, rate, powers)
            for letter, told in moments.items():
                name = self.names.kept(letter, entry, k + 1)
                state[letter][entry] = self.line(name, told, k, 2, entry, 0)
                (after,) = replaced([after], {told: state[letter][entry]})
            if powers:
                after = rule.stepped(p, self._corrected(rule, state, powers, entry, k), rate)
            new.append(self.line(self.names.x(entry, k + 1), after, k, 2, entry, 2))
        return new

    def _step(self, p: Node, g: Node, rate: Node, entry: int, k: int) -> Node:
        step = self.line(self.names.kept("s", entry, k), -(rate * g), k, 2, entry, 0)
        return self.line(self.names.x(entry, k + 1), p + step, k, 2, entry, 1)

    def _rate(self, k: int) -> Node:
        if "rate" in self.settings:
            return self.settings["rate"]
        number = self.ledger.given(*self.names.number(k), float(k))
        return self.line(self.names.rate(k), self.descent.optimizer.learning_rate(number), k, 2)

    def _power(self, name: str, state: dict[str, list[Node]], k: int) -> Node:
        """β to the number of this update."""
        if k:
            symbol = replace(SETTINGS[name], power=str(k + 1))
            rule = state[name][0] * self.settings[name]
            state[name] = [self.line((f"{name}_power[{k + 1}]", symbol), rule, k, 2)]
        return state[name][0]

    def _corrected(
        self, rule: Optimizer, state: dict[str, list[Node]], powers: dict[str, Node], entry: int,
        k: int,
    ) -> dict[str, Node]:  # fmt: skip
        """Lines of m̂ and v̂."""
        now = {letter: state[letter][entry] for letter in rule.moments}
        return {
            letter: self.line(self.names.kept(letter, entry, k + 1, hat=True), told, k, 2, entry, 1)
            for letter, told in rule.corrected(now, powers).items()
        }
