"""One thread through a large network: one sample, one weight, every number on their way."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import reduce
from typing import Any

import numpy as np

from gradstone.accounts.backward import MANY
from gradstone.accounts.forward import ForwardTeller
from gradstone.accounts.ledger import Ledger
from gradstone.accounts.links import Link
from gradstone.accounts.naming import E, NetworkNames
from gradstone.accounts.parameter import Parameter
from gradstone.accounts.paths import PathTeller
from gradstone.accounts.scalar import filled
from gradstone.accounts.symbol import Symbol
from gradstone.accounts.teller import Names, Teller, local_shares
from gradstone.accounts.told_graph import ToldGraph
from gradstone.accounts.update import UpdateTeller
from gradstone.graph.node import Node, apply, constant, input_node
from gradstone.graph.op import row

Array = np.ndarray[Any, Any]


@dataclass(slots=True)
class ThreadLedger:
    """A ledger whose entries are taken from the run as they are needed.

    Attributes:
        graph: the step. chosen: the sample. weight: the parameter.
        neurons: for each layer from the weight's on, the neuron that is told.
    """

    graph: ToldGraph
    chosen: int
    weight: Parameter
    digits: int = 6
    ledger: Ledger = field(init=False)
    names: NetworkNames = field(init=False)
    teller: Teller = field(init=False)
    forward: ForwardTeller = field(init=False)
    update: UpdateTeller = field(init=False)
    paths: PathTeller = field(init=False)
    neurons: dict[int, int] = field(default_factory=dict)

    def __post_init__(self) -> None:
        numbers = self.graph.numbers
        self.ledger = Ledger(self.digits)
        self.names = NetworkNames(numbers.plan.network, len(numbers.x), self.chosen)
        self.teller = Teller(self.ledger, lambda node: np.asarray(self.graph.trace[node]))
        self.paths = PathTeller(self, self.weight)
        self._choose_neurons()

    def _choose_neurons(self) -> None:
        """The path of the largest product through the chosen sample."""
        layers = range(self.weight.layer, len(self.names.linear) + 1)
        path = self.paths.best(self.chosen)[0][1]
        self.neurons = {layer: net for layer, (net, *_) in zip(layers, path, strict=True)}

    # Entries ------------------------------------------------------------------------------------
    def has(self, address: str) -> bool:
        """Whether the run has such a number."""
        if address in self.ledger.entries:
            return True
        array, at = self._array(address)
        return (
            array is not None
            and len(at) == array.ndim
            and all(i < n for i, n in zip(at, array.shape, strict=True))
        )

    def node(self, address: str) -> Node:
        """The symbol of an entry, which is taken from the run where no line bears it."""
        if address in self.ledger.entries:
            return self.ledger.node(address)
        array, at = self._array(address)
        assert array is not None, address
        typed = address[0] in "xt" or (self.graph.numbers.typed and address[0] in "Wb")
        return self.ledger.given(address, self._symbol(address, at), float(array[at]), typed)

    def _array(self, address: str) -> tuple[Array | None, tuple[int, ...]]:
        name, _, inner = address.partition("[")
        at = tuple(map(int, inner.rstrip("]").split(","))) if inner else ()
        numbers = self.graph.numbers
        if name in numbers.parameters:
            return numbers.parameters[name], at
        if name in self.graph.told:
            return self.graph.array(name), at
        if name.startswith("fed"):
            return self.graph.feeding(int(name[3:])), at
        return {"x": numbers.x, "t": self.graph.targets()[1]}.get(name), at

    def _symbol(self, address: str, at: tuple[int, ...]) -> Symbol:
        name = address.partition("[")[0]
        if name in ("x", "t"):
            return self.names.given(name)(at)[1]
        if name in self.graph.numbers.parameters:
            return self.names.parameter(name)(at)[1]
        gradient, bare = name[0] == "d", name.removeprefix("d")
        if bare in self.graph.numbers.parameters:
            return self.names.parameter_gradient(bare)(at)[1]
        if bare.startswith("fed"):
            symbol = Symbol("in", str(at[-1] + 1), layer=bare[3:])
            return symbol.of_sample(self.names.number_of(at[0]))
        if bare.startswith("net"):
            layer = int(bare[3:])
            return (self.names.delta if gradient else self.names.net)(layer)(at)[1]
        link = next(one for one in self.graph.each_link() if bare in (one.name, one.value))
        if bare == link.name:
            return (self.names.slope if link.applied else self.names.mask)(link)(at)[1]
        return (self.names.incoming if gradient else self.names.outcome)(link)(at)[1]

    def feeding_address(self, layer: int, sample: int, source: int) -> str:
        """The address of what a weight of a layer multiplies."""
        node = self.graph.source(layer)
        names = {one: name for name, one in self.graph.told.items() if name[:3] in ("net", "out")}
        name = "x" if node is self.graph.batch.x and node.ndim == 2 else names.get(node)
        return f"{name or f'fed{layer}'}[{sample},{source}]"

    # Lines --------------------------------------------------------------------------------------
    def tell(self) -> None:
        """All lines of the thread."""
        for layer, neuron in self.neurons.items():
            self._forward(layer, neuron)
        self._loss()
        for layer, neuron in reversed(self.neurons.items()):
            self._backward(layer, neuron)
        self._gradient()
        self.paths.tell(0)
        self._update()

    def _forward(self, layer: int, neuron: int) -> None:
        linear, sample = self.names.linear[layer - 1], self.chosen
        parts = [
            self.node(f"W{layer}[{i},{neuron}]") * self.node(self.feeding_address(layer, sample, i))
            for i in range(linear.inputs)
        ]
        parts += [self.node(f"b{layer}[{neuron}]")] if linear.bias else []
        value = self._line("F", self.names.net(layer), neuron, _sum(parts), (layer, 0))
        for place, link in enumerate(self.graph.links[layer]):
            if link.applied is None:
                value = value * self.node(f"{link.name}[{sample},{neuron}]")
            elif not link.mixing:
                rule = apply(link.applied.name, value, **link.applied.settings)
                key = layer, place + 1
                value = self._line("F", self.names.outcome(link), neuron, rule, key)
            elif link is not self.graph.links[layer][-1]:
                value = self.node(f"{link.value}[{sample},{neuron}]")

    def _line(self, kind: str, names: Names, neuron: int, rule: Node, key: tuple[int, ...]) -> Node:
        address, symbol = names((self.chosen, neuron))
        if address in self.ledger.entries:
            return self.ledger.node(address)
        return self.ledger.line(kind, address, symbol, rule, sample=self.chosen, key=key)

    def _loss(self) -> None:
        """The chosen sample's part of the loss, from all outputs."""
        plan, z, t = self.graph.numbers.plan, self.graph.z, self.graph.batch.t
        self.ledger.given("loss", E, float(self.graph.trace[self.graph.total]), typed=False)
        last, known = len(self.names.linear), self.teller.known
        letter = "out" if f"out{last}" in self.graph.told else "net"
        outputs, shares = np.empty(z.shape, object), np.empty(z.shape, object)
        for k in range(z.shape[-1]):
            outputs[self.chosen, k] = self.node(f"{letter}{last}[{self.chosen},{k}]")
            shares[self.chosen, k] = self.node(f"t[{self.chosen},{k}]")
        known[z], known[self.graph.targets()[0]] = outputs, shares
        self.forward = ForwardTeller(
            self.teller, self.names, plan.objective.loss, told=[self.chosen]
        )
        whole = plan.objective.class_weights is None and not self._dropped_last()
        if row(plan.objective.loss).parts is not None and whole:
            self.forward.told_loss(self.graph.loss, z, t)

    def _dropped_last(self) -> bool:
        """Whether dropout is the last that is done to the outputs."""
        links = self.graph.links[len(self.names.linear)]
        return bool(links) and links[-1].applied is None

    def _backward(self, layer: int, neuron: int) -> None:
        sample, last = self.chosen, len(self.names.linear)
        key = (-layer, 0)
        if layer == last:
            incoming = self._from_loss(neuron)
        else:
            after = self.names.linear[layer]
            incoming = _sum([
                self.node(f"dnet{layer + 1}[{sample},{k}]") * self.node(
                    f"W{layer + 1}[{neuron},{k}]")
                for k in range(after.outputs)
            ])  # fmt: skip
        if incoming is None:
            return
        for place, link in enumerate(reversed(self.graph.links[layer])):
            if link.applied is None:
                incoming = incoming * self.node(f"{link.name}[{sample},{neuron}]")
                continue
            names = self.names.incoming(link)
            incoming = self._line("B", names, neuron, incoming, (*key, place, 0))
            if link.mixing:
                return  # δ depends on every neuron and is taken from the run
            slope = self._slope(link, neuron)
            incoming *= self._line("B", self.names.slope(link), neuron, slope, (*key, place, 1))
        self._line("B", self.names.delta(layer), neuron, incoming, (*key, MANY))

    def _slope(self, link: Link, neuron: int) -> Node:
        assert link.applied is not None
        at = f"[{self.chosen},{neuron}]"
        entering = self._entering(link, at)
        node = apply(link.applied.name, entering, **link.applied.settings)
        ((_, share),) = local_shares(node, constant(1.0, "float64"))
        self.teller.known[entering] = filled((), [entering])
        self.teller.known[node] = filled((), [self.node(f"{link.value}{at}")])
        found: Node = self.teller.rules(share).item()
        return found

    def _entering(self, link: Link, at: str) -> Node:
        """What an activation is applied to: the value before it, times what dropout makes of it."""
        links = self.graph.links[link.layer]
        factors: list[Node] = []
        for one in reversed(links[: links.index(link)]):
            if one.applied is not None:
                return reduce(_times, [self.node(f"{one.value}{at}"), *reversed(factors)])
            factors.append(self.node(f"{one.name}{at}"))
        return reduce(_times, [self.node(f"net{link.layer}{at}"), *reversed(factors)])

    def _from_loss(self, neuron: int) -> Node | None:
        """∂E/∂ of an output by the loss's own rule on one sample, with its share 1/N.

        None where the loss or the last activation is told in no single number: the gradient is
        then taken from the run.
        """
        loss = self.graph.numbers.plan.objective.loss
        parts, z = row(loss).parts, self.graph.z
        last = len(self.names.linear)
        mixed = any(one.mixing for one in self.graph.links[last])
        if parts is None or self.graph.loss.op.name != loss or self._dropped_last() or mixed:
            return None
        one, other = input_node((1, z.shape[-1]), z.dtype), input_node((1, z.shape[-1]), z.dtype)
        alone, sample = apply(loss, one, other), self.chosen
        known = self.teller.known
        known[one] = known[z][sample : sample + 1]
        known[other] = known[self.graph.targets()[0]][sample : sample + 1]
        if loss == "cross_entropy":
            likely = [self.node(f"p[{sample},{k}]") for k in range(z.shape[-1])]
            known[apply("softmax", one)] = filled(one.shape, likely)
        share = 1.0 / len(self.graph.numbers.x) if parts[1] else 1.0
        (_, found), *_ = local_shares(alone, constant(share, "float64"))
        rule: Node = self.teller.rules(found)[0, neuron]
        return rule

    def _gradient(self) -> None:
        """The weight's gradient: the sum over samples of δ · input."""
        own = self.weight
        parts = []
        for sample in range(self.names.samples):
            part = self.node(f"dnet{own.layer}[{sample},{own.target}]")
            if own.source is not None:
                part = part * self.node(self.feeding_address(own.layer, sample, own.source))
            parts.append(part)
        address, symbol = self.names.parameter_gradient(own.name)(own.place)
        rule = _sum(parts)
        if self.graph.penalty is not None and own.letter == "W":
            rule = rule + self._penalty(own)
        self.ledger.line("B", address, symbol, rule, key=(-own.layer, 1))

    def _penalty(self, own: Parameter) -> Node:
        objective, w = self.graph.numbers.plan.objective, self.node(own.address)
        parts = []
        for factor, name in ((objective.l1, "absolute"), (objective.l2, "square")):
            if factor:
                ((_, slope),) = local_shares(apply(name, w), constant(factor, "float64"))
                parts.append(slope)
        return _sum(parts)

    def _update(self) -> None:
        """The weight's own update."""
        numbers, own = self.graph.numbers, self.weight
        self.update = UpdateTeller(self.teller, self.names, numbers.plan.optimizer, numbers.state)
        self.update.given()
        gradient = self.node(f"d{own.address}")
        if numbers.plan.clip is not None:
            gradient = gradient * self.ledger.given(
                "clip", Symbol("c"), self.graph.clipping(), typed=False
            )
        self.update.entry(own.name, own.place, self.node(own.address), gradient, 0)


def _times(a: Node, b: Node) -> Node:
    return a * b


def _sum(parts: Sequence[Node]) -> Node:
    return reduce(lambda a, b: a + b, parts)
