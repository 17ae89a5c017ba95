"""The graph of a step that is to be told, with its gradients, and every value of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from gradstone.accounts.links import Link, layer_links
from gradstone.accounts.teller import shares_of
from gradstone.autodiff.gradient import gradient
from gradstone.autodiff.rewrite import replace
from gradstone.execute.interpreter import Interpreter, Trace, run
from gradstone.graph.node import Node, apply, constant, input_node
from gradstone.graph.walk import Graph
from gradstone.nn.layers import Linear, Randomness
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
    """The graph of a step's forward pass and loss on a batch, and every value of it.

    Attributes:
        told: nodes by the names of their values: "net1", "dout1", "slope1", "dW1"; "mask1", what
            dropout multiplies outputs by, and "early1", what it multiplies nets by.
        stages: of the network, without dropouts of rate 0.
        links: of each layer, from its net on.
    """

    numbers: StepNumbers
    batch: Batch = field(init=False)
    parameters: dict[str, Node] = field(init=False)
    stages: list[Stage] = field(init=False)
    z: Node = field(init=False)
    loss: Node = field(init=False)
    penalty: Node | None = field(init=False)
    told: dict[str, Node] = field(init=False)
    links: dict[int, list[Link]] = field(init=False)
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
        stages = network.stages(self.parameters, self.batch.x, random, logits)
        self.stages = [one for one in stages if getattr(one.layer, "rate", None) != 0.0]
        self.links = layer_links(self.stages, self.batch.x)
        self.z = self.stages[-1].node
        self.loss = objective.data_loss(self.z, self.batch.t)
        self.penalty = objective.penalty(self.parameters)
        self.told = self._told()
        started = np.asarray(numbers.state.get("step", 0.0), dtype=np.float64)
        inputs = (self.batch.x, self.batch.t, *self.parameters.values(), step)
        values = [numbers.x, numbers.t, *numbers.parameters.values(), started]
        graph = Graph(inputs, (self.total, *self.told.values()))
        self.trace = Interpreter().trace(graph, *values)
        self.trace.values.update(zip(inputs, values, strict=True))

    def _told(self) -> dict[str, Node]:
        """Values and gradients of neurons and parameters: "net1", "dout1", "slope1", "dW1"."""
        told = {f"net{one.number}": one.node for one in self.stages
                if isinstance(one.layer, Linear)}  # fmt: skip
        local: dict[str, Node] = {}
        for link in self.each_link():
            if link.applied is not None:
                told[link.value] = link.node
            if not link.mixing:
                one = apply("broadcast", constant(1.0, "float64"), shape=link.node.shape)
                (local[link.name],) = shares_of(link.node, one, [link.source])
        wanted = {**told, **self.parameters}
        found = gradient(self.total, list(wanted.values()))
        slopes = {f"d{name}": one for name, one in zip(wanted, found, strict=True)}
        return {**told, **local, **slopes}

    def array(self, name: str) -> Array:
        """The value of what is told: "net1", "dW1"."""
        return np.asarray(self.trace[self.told[name]])

    def each_link(self, *layers: int) -> list[Link]:
        """The links of some layers, or of all."""
        return [one for layer in layers or self.links for one in self.links[layer]]

    def mixing(self, layer: int) -> list[Link]:
        """Those activations of a hidden layer whose outputs each depend on all that comes in."""
        hidden = f"net{layer + 1}" in self.told
        return [one for one in self.links[layer] if one.mixing and hidden]

    def mixed(self, link: Link) -> Array:
        """∂out/∂net of a mixing activation: (samples, outputs, nets)."""
        node, source = link.node, link.source
        x, y, g = (input_node(node.shape, "float64") for _ in range(3))
        (share,) = replace(shares_of(node, g, [source]), {node: y, source: x})
        graph = Graph((x, y, g), (share,))
        given = np.asarray(self.trace[source]), np.asarray(self.trace[node])
        units = np.eye(node.shape[-1])
        rows = [run(graph, *given, np.broadcast_to(one, node.shape))[0] for one in units]
        return np.stack(rows, axis=1)

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
