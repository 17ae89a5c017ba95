"""One thread through a large network: one sample, one weight, every number on their way."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import reduce
from typing import Any

import numpy as np

from gradstone.accounts.forward import ForwardTeller
from gradstone.accounts.ledger import Ledger
from gradstone.accounts.naming import E, NetworkNames
from gradstone.accounts.parameter import Parameter
from gradstone.accounts.paths import PathTeller
from gradstone.accounts.scalar import entrywise, filled
from gradstone.accounts.symbol import Symbol
from gradstone.accounts.teller import Teller, local_shares
from gradstone.accounts.told_graph import ToldGraph
from gradstone.accounts.update import UpdateTeller
from gradstone.graph.node import Node, apply, constant, input_node
from gradstone.graph.op import row
from gradstone.nn.layers import Activation

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
        self.neurons = {layer: net for layer, (net, _) in zip(layers, path, strict=True)}

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
        found = re.fullmatch(r"(d?)(net|out|slope|mask|early|fed|W|b)(\d+)", name)
        assert found is not None, address
        gradient, letter, number = found[1], found[2], int(found[3])
        if letter in "Wb":
            return self.names.parameter_gradient(name[1:])(at)[1]
        if letter == "slope":
            return self.names.slope(number)(at)[1]
        if letter in ("mask", "early"):
            return self.names.mask(letter, number)(at)[1]
        if letter == "fed":
            return Symbol("in", str(at[-1] + 1), layer=str(number)).of_sample(
                self.names.number_of(at[0]))  # fmt: skip
        told = self.names.gradient(letter, number) if gradient else self.names.value(letter, number)
        return told(at)[1]

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
        net = self._line("F", "net", layer, neuron, _sum(parts), (layer, 0))
        applied = self._activation(layer)
        if applied is not None and self.has(f"slope{layer}[{sample},{neuron}]"):
            entering = self._masked(net, "early", layer, neuron)
            rule = apply(applied.name, entering, **applied.settings)
            self._line("F", "out", layer, neuron, rule, (layer, 1))

    def _masked(self, node: Node, kind: str, layer: int, neuron: int) -> Node:
        """Times what dropout multiplies the neuron's output or net by."""
        mask = f"{kind}{layer}[{self.chosen},{neuron}]"
        return node * self.node(mask) if self.has(mask) else node

    def _line(
        self, kind: str, letter: str, layer: int, neuron: int, rule: Node, key: tuple[int, ...]
    ) -> Node:
        at = (self.chosen, neuron)
        if kind == "F":
            address, symbol = self.names.value(letter, layer)(at)
        elif letter == "slope":
            address, symbol = self.names.slope(layer)(at)
        else:
            address, symbol = self.names.gradient(letter, layer)(at)
        if address in self.ledger.entries:
            return self.ledger.node(address)
        return self.ledger.line(kind, address, symbol, rule, sample=self.chosen, key=key)

    def _activation(self, layer: int) -> Activation | None:
        found = [one.layer for one in self.graph.stages
                 if one.number == layer and isinstance(one.layer, Activation)]  # fmt: skip
        return found[0] if found else None

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
        whole = plan.objective.class_weights is None and f"mask{last}" not in self.graph.told
        if row(plan.objective.loss).parts is not None and whole:
            self.forward.told_loss(self.graph.loss, z, t)

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
        incoming = self._masked(incoming, "mask", layer, neuron)
        applied = self._activation(layer)
        if applied is None or not self.has(f"slope{layer}[{sample},{neuron}]"):
            letter = "out" if layer in self.graph.mixing else "net"  # δ: taken from the run
            self._line("B", letter, layer, neuron, incoming, (*key, 2))
            return
        out = self._line("B", "out", layer, neuron, incoming, (*key, 0))
        slope = self._line("B", "slope", layer, neuron, self._slope(layer, neuron), (*key, 1))
        delta = self._masked(out * slope, "early", layer, neuron)
        self._line("B", "net", layer, neuron, delta, (*key, 2))

    def _slope(self, layer: int, neuron: int) -> Node:
        applied, at = self._activation(layer), f"[{self.chosen},{neuron}]"
        assert applied is not None
        out = self.node(f"out{layer}{at}")
        net = self._masked(self.node(f"net{layer}{at}"), "early", layer, neuron)
        node = apply(applied.name, net, **applied.settings)
        ((_, share),) = local_shares(node, constant(1.0, "float64"))
        self.teller.known[net], self.teller.known[node] = filled((), [net]), filled((), [out])
        found: Node = self.teller.rules(share).item()
        return found

    def _from_loss(self, neuron: int) -> Node | None:
        """∂E/∂ of an output by the loss's own rule on one sample, with its share 1/N.

        None where the loss or the last activation is told in no single number: the gradient is
        then taken from the run.
        """
        loss = self.graph.numbers.plan.objective.loss
        parts, z = row(loss).parts, self.graph.z
        last = len(self.names.linear)
        if parts is None or self.graph.loss.op.name != loss or f"mask{last}" in self.graph.told or (
            f"out{last}" in self.graph.told and not entrywise(self.graph.told[f"out{last}"])
        ):  # fmt: skip
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


def _sum(parts: Sequence[Node]) -> Node:
    return reduce(lambda a, b: a + b, parts)
