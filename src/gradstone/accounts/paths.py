"""The chain rule of one parameter along every path to the loss.

A path runs over neurons, from the parameter's own neuron to the loss. Its factors stand from the
loss back to the parameter, so that the running product is the gradient that has arrived. The loss
with its output activation is one factor where the two fold. What dropout multiplies a neuron by is
a factor of its own. In a hidden softmax a path comes in at the net of one neuron and leaves from
the output of any, with ∂out/∂net of the two as its factor.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import reduce
from itertools import islice, pairwise
from itertools import product as combined
from math import prod
from typing import Any, Protocol

import numpy as np

from gradstone.accounts.account import Formula, Phrase
from gradstone.accounts.backward import MANY
from gradstone.accounts.ledger import Ledger
from gradstone.accounts.links import Link
from gradstone.accounts.naming import NetworkNames
from gradstone.accounts.parameter import Parameter
from gradstone.accounts.symbol import Symbol
from gradstone.accounts.teller import Teller, pair
from gradstone.accounts.told_graph import ToldGraph
from gradstone.graph.node import Node

Array = np.ndarray[Any, Any]
Path = list[tuple[int, ...]]
"""For each layer the neuron whose net it comes in at, and after each mixing activation another."""
Best = dict[int, list[tuple[float, Path]]]
"""Of each neuron of a layer the products of its best paths to the loss."""
ALL, LARGEST = 16, 10
"""Up to ALL paths every one is told, beyond that the LARGEST."""


class Told(Protocol):
    """A step, whole or a thread of it, as paths need it."""

    @property
    def graph(self) -> ToldGraph:
        """The step's graph and its values."""
        ...

    @property
    def ledger(self) -> Ledger:
        """Where lines are entered."""
        ...

    @property
    def teller(self) -> Teller:
        """What symbols stand for."""
        ...

    @property
    def names(self) -> NetworkNames:
        """What neurons and weights are called."""
        ...

    def node(self, address: str) -> Node:
        """The symbol of an entry."""
        ...

    def has(self, address: str) -> bool:
        """Whether there is such an entry."""
        ...

    def feeding_address(self, layer: int, sample: int, source: int) -> str:
        """The address of what a weight multiplies."""
        ...


