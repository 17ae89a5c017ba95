"""A network's step, told backward: ∂E/∂out, local derivatives, δ, and the parameters' gradients."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from gradstone.accounts.naming import NetworkNames
from gradstone.accounts.scalar import entrywise
from gradstone.accounts.teller import Names, Teller, local_shares, shares_of
from gradstone.accounts.told_graph import Mask
from gradstone.autodiff.gradient import gradient
from gradstone.graph.node import Node, apply, constant, input_node
from gradstone.nn.layers import Activation, Linear
from gradstone.nn.module import Stage

Array = np.ndarray[Any, Any]


@dataclass(slots=True)
class BackwardTeller:
    """Tells gradients from the loss to the first layer's parameters.

    Attributes:
        parameters: their nodes by name. penalty: what is added to the loss. masks: see `ToldGraph`.
        gradients: of the parameters, by name. deltas: δ of each layer, (samples, neurons).
    """

    teller: Teller
    names: NetworkNames
    parameters: Mapping[str, Node]
    penalty: Node | None = None
    masks: Mapping[Node, Mask] = field(default_factory=dict)
    gradients: dict[str, Array] = field(default_factory=dict)
    deltas: dict[int, Array] = field(default_factory=dict)

    def tell(self, loss: Node, z: Node, stages: Sequence[Stage]) -> None:
        """Everything backward, the last layer first."""
        one = np.empty((), object)
        one[()] = constant(1.0, loss.dtype)
        (rules,) = self._shares(loss, one, [z])
        for place in reversed(range(len(stages))):
            stage, source = stages[place], stages[place - 1].node if place else None
            layer, node = stage.number, stage.node
            if not _has_parameters(stages[: place + 1]):
                break
            if isinstance(stage.layer, Linear):
                delta = self.deltas[layer] = self._line("net", layer, rules, node)
                self._parameters(node, layer, delta)
                if source is not None and _has_parameters(stages[:place]):
                    (rules,) = self._shares(node, delta, [source])
            elif isinstance(stage.layer, Activation) and source is not None:
                incoming = self._line("out", layer, rules, node)
                rules = self._through(node, layer, incoming, source)
            elif node in self.masks:
                rules = rules * self.teller.known[self.masks[node].factors]
            elif source is not None:
                (rules,) = self._shares(node, rules, [source])

    def _shares(self, node: Node, incoming: Array, wanted: Sequence[Node]) -> list[Array]:
        g = input_node(node.shape, node.dtype)
        self.teller.known[g] = incoming
        return [self.teller.rules(one) for one in shares_of(node, g, wanted)]

    def _line(self, letter: str, layer: int, rules: Array, node: Node) -> Array:
        step, stand_in = (
            {"out": 0, "slope": 1, "net": 2}[letter],
            input_node(node.shape, node.dtype),
        )
        self.teller.tell(
            "B",
            stand_in,
            self.names.slope(layer) if letter == "slope" else self.names.gradient(letter, layer),
            sample=lambda at: at[0],
            key=self._key(layer, step),
            rules=rules,
        )
        return self.teller.known[stand_in]

    def _key(self, layer: int, step: int) -> Callable[[tuple[int, ...]], tuple[int, ...]]:
        chosen = self.names.chosen

        def key(at: tuple[int, ...]) -> tuple[int, ...]:
            return (-layer, 0, -1 if at[0] == chosen else at[0], at[-1], step)

        return key

    def _through(self, node: Node, layer: int, incoming: Array, source: Node) -> Array:
        """δ = incoming gradient × local derivative, which gets a line where it is one number."""
        if not entrywise(node):
            return self._shares(node, incoming, [source])[0]
        one = apply("broadcast", constant(1.0, node.dtype), shape=node.shape)
        ((_, share),) = local_shares(node, one)
        slope = self._line("slope", layer, self.teller.rules(share), node)
        return incoming * slope

    def _parameters(self, node: Node, layer: int, delta: Array) -> None:
        """The gradients of a layer's weights and biases: sums over the samples."""
        names = [one for one in (f"W{layer}", f"b{layer}") if one in self.parameters]
        rules = self._shares(node, delta, [self.parameters[one] for one in names])
        for place, (name, rule) in enumerate(zip(names, rules, strict=True)):
            rule = rule + self._penalty(name) if self._penalty(name) is not None else rule
            self.gradients[name] = self._told_parameter(name, rule, layer, place)

    def _penalty(self, name: str) -> Any:
        """What L1 and L2 add to a parameter's gradient, entry by entry; None for nothing."""
        if self.penalty is None or not name.startswith("W"):
            return None
        (found,) = gradient(self.penalty, [self.parameters[name]])
        return self.teller.rules(found)

    def _told_parameter(self, name: str, rules: Array, layer: int, place: int) -> Array:
        like = self.parameters[name]
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
