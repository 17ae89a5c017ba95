"""A training step as a ledger: forward, loss, backward, update, and the loss after it."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import reduce
from typing import Any

import numpy as np

from gradstone.accounts.account import Phrase
from gradstone.accounts.backward import BackwardTeller
from gradstone.accounts.forward import ForwardTeller
from gradstone.accounts.ledger import Ledger
from gradstone.accounts.naming import NetworkNames
from gradstone.accounts.scalar import everywhere
from gradstone.accounts.symbol import Symbol
from gradstone.accounts.teller import Teller
from gradstone.accounts.told_graph import StepNumbers as StepNumbers
from gradstone.accounts.told_graph import ToldGraph as ToldGraph
from gradstone.accounts.update import UpdateTeller
from gradstone.graph.node import Node, apply, constant

Array = np.ndarray[Any, Any]


@dataclass(slots=True)
class StepLedger:
    """A step told in full: every number of every sample.

    Attributes:
        ledger: all lines. names: those of the chosen sample and its batch.
        forward, backward, update, after: what told them.
    """

    graph: ToldGraph
    chosen: int = 0
    digits: int = 6
    ledger: Ledger = field(init=False)
    names: NetworkNames = field(init=False)
    teller: Teller = field(init=False)
    forward: ForwardTeller = field(init=False)
    backward: BackwardTeller = field(init=False)
    update: UpdateTeller = field(init=False)
    after: ForwardTeller = field(init=False)

    def __post_init__(self) -> None:
        numbers = self.graph.numbers
        plan = numbers.plan
        self.ledger = Ledger(self.digits)
        self.names = NetworkNames(plan.network, len(numbers.x), self.chosen)
        self.teller = Teller(self.ledger, lambda node: np.asarray(self.graph.trace[node]))
        self._given()
        self._forward()
        self._backward()
        self._update()
        self._after()

    def node(self, address: str) -> Node:
        """The symbol of an entry."""
        return self.ledger.node(address)

    def has(self, address: str) -> bool:
        """Whether there is such an entry."""
        return address in self.ledger.entries

    def feeding_address(self, layer: int, sample: int, source: int) -> str:
        """The address of what a weight of a layer multiplies."""
        symbol = self.teller.known[self.graph.source(layer)][sample, source]
        return self.ledger.addresses[symbol]

    def _given(self) -> None:
        graph, numbers = self.graph, self.graph.numbers
        self.teller.given(graph.batch.x, numbers.x, self.names.given("x"))
        told, values = graph.targets()
        self.teller.given(told, values, self.names.given("t"))
        for name, node in graph.parameters.items():
            value = numbers.parameters[name]
            self.teller.given(node, value, self.names.parameter(name), numbers.typed)
        for link in graph.each_link():
            if link.applied is None:
                node, names = graph.told[link.name], self.names.mask(link)
                self.teller.given(node, graph.array(link.name), names, typed=False)

    def _forward(self) -> None:
        graph, loss = self.graph, self.graph.numbers.plan.objective.loss
        self.forward = ForwardTeller(self.teller, self.names, loss)
        self.forward.stages(graph)
        self.forward.told_loss(graph.loss, graph.z, graph.batch.t)
        if graph.penalty is not None:
            self._penalized(self.forward, self.teller, self.names)

    def _penalized(self, forward: ForwardTeller, teller: Teller, names: NetworkNames) -> None:
        """The loss with λ Σ w² added."""
        assert self.graph.penalty is not None
        ledger, before = self.ledger, names.before
        rule = teller.rules(self.graph.penalty).item()
        penalty = ledger.line(
            forward.kinds[1], f"{before}penalty", Symbol("R", new=bool(before)), rule,
            key=(10**9, 1),
        )  # fmt: skip
        total = ledger.node(forward.total) + penalty
        symbol = Symbol("E", "total", new=bool(before))
        forward.total = f"{before}total"
        ledger.line(forward.kinds[1], forward.total, symbol, total, key=(10**9, 2))

    def _backward(self) -> None:
        graph = self.graph
        self.backward = BackwardTeller(self.teller, self.names, graph)
        self.backward.tell()

    def _update(self) -> None:
        plan, state = self.graph.numbers.plan, self.graph.numbers.state
        self.update = UpdateTeller(self.teller, self.names, plan.optimizer, state)
        self.update.given()
        gradients = self._clipped(plan.clip)
        for place, (name, node) in enumerate(self.graph.parameters.items()):
            self.update.tell(name, self.teller.known[node], gradients[name], place)

    def _clipped(self, clip: float | None) -> dict[str, Array]:
        """The gradients, scaled down together where their norm is above the bound."""
        found = self.backward.gradients
        if clip is None:
            return found
        every = [one for array in found.values() for one in array.ravel()]
        squares = reduce(lambda a, b: a + b, (apply("square", one) for one in every))
        norm = self.ledger.line("U", "norm", Symbol("norm"), apply("sqrt", squares), key=(-5,))
        factor = apply("minimum", constant(clip, "float64") / (norm + 1e-6), 1.0)
        scaled = self.ledger.line("U", "clip", Symbol("c"), factor, key=(-4,))
        return {name: everywhere(scaled, one.shape) * one for name, one in found.items()}

    def _after(self) -> None:
        """The forward pass with the new parameters, the forecast and the real change."""
        graph, ledger = self.graph, self.ledger
        names = NetworkNames(
            graph.numbers.plan.network, len(graph.numbers.x), self.chosen, before="after "
        )
        teller = Teller(ledger, self.teller.numbers, dict(self._kept()))
        self.after = ForwardTeller(teller, names, self.forward.loss, ("A", "A"))
        self.after.stages(graph)
        self.after.told_loss(graph.loss, graph.z, graph.batch.t)
        if graph.penalty is not None:
            self._penalized(self.after, teller, names)
        ledger.line("A", "forecast", Symbol("ΔE", "forecast"), self._forecast(), key=(10**9, 3))
        change = ledger.node(self.after.total) - ledger.node(self.forward.total)
        ledger.line("A", "change", Symbol("ΔE"), change, key=(10**9, 4))

    def _kept(self) -> dict[Node, Array]:
        graph, known = self.graph, self.teller.known
        masks = (graph.told[one.name] for one in graph.each_link() if one.applied is None)
        nodes = (graph.batch.x, graph.targets()[0], *masks)
        kept = {one: known[one] for one in nodes}
        return kept | {node: self.update.new[name] for name, node in graph.parameters.items()}

    def _forecast(self) -> Node:
        """Σ gradient · change, to first order what the step gains; −η Σ g² for plain descent."""
        plain = self.update.optimizer.name == "sgd" and not self.update.optimizer["weight_decay"]
        parts = []
        for name, node in self.graph.parameters.items():
            gradients, new = self.backward.gradients[name], self.update.new[name]
            old = self.teller.known[node]
            for at in sorted(np.ndindex(node.shape), key=lambda at: at[::-1]):
                g = gradients[at]
                parts.append(apply("square", g) if plain else g * (new[at] - old[at]))
        total = reduce(lambda a, b: a + b, parts)
        if not plain:
            return total
        square = self.ledger.line(
            "A", "squares", Symbol("G"), total, reason=Phrase("gradient_square"), key=(10**9, 2)
        )
        rate: Node = self.update.settings["rate"]
        return -(rate * square)