@dataclass(slots=True)
class PathTeller:
    """Adds the paths of a parameter to a step's ledger.

    Attributes:
        lines: addresses of the paths told, then of the rest if there is one, then of the sum.
        count: how many paths there are over all samples.
    """

    step: Told
    parameter: Parameter
    lines: list[str] = field(default_factory=list)
    count: int = 0

    def tell(self, key: int) -> None:
        """Enter the paths; key orders several parameters."""
        choices, samples = self._choices(), range(self.step.names.samples)
        self.count = prod(map(len, choices)) * len(samples)
        few = self.count <= ALL
        chosen = list(self._every(choices, samples)) if few else self._largest()
        for number, (sample, path) in enumerate(chosen):
            self._line(number, sample, path, key)
        self._sum(few, key)

    def _choices(self) -> list[range]:
        """Where paths part: after each mixing activation, and at the nets of each later layer."""
        found: list[range] = []
        for layer in self._layers():
            nets = range(self.step.names.linear[layer - 1].outputs)
            found += [nets] * ((layer > self.parameter.layer) + len(self.step.graph.mixing(layer)))
        return found

    def _layers(self) -> range:
        return range(self.parameter.layer, len(self.step.names.linear) + 1)

    def _every(self, choices: Sequence[range], samples: range) -> Iterator[tuple[int, Path]]:
        counts = [1 + len(self.step.graph.mixing(layer)) for layer in self._layers()]
        for sample in samples:
            for chosen in combined(*choices):
                later = iter((self.parameter.target, *chosen))
                yield sample, [tuple(islice(later, count)) for count in counts]

    def _largest(self) -> list[tuple[int, Path]]:
        """The paths of the largest products, the best of each neuron kept layer by layer."""
        found: list[tuple[float, int, Path]] = []
        for sample in range(self.step.names.samples):
            found += [(abs(value), sample, path) for value, path in self.best(sample)]
        found.sort(key=lambda one: -one[0])
        return [(sample, path) for _, sample, path in found[:LARGEST]]

    def best(self, sample: int) -> list[tuple[float, Path]]:
        """The products of the largest paths of a sample, with their neurons."""
        graph, last, own = self.step.graph, len(self.step.names.linear), self.parameter
        heads = graph.array(f"dnet{last}")[sample]
        best: Best = {k: [(float(head), [(k,)])] for k, head in enumerate(heads)}
        for layer in range(last - 1, own.layer - 1, -1):
            best = self._outputs(best, layer)
            for link in reversed(graph.links[layer]):
                best = self._through(best, link, sample)
        x = 1.0 if own.source is None else float(graph.feeding(own.layer)[sample, own.source])
        return [(value * x, path) for value, path in best[own.target]]

    def _outputs(self, best: Best, layer: int) -> Best:
        """The best paths from each output of a layer, from those of the next one's nets."""
        weights = self.step.graph.numbers.parameters[f"W{layer + 1}"]
        return {
            j: _best((value * float(row[k]), [(j,), *path])
                     for k, every in best.items() for value, path in every)
            for j, row in enumerate(weights)
        }  # fmt: skip

    def _through(self, best: Best, link: Link, sample: int) -> Best:
        """The best paths from what comes in at a link, from those of what goes out."""
        graph = self.step.graph
        if not link.mixing:
            factors = graph.array(link.name)[sample]
            return {j: [(value * float(factors[j]), path) for value, path in every]
                    for j, every in best.items()}  # fmt: skip
        slopes = graph.mixed(link)[sample]
        return {
            net: _best((value * float(slopes[j, net]), [(net, *path[0]), *path[1:]])
                       for j, every in best.items() for value, path in every)
            for net in best
        }  # fmt: skip

    def _line(self, number: int, sample: int, path: Path, key: int) -> None:
        self._mixed(sample, path)
        factors = [self.step.node(one) for one in self._factors(sample, path) if self.step.has(one)]
        address = f"path {self.parameter.address} {number + 1}"
        rule = reduce(lambda a, b: a * b, factors)
        self.step.ledger.line(
            "P", address, Symbol("π", str(number + 1)), rule, sample=sample,
            reason=Phrase("path", {"path": Formula(self._route(sample, path))}), key=(key, number),
        )  # fmt: skip
        self.lines.append(address)

    def _mixed(self, sample: int, path: Path) -> None:
        """Lines of ∂out/∂net for the pairs that a path goes through in mixing layers."""
        for layer, places in enumerate(path, self.parameter.layer):
            for link, (net, out) in zip(
                self.step.graph.mixing(layer), pairwise(places), strict=True
            ):
                address, symbol = self.step.names.slope(link)((sample, out, net))
                if address not in self.step.ledger.entries:
                    rule = self._pair(link, sample, net, out)
                    rank = -1 if sample == self.step.names.chosen else sample
                    key = (-layer, 0, rank, net, 2 * (MANY - link.order) + 1, out)
                    self.step.ledger.line("B", address, symbol, rule, sample=sample, key=key)

    def _pair(self, link: Link, sample: int, net: int, out: int) -> Node:
        """∂out/∂net of two neurons of a mixing layer, by the rule of its row."""
        width = link.node.shape[-1]
        outputs = [self.step.node(f"{link.value}[{sample},{k}]") for k in range(width)]
        return pair(self.step.teller, link.node, outputs, net, out)

    def _factors(self, sample: int, path: Path) -> Iterator[str]:
        """Addresses from the loss back to the parameter."""
        graph, last = self.step.graph, len(self.step.names.linear)
        yield from self._heads(f"[{sample},{path[-1][0]}]")
        for layer in range(last - 1, self.parameter.layer - 1, -1):
            places = list(path[layer - self.parameter.layer])
            after = path[layer - self.parameter.layer + 1][0]
            yield f"W{layer + 1}[{places[-1]},{after}]"
            for link in reversed(graph.links[layer]):
                out = places.pop() if link.mixing else places[-1]
                at = f"{out},{places[-1]}" if link.mixing else f"{out}"
                yield f"{link.name}[{sample},{at}]"
        if self.parameter.source is not None:
            yield self.step.feeding_address(self.parameter.layer, sample, self.parameter.source)

    def _heads(self, at: str) -> Iterator[str]:
        """From the loss to a net of the last layer, its activations opened where they can be."""
        last = len(self.step.names.linear)
        links = self.step.graph.links[last]
        if not self.step.has(f"slope{last}{at}") or any(one.mixing for one in links):
            yield f"dnet{last}{at}"
            return
        yield f"dout{last}{at}"
        yield from (f"{one.name}{at}" for one in reversed(links) if one.kind != "mask")

    def _whole(self) -> Node:
        """The sum over all paths, layer by layer: Σ over samples of δ · input."""
        own, parts = self.parameter, []
        for sample in range(self.step.names.samples):
            part = self.step.node(f"dnet{own.layer}[{sample},{own.target}]")
            if own.source is not None:
                part = part * self.step.node(
                    self.step.feeding_address(own.layer, sample, own.source)
                )
            parts.append(part)
        return reduce(lambda a, b: a + b, parts)

    def _route(self, sample: int, path: Path) -> str:
        own = self.step.names.parameter(self.parameter.name)
        names = [own(self.parameter.place)[1].latex]
        for layer, (net, *outs) in enumerate(path, self.parameter.layer):
            passed = [self.step.names.neuron(layer, net)]
            if outs:
                links = self.step.graph.mixing(layer)
                passed = [self.step.names.of_neuron("net", layer, net)]
                passed += [self.step.names.outcome(link)((self.step.names.chosen, out))[1]
                           for link, out in zip(links, outs, strict=True)]  # fmt: skip
            names += [one.latex for one in passed]
        text = r" \to ".join([*names, "E"])
        return text + (f"\\ [{sample + 1}]" if self.step.names.samples > 1 else "")

    def _sum(self, few: bool, key: int) -> None:
        ledger, own = self.step.ledger, self.parameter.address
        nodes: list[Node] = [ledger.node(one) for one in self.lines]
        shown = reduce(lambda a, b: a + b, nodes)
        if not few:
            rest = self._whole() - shown
            address = f"rest {own}"
            shown = shown + ledger.line(
                "P", address, Symbol("π", "rest"), rest, key=(key, 10**6),
                reason=Phrase("rest_of_paths", {"count": Formula(str(self.count - len(nodes)))}),
            )  # fmt: skip
            self.lines.append(address)
        ledger.line("P", f"paths {own}", Symbol("Σ", "paths"), shown, key=(key, 10**6 + 1))
        self.lines.append(f"paths {own}")


def _best(found: Iterable[tuple[float, Path]]) -> list[tuple[float, Path]]:
    """The paths of the largest products."""
    return sorted(found, key=lambda one: -abs(one[0]))[:LARGEST]
