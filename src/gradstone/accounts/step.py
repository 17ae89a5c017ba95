"""A training step as a ledger: forward, loss, backward, update, and the loss after it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import reduce
from typing import Any

import numpy as np

from gradstone.accounts.account import Phrase
from gradstone.accounts.backward import BackwardTeller
from gradstone.accounts.forward import ForwardTeller
from gradstone.accounts.ledger import Ledger
from gradstone.accounts.naming import NetworkNames
from gradstone.accounts.scalar import entrywise
from gradstone.accounts.symbol import Symbol
from gradstone.accounts.teller import Teller, local_shares
from gradstone.accounts.update import UpdateTeller
from gradstone.autodiff.gradient import gradient
from gradstone.execute.interpreter import Interpreter, Trace, run
from gradstone.graph.node import Node, apply, constant, input_node
from gradstone.graph.walk import Graph
from gradstone.nn.layers import Activation, Linear, Randomness
from gradstone.nn.module import Stage
from gradstone.ops.losses import one_hot
from gradstone.training.step import Batch, Plan

Array = np.ndarray[Any, Any]


@dataclass(frozen=True, slots=True)
class StepNumbers:
    """What a step is computed from, in float64.

    Attributes:
        plan: network, objective, optimizer. x, t: the batch, as `training.targets` prepares it.
        parameters, state: before the step, by name.
        typed: whether parameters were given by hand, and are printed as typed.
    """

    plan: Plan
    x: Array
    t: Array
    parameters: Mapping[str, Array]
    state: Mapping[str, Any]
    typed: bool = True


@dataclass(slots=True)
class ToldGraph:
    """The graph of a step's forward pass and loss on a batch, and every value of it."""

    numbers: StepNumbers
    batch: Batch = field(init=False)
    parameters: dict[str, Node] = field(init=False)
    stages: list[Stage] = field(init=False)
    z: Node = field(init=False)
    loss: Node = field(init=False)
    penalty: Node | None = field(init=False)
    told: dict[str, Node] = field(init=False)
    neuronwise: bool = field(default=True, init=False)
    trace: Trace = field(init=False)

    def __post_init__(self) -> None:
        numbers, plan = self.numbers, self.numbers.plan
        self.batch = Batch.like(numbers.x, numbers.t, len(numbers.x))
        self.parameters = {
            name: input_node(value.shape, "float64") for name, value in numbers.parameters.items()
        }
        step = input_node((), "float64")
        random = Randomness(plan.seed, apply("cast", step, dtype="int64"))
        objective, network = plan.objective, plan.network
        logits = network.folds(objective.loss)
        self.stages = list(network.stages(self.parameters, self.batch.x, random, logits))
        self.z = self.stages[-1].node
        self.loss = objective.data_loss(self.z, self.batch.t)
        self.penalty = objective.penalty(self.parameters)
        self.told = self._told()
        inputs = (self.batch.x, self.batch.t, *self.parameters.values(), step)
        values = (numbers.x, numbers.t, *numbers.parameters.values())
        graph = Graph(inputs, (self.total, *self.told.values()))
        started = np.float64(numbers.state.get("step", 0.0))
        self.trace = Interpreter().trace(graph, *values, started)
        self.trace.values.update(zip(inputs, (*values, started), strict=True))

    def _told(self) -> dict[str, Node]:
        """Values and gradients of neurons and parameters: "net1", "dout1", "slope1", "dW1"."""
        told: dict[str, Node] = {}
        for stage in self.stages:
            letter = {Linear: "net", Activation: "out"}.get(type(stage.layer))
            if letter is None:
                continue
            told[f"{letter}{stage.number}"] = stage.node
            if letter == "out" and not entrywise(stage.node):
                self.neuronwise = self.neuronwise and stage is self.stages[-1]
            elif letter == "out":
                one = apply("broadcast", constant(1.0, "float64"), shape=stage.node.shape)
                told[f"slope{stage.number}"] = local_shares(stage.node, one)[0][1]
        wanted = {**told, **self.parameters}
        wanted = {name: one for name, one in wanted.items() if not name.startswith("slope")}
        found = gradient(self.total, list(wanted.values()))
        return told | {f"d{name}": one for name, one in zip(wanted, found, strict=True)}

    def array(self, name: str) -> Array:
        """The value of what is told: "net1", "dW1"."""
        return np.asarray(self.trace[self.told[name]])

    def source(self, layer: int) -> Node:
        """What a layer with parameters is fed with."""
        place = next(
            i for i, one in enumerate(self.stages)
            if one.number == layer and isinstance(one.layer, Linear)
        )  # fmt: skip
        return self.stages[place - 1].node if place else self.batch.x

    def feeding(self, layer: int) -> Array:
        """The value of that."""
        return np.asarray(self.trace[self.source(layer)])

    def loss_with(self, parameters: Mapping[str, Array]) -> float:
        """The loss of the batch with other parameters."""
        values = self.trace.values
        told = {node: parameters[name] for name, node in self.parameters.items()}
        given = [told.get(one, values[one]) for one in self.inputs]
        return float(run(Graph(self.inputs, (self.total,)), *given)[0])

    def clipping(self) -> float:
        """The factor by which clipping scales all gradients."""
        clip = self.numbers.plan.clip
        squares = sum(float((self.array(f"d{name}") ** 2).sum()) for name in self.parameters)
        return 1.0 if clip is None else min(clip / (squares**0.5 + 1e-6), 1.0)

    @property
    def total(self) -> Node:
        """The loss with its penalty."""
        return self.loss if self.penalty is None else self.loss + self.penalty

    @property
    def inputs(self) -> tuple[Node, ...]:
        """All that is given."""
        return self.trace.graph.inputs

    def targets(self) -> tuple[Node, Array]:
        """The targets as a row of shares or numbers a sample, labels as one-hot rows."""
        t, values = self.batch.t, self.numbers.t
        if t.dtype.kind == "f":
            return t, values
        if t.ndim == self.z.ndim:
            return one_hot(self.z, t), values.astype(float)
        hot = (values[..., None] == np.arange(self.z.shape[-1])).astype(float)
        return one_hot(self.z, t), hot

    def values(self) -> dict[Node, Array]:
        """The value of every node."""
        return self.trace.values


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

    def _forward(self) -> None:
        graph, loss = self.graph, self.graph.numbers.plan.objective.loss
        self.forward = ForwardTeller(self.teller, self.names, loss)
        self.forward.stages(graph.stages)
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
        self.backward = BackwardTeller(self.teller, self.names, graph.parameters, graph.penalty)
        self.backward.tell(graph.loss, graph.z, graph.stages)

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
        norm = self.ledger.line(
            "U", "norm", Symbol("norm"), apply("sqrt", squares), key=(-5,)
        )
        factor = apply("minimum", constant(clip, "float64") / (norm + 1e-6), 1.0)
        scaled = self.ledger.line("U", "clip", Symbol("c"), factor, key=(-4,))
        return {name: scaled * array for name, array in found.items()}

    def _after(self) -> None:
        """The forward pass with the new parameters, the forecast and the real change."""
        graph, ledger = self.graph, self.ledger
        names = NetworkNames(
            graph.numbers.plan.network, len(graph.numbers.x), self.chosen, before="after "
        )
        teller = Teller(ledger, self.teller.numbers, dict(self._kept()))
        self.after = ForwardTeller(teller, names, self.forward.loss, ("A", "A"))
        self.after.stages(graph.stages)
        self.after.told_loss(graph.loss, graph.z, graph.batch.t)
        if graph.penalty is not None:
            self._penalized(self.after, teller, names)
        ledger.line("A", "forecast", Symbol("ΔE", "forecast"), self._forecast(), key=(10**9, 3))
        change = ledger.node(self.after.total) - ledger.node(self.forward.total)
        ledger.line("A", "change", Symbol("ΔE"), change, key=(10**9, 4))

    def _kept(self) -> dict[Node, Array]:
        graph, known = self.graph, self.teller.known
        nodes = (graph.batch.x, graph.targets()[0])
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
        return -(self.update.settings["rate"] * square)
