"""A network's step, told forward: net inputs, outputs, the parts of the loss, the loss."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import reduce
from typing import Any

import numpy as np

from gradstone.accounts.links import Link
from gradstone.accounts.naming import NetworkNames
from gradstone.accounts.scalar import entrywise, filled, node_at
from gradstone.accounts.symbol import Symbol
from gradstone.accounts.teller import Names, Teller, place_of, told_order
from gradstone.accounts.told_graph import ToldGraph
from gradstone.graph.node import Node, apply, constant, input_node
from gradstone.graph.op import row
from gradstone.nn.layers import Linear
from gradstone.ops.losses import one_hot

Array = np.ndarray[Any, Any]
LAST = 10**6
"""In the order of lines, what comes after all layers."""


@dataclass(slots=True)
class ForwardTeller:
    """Tells the stages of a network and its loss on a batch.

    Attributes:
        kinds: of the lines of values and of the loss: "F" and "L", or "A" twice after the update.
        told: the samples whose loss is told; None for all of them, and the loss itself.
        parts: addresses of the parts of the loss. total: that of the loss.
    """

    teller: Teller
    names: NetworkNames
    loss: str
    kinds: tuple[str, str] = ("F", "L")
    told: Sequence[int] | None = None
    parts: list[str] = field(default_factory=list)
    total: str = ""

    def stages(self, graph: ToldGraph) -> None:
        """Each layer's values, neuron by neuron."""
        links = {one.node: one for one in graph.each_link()}
        for place, stage in enumerate(graph.stages):
            node, layer = stage.node, stage.number
            link = links.get(node)
            if link is not None:
                self._link(link, graph.told.get(link.name), place)
            elif isinstance(stage.layer, Linear):
                self._tell(node, self.names.value("net", layer), (2 * layer, 0, place))
            else:
                self.teller.known[node] = self.teller.rules(node)

    def _link(self, link: Link, mask: Node | None, place: int) -> None:
        """The values that a link gives; kept outputs stand after all outputs of the layer."""
        rules, known = None, self.teller.known
        if link.applied is None:
            assert mask is not None
            rules = known[link.source] * known[mask]
        elif link.node.expansion is not None:
            self._reductions(link.node, place)
        layer = 2 * link.layer + int(link.applied is None)
        self._tell(link.node, self.names.outcome(link), (layer, 1, place), rules)

    def _tell(
        self, node: Node, names: Names, key: tuple[int, int, int], rules: Array | None = None
    ) -> None:
        self.teller.tell(
            self.kinds[0],
            node,
            names,
            sample=lambda at: at[0],
            key=lambda at: (self.rank(at[0]), key[0], at[-1], *key[1:]),
            rules=rules,
        )

    def samples(self, count: int) -> Sequence[int]:
        """The samples whose loss is told."""
        return range(count) if self.told is None else self.told

    def rank(self, sample: int) -> int:
        """The chosen sample comes first."""
        return -1 if sample == self.names.chosen else sample

    def _reductions(self, node: Node, place: int, known: Node | None = None) -> None:
        """What is summed or chosen along a sample within an activation, as softmax: max and sum."""
        if entrywise(node):
            return
        for one in told_order([node]):
            if one.op.kind == "reduction" and one not in self.teller.known:
                self.teller.tell(
                    self.kinds[0],
                    one,
                    self._reduction_names(one.op.name, node, place),
                    sample=lambda at: at[0] if at else self.names.chosen,
                    key=lambda at: (self.rank(at[0] if at else 0), 2 * place + 1, -1, 0, place),
                )

    def _reduction_names(self, name: str, node: Node, place: int) -> Any:
        letter = {"max": "m", "sum": "S"}.get(name, name)
        before = self.names.before

        def names(at: tuple[int, ...]) -> tuple[str, Symbol]:
            symbol = Symbol(letter, layer=str(place + 1), new=bool(before))
            number = self.names.number_of(at[0] if at else 0)
            return f"{before}{name}{place + 1}{place_of(at)}", symbol.of_sample(number)

        return names

    def told_loss(self, loss: Node, z: Node, t: Node) -> None:
        """The parts of the loss and the loss; see `Op.parts`."""
        parts = row(self.loss).parts
        if parts is None or loss.op.name != self.loss or z.ndim != 2:
            self._told_plainly(loss)
            return
        unit, divisor = parts
        shares = self.teller.known[t if t in self.teller.known else one_hot(z, t)]
        rules = self._entries(z, shares) if unit == "entry" else self._samples(z, shares)
        count = {"": 1, "entries": rules.size, "samples": len(z_rows(z))}[divisor]
        if rules.size == 1 and self.told is None:
            self._told_total(loss, rules.ravel()[0])
            return
        named = np.empty(rules.shape, object)
        for place in np.ndindex(rules.shape):
            if place[0] not in self.samples(len(rules)):
                continue
            address, symbol = self._part_name(place, unit)
            named[place] = self.teller.ledger.line(
                self.kinds[1], address, symbol, node_at(rules, place), sample=place[0],
                key=(self.rank(place[0]), LAST, 10**6 + (place[-1] if unit == "entry" else 0)),
            )  # fmt: skip
            self.parts.append(address)
        if self.told is not None:
            return
        order = sorted(range(len(named)), key=self.rank)
        flat = [one for sample in order for one in named.reshape(len(named), -1)[sample]]
        total = reduce(lambda a, b: a + b, flat)
        self._told_total(loss, total / constant(float(count), "float64") if count > 1 else total)

    def _told_total(self, loss: Node, rule: Node) -> None:
        self.total = f"{self.names.before}loss"
        symbol = Symbol("E", new=bool(self.names.before))
        made = np.empty((), object)
        made[()] = self.teller.ledger.line(self.kinds[1], self.total, symbol, rule, key=(10**9,))
        self.teller.known[loss] = made

    def _told_plainly(self, loss: Node) -> None:
        self._told_total(loss, self.teller.rules(loss).item())

    def _part_name(self, place: tuple[int, ...], unit: str) -> tuple[str, Symbol]:
        last = len(self.names.linear)
        below = self.names.neuron(last, place[-1]) if unit == "entry" else None
        symbol = Symbol(
            "E", below.letter + below.below if below else "", new=bool(self.names.before)
        )
        if below is None:
            symbol = Symbol("E", "s" + str(place[0] + 1), new=bool(self.names.before))
        else:
            symbol = symbol.of_sample(self.names.number_of(place[0]))
        return f"{self.names.before}part{place_of(place)}", symbol

    def _entries(self, z: Node, shares: Array) -> Array:
        """The loss of each entry by itself."""
        one, other = input_node((1, 1), z.dtype), input_node((1, 1), z.dtype)
        alone, values = apply(self.loss, one, other), self.teller.known[z]
        rules = np.empty(values.shape, object)
        for place in np.ndindex(values.shape):
            if place[0] not in self.samples(len(values)):
                continue
            self.teller.known[one] = filled((1, 1), [node_at(values, place)])
            self.teller.known[other] = filled((1, 1), [node_at(shares, place)])
            rules[place] = self.teller.rules(alone).item()
        return rules

    def _samples(self, z: Node, shares: Array) -> Array:
        """The loss of each sample by itself; what it sums or chooses gets lines of its own."""
        values = self.teller.known[z]
        rules, every = np.empty(len(values), object), np.empty(values.shape, object)
        for sample in self.samples(len(values)):
            row_z, row_t = (input_node((1, *z.shape[1:]), z.dtype) for _ in range(2))
            self.teller.known[row_z] = values[sample : sample + 1]
            self.teller.known[row_t] = shares[sample : sample + 1]
            alone = apply(self.loss, row_z, row_t)
            self._loss_reductions(alone, row_z, sample)
            rules[sample] = self.teller.rules(alone).item()
            if self.loss == "cross_entropy":
                every[sample] = self._probabilities(row_z, sample)
        if self.loss == "cross_entropy":
            self.teller.known[apply("softmax", z)] = every
        return rules

    def _loss_reductions(self, alone: Node, row_z: Node, sample: int) -> None:
        for one in told_order([alone]):
            inner = one.op.kind == "reduction" and one.shape != ()
            if inner and one not in self.teller.known:
                letter = {"max": "m", "sum": "S"}[one.op.name]
                symbol = Symbol(letter, new=bool(self.names.before))
                symbol = symbol.of_sample(self.names.number_of(sample))
                told = (f"{self.names.before}{one.op.name}[{sample}]", symbol)
                key = (self.rank(sample), LAST, int(one.op.name != "max"))
                self._tell_one(one, told, key, sample)

    def _tell_one(
        self, node: Node, told: tuple[str, Symbol], key: tuple[int, ...], sample: int
    ) -> None:
        self.teller.tell(
            self.kinds[1], node, lambda _: told, sample=lambda _: sample, key=lambda _: key
        )

    def _probabilities(self, row_z: Node, sample: int) -> Array:
        """The softmax of the logits: what the derivative of cross entropy speaks of."""
        node = apply("softmax", row_z)
        last = len(self.names.linear)

        def names(place: tuple[int, ...]) -> tuple[str, Symbol]:
            one = self.names.neuron(last, place[-1])
            symbol = Symbol("p", one.letter + one.below, new=bool(self.names.before))
            address = f"{self.names.before}p[{sample},{place[-1]}]"
            return address, symbol.of_sample(self.names.number_of(sample))

        self.teller.tell(
            self.kinds[1], node, names, sample=lambda _: sample,
            key=lambda place: (self.rank(sample), LAST, 2 + place[-1]),
        )  # fmt: skip
        found: Array = self.teller.known[node][0]
        return found


def z_rows(z: Node) -> range:
    """The samples of a batch."""
    return range(z.shape[0])
