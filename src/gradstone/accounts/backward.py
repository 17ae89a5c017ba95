"""A network's step, told backward: ∂E/∂out, local derivatives, δ, and the parameters' gradients."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from gradstone.accounts.links import Link
from gradstone.accounts.naming import NetworkNames
from gradstone.accounts.teller import Names, Teller, shares_of
from gradstone.accounts.told_graph import ToldGraph
from gradstone.autodiff.gradient import gradient
from gradstone.graph.node import Node, constant, input_node
from gradstone.nn.layers import Linear
from gradstone.nn.module import Stage

Array = np.ndarray[Any, Any]
MANY = 10**6
"""More activations than a layer ever has."""


@dataclass(slots=True)
class BackwardTeller:
    """Tells gradients from the loss to the first layer's parameters.

    Attributes:
        gradients: of the parameters, by name. deltas: δ of each layer, (samples, neurons).
    """

    teller: Teller
    names: NetworkNames
    graph: ToldGraph
    gradients: dict[str, Array] = field(default_factory=dict)
    deltas: dict[int, Array] = field(default_factory=dict)

    def tell(self) -> None:
        """Everything backward, the last layer first."""
        graph, stages = self.graph, self.graph.stages
        links = {one.node: one for one in graph.each_link()}
        one = np.empty((), object)
        one[()] = constant(1.0, graph.loss.dtype)
        (rules,) = self._shares(graph.loss, one, [graph.z])
        for place in reversed(range(len(stages))):
            stage, source = stages[place], stages[place - 1].node if place else graph.batch.x
            if not _has_parameters(stages[: place + 1]):
                break
            if stage.node in links:
                rules = self._through(links[stage.node], rules)
                continue
            if isinstance(stage.layer, Linear):
                rules = self._delta(stage, rules)
            if _has_parameters(stages[:place]):
                (rules,) = self._shares(stage.node, rules, [source])

    def _delta(self, stage: Stage, rules: Array) -> Array:
        """δ of a layer and the gradients of its parameters."""
        layer = stage.number
        delta = self._line(self.names.delta(layer), rules, stage.node, layer, 2 * MANY)
        self.deltas[layer] = delta
        self._parameters(stage.node, layer, delta)
        return delta

    def _shares(self, node: Node, incoming: Array, wanted: Sequence[Node]) -> list[Array]:
        g = input_node(node.shape, node.dtype)
        self.teller.known[g] = incoming
        return [self.teller.rules(one) for one in shares_of(node, g, wanted)]

    def _line(self, names: Names, rules: Array, node: Node, layer: int, step: int) -> Array:
        stand_in = input_node(node.shape, node.dtype)
        key = self._key(layer, step)
        self.teller.tell("B", stand_in, names, sample=lambda at: at[0], key=key, rules=rules)
        return self.teller.known[stand_in]

    def _key(self, layer: int, step: int) -> Callable[[tuple[int, ...]], tuple[int, ...]]:
        chosen = self.names.chosen

        def key(at: tuple[int, ...]) -> tuple[int, ...]:
            return (-layer, 0, -1 if at[0] == chosen else at[0], at[-1], step)

        return key

    def _through(self, link: Link, rules: Array) -> Array:
        """Incoming gradient × local derivative, which gets a line where it is one number."""
        node, layer, step = link.node, link.layer, 2 * (MANY - link.order)
        factor = self.graph.told.get(link.name)
        if link.applied is None:
            assert factor is not None
            return rules * self.teller.known[factor]
        incoming = self._line(self.names.incoming(link), rules, node, layer, step)
        if factor is None:
            return self._shares(node, incoming, [link.source])[0]
        names, slopes = self.names.slope(link), self.teller.rules(factor)
        return incoming * self._line(names, slopes, node, layer, step + 1)

    def _parameters(self, node: Node, layer: int, delta: Array) -> None:
        """The gradients of a layer's weights and biases: sums over the samples."""
        names = [one for one in (f"W{layer}", f"b{layer}") if one in self.graph.parameters]
        rules = self._shares(node, delta, [self.graph.parameters[one] for one in names])
        for place, (name, rule) in enumerate(zip(names, rules, strict=True)):
            rule = rule + self._penalty(name) if self._penalty(name) is not None else rule
            self.gradients[name] = self._told_parameter(name, rule, layer, place)

    def _penalty(self, name: str) -> Any:
        """What L1 and L2 add to a parameter's gradient, entry by entry; None for nothing."""
        if self.graph.penalty is None or not name.startswith("W"):
            return None
        (found,) = gradient(self.graph.penalty, [self.graph.parameters[name]])
        return self.teller.rules(found)

    def _told_parameter(self, name: str, rules: Array, layer: int, place: int) -> Array:
        like = self.graph.parameters[name]
        stand_in = input_node(like.shape, like.dtype)
        self.teller.tell(
            "B",
            stand_in,
            self.names.parameter_gradient(name),
            key=lambda at: (-layer, 1, place, *reversed(at)),
            rules=rules,
        )
        return self.teller.known[stand_in]


def _has_parameters(stages: Sequence[Stage]) -> bool:
    return any(isinstance(one.layer, Linear) for one in stages)


def contributions(
    teller: Teller, x: Array, delta: Array, names: Names, sample: int, layer: int
) -> None:
    """What one sample adds to each weight's gradient: δ × input."""
    for source in range(x.shape[1]):
        for target in range(delta.shape[1]):
            address, symbol = names((source, target))
            rule = x[sample, source] * delta[sample, target]
            teller.ledger.line(
                "B", f"{address} of sample {sample}", symbol.of_sample(sample + 1), rule,
                sample=sample, key=(-layer, 0, 10**9, target, source),
            )  # fmt: skip
